import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ProblemError } from '../model/problem.ts';
import { isMissing, replaceFile } from '../procedure/store.ts';
import type { Io } from './io.ts';

/**
 * Writes what a user asked to have in a file: whole or not at all, a plain file of that name is replaced. A link is followed.
 * Directories are not made, since a wrong one is most often a slip.
 *
 * @param option the option that named the file, for the problem
 */
export async function writeOutput(io: Pick<Io, 'cwd'>, file: string, content: string, option: string): Promise<void> {
  const path = resolve(io.cwd, file);
  try {
    await replaceFile(await targetOf(path), content);
  } catch (error) {
    throw new ProblemError({
      code: 'cli.unwritable-file',
      where: option,
      found: `${file}: ${error instanceof Error ? error.message : String(error)}`,
      expected: 'a plain file, new or old, in a directory that is there',
      remedy: 'check the path and who may write there',
    });
  }
}

async function targetOf(path: string): Promise<string> {
  const there = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (there === undefined) {
    await stat(dirname(path));
    return path;
  }
  // A device or a pipe must never be renamed over.
  if (!there.isFile()) throw new Error(there.isDirectory() ? 'is a directory' : 'is no plain file');
  return realpath(path);
}
