import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import type { Io } from '../io.ts';

/** Text of a file of counts, or of standard input for `-`, piece by piece. */
export function countChunks(io: Pick<Io, 'cwd' | 'stdin'>, file: string): AsyncIterable<string> {
  return file === '-' ? textChunks(io.stdin) : fileChunks(io, file);
}

/** What problems call it. */
export function countSource(file: string): string {
  return file === '-' ? 'standard input' : file;
}

export async function* fileChunks(io: Pick<Io, 'cwd'>, file: string): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(resolve(io.cwd, file), { encoding: 'utf8' })) yield String(chunk);
  } catch (error) {
    throw new ProblemError({
      code: 'cli.unreadable-file',
      where: file,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a CSV file that can be read',
      remedy: 'check the path, or give the counts on standard input with `--input -`',
    });
  }
}

async function* textChunks(stdin: Io['stdin']): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of stdin) yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
}
