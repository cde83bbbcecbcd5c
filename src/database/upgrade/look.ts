import { z } from 'zod';
import { sqlName } from '../../model/sql.ts';
import type { Ask } from '../accounts.ts';
import type { Engine } from '../settings.ts';

/** What a server says of itself before it is upgraded. Only asks. */

export interface ServerLook {
  readonly version: string;
  readonly dataDirectory: string;
  readonly socket: string;
  /** File of its log; null: it goes to the standard error, and so to the journal. */
  readonly log: string | null;
  readonly forceRecovery: number;
  /** Bytes of its redo logs. */
  readonly redoBytes: number;
  /** Bytes of the tables of the schema `mysql`. */
  readonly systemBytes: number;
  /** From which servers it replicates, and how many read its binary log now. */
  readonly replicatesFrom: readonly string[];
  readonly readers: number;
  /** Transactions that were prepared by somebody who coordinates several servers, and neither committed nor taken back. */
  readonly prepared: readonly string[];
  /** What CHECK TABLE … FOR UPGRADE says of tables that are not as they should be: `shop.orders: Table upgrade required`. */
  readonly flagged: readonly string[];
  /** Tables that could not be asked, since a transaction of somebody holds them. */
  readonly busy: readonly string[];
  /** Table → storage engine, of engines that not every server has. */
  readonly engines: readonly { readonly table: string; readonly engine: string }[];
  /** Accounts that log in by mysql_native_password. */
  readonly native: readonly string[];
}

const variable = z.object({ Variable_name: z.string(), Value: z.string() });
const text = z
  .union([z.string(), z.number(), z.bigint(), z.null(), z.instanceof(Buffer)])
  .transform((value) => (value === null ? '' : String(value)));
const anyRow = z.record(z.string(), text.catch(''));
const counted = z.object({ bytes: z.coerce.number() });
const table = z.object({ table_schema: z.string(), table_name: z.string() });
const engineRow = z.object({ table_schema: z.string(), table_name: z.string(), engine: z.string() });
const checked = z.object({ Table: z.string(), Msg_type: z.string(), Msg_text: z.string() });
const account = z.object({ user: z.string(), host: z.string() });

/** Engines that every supported server of either family has. */
const EVERYWHERE = ['InnoDB', 'MyISAM', 'Aria', 'MEMORY', 'CSV', 'ARCHIVE', 'BLACKHOLE', 'MRG_MyISAM'];
/** Schemas that no table of users is in. */
export const OWN_SCHEMAS = ['information_schema', 'performance_schema', 'sys', 'mysql'];

/** Also in a plan, and while users are served: nothing here takes long or holds anybody up for long. @throws what the server refuses to tell this account */
export async function lookAtServer(ask: Ask, engine: Engine): Promise<ServerLook> {
  const set = new Map(
    (await ask(variable, 'SHOW GLOBAL VARIABLES')).map((row) => [row.Variable_name.toLowerCase(), row.Value]),
  );
  const of = (name: string): string => set.get(name) ?? '';
  const directory = of('datadir').replace(/\/+$/, '');
  const log = of('log_error');
  const files = Math.max(1, Number(of('innodb_log_files_in_group') || 1));
  const [systemSize] = await ask(
    counted,
    "SELECT COALESCE(SUM(data_length + index_length), 0) AS bytes FROM information_schema.tables WHERE table_schema = 'mysql'",
  );
  const sources = await ask(anyRow, engine === 'mariadb' ? 'SHOW ALL SLAVES STATUS' : 'SHOW REPLICA STATUS');
  const sessions = await ask(anyRow, 'SHOW PROCESSLIST');
  const prepared = await ask(anyRow, 'XA RECOVER');
  return {
    version: of('version'),
    dataDirectory: directory,
    socket: within(directory, of('socket')),
    log: log === '' || log === 'stderr' ? null : within(directory, log),
    forceRecovery: Number(of('innodb_force_recovery') || 0),
    redoBytes: Number(of('innodb_redo_log_capacity') || Number(of('innodb_log_file_size') || 0) * files),
    systemBytes: systemSize?.bytes ?? 0,
    replicatesFrom: sources.map((row) => row['Source_Host'] ?? row['Master_Host'] ?? 'another server'),
    readers: sessions.filter((row) => row['Command']?.startsWith('Binlog Dump') === true).length,
    prepared: prepared.map((row) => row['data'] ?? ''),
    ...(await tablesForUpgrade(ask)),
    engines: await unusualEngines(ask),
    native:
      engine === 'mariadb'
        ? []
        : (
            await ask(
              account,
              "SELECT user AS user, host AS host FROM mysql.user WHERE plugin = 'mysql_native_password' AND account_locked = 'N' ORDER BY user, host",
            )
          ).map(({ user, host }) => `${user}@${host}`),
  };
}

/** A path that the server gives relative to its data. */
function within(directory: string, path: string): string {
  return path.startsWith('/') ? path : `${directory}/${path.replace(/^\.\//, '')}`;
}

const LOCK_WAIT = /lock wait timeout/i;

/**
 * Tables of which the server itself says that they are not as this version keeps them: old times, old collations, foreign files. One at a time, since the
 * question keeps writers off the table while it is answered: give the session a short lock_wait_timeout.
 */
export async function tablesForUpgrade(ask: Ask): Promise<Pick<ServerLook, 'flagged' | 'busy'>> {
  const tables = await ask(
    table,
    `SELECT table_schema AS table_schema, table_name AS table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN (${quoted(OWN_SCHEMAS)}) ORDER BY table_schema, table_name`,
  );
  const flagged = new Set<string>();
  const busy: string[] = [];
  for (const one of tables) {
    const name = `${one.table_schema}.${one.table_name}`;
    const sql = `CHECK TABLE ${sqlName(one.table_schema)}.${sqlName(one.table_name)} FOR UPGRADE`;
    // One family answers with a row when it cannot have the table, the other with an error.
    const rows = await ask(checked, sql).catch((error: unknown) => {
      if (error instanceof Error && LOCK_WAIT.test(error.message)) return null;
      throw error;
    });
    if (rows === null || rows.some(({ Msg_text }) => LOCK_WAIT.test(Msg_text))) busy.push(name);
    else for (const row of rows) if (!isWhole(row)) flagged.add(`${name}: ${row.Msg_text}`);
  }
  return { flagged: [...flagged], busy };
}

function isWhole({ Msg_type, Msg_text }: z.infer<typeof checked>): boolean {
  return (
    Msg_text === 'OK' ||
    /^Table is already up to date/i.test(Msg_text) ||
    (Msg_type === 'note' && /doesn't support check/.test(Msg_text))
  );
}

async function unusualEngines(ask: Ask): Promise<ServerLook['engines']> {
  const rows = await ask(
    engineRow,
    `SELECT table_schema AS table_schema, table_name AS table_name, engine AS engine FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND engine IS NOT NULL AND table_schema NOT IN (${quoted(OWN_SCHEMAS)}) AND engine NOT IN (${quoted(EVERYWHERE)}) ORDER BY table_schema, table_name`,
  );
  return rows.map((row) => ({ table: `${row.table_schema}.${row.table_name}`, engine: row.engine }));
}

export function quoted(names: readonly string[]): string {
  return names.map((one) => `'${one}'`).join(', ');
}

/** Sessions that have chosen a database: who serves users does, who only watches the server does not. `app@10.0.0.5 in shop`. */
export async function usersOf(ask: Ask): Promise<readonly string[]> {
  const [own] = await ask(anyRow, 'SELECT CONNECTION_ID() AS id');
  const rows = await ask(anyRow, 'SHOW PROCESSLIST');
  return rows
    .filter((row) => row['db'] !== '' && row['Id'] !== own?.['id'] && row['Command'] !== 'Daemon')
    .filter((row) => row['User'] !== 'system user' && row['User'] !== 'event_scheduler')
    .map((row) => `${row['User'] ?? ''}@${(row['Host'] ?? '').replace(/:\d+$/, '')} in ${row['db'] ?? ''}`);
}

/** Tables of the system that are not whole, by the word of the server. */
export async function brokenSystemTables(ask: Ask): Promise<readonly string[]> {
  const tables = await ask(
    table,
    "SELECT table_schema AS table_schema, table_name AS table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = 'mysql' AND COALESCE(engine, '') <> 'CSV' ORDER BY table_name",
  );
  const rows = await ask(checked, `CHECK TABLE ${tables.map((one) => `mysql.${sqlName(one.table_name)}`).join(', ')}`);
  return rows
    .filter((row) => row.Msg_text !== 'OK' && row.Msg_type !== 'note')
    .map((row) => `${row.Table}: ${row.Msg_text}`);
}

export async function versionOf(ask: Ask): Promise<string> {
  const [row] = await ask(anyRow, 'SELECT VERSION() AS version');
  return row?.['version'] ?? '';
}
