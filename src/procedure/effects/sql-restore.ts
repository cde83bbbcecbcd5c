import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import type { LogPlace, SqlRestore } from '../../model/effect.ts';

/** Where the binary log stands around a statement that takes something away: a restore ends between the two places. */

const stateRow = z.object({
  time: z.string(),
  log: z.coerce.number(),
  version: z.string(),
});
const textRow = z.object({ value: z.string().nullable() });

/** Asks the server; answers rows. */
type Rows = (sql: string) => Promise<unknown>;

const rowsFrom =
  (connection: Connection): Rows =>
  async (sql) =>
    (await connection.query(sql))[0];

/** Writes down where the log is now. */
export async function beforeLoss(connection: Connection, { before, place }: SqlRestore): Promise<LogPlace> {
  const at = await logPlace(rowsFrom(connection));
  await connection.query(before.replace(place, () => connection.escape(JSON.stringify(at))));
  return at;
}

/** The same behind it; null where what was done is not in the log yet. */
export async function afterLoss(connection: Connection, { after, place }: SqlRestore): Promise<LogPlace | null> {
  if (after === null) return null;
  const at = await logPlace(rowsFrom(connection));
  await connection.query(after.replace(place, () => connection.escape(JSON.stringify(at))));
  return at;
}

/** What this user may see of it: file and position need REPLICATION CLIENT (MariaDB: BINLOG MONITOR), transaction ids no right. */
export async function logPlace(rows: Rows): Promise<LogPlace> {
  const asked = await rows(
    "SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ') AS time, @@log_bin AS log, VERSION() AS version",
  );
  const [state] = z.array(stateRow).parse(asked);
  const time = state?.time ?? '';
  if (state === undefined || state.log !== 1) return { time, log: false, file: null, position: null, gtid: null };
  const mariadb = /mariadb/i.test(state.version);
  const status = (await masterStatus(rows)) ?? { file: null, position: null };
  const gtid = await oneValue(rows, mariadb ? '@@global.gtid_binlog_pos' : '@@global.gtid_executed');
  return { time, log: true, ...status, gtid: gtid === '' ? null : gtid };
}

const statusRow = z.object({ File: z.string(), Position: z.coerce.number() });

async function masterStatus(rows: Rows): Promise<{ readonly file: string; readonly position: number } | undefined> {
  // Three names of one question, by family and version.
  for (const sql of ['SHOW BINARY LOG STATUS', 'SHOW BINLOG STATUS', 'SHOW MASTER STATUS']) {
    try {
      const [row] = z.array(statusRow).parse(await rows(sql));
      if (row !== undefined) return { file: row.File, position: row.Position };
    } catch {
      // Not known to this server, or not allowed.
    }
  }
  return undefined;
}

async function oneValue(rows: Rows, name: string): Promise<string | null> {
  try {
    return (
      z
        .array(textRow)
        .parse(await rows(`SELECT ${name} AS value`))[0]
        ?.value?.replace(/\s+/g, '') ?? null
    );
  } catch {
    return null;
  }
}
