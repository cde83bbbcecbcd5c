import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sqlName } from '../../model/sql.ts';
import { FENCE_TABLE } from '../../procedure/effects/sql.ts';
import { TABLES } from '../apply/bookkeeping.ts';
import { RESTORE_TABLE } from '../guards/restore.ts';
import { isPassing } from '../rewrite/names.ts';
import { ORIGIN_TABLE } from './origin.ts';
import { LOOSE_CHECKS, type Row, rowSchema, VIEWS, type View } from './structure-views.ts';

/** What a database is made of, object by object: two looks differ exactly when somebody changed something other than rows. */

/** Asks the server, row by row. */
export type Ask = <T>(row: z.ZodType<T>, sql: string) => Promise<readonly T[]>;

/** A property and its value as the server writes it. */
export type Facts = Readonly<Record<string, string>>;

/** The object itself (`''`) and its parts, `column email` or `index by_owner`. */
export type Parts = Readonly<Record<string, Facts>>;

/** `database`, `table users`, `view v`, `trigger t`, `procedure p`, `function f`, `event e`, `sequence s` → what it is. */
export type Structure = Readonly<Record<string, Parts>>;

/** Where the structure is remembered that the last migration left (remembered.ts). */
export const STRUCTURE_TABLE = 'shiplock_structure';

/** How far tables are filled with made-up rows; gone when they are full. */
export const GENERATED_TABLE = 'shiplock_generated';

/** Tables of ours come and go with a run. */
export const OWN_TABLES: readonly string[] = [
  ...Object.values(TABLES),
  FENCE_TABLE,
  STRUCTURE_TABLE,
  ORIGIN_TABLE,
  GENERATED_TABLE,
  RESTORE_TABLE,
];
const own = OWN_TABLES.map((name) => `'${name}'`).join(', ');

/** What is being read. */
type Found = Record<string, Record<string, Record<string, string>>>;

/** What the current database is made of, without our own tables. As much as the user may see. */
export async function readStructure(ask: Ask): Promise<Structure> {
  const [current] = await ask(z.strictObject({ name: z.string() }), 'SELECT DATABASE() AS name');
  const has = await knownColumns(ask);
  const found: Found = {};
  for (const view of VIEWS) await readView(ask, view, has, current?.name ?? '', found);
  placeChecks(found);
  for (const [object, parts] of Object.entries(found)) {
    const [, kind, name] = /^(table|trigger) (.*)$/s.exec(object) ?? [];
    if ((kind === 'table' || kind === 'trigger') && isPassing(kind, name ?? '')) delete found[object];
    // The columns of views are read like those of tables.
    if (object.startsWith('table ') && parts[''] === undefined) delete found[object];
    if (parts['']?.['kind'] === 'SEQUENCE') await readSequence(ask, object, found);
  }
  return found;
}

/** Names of the columns of information_schema, since families and versions differ in them. */
async function knownColumns(ask: Ask): Promise<ReadonlySet<string>> {
  const names = VIEWS.map(({ name }) => `'${name}'`).join(', ');
  const rows = await ask(
    z.strictObject({ place: z.string() }),
    `SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) AS place FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME IN (${names})`,
  );
  return new Set(rows.map(({ place }) => place.toUpperCase()));
}

async function readView(ask: Ask, view: View, has: ReadonlySet<string>, database: string, found: Found): Promise<void> {
  const { name, schema, table, keys, lists = [], mayLack = {}, place, where, order } = view;
  const there = Object.entries(mayLack).filter(([column]) => has.has(`${name}.${column}`));
  const facts = [...Object.entries(view.facts), ...there];
  const columns = [...new Set([...keys, ...facts.map(([column]) => column)])];
  // Moments as text: what the driver makes of them depends on the machine's time zone.
  const chosen = columns.map((column) => `CAST(${column} AS CHAR) AS ${column}`).join(', ');
  const conditions = [`${schema} = DATABASE()`];
  if (table !== null) conditions.push(`${table} NOT IN (${own})`);
  if (where !== undefined) conditions.push(where);
  const rows = await ask(
    rowSchema,
    `SELECT ${chosen} FROM information_schema.${name} WHERE ${conditions.join(' AND ')}${order === undefined ? '' : ` ORDER BY ${order}`}`,
  );
  let last: readonly [string, string] = ['', ''];
  for (const row of rows) {
    const at = place(row);
    if (at === null) continue;
    const [object, part] = at;
    const parts = found[object] ?? {};
    const into = parts[part] ?? {};
    found[object] = parts;
    parts[part] = into;
    for (const [column, fact] of facts) {
      const value = withoutDatabase(cellOf(row, column), database);
      const before = into[fact];
      if (before === undefined) into[fact] = value;
      else if (lists.includes(column)) into[fact] = `${before}, ${value}`;
    }
    // Places of columns would change with every column before them; their neighbours do not.
    if (name === 'COLUMNS') into['after'] = last[0] === object ? last[1].replace(/^column /, '') : '';
    last = at;
  }
}

/** A column that is not there would make every structure look the same. */
function cellOf(row: Row, name: string): string {
  const value = row[name];
  if (value === undefined) throw new TypeError(`the server answered without ${name}`);
  return value ?? 'NULL';
}

/** Servers write the database before each table of a view; two databases with the same views are the same. */
function withoutDatabase(value: string, database: string): string {
  return value.replaceAll(`${sqlName(database)}.`, '');
}

/** MySQL says in another view which table a check belongs to. */
function placeChecks(found: Found): void {
  for (const [part, facts] of Object.entries(found[LOOSE_CHECKS] ?? {})) {
    const owner = Object.values(found).find((parts) => parts !== found[LOOSE_CHECKS] && parts[part] !== undefined);
    if (owner !== undefined) owner[part] = { ...owner[part], ...facts };
  }
  delete found[LOOSE_CHECKS];
}

const SETTINGS = ['start_value', 'minimum_value', 'maximum_value', 'increment', 'cache_size', 'cycle_option'];

/** MariaDB shows a sequence as a table; how far it has counted is no structure. */
async function readSequence(ask: Ask, object: string, found: Found): Promise<void> {
  const name = object.slice('table '.length);
  const [row] = await ask(
    rowSchema,
    `SELECT ${SETTINGS.map((setting) => `CAST(${setting} AS CHAR) AS ${setting}`).join(', ')} FROM ${sqlName(name)}`,
  );
  delete found[object];
  found[`sequence ${name}`] = {
    '': Object.fromEntries(SETTINGS.map((setting) => [setting, cellOf(row ?? {}, setting)])),
  };
}

/** SHA-256 of the structure of the current database, hexadecimal. Our own tables do not count. */
export async function structureDigest(ask: Ask): Promise<string> {
  return digestOfStructure(await readStructure(ask));
}

/** Pure. */
export function digestOfStructure(structure: Structure): string {
  const hash = createHash('sha256');
  for (const object of Object.keys(structure).toSorted())
    hash.update(`${object}\n${textOfParts(structure[object] ?? {})}\n`);
  return hash.digest('hex');
}

/** The same text for the same parts, whatever order they were read in. Pure. */
export function textOfParts(parts: Parts): string {
  const sorted = (facts: Facts): Facts =>
    Object.fromEntries(Object.entries(facts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const entries = Object.entries(parts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(entries.map(([part, facts]) => [part, sorted(facts)])));
}
