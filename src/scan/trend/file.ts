import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parsedJson } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { type TrendEntry, trendEntrySchema } from './entry.ts';

/** The file of the trend: one line of JSON a scan, only ever appended to. */

/** Where it lies in a state directory. */
export function trendFile(store: string): string {
  return join(store, 'scans', 'trend.jsonl');
}

/**
 * Appends one line and waits until the disk has it. A line that a crash has cut before is ended first, so that it can spoil nothing but
 * itself.
 */
export async function appendTrend(file: string, entry: TrendEntry): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a+', 0o640);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const torn = size > 0 && last[0] !== 0x0a;
    // In one write: two scans that end together do not mix their lines.
    await handle.write(`${torn ? '\n' : ''}${JSON.stringify(entry)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * All entries, and how many lines a crash has cut. No file is no entry.
 * @throws ProblemError for a whole line in another form
 */
export async function readTrend(
  file: string,
): Promise<{ readonly entries: readonly TrendEntry[]; readonly torn: number }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const entries: TrendEntry[] = [];
  let torn = 0;
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const value = parsedJson(line);
    if (value === undefined) {
      torn += 1;
      continue;
    }
    const read = trendEntrySchema.safeParse(value);
    if (!read.success)
      throw new ProblemError({
        code: 'scan.bad-trend',
        where: `${file}:${at + 1}`,
        found: `${read.error.issues[0]?.path.join('.') ?? ''}: ${read.error.issues[0]?.message ?? ''}`,
        expected: 'a line that `shiplock scan --record` of this version has written',
        remedy: 'use the version that wrote it, or move the file away',
      });
    entries.push(read.data);
  }
  return { entries, torn };
}
