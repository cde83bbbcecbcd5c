import type { Connection } from 'mysql2/promise';
import { z } from 'zod';

/** Who holds a table, as far as the server and the rights of this user let one see. */

/** `locks`: the metadata locks themselves. `transactions`: only that transactions are open, not on which tables. `nothing`: neither. */
export type Sight = 'locks' | 'transactions' | 'nothing';

export interface Holder {
  /** The same in two looks: the same lock was held all the time. */
  readonly key: string;
  readonly connection: number;
  readonly user: string;
  readonly host: string;
  /** How long its transaction is open, or its last statement ago. */
  readonly seconds: number;
  /** What it did last, without values. */
  readonly statement: string;
}

const holderRow = z.object({
  key: z.coerce.string(),
  connection: z.coerce.number(),
  user: z.string().nullable(),
  host: z.string().nullable(),
  seconds: z.coerce.number().nullable(),
  statement: z.string().nullable(),
});

/**
 * The place of the lock in the server's memory is part of the key: MariaDB gives all statements of a connection the same event, and so the locks of
 * two short ones would look like one that lasts.
 */
const SEE_LOCKS = `SELECT CONCAT_WS('/', m.OWNER_THREAD_ID, m.OWNER_EVENT_ID, m.LOCK_TYPE, m.OBJECT_INSTANCE_BEGIN) AS \`key\`,
  t.PROCESSLIST_ID AS connection, t.PROCESSLIST_USER AS user, t.PROCESSLIST_HOST AS host,
  COALESCE((SELECT ROUND(MAX(x.TIMER_WAIT) / 1e12, 1) FROM performance_schema.events_transactions_current x
    WHERE x.THREAD_ID = m.OWNER_THREAD_ID AND x.STATE = 'ACTIVE'), t.PROCESSLIST_TIME) AS seconds,
  (SELECT MAX(s.DIGEST_TEXT) FROM performance_schema.events_statements_current s
    WHERE s.THREAD_ID = m.OWNER_THREAD_ID) AS statement
FROM performance_schema.metadata_locks m JOIN performance_schema.threads t ON t.THREAD_ID = m.OWNER_THREAD_ID
WHERE m.OBJECT_TYPE = 'TABLE' AND m.LOCK_STATUS = 'GRANTED' AND m.OBJECT_SCHEMA = DATABASE()
  AND t.PROCESSLIST_ID <> CONNECTION_ID() AND m.OBJECT_NAME IN`;

/** Those that are younger than a second are not waited for: a busy application always has some. */
const SEE_TRANSACTIONS = `SELECT CONCAT(p.ID, '/', x.trx_started) AS \`key\`, p.ID AS connection, p.USER AS user, p.HOST AS host,
  TIMESTAMPDIFF(SECOND, x.trx_started, NOW()) AS seconds, p.INFO AS statement
FROM information_schema.INNODB_TRX x JOIN information_schema.PROCESSLIST p ON p.ID = x.trx_mysql_thread_id
WHERE x.trx_started <= NOW() - INTERVAL 1 SECOND AND (p.DB = DATABASE() OR p.DB IS NULL) AND p.ID <> CONNECTION_ID()`;

/** Of a connection, whose rights stay what they are. */
const known = new WeakMap<Connection, Sight>();

/** The best sight that this server and this user allow; asked once for each connection. */
export async function sightOf(connection: Connection): Promise<Sight> {
  const sight = known.get(connection) ?? (await lookForSight(connection));
  known.set(connection, sight);
  return sight;
}

async function lookForSight(connection: Connection): Promise<Sight> {
  const works = async (sql: string): Promise<boolean> => {
    try {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) && rows.length > 0;
    } catch {
      return false;
    }
  };
  const instrumented =
    "SELECT 1 FROM performance_schema.setup_instruments WHERE NAME = 'wait/lock/metadata/sql/mdl' AND ENABLED = 'YES' AND @@performance_schema = 1";
  if ((await works(instrumented)) && (await works(`SELECT COUNT(*) FROM (${SEE_LOCKS} ('')) AS seen`))) return 'locks';
  if (await works(`SELECT COUNT(*) FROM (${SEE_TRANSACTIONS}) AS seen`)) return 'transactions';
  return 'nothing';
}

/** Who holds one of the tables now (with `transactions`: who may). */
export async function holdersOf(
  connection: Connection,
  sight: Sight,
  tables: readonly string[],
): Promise<readonly Holder[]> {
  if (sight === 'nothing') return [];
  const [sql, values] =
    sight === 'transactions' ? [SEE_TRANSACTIONS, []] : [`${SEE_LOCKS} (${tables.map(() => '?').join(', ')})`, tables];
  const [rows] = await connection.execute(sql, [...values]);
  const found = z.array(holderRow).parse(rows);
  const byKey = new Map(found.map((row) => [row.key, row]));
  return [...byKey.values()].map((row) => ({
    key: row.key,
    connection: row.connection,
    user: row.user ?? '',
    host: row.host ?? '',
    seconds: row.seconds ?? 0,
    statement: withoutValues(row.statement ?? ''),
  }));
}

/** Pure: the texts and numbers of a statement as `?`, in one short line; a text that is cut off goes with all that follows. */
export function withoutValues(sql: string): string {
  const bare = sql
    .replace(/'(?:[^'\\]|\\.|'')*(?:'|$)|"(?:[^"\\]|\\.|"")*(?:"|$)/gs, '?')
    .replace(/\b(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?)\b/gi, '?')
    .replace(/\s+/g, ' ')
    .trim();
  return bare.length <= 120 ? bare : `${bare.slice(0, 119)}…`;
}

/** Pure: one holder in a line for people. */
export function holderText({ connection, user, host, seconds, statement }: Holder): string {
  const last = statement === '' ? '' : `, last statement: ${statement}`;
  return `connection ${connection} (${user}@${host}), ${seconds} s${last}`;
}
