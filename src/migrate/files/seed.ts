import { createHash } from 'node:crypto';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { action } from '../../procedure/build.ts';
import type { Step } from '../../procedure/tree.ts';
import { sessionSettings } from '../apply/bookkeeping.ts';
import type { MigrateOptions } from '../apply/options.ts';
import type { DatabaseLook } from '../server/database.ts';
import type { SqlStatement } from '../sql/lexer.ts';
import { kindOf } from '../sql/statement.ts';
import { statementsOf } from './text.ts';

/** Data for an empty database: statements that may be run any number of times. */
export interface Seed {
  readonly file: string;
  readonly sha256: string;
  readonly statements: readonly SqlStatement[];
}

/** Reads a seed file, however large. Only rows are allowed in it: structure belongs to migrations. Throws ProblemError. */
export async function readSeed(file: string): Promise<Seed> {
  const hash = createHash('sha256');
  const statements: SqlStatement[] = [];
  const wrong: Problem[] = [];
  try {
    for await (const statement of statementsOf(file, (bytes) => hash.update(bytes))) {
      wrong.push(...notRows(statement, file));
      // Of a seed that is refused anyway nothing is kept.
      if (wrong.length === 0) statements.push(statement);
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError({
      code: 'migrate.no-seed',
      where: file,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a readable SQL file',
      remedy: 'mend `database.seed`, or take it out',
    });
  }
  if (wrong.length > 0) throw new ProblemError(wrong.slice(0, MOST_PROBLEMS));
  return { file, statements, sha256: hash.digest('hex') };
}

/** A dump given as a seed would be wrong in every statement. */
const MOST_PROBLEMS = 20;

/** Puts the seed in, in one transaction. The file itself must leave rows alone that are there already. */
export function seedStep(
  options: Pick<MigrateOptions, 'database' | 'lockWaitTimeoutMs' | 'statementTimeoutMs'> & { readonly seed: Seed },
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
