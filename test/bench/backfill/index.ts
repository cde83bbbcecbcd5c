import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2/promise';
import { type DatabaseAccess, type DatabaseServer, mysqlUrl } from '../../../scripts/components/database.ts';
import { startMariadb } from '../../../scripts/components/mariadb.ts';
import { startMysql } from '../../../scripts/components/mysql.ts';
import { applyFiles, batchLimits } from '../../support/migrate-apply.ts';
import { type Figure, say } from '../support/figure.ts';
import { median, quantile } from '../support/statistics.ts';

/** A backfill of many rows on a server with a real replica: how fast it is, and how far the replica falls behind. */

const ROUNDS = 3;
const MAX_LAG_MS = 1_000;
/** Of every SLICE the slowed replica gets the first part; then its process is stopped. */
const SLICE_MS = 100;
const RUNS_MS = 20;
/** Replication and ranges find their size in this time; lag is judged after it. */
const WARM_UP_MS = 5_000;
const BEAT_MS = 50;

type Engine = 'mariadb' | 'mysql';

interface Stage {
  readonly engine: Engine;
  readonly rows: number;
  readonly access: DatabaseAccess;
  readonly primary: DatabaseServer;
  readonly replica: DatabaseServer;
}

/** Words: `mysql` or `mariadb` (default: both), `--rows N` (default 1,000,000). */
export async function backfillBench(words: readonly string[]): Promise<readonly Figure[]> {
  const at = words.indexOf('--rows');
  const rows = at < 0 ? 1_000_000 : Number(words[at + 1]);
  const chosen = (['mysql', 'mariadb'] as const).filter((engine) => words.includes(engine));
  const figures: Figure[] = [];
  for (const engine of chosen.length === 0 ? (['mysql', 'mariadb'] as const) : chosen) {
    const start = engine === 'mysql' ? startMysql : startMariadb;
    const gtid = engine === 'mysql' ? ['--gtid-mode=ON', '--enforce-gtid-consistency=ON'] : [];
    const args = (id: number): readonly string[] => [
      ...['--log-bin=binlog', `--server-id=${id}`, '--innodb-buffer-pool-size=512M', ...gtid],
    ];
    await using ends = new AsyncDisposableStack();
    const primary = await start({ args: args(1) });
    ends.defer(() => primary.stop());
    const replica = await start({ args: [...args(2), '--relay-log=relay'] });
    ends.defer(() => replica.stop());
    figures.push(...(await measure(await open(engine, rows, primary, replica))));
  }
  return figures;
}

async function open(engine: Engine, rows: number, primary: DatabaseServer, replica: DatabaseServer): Promise<Stage> {
  const access = await primary.createDatabase('filled');
  await using to = await session(primary.root('filled'));
  await using from = await session(replica.root());
  const password = access.password;
  await to.query(`CREATE USER copies@'127.0.0.1' IDENTIFIED BY '${password}'`);
  await to.query("GRANT REPLICATION SLAVE ON *.* TO copies@'127.0.0.1'");
  if (engine === 'mysql') {
    await from.query(
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = ${primary.port}, SOURCE_USER = 'copies', SOURCE_PASSWORD = '${password}', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1`,
    );
    await from.query('START REPLICA');
  } else {
    await from.query(
      `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${primary.port}, MASTER_USER = 'copies', MASTER_PASSWORD = '${password}', MASTER_USE_GTID = slave_pos`,
    );
    await from.query('START SLAVE');
  }
  const columns = Array.from({ length: 2 * ROUNDS + 1 }, (_, n) => `a${n} INT`).join(', ');
  await to.query('CREATE TABLE beat (id INT PRIMARY KEY, at DOUBLE NOT NULL)');
  await to.query('INSERT INTO beat VALUES (1, 0)');
  await to.query(`CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, b INT, note VARCHAR(60), ${columns})`);
  await to.query("INSERT INTO t (b, note) VALUES (1, 'a note of some length for a row of a usual size')");
  for (let made = 1; made < rows; made *= 2) {
    await to.query(`INSERT INTO t (b, note) SELECT b + 1, note FROM t LIMIT ${Math.min(made, rows - made)}`);
  }
  const stage = { engine, rows, access, primary, replica };
  await caughtUp(stage);
  say(`${engine}: ${rows} rows are there, and on the replica`);
  return stage;
}

async function measure(stage: Stage): Promise<readonly Figure[]> {
  const { engine, rows } = stage;
  const full: number[] = [];
  const held: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    full.push(await backfill(stage, 2 * round, false));
    held.push(await backfill(stage, 2 * round + 1, true));
    say(
      `${engine}, round ${round + 1}: ${perSecond(rows, full[round])} rows/s alone, ${perSecond(rows, held[round])} rows/s with the replica looked at`,
    );
  }
  const share = median(full.map((ms, round) => ms / (held[round] ?? Number.NaN)));
  const lags = await whileSlowed(stage, () => backfill(stage, 2 * ROUNDS, true));
  const settled = lags.seen.filter(({ after }) => after > WARM_UP_MS).map(({ lag }) => lag);
  const most = Math.max(...settled);
  return [
    {
      name: `${engine}: ${rows} rows, no replica looked at, median of ${ROUNDS}`,
      value: `${perSecond(rows, median(full))} rows/s (${full.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s)`,
      met: null,
    },
    {
      name: `${engine}: share of that speed with a healthy replica looked at`,
      value: `${Math.round(share * 100)} % (${held.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s)`,
      target: '≥ 70 %',
      met: share >= 0.7,
    },
    {
      name: `${engine}: lag of a replica that gets ${(100 * RUNS_MS) / SLICE_MS} % of the time, after ${WARM_UP_MS / 1000} s, at most`,
      value: `${Math.round(most)} ms (95 %: ${Math.round(quantile(settled, 0.95))} ms, ${settled.length} looks); ${perSecond(rows, lags.ms)} rows/s`,
      target: '≤ 2,000 ms',
      met: settled.length > 0 && most <= 2000,
    },
  ];
}

function perSecond(rows: number, ms: number | undefined): string {
  return Math.round((rows * 1000) / (ms ?? Number.NaN)).toLocaleString('en');
}

/** Milliseconds of a whole backfill of one column. */
async function backfill(stage: Stage, column: number, looked: boolean): Promise<number> {
  const { engine, access, primary, replica } = stage;
  await using root = await session(primary.root('filled'));
  for (const table of ['shiplock_migrations', 'shiplock_migration_statements', 'shiplock_structure']) {
    await root.query(`DROP TABLE IF EXISTS ${table}`);
  }
  await caughtUp(stage);
  const replicas = looked ? [mysqlUrl({ ...access, port: replica.port })] : [];
  const begin = performance.now();
  const { result } = await applyFiles({
    ...{ access, engine, phase: 'backfill', run: `fill-${column}`, statementTimeoutMs: 900_000 },
    files: [`-- shiplock: phase=backfill\nUPDATE t SET a${column} = b WHERE a${column} IS NULL;`],
    limits: { copyBelowRows: 100, batch: batchLimits({ replicas, maxLagMs: MAX_LAG_MS, timeoutMs: 900_000 }) },
  });
  const ms = performance.now() - begin;
  if (result.outcome !== 'done') throw new Error(JSON.stringify(result.problems));
  await caughtUp(stage);
  return ms;
}

interface Lags {
  readonly ms: number;
  readonly seen: readonly { readonly after: number; readonly lag: number }[];
}

/** A beat is written to the primary all the time and read from the replica, whose process is stopped again and again. */
async function whileSlowed({ primary, replica }: Stage, work: () => Promise<number>): Promise<Lags> {
  await using to = await session(primary.root('filled'));
  await using from = await session(replica.root('filled'));
  const begin = performance.now();
  const seen: { after: number; lag: number }[] = [];
  let over = false;
  const every = async (ms: number, what: () => Promise<unknown>): Promise<void> => {
    while (!over) {
      await what();
      await sleep(ms);
    }
  };
  const beating = every(BEAT_MS, () => to.query('UPDATE beat SET at = ?', [performance.now()]));
  const looking = every(BEAT_MS, async () => {
    const at = await beatOf(from);
    if (at > begin) seen.push({ after: performance.now() - begin, lag: performance.now() - at });
  });
  const slowing = every(RUNS_MS, async () => {
    process.kill(replica.pid, 'SIGSTOP');
    await sleep(SLICE_MS - RUNS_MS);
    process.kill(replica.pid, 'SIGCONT');
  });
  try {
    return { ms: await work(), seen };
  } finally {
    over = true;
    await Promise.allSettled([beating, looking, slowing]);
    process.kill(replica.pid, 'SIGCONT');
  }
}

async function beatOf(connection: Connection): Promise<number> {
  const [rows] = await connection.query({ sql: 'SELECT at FROM beat', rowsAsArray: true });
  return Number(JSON.parse(JSON.stringify(rows))[0]?.[0] ?? 0);
}

/** Returns when the replica shows what was written last. */
async function caughtUp({ primary, replica }: Pick<Stage, 'primary' | 'replica'>): Promise<void> {
  await using to = await session(primary.root('filled'));
  const mark = performance.now();
  await to.query('UPDATE beat SET at = ?', [mark]);
  for (const deadline = mark + 600_000; performance.now() < deadline; await sleep(100)) {
    try {
      await using from = await session(replica.root('filled'));
      if ((await beatOf(from)) >= mark) return;
    } catch {
      // The database is not there yet.
    }
  }
  throw new Error('the replica does not catch up');
}

async function session(access: DatabaseAccess): Promise<Connection> {
  return mysql.createConnection({ ...access });
}
