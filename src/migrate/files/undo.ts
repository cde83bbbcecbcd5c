import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { Family } from '../server/database.ts';
import type { SqlStatement } from '../sql/lexer.ts';
import { parseStatement } from '../sql/parse/index.ts';
import type { Statement } from '../sql/tree.ts';
import type { Migration } from './files.ts';
import type { NewMigration } from './retire.ts';

/** A migration is taken back by a new one, made of its down file: what was applied stays history, and the new one is judged and run like any other. Pure. */

/** What a statement would throw away. */
export interface Lost {
  readonly table: string;
  /** Null: all rows of the table. */
  readonly column: string | null;
}

/** What the statements of a down file throw away; refused where one cannot be read. */
export function lostBy(statements: readonly SqlStatement[], family: Family, file: string): Result<readonly Lost[]> {
  const lost: Lost[] = [];
  for (const { sql, line } of statements) {
    const parsed = parseStatement(sql, family);
    if (!parsed.ok) {
      return bad({
        code: 'migrate.undo-unread',
        where: `${file}:${line}`,
        found: `${parsed.found}, where ${parsed.expected} could stand`,
        expected: 'a statement that can be read: nobody knows what this one throws away',
        remedy: 'mend it, or write the new migration by hand',
      });
    }
    lost.push(...lostIn(parsed.statement));
  }
  return ok(lost);
}

function lostIn(statement: Statement): readonly Lost[] {
  switch (statement.kind) {
    case 'drop-table':
      return statement.tables.map(({ name }) => ({ table: name, column: null }));
    case 'truncate-table':
      return [{ table: statement.table.name, column: null }];
    case 'delete':
      return statement.tables.map(({ name }) => ({ table: name, column: null }));
    case 'alter-table':
      return statement.parts.flatMap((part) =>
        part.kind === 'drop-column' ? [{ table: statement.table.name, column: part.column }] : [],
      );
    default:
      return [];
  }
}

export interface UndoInput {
  readonly migration: Pick<Migration, 'id'>;
  /** Text of the down file. */
  readonly down: string;
  readonly lost: readonly Lost[];
  /** Where it was seen that nothing stands in what goes. */
  readonly environment: string;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly owner: string;
}

const DAYS = 14;

/** The new migration. What it drops is empty: that is its waiver, and the waiver ends soon. */
export function undo({ migration, down, lost, environment, today, owner }: UndoInput): NewMigration {
  const until = new Date(Date.parse(`${today}T00:00:00Z`) + DAYS * 86_400_000).toISOString().slice(0, 10);
  const rules = [
    ...(lost.some(({ column }) => column === null) ? ['D01'] : []),
    ...(lost.some(({ column }) => column !== null) ? ['D02'] : []),
  ];
  const waiver =
    rules.length === 0
      ? ''
      : `-- shiplock: waive=${rules.join(',')} until=${until} owner=${owner.replaceAll(/\s+/g, '-') || 'unknown'} reason=what goes held nothing in ${environment} on ${today}\n`;
  const body = down
    .split(/\r?\n/)
    .filter((line) => !/^\s*--\s*shiplock:/.test(line))
    .join('\n')
    .trim();
  return {
    name: `undo_${migration.id}`,
    text: `-- shiplock: phase=contract\n${waiver}-- Takes ${migration.id} back, by its down file.\n${body}\n`,
  };
}

export function loses(lost: Lost, id: string, environment: string): Problem {
  const what = lost.column === null ? lost.table : `${lost.table}.${lost.column}`;
  return {
    code: 'migrate.undo-loses',
    where: id,
    found: `${what} holds something in ${environment}`,
    expected: 'a down file that throws nothing away',
    remedy: `go forward: \`shiplock migrate retire ${environment} ${what}\` takes it out of use and keeps what stands there`,
  };
}
