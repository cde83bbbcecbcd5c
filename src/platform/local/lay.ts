import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Effect } from '../../model/effect.ts';

/** One file laid down whole, the one before kept beside it as `*.previous`. What is in it never stands in a journal: only its digest does. */

export const LAY_SCRIPT = fileURLToPath(new URL('./lay.sh', import.meta.url));
const LAY_MS = 30_000;

export interface LaidFile {
  /** Absolute. */
  readonly to: string;
  /** SHA-256 of the sources, each with one line feed at its end. */
  readonly digest: string;
  /** Names the files that are laid down together with it: what comes back is what was there before these. Left out: before this one was changed last. */
  readonly set?: string;
  /** Files of this machine that it is made of. */
  readonly sources: readonly string[];
}

export interface LocalLayOptions {
  readonly resource: string;
  /** Words before the script where this user is not root: `sudo -n`. */
  readonly privileged: readonly string[];
}

/** Repeatable. Pure. */
export function localLayEffect(
  { resource, privileged }: LocalLayOptions,
  verb: 'put' | 'back',
  { to, digest, set, sources }: LaidFile,
): Effect {
  const what = set === undefined ? digest : `${digest}:${set}`;
  return {
    kind: 'exec',
    argv: [...privileged, 'sh', LAY_SCRIPT, verb, to, what, ...(verb === 'put' ? sources : [])],
    resource,
    why: verb === 'put' ? `lay ${to} down, keep the one before` : `bring back what was ${to} before`,
    timeoutMs: LAY_MS,
  };
}

/** SHA-256 of the file; null where there is none, or where this user may not read it. */
export async function laidHere(path: string): Promise<string | null> {
  const content = await readFile(path).catch(() => null);
  return content === null ? null : createHash('sha256').update(content).digest('hex');
}
