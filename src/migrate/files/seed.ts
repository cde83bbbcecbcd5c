import { createHash } from 'node:crypto';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { action, sequence } from '../../procedure/build.ts';
import type { Node, Step } from '../../procedure/tree.ts';
import { sessionSettings } from '../apply/bookkeeping.ts';
import type { MigrateOptions } from '../apply/options.ts';
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

type SeedOptions = Pick<MigrateOptions, 'database' | 'lockWaitTimeoutMs' | 'statementTimeoutMs'> & {
  readonly seed: Seed;
};

/** Characters of SQL that one transaction takes: some tenths of a second, and so much of the journal's memory at a time. */
const PART_LENGTH = 1 << 20;

/**
 * Puts the seed in. A small one is one transaction; a large one is cut into parts, a step each, so that its progress is seen and a run that was killed
 * goes on behind the last part. The file itself must leave rows alone that are there already.
 */
export function seedNode(options: SeedOptions, partLength = PART_LENGTH): Node {
  const parts = partsOf(options.seed.statements, partLength);
  const { file, statements } = options.seed;
  if (parts.length < 2) return seedStep({ ...options, id: 'seed', title: 'Load seed data', statements });
  return sequence({
    id: 'seed',
    title: 'Load seed data',
    description: `${file} in ${parts.length} parts, each a transaction.`,
    steps: parts.map((part, index) => {
      const title = `Load seed data, part ${index + 1} of ${parts.length}`;
      return seedStep({ ...options, id: `part-${index + 1}`, title, statements: part });
    }),
  });
}

/** Statements in order, together while they have at most this many characters; a longer one stands alone. Pure. */
function partsOf(statements: readonly SqlStatement[], most: number): readonly (readonly SqlStatement[])[] {
  const parts: SqlStatement[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const statement of statements) {
    if (length + statement.sql.length > most) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(statement);
    length += statement.sql.length;
  }
  return parts;
}

function seedStep({
  database,
  seed,
  lockWaitTimeoutMs,
  statementTimeoutMs,
  id,
  title,
  statements,
}: SeedOptions & {
  readonly id: string;
  readonly title: string;
  readonly statements: readonly SqlStatement[];
}): Step<null, object> {
  return action<null>({
    id,
    title,
    inputs: { file: seed.file, sha256: seed.sha256 },
    read: async () => null,
    decide: () => ({
      kind: 'do',
      effects: [
        {
          kind: 'sql',
          dsn: database.dsn,
          statements: [
            sessionSettings(lockWaitTimeoutMs),
            'START TRANSACTION',
            ...statements.map((statement) => statement.sql),
            'COMMIT',
          ],
          lock: database.lock,
          resource: database.resource,
          why: 'the first release asked for it',
          timeoutMs: statementTimeoutMs,
        },
      ],
    }),
    probe: 'repeatable',
    timeoutMs: statementTimeoutMs + 30_000,
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
