import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { isMissing, namesIn } from '../../procedure/store.ts';
import { besideFile, type CataloguePlace, readBeside } from '../catalogue/store.ts';
import { type RestoreTimes, timesSchema } from './predict.ts';

/** The directory that a restore fills, and what tells whose it is. */

/** What was asked for; the same words again go on with it. */
export const wishSchema = z.strictObject({
  environment: z.string(),
  /** The target as it was written. */
  target: z.string(),
  /** Which full backup; null: the best. */
  id: z.string().nullable(),
});
export type Wish = Readonly<z.infer<typeof wishSchema>>;

export const markSchema = z.strictObject({
  v: z.literal(1),
  wish: wishSchema,
  /** What was chosen: a log that is taken later does not change a restore that is under way. */
  full: z.string(),
  /** SHA-256 of each binary log, in order. */
  segments: z.array(z.string()).readonly(),
  /** The run that fills the directory, or has. */
  run: z.string(),
  startedAt: z.string().datetime(),
  /** Null: it is under way, or was cut. */
  finishedAt: z.string().datetime().nullable(),
});
export type Mark = Readonly<z.infer<typeof markSchema>>;

/** Bytes that the address of a socket may have on Linux (`sun_path` of unix(7), without its last zero). */
const SOCKET_BYTES = 107;

/** Where the server of a restore listens. Pure. @throws ProblemError when the directory lies too deep for a socket */
export function socketIn(directory: string): string {
  const path = join(directory, 'server', 'run', 's');
  const bytes = Buffer.byteLength(path);
  if (bytes <= SOCKET_BYTES) return path;
  throw new ProblemError({
    code: 'restore.path-too-long',
    where: directory,
    found: `a socket at ${path}, ${bytes} bytes`,
    expected: `at most ${SOCKET_BYTES} bytes`,
    remedy: 'name a directory with a shorter path with --into',
  });
}

/** File in the directory. Pure. */
export function markFile(directory: string): string {
  return join(directory, 'restore.json');
}

/** Pure. */
export function markText(mark: Mark): string {
  return `${JSON.stringify(markSchema.parse(mark), null, 2)}\n`;
}

/**
 * The mark of a restore with the same wish, cut or finished; null: the directory is empty, or not there.
 * @throws ProblemError for anything else: a restore is never written over something
 */
export async function restoreIn(directory: string, wish: Wish): Promise<Mark | null> {
  // What we were writing the mark into when we were killed is nobody's.
  const names = (await namesIn(directory)).filter((name) => !name.startsWith('restore.json.'));
  if (names.length === 0) return null;
  const text = await readFile(markFile(directory), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  const mark = text === null ? null : (markSchema.safeParse(parsedJson(text)).data ?? null);
  if (mark === null) throw new ProblemError(notEmpty(directory, names));
  const same = JSON.stringify(mark.wish) === JSON.stringify(wish);
  if (same) return mark;
  throw new ProblemError(mark.finishedAt === null ? another(directory, mark.wish) : finishedIn(directory, mark));
}

/**
 * The same of one that was cut: it may be gone on with.
 * @throws ProblemError also for one that is finished
 */
export async function cutRestoreIn(directory: string, wish: Wish): Promise<Mark | null> {
  const mark = await restoreIn(directory, wish);
  if (mark === null || mark.finishedAt === null) return mark;
  throw new ProblemError(finishedIn(directory, mark));
}

const TIMES = 'restores';

/** What earlier restores of the environment took; one that cannot be read tells nothing. */
export async function readTimes(place: CataloguePlace): Promise<readonly RestoreTimes[]> {
  return readBeside(place, TIMES, timesSchema);
}

/** File of the times of one restore: beside the records, and so in the repository too. Pure. */
export function timesFile(place: CataloguePlace, run: string): string {
  return besideFile(place, TIMES, run);
}

function notEmpty(directory: string, names: readonly string[]): Problem {
  return {
    code: 'restore.not-empty',
    where: directory,
    found: names.slice(0, 5).join(', '),
    expected: 'an empty directory, or one that does not exist yet',
    remedy: 'name another one with --into: a restore is never written over something',
  };
}

/** Why nothing is restored into a directory in which a restore is whole. Pure. */
export function finishedIn(directory: string, { finishedAt }: Mark): Problem {
  return {
    code: 'restore.not-empty',
    where: directory,
    found: `a restore that was finished at ${finishedAt ?? ''}`,
    expected: 'an empty directory, or one that does not exist yet',
    remedy: 'name another one with --into; this one is whole',
  };
}

function another(directory: string, { environment, target, id }: Wish): Problem {
  return {
    code: 'restore.not-empty',
    where: directory,
    found: `a restore of ${environment} to ${target}${id === null ? '' : ` from ${id}`} that was cut`,
    expected: 'the same restore again, which goes on with it',
    remedy: 'name another directory with --into, or delete this one yourself',
  };
}
