import { readFile } from 'node:fs/promises';
import { ProblemError } from '../model/problem.ts';
import { formatDuration } from '../model/scalars.ts';
import { type Dated, GarbledOutput } from './scanner.ts';

/** Knowledge of yesterday does not know what is known today. */

/** Clocks of those who publish it differ from ours by this much. */
const AHEAD_MS = 24 * 60 * 60 * 1000;

/**
 * Looks how old the knowledge of a scanner is.
 *
 * @param now milliseconds since 1970
 * @throws GarbledOutput when nothing says it
 * @throws ProblemError `scan.old-database` when it is too old, or from the future
 */
export async function checkAge({ file, maxAge, time }: Dated, now: number): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new GarbledOutput(`no ${file}: there is no database, or not all of it`);
  const from = time(text);
  const age = now - from;
  if (age <= maxAge && age >= -AHEAD_MS) return;
  throw new ProblemError({
    code: 'scan.old-database',
    where: file,
    found: `a database of ${new Date(from).toISOString()}`,
    expected: `one that is at most ${formatDuration(maxAge)} old`,
    remedy: 'fetch it anew, or raise `scan.trivy.maxAge` if an older one will do',
  });
}
