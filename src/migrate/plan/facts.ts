import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { Clock } from '../../model/ports.ts';
import { sqlName } from '../../model/sql.ts';
import type { Family } from '../server/database.ts';
import { ServerRefusal, type Session } from '../server/session.ts';
import type { Layout } from './layout.ts';
import type { Question } from './questions.ts';

/** What only the target itself knows: how much lies in its tables, who hangs on them, and whether the rows fit. Looks only. */

export interface TableFacts {
  readonly table: string;
  /** Estimated by the server; 0 only when there is none. Null: not known. */
  readonly rows: number | null;
  /** Data and indexes. */
  readonly bytes: number | null;
  /** Rows changed per second, in the last second; null: this user may not see it. */
  readonly writesPerSecond: number | null;
  /** Row versions that INSTANT has used up; null: the server has none, or this user may not see them. */
  readonly rowVersions: number | null;
  readonly triggers: number;
  /** Foreign keys of the table, and of others that lead to it. */
  readonly keysOut: number;
  readonly keysIn: number;
  /** It has a primary key or a unique one without NULL. */
  readonly keyed: boolean;
}

export interface ServerFacts {
  /** Bytes where the data lies; null: that is not on this machine. */
  readonly freeBytes: number | null;
  /** Replicas that read from it now; null: this user may not see them. */
  readonly replicas: number | null;
  readonly family: Family;
  /** A tool that follows the log needs ROW, and whole rows in it. */
  readonly binlog: 'ROW' | 'STATEMENT' | 'MIXED' | 'off';
  readonly fullRows: boolean;
}

export interface Facts {
  readonly server: ServerFacts;
  readonly tables: readonly TableFacts[];
}

const sizeRow = z.object({
  table: z.string(),
  rows: z.coerce.number().nullable(),
  bytes: z.coerce.number().nullable(),
});
const countRow = z.object({ table: z.string(), count: z.coerce.number() });
const pathRow = z.object({
  dir: z.string(),
  host: z.string(),
  logs: z.coerce.string(),
  format: z.string(),
  image: z.string(),
});
const foundRow = z.object({ found: z.coerce.number() });

export interface Looking {
  readonly session: Session;
  readonly family: Family;
  readonly database: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Keeps every later question of this session short, and its numbers fresh. */
export async function boundSession(session: Session, family: Family, timeoutMs: number): Promise<void> {
  await session.tell('SET SESSION TRANSACTION READ ONLY');
  await session.tell(
    family === 'mariadb'
      ? `SET SESSION max_statement_time = ${timeoutMs / 1000}`
      : `SET SESSION max_execution_time = ${timeoutMs}`,
  );
  if (family === 'mysql') await session.tell('SET SESSION information_schema_stats_expiry = 0');
}

/** Reads the facts of these tables. `layout` is the target's. */
export async function readFacts(names: readonly string[], layout: Layout, looking: Looking): Promise<Facts> {
  const { session, database } = looking;
  const sizes = await session.ask(
    sizeRow,
    'SELECT TABLE_NAME AS `table`, TABLE_ROWS AS `rows`, DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    [database],
  );
  const triggers = await session.ask(
    countRow,
    'SELECT EVENT_OBJECT_TABLE AS `table`, COUNT(*) AS count FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? GROUP BY EVENT_OBJECT_TABLE',
    [database],
  );
  const inside = await insideInnodb(looking);
  const tables: TableFacts[] = [];
  for (const { table, rows, bytes } of sizes) {
    if (!names.includes(table)) continue;
    const empty = await isEmpty(session, table);
    const here = layout.indexes.filter((index) => index.table === table && index.unique);
    const nullable = new Set(
      layout.columns.filter((one) => one.table === table && one.nullable).map(({ name }) => name),
    );
    tables.push({
      ...{ table, bytes },
      // The estimate of an empty table may be 1, and that of a full one 0.
      rows: empty === true ? 0 : empty === false ? Math.max(1, rows ?? 1) : rows,
      writesPerSecond: inside?.writes.get(table) ?? null,
      rowVersions: inside?.versions.get(table) ?? null,
      triggers: triggers.find((row) => row.table === table)?.count ?? 0,
      keysOut: layout.foreignKeys.filter((key) => key.table === table).length,
      keysIn: layout.foreignKeys.filter((key) => key.parent === table && key.table !== table).length,
      keyed: here.some(({ parts }) => parts.every(({ column }) => column !== null && !nullable.has(column))),
    });
  }
  return { server: await serverFacts(looking, inside !== null), tables };
}

/** Null: it took too long, or this user may not read rows. */
async function isEmpty(session: Session, table: string): Promise<boolean | null> {
  try {
    const rows = await session.ask(foundRow, `SELECT 1 AS found FROM ${sqlName(table)} LIMIT 1`);
    return rows.length === 0;
  } catch (error) {
    if (error instanceof ServerRefusal) return null;
    throw error;
  }
}

interface InsideInnodb {
  readonly versions: ReadonlyMap<string, number>;
  readonly writes: ReadonlyMap<string, number>;
}

const versionRow = z.object({ NAME: z.string(), TOTAL_ROW_VERSIONS: z.coerce.number().optional() });
const counterRow = z.object({ name: z.string(), changed: z.coerce.number() });
/** Between two looks at the same counter. */
const LOOK_MS = 1000;

/** Null: this user may not see InnoDB's own tables (it needs PROCESS). */
async function insideInnodb({ session, family, database, clock, signal }: Looking): Promise<InsideInnodb | null> {
  const [tables, stats] =
    family === 'mariadb' ? ['INNODB_SYS_TABLES', 'INNODB_SYS_TABLESTATS'] : ['INNODB_TABLES', 'INNODB_TABLESTATS'];
  const counters = async (): Promise<ReadonlyMap<string, number>> => {
    const rows = await session.ask(
      counterRow,
      `SELECT NAME AS name, MODIFIED_COUNTER AS changed FROM information_schema.${stats}`,
    );
    return perTable(
      rows.map(({ name, changed }) => [name, changed]),
      database,
    );
  };
  try {
    const rows = await session.ask(versionRow, `SELECT * FROM information_schema.${tables}`);
    const known = rows.flatMap(({ NAME, TOTAL_ROW_VERSIONS: count }): [string, number][] =>
      count === undefined ? [] : [[NAME, count]],
    );
    const before = await counters();
    const began = clock.monotonic();
    await clock.sleep(LOOK_MS, signal);
    const after = await counters();
    const seconds = (clock.monotonic() - began) / 1000;
    const writes = [...after].flatMap(([table, now]): [string, number][] => {
      const then = before.get(table);
      // The server sets it back when it takes statistics.
      return then === undefined || now < then ? [] : [[table, Math.round((now - then) / seconds)]];
    });
    return { versions: perTable(known, database, Math.max), writes: new Map(writes) };
  } catch (error) {
    if (error instanceof ServerRefusal) return null;
    throw error;
  }
}

/** `db/t` and the parts of `db/t#p#p0`, put together by table. Names with other letters are written in another way there: not known. */
function perTable(
  rows: readonly (readonly [string, number])[],
  database: string,
  join: (a: number, b: number) => number = (a, b) => a + b,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [name, count] of rows) {
    const [, schema, table] = /^(.*?)\/(.*?)(?:#p#.*)?$/i.exec(name) ?? [];
    if (schema !== database || table === undefined) continue;
    const before = found.get(table);
    found.set(table, before === undefined ? count : join(before, count));
  }
  return found;
}

async function serverFacts({ session, family }: Looking, process: boolean): Promise<ServerFacts> {
  const [row] = await session.ask(
    pathRow,
    'SELECT @@datadir AS dir, @@hostname AS host, @@log_bin AS logs, @@binlog_format AS format, @@binlog_row_image AS image',
  );
  const here = row !== undefined && row.host === hostname();
  const free = here
    ? await statfs(row.dir).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => null,
      )
    : null;
  const logs = row !== undefined && ['1', 'ON'].includes(row.logs);
  const format = row?.format === 'ROW' || row?.format === 'STATEMENT' ? row.format : 'MIXED';
  const [replicas] = process
    ? await session.ask(
        foundRow,
        "SELECT COUNT(*) AS found FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'",
      )
    : [];
  return {
    ...{ freeBytes: free, replicas: replicas?.found ?? null, family },
    ...{ binlog: logs ? format : 'off', fullRows: row?.image.toUpperCase() === 'FULL' },
  };
}

export type Reply =
  | { readonly kind: 'fits'; readonly question: Question }
  | { readonly kind: 'violated'; readonly question: Question }
  /** `why` says what kept it from being answered. */
  | { readonly kind: 'unknown'; readonly question: Question; readonly why: string };

/** 3024 and 1969: the time was over. 1146 and 1054: a table or a column that only an earlier statement of the plan makes. */
const OVER = new Set([3024, 1969]);
const NOT_YET = new Set([1146, 1054]);

/** Asks it of the target. Each question ends at the first row that it finds, and after a time in any case. */
export async function askTarget(question: Question, layout: Layout, session: Session): Promise<Reply> {
  const missing = question.needs.find(({ table, columns }) => {
    const there = new Set(layout.columns.filter((one) => one.table === table).map(({ name }) => name.toLowerCase()));
    return there.size === 0 || columns.some((column) => !there.has(column.toLowerCase()));
  });
  if (missing !== undefined) return { kind: 'unknown', question, why: 'an earlier statement makes what it is about' };
  if (question.sql === null) return { kind: 'unknown', question, why: 'no query is known that tells' };
  try {
    const rows = await session.ask(foundRow, question.sql);
    return { kind: rows.length === 0 ? 'fits' : 'violated', question };
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    const { errno, message } = error.refusal;
    if (OVER.has(errno)) return { kind: 'unknown', question, why: 'the look took too long' };
    if (NOT_YET.has(errno)) return { kind: 'unknown', question, why: 'an earlier statement makes what it is about' };
    return { kind: 'unknown', question, why: message };
  }
}
