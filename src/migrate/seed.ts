import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Problem, ProblemError } from '../model/problem.ts';
import { action } from '../procedure/build.ts';
import type { Step } from '../procedure/tree.ts';
import { sessionSettings } from './bookkeeping.ts';
import type { DatabaseLook } from './database.ts';
import { type SqlStatement, splitSql } from './lexer.ts';
import type { MigrateOptions } from './node.ts';
import { kindOf } from './statement.ts';

/** Data for an empty database: statements that may be run any number of times. */
export interface Seed {
  readonly file: string;
  readonly sha256: string;
  readonly statements: readonly SqlStatement[];
}

/** Reads a seed file. Only rows are allowed in it: structure belongs to migrations. Throws ProblemError. */
export async function readSeed(file: string): Promise<Seed> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ProblemError({
      code: 'migrate.no-seed',
      where: file,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a readable SQL file',
      remedy: 'mend `database.seed`, or take it out',
    });
  }
  const { statements, problems } = splitSql(text, file);
  const wrong = [...problems, ...statements.flatMap((statement) => notRows(statement, file))];
  if (wrong.length > 0) throw new ProblemError(wrong);
  return { file, statements, sha256: createHash('sha256').update(text).digest('hex') };
}

/** Puts the seed in, in one transaction. The file itself must leave rows alone that are there already. */
export function seedStep(
  options: Omit<MigrateOptions, 'engine' | 'migrations'> & { readonly seed: Seed },
): Step<DatabaseLook, object> {
  const { database, seed } = options;
  return action<DatabaseLook>({
    id: 'seed',
    title: 'Load seed data',
    inputs: { file: seed.file, sha256: seed.sha256 },
    read: () => database.look(),
    decide: () => ({
      kind: 'do',
      effects: [
        {
          kind: 'sql',
          dsn: database.dsn,
          statements: [
            sessionSettings(options.lockWaitTimeoutMs),
            'START TRANSACTION',
            ...seed.statements.map((statement) => statement.sql),
            'COMMIT',
          ],
          lock: database.lock,
          resource: database.resource,
          why: 'the first release asked for it',
          timeoutMs: options.statementTimeoutMs,
        },
      ],
    }),
    probe: 'repeatable',
    timeoutMs: options.statementTimeoutMs + 30_000,
  });
}

function notRows(statement: SqlStatement, file: string): readonly Problem[] {
  if (kindOf(statement.sql).kind === 'rows') return [];
  return [
    {
      code: 'migrate.seed-not-rows',
      where: `${file}:${statement.line}`,
      found: statement.sql.split('\n')[0] ?? '',
      expected: 'INSERT, UPDATE, DELETE or REPLACE',
      remedy: 'write structure changes as a numbered migration',
    },
  ];
}
