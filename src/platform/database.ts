import { fileURLToPath } from 'node:url';
import type { DatabaseHostLook } from '../model/database-host.ts';
import { ProblemError } from '../model/problem.ts';
import { textLines } from './lines.ts';

/** The machine of a server of databases: database.sh beside this module, and what it says. */

export const DATABASE_PROGRAM = fileURLToPath(new URL('./database.sh', import.meta.url));

/** Where the server is on its machine. `-`: there is none. */
export interface DatabasePlace {
  readonly unit: string;
  readonly dataDirectory: string;
  readonly log: string;
}

const KINDS = ['free', 'upgraded', 'error'] as const;

/** The answer of `look`; undefined for one that is not whole. Pure. */
export function parseDatabaseHost(stdout: string): DatabaseHostLook | undefined {
  const texts = textLines(stdout, KINDS);
  if (texts === undefined) return undefined;
  const freeBytes = Number(texts('free')[0] || Number.NaN);
  if (!Number.isFinite(freeBytes)) return undefined;
  return { freeBytes, upgradedTo: texts('upgraded')[0]?.trim() || null, errors: texts('error') };
}

/** What is thrown for an answer that is not whole. */
export function strangeDatabase(where: string, said: string): never {
  throw new ProblemError({
    code: 'platform.database-answer',
    where,
    found: `an answer that is not whole: ${said.trim().slice(-200)}`,
    expected: 'what the machine says of its server of databases',
    remedy: 'look whether the server keeps its data on that machine, in a directory without blanks in its name',
  });
}
