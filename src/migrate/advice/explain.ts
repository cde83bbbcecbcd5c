import { z } from 'zod';
import { ServerRefusal, type Session } from '../server/session.ts';

/** How the server would do a statement that it has seen: EXPLAIN of its last sample, which runs nothing. */

/** One table of a statement, as EXPLAIN tells it. No value of the statement is in it. */
export interface ExplainedTable {
  readonly table: string;
  /** `ALL`: every row; `index`: every entry of an index; others read a part. */
  readonly access: string;
  readonly key: string | null;
  /** Rows that the server expects to read each time. */
  readonly rows: number;
  /** Such as `Using filesort`. */
  readonly extra: string | null;
}

const explainRow = z.object({
  table: z.string().nullable(),
  type: z.string().nullable(),
  key: z.string().nullable(),
  rows: z.coerce.number().nullable(),
  Extra: z.string().nullable(),
});

/**
 * Can it be asked about? A query that is whole, without a comment that the server would read. Pure.
 * @param longest bytes after which the server cuts a sample (`performance_schema_max_sql_text_length`)
 */
export function explainable(sample: string, longest: number): boolean {
  return /^\s*(?:SELECT|WITH)\b/i.test(sample) && !sample.includes('/*!') && Buffer.byteLength(sample) < longest;
}

/** Null: the server refuses, for instance since this user may not read a table. The session must be in no transaction. */
export async function explain(session: Session, sample: string): Promise<readonly ExplainedTable[] | null> {
  // EXPLAIN runs nothing; should a sample be more than a query all the same, it may change nothing.
  await session.tell('START TRANSACTION READ ONLY');
  try {
    const rows = await session.ask(explainRow, `EXPLAIN FORMAT=TRADITIONAL ${sample}`);
    return rows.map(({ table, type, key, rows: expected, Extra: extra }) => ({
      ...{ table: table ?? '–', access: type ?? '–', key, rows: expected ?? 0, extra },
    }));
  } catch (error) {
    if (error instanceof ServerRefusal) return null;
    throw error;
  } finally {
    await session.tell('ROLLBACK');
  }
}

/** For people. Pure. */
export function explainText(tables: readonly ExplainedTable[]): string {
  return tables
    .map(({ table, access, key, rows, extra }) => {
      const how = access === 'ALL' ? 'every row' : key === null ? access : `${access} by ${key}`;
      return `${table}: ${how}, about ${rows} rows${extra === null || extra === '' ? '' : ` (${extra.toLowerCase()})`}`;
    })
    .join('; ');
}
