import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FENCE_TABLE } from '../procedure/effects/sql.ts';
import { TABLES } from './bookkeeping.ts';

/** What a database is made of, as one digest: two looks differ exactly when somebody changed something other than rows. */

/** Asks the server, row by row. */
export type Ask = <T>(row: z.ZodType<T>, sql: string) => Promise<readonly T[]>;

const valueSchema = z.union([z.string(), z.number(), z.bigint().transform(String), z.null()]);
const rowSchema = z.record(z.string(), valueSchema);

/** Tables of ours come and go with a run. */
const ours = [...Object.values(TABLES), FENCE_TABLE].map((name) => `'${name}'`).join(', ');

/** View of information_schema → what of it makes a structure; counts and times are left out. The first names whose it is. */
const PARTS: Readonly<
  Record<string, { readonly schema: string; readonly columns: readonly string[]; readonly table: boolean }>
> = {
  TABLES: {
    schema: 'TABLE_SCHEMA',
    columns: ['TABLE_NAME', 'TABLE_TYPE', 'ENGINE', 'TABLE_COLLATION', 'CREATE_OPTIONS', 'TABLE_COMMENT'],
    table: true,
  },
  COLUMNS: {
    schema: 'TABLE_SCHEMA',
    columns: [
      ...['TABLE_NAME', 'ORDINAL_POSITION', 'COLUMN_NAME', 'COLUMN_TYPE', 'IS_NULLABLE', 'COLUMN_DEFAULT'],
      ...['COLLATION_NAME', 'EXTRA', 'GENERATION_EXPRESSION', 'COLUMN_COMMENT'],
    ],
    table: true,
  },
  STATISTICS: {
    schema: 'TABLE_SCHEMA',
    columns: ['TABLE_NAME', 'INDEX_NAME', 'SEQ_IN_INDEX', 'COLUMN_NAME', 'NON_UNIQUE', 'SUB_PART', 'INDEX_TYPE'],
    table: true,
  },
  KEY_COLUMN_USAGE: {
    schema: 'TABLE_SCHEMA',
    columns: [
      ...['TABLE_NAME', 'CONSTRAINT_NAME', 'ORDINAL_POSITION', 'COLUMN_NAME'],
      ...['REFERENCED_TABLE_NAME', 'REFERENCED_COLUMN_NAME'],
    ],
    table: true,
  },
  REFERENTIAL_CONSTRAINTS: {
    schema: 'CONSTRAINT_SCHEMA',
    columns: ['TABLE_NAME', 'CONSTRAINT_NAME', 'UPDATE_RULE', 'DELETE_RULE'],
    table: true,
  },
  CHECK_CONSTRAINTS: { schema: 'CONSTRAINT_SCHEMA', columns: ['CONSTRAINT_NAME', 'CHECK_CLAUSE'], table: false },
  PARTITIONS: {
    schema: 'TABLE_SCHEMA',
    columns: ['TABLE_NAME', 'PARTITION_NAME', 'PARTITION_METHOD', 'PARTITION_EXPRESSION', 'PARTITION_DESCRIPTION'],
    table: true,
  },
  VIEWS: { schema: 'TABLE_SCHEMA', columns: ['TABLE_NAME', 'VIEW_DEFINITION'], table: true },
  TRIGGERS: {
    schema: 'TRIGGER_SCHEMA',
    columns: ['TRIGGER_NAME', 'EVENT_OBJECT_TABLE', 'EVENT_MANIPULATION', 'ACTION_TIMING', 'ACTION_STATEMENT'],
    table: false,
  },
  ROUTINES: {
    schema: 'ROUTINE_SCHEMA',
    columns: ['ROUTINE_NAME', 'ROUTINE_TYPE', 'ROUTINE_DEFINITION'],
    table: false,
  },
};

/** SHA-256 of the structure of the current database, hexadecimal. Our own tables do not count. */
export async function structureDigest(ask: Ask): Promise<string> {
  const hash = createHash('sha256');
  for (const [view, { schema, columns, table }] of Object.entries(PARTS)) {
    const rows = await ask(
      rowSchema,
      `SELECT ${columns.map((name) => `${name} AS ${name}`).join(', ')} FROM information_schema.${view} WHERE ${schema} = DATABASE()${table ? ` AND TABLE_NAME NOT IN (${ours})` : ''}`,
    );
    // Sorted here: the server's order depends on its collation.
    const lines = rows.map((row) => JSON.stringify(columns.map((name) => cellOf(row, name)))).toSorted();
    hash.update(`${view}\n${lines.join('\n')}\n`);
  }
  return hash.digest('hex');
}

/** A column that is not there would make every structure look the same. */
function cellOf(row: z.infer<typeof rowSchema>, name: string): string | number | null {
  const value = row[name];
  if (value === undefined) throw new TypeError(`the server answered without ${name}`);
  return value;
}
