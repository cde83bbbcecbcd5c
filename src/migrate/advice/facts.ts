import { z } from 'zod';
import { type Layout, readLayout } from '../plan/layout.ts';
import { type Family, readServer } from '../server/database.ts';
import { ServerRefusal, type Session } from '../server/session.ts';
import { type ExplainedTable, explain, explainable } from './explain.ts';

/** What advice is given from: all of it is read, nothing is changed. */

export interface TableUse {
  readonly table: string;
  readonly engine: string | null;
  /** The server's estimate. */
  readonly rows: number;
  readonly bytes: number;
  readonly autoIncrement: bigint | null;
}

/** A shape of statements, with all of its runs since the server began to count. */
export interface SlowShape {
  readonly text: string;
  readonly count: number;
  readonly totalSeconds: number;
  readonly examined: number;
  readonly sent: number;
  /** Runs that used no index. */
  readonly withoutIndex: number;
  /** How the server would do it today; null: it keeps no sample of it, or it may not be asked. */
  readonly explained: readonly ExplainedTable[] | null;
}

export interface AdviceFacts {
  readonly family: Family;
  readonly version: string;
  readonly layout: Layout;
  readonly tables: readonly TableUse[];
  /** `table.index` of those that were read; null: the server does not count that. */
  readonly indexReads: ReadonlySet<string> | null;
  /** Null: the server does not keep statements. */
  readonly slow: readonly SlowShape[] | null;
  /** Whether it keeps some as they were sent, so that it can be asked about them. */
  readonly samples: boolean;
  readonly status: ReadonlyMap<string, number>;
  readonly variables: ReadonlyMap<string, string>;
}

const tableRow = z.object({
  table: z.string(),
  engine: z.string().nullable(),
  rows: z.coerce.number(),
  bytes: z.coerce.number(),
  autoIncrement: z.union([z.number(), z.string()]).nullable(),
});
const shown = z
  .object({ Variable_name: z.string(), Value: z.string() })
  .transform(({ Variable_name: name, Value: value }) => ({ name: name.toLowerCase(), value }));
const useRow = z.object({ table: z.string(), name: z.string(), reads: z.coerce.number() });
const slowRow = z.object({
  text: z.string().nullable(),
  count: z.coerce.number(),
  seconds: z.coerce.number(),
  examined: z.coerce.number(),
  sent: z.coerce.number(),
  withoutIndex: z.coerce.number(),
  sample: z.string().nullable(),
});

export async function readAdviceFacts(session: Session): Promise<AdviceFacts> {
  const { family, version } = await readServer((row, sql) => session.ask(row, sql));
  const tables = await session.ask(
    tableRow,
    "SELECT TABLE_NAME AS `table`, ENGINE AS engine, COALESCE(TABLE_ROWS, 0) AS `rows`, COALESCE(DATA_LENGTH + INDEX_LENGTH, 0) AS bytes, AUTO_INCREMENT AS autoIncrement FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
  );
  const status = await session.ask(shown, 'SHOW GLOBAL STATUS');
  const variables = await session.ask(shown, 'SHOW GLOBAL VARIABLES');
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  const counts = values.get('performance_schema') === 'ON';
  return {
    family,
    version,
    layout: await readLayout(session, family),
    tables: tables
      .filter(({ table }) => !table.startsWith('shiplock_'))
      .map((row) => ({ ...row, autoIncrement: row.autoIncrement === null ? null : BigInt(row.autoIncrement) })),
    indexReads: await indexReads(session, family, values),
    slow: counts ? await orNull(() => slowShapes(session, family, values)) : null,
    samples: counts && (await orNull(() => keepsSamples(session, family))) === true,
    status: new Map(status.map(({ name, value }) => [name, Number(value)])),
    variables: values,
  };
}

/** MySQL counts in performance_schema; MariaDB when `userstat` is on, and it lists only those that were read. */
async function indexReads(
  session: Session,
  family: Family,
  variables: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string> | null> {
  const counted =
    family === 'mysql' ? variables.get('performance_schema') === 'ON' : variables.get('userstat') === 'ON';
  if (!counted) return null;
  const sql =
    family === 'mysql'
      ? 'SELECT OBJECT_NAME AS `table`, INDEX_NAME AS name, COUNT_READ AS `reads` FROM performance_schema.table_io_waits_summary_by_index_usage WHERE OBJECT_SCHEMA = DATABASE() AND INDEX_NAME IS NOT NULL'
      : 'SELECT TABLE_NAME AS `table`, INDEX_NAME AS name, ROWS_READ AS `reads` FROM information_schema.INDEX_STATISTICS WHERE TABLE_SCHEMA = DATABASE()';
  const rows = await orNull(() => session.ask(useRow, sql));
  return rows === null
    ? null
    : new Set(rows.filter(({ reads }) => reads > 0).map(({ table, name }) => `${table}.${name}`));
}

const lastOf = (table: string): string =>
  `(SELECT SQL_TEXT FROM performance_schema.${table} seen WHERE seen.DIGEST = shape.DIGEST AND seen.CURRENT_SCHEMA = shape.SCHEMA_NAME ORDER BY TIMER_START DESC LIMIT 1)`;

/** MySQL keeps a sample of each shape; MariaDB only its last statements, where its consumers are on. */
const SAMPLE: Readonly<Record<Family, string>> = {
  mysql: 'QUERY_SAMPLE_TEXT',
  mariadb: `COALESCE(${lastOf('events_statements_history_long')}, ${lastOf('events_statements_history')})`,
};

const consumerRow = z.object({ enabled: z.coerce.number() });

/** Does the server keep statements as they were sent? @throws ServerRefusal */
async function keepsSamples(session: Session, family: Family): Promise<boolean> {
  if (family === 'mysql') return true;
  const [row] = await session.ask(
    consumerRow,
    "SELECT SUM(NAME = 'events_statements_current') * SUM(NAME LIKE 'events_statements_history%') AS enabled FROM performance_schema.setup_consumers WHERE ENABLED = 'YES' AND NAME LIKE 'events_statements_%'",
  );
  return (row?.enabled ?? 0) > 0;
}

const PICOSECONDS = 1e12;
const MOST = 20;

async function slowShapes(
  session: Session,
  family: Family,
  variables: ReadonlyMap<string, string>,
): Promise<readonly SlowShape[]> {
  const rows = await session.ask(
    slowRow,
    `SELECT DIGEST_TEXT AS text, COUNT_STAR AS count, SUM_TIMER_WAIT / ${PICOSECONDS} AS seconds, SUM_ROWS_EXAMINED AS examined, SUM_ROWS_SENT AS sent, SUM_NO_INDEX_USED AS withoutIndex, ${SAMPLE[family]} AS sample FROM performance_schema.events_statements_summary_by_digest shape WHERE SCHEMA_NAME = DATABASE() ORDER BY SUM_TIMER_WAIT DESC LIMIT ${MOST}`,
  );
  const longest = Number(variables.get('performance_schema_max_sql_text_length') ?? 0);
  const shapes: SlowShape[] = [];
  for (const { text, seconds, sample: said, ...row } of rows) {
    const shape = { ...row, text: text ?? '', totalSeconds: seconds, explained: null };
    const asks = said !== null && scansOrSlow(shape) !== null && explainable(said, longest);
    shapes.push(asks ? { ...shape, explained: await explain(session, said) } : shape);
  }
  return shapes;
}

const SCANNED_FOR_ONE = 1_000;
const OFTEN = 10;
const SLOW_SECONDS = 1;

/** Is a statement worth a word: it reads far more than it sends without an index, or it takes a second each time? Pure. */
export function scansOrSlow(shape: Omit<SlowShape, 'explained'>): 'scans' | 'slow' | null {
  const { count, totalSeconds, examined, sent, withoutIndex } = shape;
  const ratio = examined / Math.max(1, sent);
  const often = count >= OFTEN && withoutIndex > count / 2;
  if (often && ratio >= SCANNED_FOR_ONE && examined / count >= SCANNED_FOR_ONE) return 'scans';
  return totalSeconds / Math.max(1, count) >= SLOW_SECONDS ? 'slow' : null;
}

/** A right that is missing makes a fact unknown; everything else is told. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ServerRefusal) return null;
    throw error;
  }
}
