import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ProblemError } from '../../model/problem.ts';

/** A signature that was made on another machine. */
export async function signatureOption(
  cwd: string,
  file: string,
  person: string,
): Promise<{ readonly person: string; readonly text: string }> {
  try {
    return { person, text: await readFile(resolve(cwd, file), 'utf8') };
  } catch (error) {
    throw new ProblemError({
      code: 'cli.usage',
      where: '--signature',
      found: error instanceof Error ? error.message : String(error),
      expected: 'a file that `ssh-keygen -Y sign -n shiplock-gate@v1` has made',
      remedy: 'sign what --print says, and name the .sig file',
    });
  }
}
