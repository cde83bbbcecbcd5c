import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { DatabaseAccess, DatabaseServer } from '../../scripts/components/database.ts';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { type Applied, type Applying, applyFiles, batchLimits } from '../support/migrate-apply.ts';

/** Backfills on real servers: in ranges, resumed, verified, held back by a replica that is behind. */

const ROWS = 12_000;
let family: TestFamily;
let server: DatabaseServer;
let access: DatabaseAccess;
let root: Connection;
let count = 0;

const backfill = (sql: string, more: Partial<Applying> = {}): Promise<Applied> =>
  applyFiles({
    ...{ access, engine: family.engine, files: [`-- shiplock: phase=backfill\n${sql}`], phase: 'backfill' },
    ...{ limits: { copyBelowRows: 100 }, ...more },
  });

async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
  const [rows] = await root.query(sql);
  return JSON.parse(JSON.stringify(rows));
}

const codes = ({ result }: Applied): readonly string[] => result.problems.map((problem) => problem.code);
const rowsWhere = async (where: string): Promise<unknown> =>
  (await ask(`SELECT COUNT(*) AS n FROM t WHERE ${where}`))[0]?.['n'];
const progress = async (): Promise<{
  readonly batch: number;
  readonly rows: number;
  readonly key: readonly string[];
}> => {
  const [row] = await ask('SELECT progress AS p FROM shiplock_migration_statements WHERE number = 1');
  return JSON.parse(String(row?.['p'] ?? '{"batch":0,"rows":0,"key":[]}'));
};

/** Waits until nothing has been done for 1.5 seconds, three times as long as the slowest range takes. */
async function standstill(): ReturnType<typeof progress> {
  for (let before = 0; ; ) {
    const now = await progress().catch(() => ({ batch: 0, rows: 0, key: [] }));
    if (now.batch > 0 && now.batch === before) return now;
    before = now.batch;
    await sleep(1500);
  }
}

describeOnEach('backfills', (one) => {
  beforeAll(async () => {
    family = one;
    server = await family.start();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    count += 1;
    access = await server.createDatabase(`b${count}`);
    root = await mysql.createConnection({ ...server.root(access.database) });
    await root.query(
      'CREATE TABLE t (kind VARCHAR(20) NOT NULL, id INT NOT NULL, a INT, b INT, PRIMARY KEY (kind, id))',
    );
    const values = Array.from({ length: ROWS }, (_, id) => [["it's", 'β`"', 'plain', 'ZZ'][id % 4], id, null, id]);
    for (let at = 0; at < ROWS; at += 5000) await root.query('INSERT INTO t VALUES ?', [values.slice(at, at + 5000)]);
    return () => root.end();
  });

  it('changes every row once, in ranges of a key of texts and numbers', async () => {
    const { result } = await backfill('UPDATE t SET a = COALESCE(a, 0) + 1 + b WHERE a IS NULL;');
    expect(result.problems).toEqual([]);
    expect(await rowsWhere('a = b + 1')).toBe(ROWS);
    expect((await progress()).rows).toBe(ROWS);
    expect((await progress()).batch).toBeGreaterThan(3);
    // Applied, but the schema is what it was: a backfill changes none.
    expect(await ask('SELECT id, state, phase FROM shiplock_migrations')).toEqual([
      { id: '0001_change', state: 'applied', phase: 'backfill' },
    ]);
  });

  it('cut in the middle, again and again, it goes on behind the last range and does nothing twice', async () => {
    // Without a WHERE that forgets what is done: a row that is met twice would show.
    const sql = 'UPDATE t SET a = COALESCE(a, 0) + 1;';
    let cuts = 0;
    let over = false;
    const killing = (async () => {
      let seen = 0;
      const began = performance.now();
      while (!over && cuts < 4 && performance.now() - began < 30_000) {
        const { batch } = await progress().catch(() => ({ batch: 0 }));
        const [row] = await ask(
          `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = '${access.user}' AND DB = '${access.database}' AND (INFO LIKE 'UPDATE t SET%' OR INFO LIKE 'COMMIT%')`,
        );
        if (row !== undefined && batch > seen) {
          await root.query(`KILL ${row['id']}`).catch(() => undefined);
          cuts += 1;
          seen = batch + 1;
        }
        await sleep(5);
      }
    })();
    const { result } = await backfill(sql, { limits: { copyBelowRows: 100, batch: batchLimits({ targetMs: 20 }) } });
    over = true;
    await killing;
    expect(result.problems).toEqual([]);
    expect(cuts).toBeGreaterThan(0);
    expect(await rowsWhere('a = 1')).toBe(ROWS);
  });

  it('rows that are written meanwhile are found at the end; what never ends is said', async () => {
    const writing = (async () => {
      while ((await progress().catch(() => ({ batch: 0 }))).batch === 0) await sleep(5);
      await root.query("INSERT INTO t VALUES ('', -1, NULL, 5)");
    })();
    const { result } = await backfill('UPDATE t SET a = b WHERE a IS NULL;', {
      limits: { copyBelowRows: 100, batch: batchLimits({ targetMs: 20 }) },
    });
    await writing;
    expect(result.problems).toEqual([]);
    expect(await rowsWhere('a IS NULL')).toBe(0);
    await root.query('DELETE FROM shiplock_migrations');
    await root.query('DELETE FROM shiplock_migration_statements');
    const endless = await backfill('UPDATE t SET a = a + 1 WHERE a >= 0;', { run: 'run-2' });
    expect(codes(endless)).toEqual(['effect.sql-rows-left']);
  });

  it('pauses while a replica is behind, by the marks that it has', async () => {
    // The marks of this "replica" are written by the test: real replication is in the benchmark.
    const copy = await server.createDatabase(`r${count}`);
    const replica = await mysql.createConnection({ ...copy });
    await replica.query(
      'CREATE TABLE shiplock_migration_statements (migration VARCHAR(120), number INT, progress TEXT)',
    );
    await replica.query("INSERT INTO shiplock_migration_statements VALUES ('0001_change', 1, NULL)");
    // One range in the middle takes longer than the time between two looks: the look behind it finds a replica that is as far behind.
    await root.query(
      "CREATE TRIGGER slow BEFORE UPDATE ON t FOR EACH ROW IF OLD.kind = 'plain' AND OLD.id = 6002 THEN DO SLEEP(0.5); END IF",
    );
    const limits = {
      copyBelowRows: 100,
      batch: batchLimits({ targetMs: 20, replicas: [mysqlUrl(copy)], maxLagMs: 100 }),
    };
    const running = backfill('UPDATE t SET a = b WHERE a IS NULL;', { limits });
    expect((await standstill()).rows).toBeLessThan(ROWS);
    let over = false;
    const copying = (async () => {
      while (!over) {
        const [row] = await ask('SELECT progress AS p FROM shiplock_migration_statements WHERE number = 1');
        await replica.query('UPDATE shiplock_migration_statements SET progress = ?', [row?.['p']]);
        await sleep(20);
      }
    })();
    const { result, notes } = await running;
    over = true;
    await copying;
    await replica.end();
    expect(result.problems).toEqual([]);
    expect(notes.join('\n')).toMatch(/paused: replica 127\.0\.0\.1:\d+ is \d+ ms behind/);
    expect(await rowsWhere('a = b')).toBe(ROWS);
  });

  it('what cannot be cut is done at once in a small table and refused in a large one', async () => {
    const sql = 'UPDATE t JOIN (SELECT 1 AS one) AS x SET a = b;';
    expect(codes(await backfill(sql))).toEqual(['migrate.not-batched']);
    await root.query('ALTER TABLE t DROP PRIMARY KEY');
    const keyless = await backfill('UPDATE t SET a = b WHERE a IS NULL;');
    expect(codes(keyless)).toEqual(['migrate.not-batched']);
    await root.query('DELETE FROM t WHERE id > 50');
    expect((await backfill('UPDATE t SET a = b WHERE a IS NULL;')).result.problems).toEqual([]);
    expect(await rowsWhere('a IS NULL')).toBe(0);
  });
});
