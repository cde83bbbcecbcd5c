import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Effect } from '../model/effect.ts';

/** One file laid down whole, the one before kept beside it as `*.previous`. What is in it never stands in a journal: only its digest does. */

/** Also a part of the program of hosts. */
export const LAY_PROGRAM = fileURLToPath(new URL('./lay.sh', import.meta.url));
const LAY_MS = 30_000;

export type LayVerb = 'put' | 'back' | 'settle';

/** Name of the set of files with these digests. Pure. */
export function setOf(digests: readonly string[]): string {
  // In a plan a digest may be known only by where it will come from.
  if (digests.some((one) => one.startsWith('<'))) return '<set>';
  return createHash('sha256').update(digests.join(' ')).digest('hex').slice(0, 32);
}

/**
 * What lays files down for good in one step, which may be killed anywhere and begun again: files that all lie there are not put once more, or each would be
 * kept beside itself. Pure.
 */
export function verbsForGood(allLie: boolean): readonly LayVerb[] {
  return allLie ? ['settle'] : ['put', 'settle'];
}

/** What is done to a file, for people. Pure. */
export function layWords(verb: LayVerb, to: string): string {
  switch (verb) {
    case 'put':
      return `lay ${to} down, keep the one before`;
    case 'back':
      return `bring back what was ${to} before`;
    case 'settle':
      return `keep what was ${to} before for people alone`;
  }
}

export interface LaidFile {
  /** Absolute. */
  readonly to: string;
  /** SHA-256 of the sources, each with one line feed at its end. */
  readonly digest: string;
  /** Names the files that are laid down together with it, some of which may stay as they were: what comes back is what was there before these. Hexadecimal digits. */
  readonly set: string;
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
  verb: LayVerb,
  { to, digest, set, sources }: LaidFile,
): Effect {
  const words = { put: [digest, set, ...sources], back: [digest, set], settle: [] }[verb];
  return {
    kind: 'exec',
    argv: [...privileged, 'sh', LAY_PROGRAM, verb, to, ...words],
    resource,
    why: layWords(verb, to),
    timeoutMs: LAY_MS,
  };
}

/** SHA-256 of the file; null where there is none, or where this user may not read it. */
export async function laidHere(path: string): Promise<string | null> {
  const content = await readFile(path).catch(() => null);
  return content === null ? null : createHash('sha256').update(content).digest('hex');
}
