import { fileURLToPath } from 'node:url';

/** A part of the program of hosts: the keys by which a user logs in. */
export const KEYS_PROGRAM = fileURLToPath(new URL('./keys.sh', import.meta.url));
