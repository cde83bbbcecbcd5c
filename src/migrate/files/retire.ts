import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import type { Migration } from './files.ts';

/** Tables and columns are renamed before they are dropped, so that nothing is lost when somebody still needs them. Pure. */

export interface Retirement {
  /** A table, or `table.column`. */
  readonly what: { readonly table: string; readonly column: string | null };
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** How long it lies renamed before it may be dropped. */
  readonly quarantineDays: number;
}

/** A new migration, not numbered yet. */
export interface NewMigration {
  readonly name: string;
  readonly text: string;
}

const PREFIX = '_shiplock_retired_';
const LONGEST_NAME = 64;
const RETIRED = /_shiplock_retired_(\d{4})(\d{2})(\d{2})_/;

/** `table` or `table.column`; a point or a backtick in a name is written in backticks: `` `a.b`.c ``. */
export function readRetired(text: string): Result<Retirement['what']> {
  const names = /^(?:`((?:[^`]|``)+)`|([^`.]+))(?:\.(?:`((?:[^`]|``)+)`|([^`.]+)))?$/u.exec(text);
  const bare = (quoted: string | undefined, plain: string | undefined): string | null =>
    quoted?.replaceAll('``', '`') ?? plain ?? null;
  const table = bare(names?.[1], names?.[2]);
  const column = bare(names?.[3], names?.[4]);
  if (table === null) {
    return bad(
      problem(
        'name',
        text,
        'a table, or a table and a column',
        'write TABLE or TABLE.COLUMN; with a point in a name, in backticks',
      ),
    );
  }
  return ok({ table, column });
}

/** The migration that renames it. It breaks every version that reads it, so it is a contract migration. */
export function retire({ what, today }: Retirement): Result<NewMigration> {
  const { table, column } = what;
  const name = column ?? table;
  const retired = `${PREFIX}${today.replaceAll('-', '')}_${name}`;
  if (RETIRED.test(name))
    return bad(problem('already', name, 'a name that is not retired yet', 'drop it with --drop once its time is over'));
  // Servers count characters; a longer name would be refused half-way.
  if ([...retired].length > LONGEST_NAME) {
    return bad(
      problem(
        'long',
        retired,
        `a name of at most ${LONGEST_NAME} characters`,
        'rename it to something shorter in a migration of its own first',
      ),
    );
  }
  const statement =
    column === null
      ? `RENAME TABLE ${sqlName(table)} TO ${sqlName(retired)}`
      : `ALTER TABLE ${sqlName(table)} RENAME COLUMN ${sqlName(column)} TO ${sqlName(retired)}`;
  const back =
    column === null
      ? `RENAME TABLE ${sqlName(retired)} TO ${sqlName(table)}`
      : `ALTER TABLE ${sqlName(table)} RENAME COLUMN ${sqlName(retired)} TO ${sqlName(column)}`;
  return ok({
    name: `retire_${slug(column === null ? table : `${table}_${column}`)}`,
    text: `-- shiplock: phase=contract\n-- Its rows stay. To take it back by a new migration: ${oneLine(back)};\n${statement};\n`,
  });
}

/** The migration that drops it; refused before its time is over. Found among the files by its retired name. */
export function dropRetired(
  { what, today, quarantineDays }: Retirement,
  files: readonly Migration[],
): Result<NewMigration> {
  const { table, column } = what;
  const renames = column === null ? 'RENAME TABLE ' : `ALTER TABLE ${sqlName(table)} RENAME COLUMN `;
  const found = retiredNames(files).findLast(
    ({ name, sql }) => name.replace(RETIRED, '') === (column ?? table) && sql.startsWith(renames),
  );
  if (found === undefined) {
    return bad(
      problem(
        'not-retired',
        column ?? table,
        'something that a migration has renamed',
        'retire it first, without --drop',
      ),
    );
  }
  const since = Date.parse(`${found.day}T00:00:00Z`);
  const due = new Date(since + quarantineDays * 86_400_000).toISOString().slice(0, 10);
  if (today < due) {
    return bad(
      problem(
        'too-early',
        `${found.name}, retired on ${found.day}`,
        `${due} or later: database.quarantine is ${quarantineDays} days`,
        'wait until then',
      ),
    );
  }
  const statement =
    column === null
      ? `DROP TABLE ${sqlName(found.name)}`
      : `ALTER TABLE ${sqlName(table)} DROP COLUMN ${sqlName(found.name)}`;
  return ok({
    name: `drop_${slug(column === null ? table : `${table}_${column}`)}`,
    text: `-- shiplock: phase=contract\n-- Retired on ${found.day} by ${found.migration}.\n${statement};\n`,
  });
}

/** Number and file name for a new migration. */
export function numbered({ name }: NewMigration, files: readonly Migration[]): string {
  return `${String((files.at(-1)?.number ?? 0) + 1).padStart(4, '0')}_${name}.sql`;
}

function retiredNames(files: readonly Migration[]) {
  return files.flatMap(({ id: migration, statements }) =>
    statements.flatMap(({ sql }) => {
      const name = /\bTO\s+`((?:[^`]|``)+)`\s*$/i.exec(sql)?.[1]?.replaceAll('``', '`');
      const [, year, month, day] = RETIRED.exec(name ?? '') ?? [];
      return name === undefined || year === undefined ? [] : [{ name, sql, migration, day: `${year}-${month}-${day}` }];
    }),
  );
}

/** A name may hold a line end; a comment may not. */
function oneLine(sql: string): string {
  return sql.replace(/\s+/g, ' ');
}

function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'object' : plain;
}

function problem(code: string, found: string, expected: string, remedy: string): Problem {
  return { code: `migrate.retire-${code}`, where: 'shiplock migrate retire', found, expected, remedy };
}
