import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { identitySchema, ownIdentity } from '../../procedure/machine/identity.ts';
import { temporaryBeside } from '../../procedure/store.ts';
import { isOver } from './lock.ts';

/**
 * The line: commits of this machine's processes that wait for one branch, each built on the one before it, so that one push takes all of
 * them. It lies beside the cache and may be lost at any time: the branch is the truth.
 */

const id = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const waitingSchema = z.object({ commit: id, owner: identitySchema, since: z.number() });
export type Waiting = Readonly<z.infer<typeof waitingSchema>>;

const lineSchema = z.object({
  v: z.literal(1),
  /** Head of the branch as it was last seen or pushed; null: the repository has no branch. */
  base: id.nullable(),
  /** When that was, by the clock; 0: never. */
  seenAt: z.number(),
  waiting: z.array(waitingSchema).readonly(),
  /** The newest commits that were taken, for those who wait for theirs. */
  landed: z.array(id).readonly(),
  /** What the server does not take, with its words. */
  refused: z.array(z.object({ commit: id, said: z.string() })).readonly(),
  /** At most so many commits in one push. */
  limit: z.number().int().positive(),
  /** How far apart tries lie; see backoff.ts. */
  window: z.number().nonnegative(),
});
export type Line = Readonly<z.infer<typeof lineSchema>>;

export const MOST_AT_ONCE = 64;
const REMEMBERED = 400;

export const EMPTY_LINE: Line = {
  v: 1,
  base: null,
  seenAt: 0,
  waiting: [],
  landed: [],
  refused: [],
  limit: MOST_AT_ONCE,
  window: 0,
};

/** What lies there; an empty line when nothing does, or nothing readable. */
export async function readLine(file: string): Promise<Line> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return lineSchema.parse(parsed);
  } catch {
    return EMPTY_LINE;
  }
}

/** Only under the lock of the line. */
export async function writeLine(file: string, line: Line): Promise<void> {
  const temporary = temporaryBeside(file);
  await writeFile(temporary, JSON.stringify(line));
  await rename(temporary, file);
}

/** Pure: one more waits. What became of the same commit before does not count: all its data is given, so a second try has the same id. */
export function joined(line: Line, commit: string, now: number): Line {
  return {
    ...line,
    waiting: [...line.waiting, { commit, owner: ownIdentity(), since: now }],
    landed: line.landed.filter((one) => one !== commit),
    refused: line.refused.filter((one) => one.commit !== commit),
  };
}

/** Pure: everything up to `commit` was taken. */
export function taken(line: Line, commit: string, now: number): Line {
  const index = line.waiting.findIndex((one) => one.commit === commit);
  const done = index < 0 ? [commit] : line.waiting.slice(0, index + 1).map((one) => one.commit);
  return {
    ...line,
    base: commit,
    seenAt: now,
    waiting: index < 0 ? [] : line.waiting.slice(index + 1),
    landed: [...line.landed, ...done].slice(-REMEMBERED),
    limit: Math.min(MOST_AT_ONCE, line.limit * 2),
  };
}

/** Pure: the branch is at `base`, which holds `landed` of those who wait; the others build anew. */
export function movedTo(line: Line, base: string | null, landed: readonly string[], now: number): Line {
  return {
    ...line,
    base,
    seenAt: now,
    waiting: base === line.base ? line.waiting : [],
    landed: [...line.landed, ...landed].slice(-REMEMBERED),
  };
}

/** Pure: nobody waits any more; who did builds anew, at most `limit` in one push. */
export function scattered(line: Line, limit = line.limit): Line {
  return { ...line, waiting: [], limit };
}

/** Pure: the server does not take this one. */
export function refusedBy(line: Line, commit: string, said: string): Line {
  return { ...line, waiting: [], refused: [...line.refused, { commit, said }].slice(-50) };
}

/** Pure: without `commit` and what was built on it. */
export function without(line: Line, commit: string): Line {
  const index = line.waiting.findIndex((one) => one.commit === commit);
  return index < 0 ? line : { ...line, waiting: line.waiting.slice(0, index) };
}

/** Those whose process still waits for them: what a dead one left is not pushed by somebody else later. */
export function withoutDead(line: Line, now: number): Line {
  const index = line.waiting.findIndex(({ owner, since }) => isOver(owner, now - since));
  return index < 0 ? line : { ...line, waiting: line.waiting.slice(0, index) };
}
