import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownError } from '../../src/known/known-error.ts';
import { readPage } from '../../src/known/read.ts';
import { unwrap } from '../../src/model/problem.ts';

/** Every page of a directory as the program ships it, by id. Throws a ProblemError for a page that cannot be read. */
export function shippedKnownErrors(directory: string): readonly KnownError[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .toSorted()
    .map((name) => unwrap(readPage(`docs/known-errors/${name}`, readFileSync(join(directory, name), 'utf8'))).error);
}
