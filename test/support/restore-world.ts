import { appendFile, copyFile, mkdir, open, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import mysql from 'mysql2/promise';
import { exists } from '../../scripts/cache.ts';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { mysqlRecipe } from '../../scripts/components/mysql.ts';
import { helper } from '../../scripts/components/supervise.ts';
import { wrapPrograms } from '../../scripts/setup/wrap.ts';
import { replayArguments } from '../../src/backup/replay/index.ts';
import type { TestFamily } from './families.ts';

/** A server under load whose history is recorded beside it, and what a restore of it must hold. */

/** One transaction that the server has acknowledged. */
export interface Done {
  readonly client: number;
  readonly n: number;
  readonly amount: number;
  readonly gtid: string;
}

/** The same as the log of the server has it, by other eyes than those that are tested. */
export interface Logged {
  readonly gtid: string;
  /** Microseconds since 1970; MariaDB: whole seconds. Null: not of the load. */
  readonly time: number | null;
  readonly done: Done | null;
}

export const SOURCE_ID = 11;
const THROW_AWAY_ID = 990_011;
const ACCOUNTS = 8;

/** A server that writes a log, in small files so that there are many. */
export async function startSource(
  family: TestFamily,
  options: { readonly dir?: string; readonly args?: readonly string[]; readonly fileBytes?: number } = {},
): Promise<DatabaseServer> {
  const ids =
    family.engine === 'mysql'
      ? ['--gtid-mode=ON', '--enforce-gtid-consistency=ON']
      : ['--log-bin-compress=ON', '--log-bin-compress-min-len=256'];
  return family.start({
    ...(options.dir === undefined ? {} : { dir: options.dir }),
    args: [
      ...['--log-bin=binlog', `--server-id=${SOURCE_ID}`, '--log-bin-trust-function-creators=1', '--sync-binlog=1'],
      ...[`--max-binlog-size=${options.fileBytes ?? 65_536}`, ...ids, ...(options.args ?? [])],
    ],
  });
}

/** A throw-away server with nothing in it, ready for a replay. */
export function startThrowAway(family: TestFamily, dir?: string, workers = 4): Promise<DatabaseServer> {
  const args = replayArguments({ family: family.engine, gtids: true, workers, serverId: THROW_AWAY_ID });
  return family.start(dir === undefined ? { args } : { dir, args });
}

/** As root of the server. */
export async function connect(server: DatabaseServer, database = 'mysql'): Promise<mysql.Connection> {
  return mysql.createConnection({ ...server.root(database), supportBigNumbers: true });
}

export async function tell(server: DatabaseServer, ...statements: readonly string[]): Promise<void> {
  const connection = await connect(server);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/**
 * The tables of the load. One statement changes two of them, by a trigger, so that a half transaction shows; `at` is the second that MariaDB
 * writes into its log for the same statement.
 */
export async function prepare(server: DatabaseServer): Promise<void> {
  await tell(
    server,
    'CREATE DATABASE shop',
    'CREATE TABLE shop.account (id INT PRIMARY KEY, balance BIGINT NOT NULL)',
    `INSERT INTO shop.account VALUES ${Array.from({ length: ACCOUNTS }, (_, id) => `(${id}, 0)`).join(', ')}`,
    'CREATE TABLE shop.history (client INT, n INT, amount INT NOT NULL, at INT NOT NULL, note VARBINARY(64), PRIMARY KEY (client, n))',
    `CREATE TRIGGER shop.book AFTER INSERT ON shop.history FOR EACH ROW UPDATE shop.account SET balance = balance + NEW.amount WHERE id = NEW.client % ${ACCOUNTS}`,
  );
}

/**
 * Transactions of every kind that a log knows: savepoints, two-phase commits, tables without transactions, temporary ones, structure, compressed
 * ones, statements instead of rows, ids with a tag (MySQL), several domains (MariaDB).
 */
export async function everyKind(server: DatabaseServer): Promise<void> {
  const mariadb = server.name === 'mariadb';
  const own = mariadb
    ? ["UPDATE a SET t = REPEAT('d', 9000) WHERE id = 2", 'SET gtid_domain_id = 5', "INSERT INTO a (t) VALUES ('five')"]
    : [
        ...["SET gtid_next = 'AUTOMATIC:mytag'", "INSERT INTO a (t) VALUES ('tagged')", 'FLUSH BINARY LOGS'],
        ...["INSERT INTO a (t) VALUES ('tagged')", "SET gtid_next = 'AUTOMATIC'"],
        'SET SESSION binlog_transaction_compression = ON',
        ...["UPDATE a SET t = REPEAT('c', 9000) WHERE id = 2", 'SET SESSION binlog_transaction_compression = OFF'],
      ];
  await tell(
    server,
    ...['CREATE DATABASE kinds', 'USE kinds', 'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT)'],
    ...['CREATE TABLE m (id INT) ENGINE = MyISAM', "INSERT INTO a (t) VALUES ('x'), ('y')", 'INSERT INTO m VALUES (1)'],
    ...['BEGIN', "INSERT INTO a (t) VALUES ('s')", 'SAVEPOINT s', "INSERT INTO a (t) VALUES ('gone')"],
    ...['ROLLBACK TO s', 'COMMIT', "XA START 'z'", "INSERT INTO a (t) VALUES ('xa')", "XA END 'z'", "XA PREPARE 'z'"],
    ...["XA COMMIT 'z'", 'CREATE TABLE b AS SELECT * FROM a', 'CREATE TEMPORARY TABLE tmp (id INT)'],
    ...['INSERT INTO tmp VALUES (1)', 'INSERT INTO m SELECT * FROM tmp', 'DROP TEMPORARY TABLE tmp'],
    ...["SET SESSION binlog_format = 'STATEMENT'", 'SET @v := 7', 'INSERT INTO a (t) VALUES (CONCAT(@v, RAND()))'],
    ...['UPDATE a SET t = CONCAT(t, LAST_INSERT_ID()) WHERE id = 1', "SET SESSION binlog_format = 'ROW'"],
    ...['CREATE INDEX i ON b (id)', 'TRUNCATE b', 'INSERT INTO b SELECT * FROM a', ...own],
  );
}

/** What CHECKSUM TABLE says of the tables of `everyKind`. */
export async function kindsChecksum(server: DatabaseServer): Promise<unknown> {
  const connection = await connect(server, 'kinds');
  try {
    return (await connection.query('CHECKSUM TABLE a, b, m'))[0];
  } finally {
    await connection.end();
  }
}

/** Writes until told to stop, or until so many transactions per client. Answers what was acknowledged; a lost connection ends it. */
export async function load(
  server: DatabaseServer,
  options: { readonly clients: number; readonly each: number; readonly first?: number; readonly pauseMs?: number },
  stop?: AbortSignal,
): Promise<readonly Done[]> {
  const all = await Promise.all(
    Array.from({ length: options.clients }, (_, client) => oneClient(server, client, options, stop)),
  );
  return all.flat();
}

async function oneClient(
  server: DatabaseServer,
  client: number,
  { each, first = 0, pauseMs = 0 }: { readonly each: number; readonly first?: number; readonly pauseMs?: number },
  stop?: AbortSignal,
): Promise<readonly Done[]> {
  const done: Done[] = [];
  const connection = await connect(server, 'shop');
  connection.on('error', () => undefined);
  try {
    const mariadb = server.name === 'mariadb';
    if (!mariadb) await connection.query('SET SESSION session_track_gtids = OWN_GTID');
    for (let n = first; n < first + each && stop?.aborted !== true; n += 1) {
      const amount = ((client + 1) * 7919 + n * 104_729) % 1_000;
      // Bytes that a text would not survive: a zero, quotes, a backslash, half a character.
      const insert = `INSERT INTO history VALUES (${client}, ${n}, ${amount}, UNIX_TIMESTAMP(), CONCAT(x'00275c22e2820aff', ${n}))`;
      const [header] = await connection.query<mysql.ResultSetHeader>(insert);
      const gtid = mariadb ? await lastGtid(connection) : (gtidIn(header) ?? '');
      done.push({ client, n, amount, gtid });
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  } catch (error) {
    if (stop === undefined) throw error;
  } finally {
    connection.destroy();
  }
  return done;
}

function gtidIn(header: object): string | undefined {
  if (!('stateChanges' in header) || typeof header.stateChanges !== 'object' || header.stateChanges === null)
    return undefined;
  const { stateChanges } = header;
  return 'gtids' in stateChanges && Array.isArray(stateChanges.gtids) ? String(stateChanges.gtids[0]) : undefined;
}

async function lastGtid(connection: mysql.Connection): Promise<string> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT @@last_gtid AS gtid');
  return String(rows[0]?.['gtid']);
}

/** Copies the logs as they are at this moment. */
export async function copyLogs(server: DatabaseServer, to: string): Promise<readonly string[]> {
  const data = join(server.dir, 'data');
  await mkdir(to, { recursive: true });
  const names = (await readdir(data)).filter((name) => /^binlog\.\d{6}$/.test(name)).toSorted();
  for (const name of names) await copyFile(join(data, name), join(to, name));
  return names.map((name) => join(to, name));
}

/** Copies what is appended to the logs, again and again until told to stop: what would be elsewhere when the machine is gone. */
export async function followLogs(server: DatabaseServer, to: string, stop: AbortSignal): Promise<readonly string[]> {
  await mkdir(to, { recursive: true });
  const have = new Map<string, number>();
  while (!stop.aborted) {
    const names = (await readdir(join(server.dir, 'data'))).filter((name) => /^binlog\.\d{6}$/.test(name)).toSorted();
    for (const name of names) {
      const from = await open(join(server.dir, 'data', name), 'r');
      const begin = have.get(name) ?? 0;
      const bytes = Buffer.alloc((await from.stat()).size - begin);
      await from.read(bytes, 0, bytes.length, begin);
      await from.close();
      // The machine may have died meanwhile, and what was read with it.
      if (stop.aborted) break;
      await appendFile(join(to, name), bytes);
      have.set(name, begin + bytes.length);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return [...have].filter(([, size]) => size > 0).map(([name]) => join(to, name));
}

/**
 * The order of all transactions, and their times, by the server's own word: MySQL by its own `mysqlbinlog`; MariaDB by SHOW BINLOG EVENTS, and
 * times from `at`, the clock of the same statement.
 */
export async function logged(
  server: DatabaseServer,
  files: readonly string[],
  done: readonly Done[],
): Promise<readonly Logged[]> {
  const byGtid = new Map(done.map((one) => [one.gtid, one]));
  if (server.name === 'mysql') {
    return (await mysqlOrder(files)).map(({ gtid, time }) => ({ gtid, time, done: byGtid.get(gtid) ?? null }));
  }
  const connection = await connect(server, 'shop');
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT client, n, at FROM history');
    const at = new Map(rows.map((row) => [`${row['client']} ${row['n']}`, Number(row['at'])]));
    const [names] = await connection.query<mysql.RowDataPacket[]>('SHOW BINARY LOGS');
    const order: Logged[] = [];
    for (const name of names) {
      const [events] = await connection.query<mysql.RowDataPacket[]>(`SHOW BINLOG EVENTS IN '${name['Log_name']}'`);
      for (const event of events) {
        const gtid = event['Event_type'] === 'Gtid' ? /GTID (\d+-\d+-\d+)/.exec(String(event['Info']))?.[1] : undefined;
        if (gtid === undefined) continue;
        const one = byGtid.get(gtid) ?? null;
        const seconds = one === null ? undefined : at.get(`${one.client} ${one.n}`);
        order.push({ gtid, time: seconds === undefined ? null : seconds * 1_000_000, done: one });
      }
    }
    return order;
  } finally {
    await connection.end();
  }
}

async function mysqlOrder(
  files: readonly string[],
): Promise<readonly { readonly gtid: string; readonly time: number }[]> {
  const reader = await mysqlbinlog();
  const order: { readonly gtid: string; readonly time: number }[] = [];
  // One by one: the text of many files is more than is taken from a helper.
  for (const file of files) {
    const text = await helper([reader, '--no-defaults', '--base64-output=DECODE-ROWS', file], 'mysqlbinlog');
    const found = text.matchAll(/original_committed_timestamp=(\d+)[\s\S]*?GTID_NEXT= ?'([0-9a-f-]{36}:[^']+)'/g);
    for (const [, time, gtid = ''] of found) order.push({ gtid, time: Number(time) });
  }
  return order;
}

/** The reader of logs that belongs to the MySQL of the tests. */
export async function mysqlbinlog(): Promise<string> {
  const { server } = await mysqlRecipe();
  const beside = join(dirname(await realpath(server)), 'mysqlbinlog');
  if (await exists(beside)) return beside;
  const prefix = dirname(dirname(server));
  const root = dirname(dirname(await realpath(join(prefix, 'share'))));
  const made = await wrapPrograms({ root, programs: ['mysqlbinlog'], into: dirname(prefix) });
  return join(made, 'bin', 'mysqlbinlog');
}

/** What the tables hold after these transactions. */
export function expected(order: readonly Logged[]): {
  readonly history: readonly string[];
  readonly account: readonly string[];
} {
  const done = order.flatMap((one) => (one.done === null ? [] : [one.done]));
  const balances = Array.from({ length: ACCOUNTS }, () => 0);
  for (const { client, amount } of done) balances[client % ACCOUNTS] = (balances[client % ACCOUNTS] ?? 0) + amount;
  return {
    history: done.map(({ client, n, amount }) => `${client} ${n} ${amount} ${note(n)}`).toSorted(),
    account: balances.map((balance, id) => `${id} ${balance}`),
  };
}

function note(n: number): string {
  return Buffer.concat([Buffer.from('00275c22e2820aff', 'hex'), Buffer.from(String(n))]).toString('hex');
}

/** What the tables of a server hold. */
export async function held(
  server: DatabaseServer,
): Promise<{ readonly history: readonly string[]; readonly account: readonly string[] }> {
  const connection = await connect(server, 'shop');
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[]>(
      "SELECT CONCAT_WS(' ', client, n, amount, LOWER(HEX(note))) AS line FROM history",
    );
    const [accounts] = await connection.query<mysql.RowDataPacket[]>(
      "SELECT CONCAT_WS(' ', id, balance) AS line FROM account ORDER BY id",
    );
    return {
      history: rows.map((row) => String(row['line'])).toSorted(),
      account: accounts.map((row) => String(row['line'])),
    };
  } finally {
    await connection.end();
  }
}

/** By the rule of time: everything before the first transaction that is stamped later. What is not of the load came before it. */
export function untilTime(order: readonly Logged[], time: number): readonly Logged[] {
  const later = order.findIndex((one) => one.time !== null && one.time > time);
  return later < 0 ? order : order.slice(0, later);
}

export function untilGtid(order: readonly Logged[], gtid: string): readonly Logged[] {
  return order.slice(0, order.findIndex((one) => one.gtid === gtid) + 1);
}
