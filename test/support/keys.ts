import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A new OpenSSH key pair without a passphrase, for a test. */
export interface KeyPair {
  /** The private half; the public one is beside it, `.pub`. */
  readonly file: string;
  /** `ssh-ed25519 AAAA… name` */
  readonly line: string;
}

export function newKey(dir: string, name: string, type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519'): KeyPair {
  const file = join(dir, `id_${name}`);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', file], { stdio: 'pipe' });
  return { file, line: readFileSync(`${file}.pub`, 'utf8').trim() };
}
