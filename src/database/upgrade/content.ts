import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import type { Ask } from '../accounts.ts';
import { OWN_SCHEMAS, quoted } from './look.ts';

/** What a server holds, so that it can be said afterwards whether it holds the same: rows of each table, and the form of everything else. */

export const contentSchema = z.strictObject({
  /** Table → rows. */
  rows: z.record(z.string(), z.number()),
  /** Table, view, routine, trigger or event → digest of its form. */
  forms: z.record(z.string(), z.string()),
});
export type Content = Readonly<z.infer<typeof contentSchema>>;

const table = z.object({ name: z.string(), part: z.string(), kind: z.string() });
const formed = z.object({ name: z.string(), part: z.string(), form: z.string() });
const counted = z.object({ n: z.coerce.number() });

/**
 * Counts every row: it takes as long as reading the shortest index of each table. Forms are told by facts that both versions tell alike, and not by SHOW
 * CREATE: texts of types and of defaults change with versions.
 */
export async function readContent(ask: Ask, note: (text: string) => void): Promise<Content> {
  const users = `NOT IN (${quoted(OWN_SCHEMAS)})`;
  const tables = await ask(
    table,
    `SELECT table_schema AS name, table_name AS part, CONCAT(table_type, ' ', COALESCE(engine, '')) AS kind FROM information_schema.tables WHERE table_schema ${users} ORDER BY table_schema, table_name`,
  );
  const rows: Record<string, number> = {};
  const based = tables.filter(({ kind }) => kind.startsWith('BASE TABLE'));
  for (const [at, { name, part }] of based.entries()) {
    const [count] = await ask(counted, `SELECT COUNT(*) AS n FROM ${sqlName(name)}.${sqlName(part)}`);
    rows[`${name}.${part}`] = count?.n ?? 0;
    if (at % 100 === 99) note(`${at + 1} of ${based.length} tables counted`);
  }
  const parts: (readonly [string, string])[] = tables.map((one) => [`${one.name}.${one.part}`, one.kind]);
  for (const sql of formQueries(users)) {
    for (const { name, part, form } of await ask(formed, sql)) parts.push([`${name}.${part}`, form]);
  }
  const gathered = new Map<string, string[]>();
  for (const [name, form] of parts) gathered.set(name, [...(gathered.get(name) ?? []), form]);
  const forms = Object.fromEntries(
    [...gathered].map(([name, all]) => [
      name,
      createHash('sha256').update(all.toSorted().join('\n')).digest('hex').slice(0, 16),
    ]),
  );
  return { rows, forms };
}

/** Newer servers say utf8mb3 where older ones said utf8. */
const charset = "REPLACE(COALESCE(character_set_name, ''), 'utf8mb3', 'utf8')";

function formQueries(users: string): readonly string[] {
  return [
    `SELECT table_schema AS name, table_name AS part, CONCAT_WS('|', 'column', ordinal_position, column_name, data_type, is_nullable, COALESCE(character_maximum_length, ''), COALESCE(numeric_precision, ''), COALESCE(numeric_scale, ''), COALESCE(datetime_precision, ''), ${charset}, CASE WHEN data_type IN ('enum', 'set') THEN column_type ELSE '' END) AS form FROM information_schema.columns WHERE table_schema ${users}`,
    `SELECT table_schema AS name, table_name AS part, CONCAT_WS('|', 'index', index_name, non_unique, seq_in_index, COALESCE(column_name, ''), COALESCE(sub_part, ''), index_type) AS form FROM information_schema.statistics WHERE table_schema ${users}`,
    `SELECT constraint_schema AS name, table_name AS part, CONCAT_WS('|', 'reference', constraint_name, referenced_table_name, update_rule, delete_rule) AS form FROM information_schema.referential_constraints WHERE constraint_schema ${users}`,
    `SELECT trigger_schema AS name, event_object_table AS part, CONCAT_WS('|', 'trigger', trigger_name, action_timing, event_manipulation, action_statement) AS form FROM information_schema.triggers WHERE trigger_schema ${users}`,
    `SELECT routine_schema AS name, CONCAT(routine_name, '()') AS part, CONCAT_WS('|', routine_type, COALESCE(routine_definition, '')) AS form FROM information_schema.routines WHERE routine_schema ${users}`,
    `SELECT event_schema AS name, CONCAT(event_name, ' (event)') AS part, CONCAT_WS('|', 'event', event_definition, status) AS form FROM information_schema.events WHERE event_schema ${users}`,
  ];
}

/** What is not as it was. Pure. */
export function contentProblems(before: Content, after: Content, where: string, remedy: string): readonly Problem[] {
  const lost: string[] = [];
  for (const [name, count] of Object.entries(before.rows)) {
    const now = after.rows[name];
    if (now !== count) lost.push(`${name}: ${now === undefined ? 'it is gone' : `${now} rows`}, ${count} before`);
  }
  for (const name of Object.keys(after.rows)) if (before.rows[name] === undefined) lost.push(`${name}: it is new`);
  for (const [name, form] of Object.entries(before.forms)) {
    const now = after.forms[name];
    if (now === undefined && before.rows[name] === undefined) lost.push(`${name}: it is gone`);
    else if (now !== undefined && now !== form) lost.push(`${name}: it has another form`);
  }
  if (lost.length === 0) return [];
  return [
    {
      code: 'database.content-differs',
      where,
      found: `${lost.slice(0, 5).join('; ')}${lost.length > 5 ? `; ${lost.length - 5} more` : ''}`,
      expected: 'the same tables with as many rows each as before the upgrade, in the same form',
      remedy,
    },
  ];
}

export function contentText({ rows }: Content): string {
  const counts = Object.values(rows);
  return `${counts.length} tables with ${counts.reduce((sum, one) => sum + one, 0)} rows`;
}
