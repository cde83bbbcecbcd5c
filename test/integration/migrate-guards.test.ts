import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DatabaseAccess, type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { openDatabase } from '../../src/migrate/index.ts';
import { createSecrets, systemClock } from '../../src/procedure/index.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { type Applied, type Applying, applyFiles, batchLimits, guardsWith } from '../support/migrate-apply.ts';

/** What is looked at before and after a change, on real servers that lie on a small disk of their own where that can be had. */

const run = promisify(execFile);
const MIB = 1024 * 1024;
let family: TestFamily;
let server: DatabaseServer;
let access: DatabaseAccess;
let root: Connection;
let dir: string;
/** Why there is no small disk; undefined: there is one. */
let diskless: string | undefined;
let count = 0;

const apply = (sql: string, more: Partial<Applying> = {}): Promise<Applied> =>
  applyFiles({ access, engine: family.engine, files: [sql], ...more });
const codes = ({ result }: Applied): readonly string[] => result.problems.map((problem) => problem.code);

async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
  const [rows] = await root.query(sql);
  return JSON.parse(JSON.stringify(rows));
}

const columns = async (): Promise<readonly unknown[]> =>
  (
    await ask(
      `SELECT COLUMN_NAME AS c FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '${access.database}' AND TABLE_NAME = 't' ORDER BY ORDINAL_POSITION`,
    )
  ).map((row) => row['c']);

/** An application: answers when its loops have ended. */
function application(sql: string): () => Promise<void> {
  let over = false;
  const loops = Array.from({ length: 4 }, async () => {
    const connection = await mysql.createConnection({ ...server.root(access.database) });
    while (!over) await connection.query(sql);
    await connection.end();
  });
  return async () => {
    over = true;
    await Promise.all(loops);
  };
}

describeOnEach('guards of migrations', (one) => {
  beforeAll(async () => {
    family = one;
    dir = await mkdtemp(join(tmpdir(), 'sp-disk-'));
    diskless = await run('mount', ['-t', 'tmpfs', '-o', 'size=320m,mode=777', 'tmpfs', dir]).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    server = await family.start({
      dir,
      args: ['--performance-schema=ON', '--log-bin=binlog', '--server-id=1', '--binlog-format=ROW'],
    });
  });
  afterAll(async () => {
    await server?.stop();
    if (diskless === undefined) await run('umount', [dir]);
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    count += 1;
    access = await server.createDatabase(`g${count}`);
    root = await mysql.createConnection({ ...server.root(access.database) });
    await root.query('CREATE TABLE t (id INT PRIMARY KEY, a INT, note VARCHAR(200))');
    const values = Array.from({ length: 3000 }, (_, id) => [id, null, `note ${id}`]);
    await root.query('INSERT INTO t VALUES ?', [values]);
    return () => root.end();
  });

  it('waits while the application is slow, by the figures of the server, and gives up when its patience is over', async () => {
    await root.query(`GRANT SELECT ON performance_schema.* TO ${access.user}@'127.0.0.1'`);
    const stop = application('SELECT SLEEP(0.05)');
    const guards = guardsWith({ maxLatencyMs: 20 });
    const failed = await apply('ALTER TABLE t ADD COLUMN w INT;', { limits: { guards, patienceMs: 1000 } });
    expect(codes(failed)).toEqual(['effect.sql-latency']);
    expect(failed.notes.join('\n')).toContain('from performance_schema');
    expect(failed.result.problems[0]?.found).toMatch(/statements of the application take \d+\.\d ms, more than 20 ms/);
    expect(await columns()).toEqual(['id', 'a', 'note']);
    const backfill = applyFiles({
      ...{ access, engine: family.engine, phase: 'backfill', run: 'run-2' },
      files: ['-- shiplock: phase=backfill\nUPDATE t SET a = id WHERE a IS NULL;'],
      limits: { guards, copyBelowRows: 10, batch: batchLimits({ targetMs: 20 }) },
    });
    const marked = "SELECT COUNT(*) AS n FROM shiplock_migration_statements WHERE run = 'run-2'";
    while ((await ask(marked))[0]?.['n'] === 0) await sleep(50);
    await sleep(1500);
    const paused = (await ask('SELECT COUNT(*) AS n FROM t WHERE a IS NOT NULL'))[0]?.['n'];
    expect(paused).toBe(0);
    await stop();
    const { result, notes } = await backfill;
    expect(result.problems).toEqual([]);
    expect(notes.join('\n')).toMatch(/paused: statements of the application take/);
    expect(await ask('SELECT COUNT(*) AS n FROM t WHERE a IS NULL')).toEqual([{ n: 0 }]);
  });

  it('without figures a query of our own stands for the application', async () => {
    const patient = { guards: guardsWith({ maxLatencyMs: 20_000 }) };
    const quick = await apply('ALTER TABLE t ADD COLUMN w INT;', { limits: patient });
    expect(quick.result.problems).toEqual([]);
    expect(quick.notes.join('\n')).toContain('a query of our own stands for the application');
    const files = ['ALTER TABLE t ADD COLUMN w INT;', 'ALTER TABLE t ADD COLUMN x INT;'];
    const limits = { guards: guardsWith({ maxLatencyMs: 0.000_001 }), patienceMs: 1000 };
    const slow = await apply('', { files, limits, run: 'run-2' });
    expect(codes(slow)).toEqual(['effect.sql-latency']);
    expect(slow.result.problems[0]?.found).toContain('a query of our own takes');
  });

  it('begins nothing outside of its hours; a backfill stops at their end and goes on later', async () => {
    const closure = { from: 5000, until: 10_000, why: 'a freeze' };
    const hours = async () => [{ timeZone: 'UTC', open: [], freezes: [], closures: [closure] }];
    let now = 6000;
    const clock = { ...systemClock, now: () => now };
    const early = await apply('ALTER TABLE t ADD COLUMN w INT;', { hours, clock });
    expect([early.result.outcome, ...codes(early)]).toEqual(['waiting', 'effect.sql-window']);
    expect(await columns()).toEqual(['id', 'a', 'note']);
    now = 0;
    const backfill: Applying = {
      ...{ access, engine: family.engine, hours, clock, run: 'run-2' },
      phase: 'backfill',
      // Without a WHERE: a row that is met twice would show.
      files: ['-- shiplock: phase=backfill\nUPDATE t SET a = COALESCE(a, 0) + 1 + SLEEP(0.0005);'],
      limits: { copyBelowRows: 10, batch: batchLimits({ targetMs: 50 }) },
    };
    const running = applyFiles(backfill);
    while ((await ask('SELECT COUNT(*) AS n FROM t WHERE a = 1'))[0]?.['n'] === 0) await sleep(5);
    now = 7000;
    const first = await running;
    expect([first.result.outcome, ...codes(first)]).toEqual(['waiting', 'effect.sql-window']);
    expect((await ask('SELECT COUNT(*) AS n FROM t WHERE a = 1'))[0]?.['n']).toBeLessThan(3000);
    now = 11_000;
    const second = await applyFiles({ ...backfill, run: 'run-3' });
    expect(second.result.problems).toEqual([]);
    expect(await ask('SELECT a, COUNT(*) AS n FROM t GROUP BY a')).toEqual([{ a: 1, n: 3000 }]);
  });

  it('writes down where a restore would have to go before a column is taken away', async () => {
    const right = family.engine === 'mysql' ? 'REPLICATION CLIENT' : 'BINLOG MONITOR';
    const secrets = createSecrets({ env: { TEST_DSN: mysqlUrl(access) } });
    const database = openDatabase({ dsn: { secret: 'env:TEST_DSN' }, secrets, connectTimeoutMs: 5000 });
    const demanded = { guards: guardsWith({ mustRestore: true }) };
    const blind = await apply('ALTER TABLE t DROP COLUMN note;', { limits: demanded });
    // A MariaDB shows the ids of transactions to everybody; a MySQL has none while gtid_mode is off.
    const [mode] = family.engine === 'mysql' ? await ask('SELECT @@gtid_mode AS mode') : [{ mode: 'ON' }];
    expect(codes(blind)).toEqual(mode?.['mode'] === 'ON' ? [] : ['migrate.no-restore-point']);
    await root.query(`GRANT ${right} ON *.* TO ${access.user}@'127.0.0.1'`);
    const files = ['ALTER TABLE t DROP COLUMN note;', 'ALTER TABLE t DROP COLUMN a;'];
    const { result } = await apply('', { files, limits: demanded, run: 'run-2' });
    expect(result.problems).toEqual([]);
    const [point] = await database.restorePoints();
    expect(point).toMatchObject({
      ...{ migration: '0002_change', number: 1, run: 'run-2', statement: 'ALTER TABLE t DROP COLUMN a' },
      tables: [{ table: 't', rows: 3000, exact: true, create: expect.stringContaining('`a` int') }],
      before: { log: true, file: expect.stringMatching(/^binlog\./) },
    });
    const events = await ask(`SHOW BINLOG EVENTS IN '${point?.before?.file}' FROM ${point?.before?.position}`);
    const dropped = events.find((row) => String(row['Info']).includes('DROP COLUMN a'));
    // The change lies between the two places, so a restore that stops before it has everything up to it.
    expect(Number(dropped?.['Pos'])).toBeGreaterThanOrEqual(point?.before?.position ?? Number.NaN);
    expect(Number(dropped?.['End_log_pos'])).toBeLessThanOrEqual(point?.after?.position ?? Number.NaN);
  });

  it('a migration whose queries find something wrong is not recorded until they find nothing', async () => {
    const verify = 'SELECT id FROM t WHERE a IS NULL;';
    const wrong = await apply('UPDATE t SET a = id WHERE id > 5;', { verify });
    expect(codes(wrong)).toEqual(['effect.sql-check']);
    expect(wrong.result.problems[0]).toMatchObject({ where: 'm/0001_change.verify.sql:1', found: '6 rows' });
    expect(await ask('SELECT state FROM shiplock_migrations')).toEqual([{ state: 'running' }]);
    await root.query('UPDATE t SET a = 0 WHERE a IS NULL');
    const mended = await apply('UPDATE t SET a = id WHERE id > 5;', { verify, run: 'run-2' });
    expect(mended.result.problems).toEqual([]);
    expect(await ask('SELECT state FROM shiplock_migrations')).toEqual([{ state: 'applied' }]);
  });

  it('a structure that is not as it was planned is said, and not remembered as good', async () => {
    const other = await apply('ALTER TABLE t ADD COLUMN w INT;', { expected: { 'table t': '0'.repeat(64) } });
    expect(codes(other)).toEqual(['migrate.not-as-planned']);
    expect(await ask("SHOW TABLES LIKE 'shiplock_structure'")).toEqual([]);
  });

  it('where there is no room a rebuild is refused, and what is done at once is not', async () => {
    const guards = guardsWith({ disk: { free: 5000, factor: 1.2, mustKnow: false } });
    const limits = { copyBelowRows: 10, copyBelowBytes: 1000, guards };
    const instant = await apply('ALTER TABLE t ADD COLUMN w INT;', { limits });
    expect(instant.result.problems).toEqual([]);
    const files = ['ALTER TABLE t ADD COLUMN w INT;', 'ALTER TABLE t FORCE;'];
    const refused = await apply('', { files, limits, run: 'run-2' });
    expect(refused.result.problems[0]?.remedy).toContain('no room for another way');
    // The disk of the server itself, as this machine sees it, or the answer of a command.
    const command = ['sh', '-c', 'echo about 999999999999 bytes'];
    for (const free of [null, command]) {
      const roomy = { ...limits, guards: guardsWith({ disk: { free, factor: 1.2, mustKnow: true } }) };
      const done = await apply('', { files, limits: roomy, run: `run-${free === null ? 3 : 4}` });
      expect(done.result.problems).toEqual([]);
    }
  });

  it('a disk that is full: the server takes the change back, and once there is room the next run goes on', async (test) => {
    if (diskless !== undefined) return test.skip(`no small disk could be mounted: ${diskless}`);
    await root.query("UPDATE t SET note = REPEAT('x', 200)");
    const twice = 'INSERT INTO t SELECT id + (SELECT MAX(id) + 1 FROM t AS m), a, note FROM t';
    for (const sql of [twice, twice, twice]) await root.query(sql);
    const limits = { copyBelowRows: 10, guards: guardsWith({ disk: { free: null, factor: 0, mustKnow: false } }) };
    const filler = join(dir, 'filler');
    const { bavail, bsize } = await statfs(dir);
    await writeFile(filler, Buffer.alloc(bavail * bsize - 3 * MIB));
    const full = await apply('ALTER TABLE t ENGINE=InnoDB, ADD COLUMN w INT FIRST;', { limits });
    expect(codes(full)).toEqual(['effect.sql-disk-full']);
    expect(await columns()).toEqual(['id', 'a', 'note']);
    // With the space looked at it is not even begun.
    const looked = { ...limits, guards: guardsWith({}) };
    const sql = 'ALTER TABLE t ENGINE=InnoDB, ADD COLUMN w INT FIRST;';
    const refused = await apply(sql, { limits: { ...looked, copyBelowBytes: 1000 }, run: 'run-2' });
    expect(refused.result.problems[0]?.remedy).toContain('no room for another way');
    await rm(filler);
    const done = await apply(sql, { limits, run: 'run-3' });
    expect(done.result.problems).toEqual([]);
    expect(await columns()).toEqual(['w', 'id', 'a', 'note']);
    expect(await ask('SELECT COUNT(*) AS n FROM t')).toEqual([{ n: 24_000 }]);
  });
});
