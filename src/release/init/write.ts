import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { isMissing, replaceFile } from '../../procedure/store.ts';

/**
 * Several files, all or none: what is to be written is put down first, as one file; from then on it is finished, by this process or by the next
 * one that is started here. A file that somebody changed meanwhile is left alone.
 */

export interface Change {
  /** Absolute. */
  readonly path: string;
  /** Null: it is new. */
  readonly before: string | null;
  readonly after: string;
}

const planSchema = z.strictObject({
  formatVersion: z.literal(1),
  changes: z.array(z.strictObject({ path: z.string(), before: z.string().nullable(), after: z.string() })),
});

export async function writeAll(directory: string, wanted: readonly Change[]): Promise<void> {
  if (wanted.length === 0) return;
  const path = planPath(directory);
  const changes = wanted.map(({ path: file, before, after }) => ({ path: file, before, after }));
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, `${JSON.stringify({ formatVersion: 1, changes })}\n`);
  await finish(path, changes);
}

/** Finishes what a process that died had begun; the paths that it wrote. */
export async function finishBegun(directory: string): Promise<readonly string[]> {
  const path = planPath(directory);
  const text = await readText(path);
  if (text === null) return [];
  const { changes } = planSchema.parse(JSON.parse(text));
  await finish(path, changes);
  return changes.map((change) => change.path);
}

async function finish(plan: string, changes: readonly Change[]): Promise<void> {
  for (const { path, before, after } of changes) {
    const now = await readText(path);
    if (now === after) continue;
    if (now !== before) {
      await rm(plan, { force: true });
      throw new ProblemError(changedMeanwhile(path));
    }
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, after);
  }
  await rm(plan, { force: true });
}

export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function planPath(directory: string): string {
  return join(directory, '.shiplock', 'init.json');
}

function changedMeanwhile(path: string): Problem {
  return {
    code: 'release.changed-meanwhile',
    where: path,
    found: 'a file that somebody changed while it was to be written',
    expected: 'the file as it was looked at',
    remedy: 'look at it, then run `shiplock init` again',
  };
}
