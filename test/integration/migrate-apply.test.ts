import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DatabaseAccess, type DatabaseServer, goDsn } from '../../scripts/components/database.ts';
import { effectSchema } from '../../src/model/effect.ts';
import { executeEffect } from '../../src/procedure/effects/execute.ts';
import { createSecrets, systemClock } from '../../src/procedure/index.ts';
import { LeaseLostError } from '../../src/procedure/lease/fence.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { type Applied, type Applying, applyFiles } from '../support/migrate-apply.ts';

/** How changes of tables are sent while others use them: on real servers, through the engine. */

let family: TestFamily;
let server: DatabaseServer;
let access: DatabaseAccess;
let root: Connection;
let count = 0;

const apply = (sql: string, more: Partial<Applying> = {}): Promise<Applied> =>
  applyFiles({ access, engine: family.engine, files: [sql], ...more });

async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
  const [rows] = await root.query(sql);
  return JSON.parse(JSON.stringify(rows));
}

const codes = ({ result }: Applied): readonly string[] => result.problems.map((problem) => problem.code);

async function typeOf(column: string): Promise<unknown> {
  const rows = await ask(
    `SELECT COLUMN_TYPE AS t FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '${access.database}' AND COLUMN_NAME = '${column}'`,
  );
  return rows[0]?.['t'];
}

/** The statements that arrived for the table, as the server wrote them down. */
async function arrived(word: string): Promise<readonly string[]> {
  const rows = await ask(
    `SELECT CONVERT(argument USING utf8mb4) AS a FROM mysql.general_log WHERE command_type = 'Query' AND CONVERT(argument USING utf8mb4) LIKE '${word}%'`,
  );
  return rows.map((row) => String(row['a']));
}

/** A MySQL was sent no change at all; a MariaDB only such as wait for nothing. */
async function nothingQueued(): Promise<void> {
  const sent = await arrived('ALTER TABLE t ALGORITHM');
  const waits = await arrived('SET SESSION lock_wait_timeout = 0');
  if (family.engine === 'mysql') expect([sent, waits]).toEqual([[], []]);
  else expect(waits.length).toBeGreaterThanOrEqual(Math.max(1, sent.length));
}

/** Somebody reads the table all the time; answers the longest wait. */
function reader(): () => Promise<number> {
  let longest = 0;
  let over = false;
  const reading = (async () => {
    const connection = await mysql.createConnection({ ...access });
    while (!over) {
      const begin = performance.now();
      await connection.query('SELECT COUNT(*) FROM t WHERE id < 3');
      longest = Math.max(longest, performance.now() - begin);
      await sleep(5);
    }
    await connection.end();
  })();
  reading.catch(() => undefined);
  return async () => {
    over = true;
    await reading;
    return longest;
  };
}

/** A transaction that has read the table and stays open. */
async function holder(): Promise<Connection> {
  const connection = await mysql.createConnection({ ...access });
  await connection.query('START TRANSACTION');
  await connection.query("SELECT * FROM t WHERE note = 'a secret of a client'");
  return connection;
}

describeOnEach('changes of tables in use', (one) => {
  beforeAll(async () => {
    family = one;
    server = await family.start({
      args: [
        ...['--performance-schema=ON', '--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON'],
        ...['--log-output=TABLE', '--general-log=1'],
      ],
    });
    root = await mysql.createConnection({ ...server.root() });
  });
  afterAll(async () => {
    await root?.end();
    await server?.stop();
  });
  beforeEach(async () => {
    count += 1;
    access = await server.createDatabase(`c${count}`);
    const grants = family.engine === 'mysql' ? ['SELECT ON performance_schema.*'] : ['PROCESS ON *.*'];
    for (const grant of grants) await root.query(`GRANT ${grant} TO ${access.user}@'127.0.0.1'`);
    await root.query(`CREATE TABLE ${access.database}.t (id INT PRIMARY KEY, v INT, note VARCHAR(40))`);
    await root.query(`INSERT INTO ${access.database}.t VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z')`);
    await root.query('TRUNCATE mysql.general_log');
  });

  it('the server itself names the way: each refusal leads to the next, and changes nothing', async () => {
    const { result } = await apply(
      'ALTER TABLE t ADD COLUMN w INT;\nCREATE INDEX iv ON t (v);\nALTER TABLE t MODIFY v BIGINT;',
    );
    expect(result.problems).toEqual([]);
    expect((await arrived('ALTER TABLE t')).map((sql) => sql.replace(/^ALTER TABLE t /, ''))).toEqual([
      'ALGORITHM=INSTANT, LOCK=DEFAULT, ADD COLUMN w INT',
      'ALGORITHM=INSTANT, LOCK=DEFAULT, MODIFY v BIGINT',
      ...(family.engine === 'mariadb' ? ['ALGORITHM=NOCOPY, LOCK=NONE, MODIFY v BIGINT'] : []),
      'ALGORITHM=INPLACE, LOCK=NONE, MODIFY v BIGINT',
      'ALGORITHM=INPLACE, LOCK=SHARED, MODIFY v BIGINT',
      'ALGORITHM=COPY, LOCK=SHARED, MODIFY v BIGINT',
    ]);
    expect((await arrived('CREATE INDEX')).at(-1)).toMatch(/ALGORITHM=(?:NOCOPY|INPLACE) LOCK=NONE$/);
    expect(await typeOf('v')).toMatch(/^bigint/);
  });

  it('a copy of a table that others need is refused with what else to do; of one that this run made it is not', async () => {
    const limits = { copyBelowRows: 2 };
    const refused = await apply('ALTER TABLE t MODIFY v BIGINT;', { limits });
    expect(codes(refused)).toEqual(['effect.sql-algorithm']);
    expect(refused.result.problems[0]?.remedy).toContain('gh-ost or pt-online-schema-change');
    expect(refused.result.problems[0]?.remedy).toContain('more than 2 rows');
    expect(await typeOf('v')).toMatch(/^int/);
    const made = 'CREATE TABLE own (a INT);\nINSERT INTO own VALUES (1), (2), (3);\nALTER TABLE own MODIFY a BIGINT;';
    await root.query(
      `DROP TABLE ${access.database}.shiplock_migrations, ${access.database}.shiplock_migration_statements`,
    );
    expect((await apply(made, { limits, run: 'run-2' })).result.problems).toEqual([]);
    expect(await typeOf('a')).toMatch(/^bigint/);
  });

  it('waits for a transaction that holds the table, names it, and sends nothing that others could queue behind', async () => {
    const holding = await holder();
    await sleep(1100);
    const applying = apply('ALTER TABLE t ADD COLUMN w INT;');
    await sleep(2500);
    await nothingQueued();
    await holding.query('COMMIT');
    const { result, notes } = await applying;
    expect(result.problems).toEqual([]);
    expect(notes.filter((note) => note.startsWith('no lock within'))).toEqual([]);
    expect(notes.join('\n')).toContain(`waiting for connection ${holding.threadId} (${access.user}@127.0.0.1`);
    expect(notes.join('\n')).not.toContain('a secret of a client');
    await holding.end();
  });

  it('gives up when the patience is over, and says who holds the table', async () => {
    const holding = await holder();
    await sleep(1100);
    const failed = await apply('ALTER TABLE t ADD COLUMN w INT;', { limits: { patienceMs: 1500 } });
    expect(codes(failed)).toEqual(['effect.sql-blocked']);
    expect(failed.result.problems[0]?.found).toContain(`connection ${holding.threadId} (${access.user}@127.0.0.1`);
    await nothingQueued();
    await holding.end();
  });

  it('a user who may see nothing makes short tries, and others wait no longer than one of them', async () => {
    const revoked = family.engine === 'mysql' ? 'SELECT ON performance_schema.*' : 'PROCESS ON *.*';
    await root.query(`REVOKE ${revoked} FROM ${access.user}@'127.0.0.1'`);
    const holding = await holder();
    const longest = reader();
    const failed = await apply('ALTER TABLE t ADD COLUMN w INT;', { tries: 2 });
    expect(codes(failed)).toEqual(['effect.sql-blocked']);
    expect(failed.notes.join()).toContain('this user may not see who holds a table');
    expect(failed.result.problems[0]?.found).toContain('2 tries; held by somebody this user may not see');
    const waited = await longest();
    expect(waited).toBeGreaterThan(500);
    // One try, and what a busy machine adds; `npm run bench stall` measures it.
    expect(waited).toBeLessThan(5000);
    await holding.end();
  });

  it('short statements that follow each other on one connection are not taken for a transaction that holds the table', async () => {
    await root.query(`GRANT SELECT ON performance_schema.* TO ${access.user}@'127.0.0.1'`);
    const busy = await mysql.createConnection({ ...access });
    let over = false;
    const running = (async () => {
      while (!over) await busy.query('SELECT SLEEP(0.06) FROM t WHERE id = 1');
    })();
    const { result, notes } = await apply('ALTER TABLE t ADD COLUMN w INT;');
    over = true;
    await running;
    await busy.end();
    expect(result.problems).toEqual([]);
    expect(notes.filter((note) => note.startsWith('waiting for'))).toEqual([]);
  });

  it('closes a connection that holds the table for long, only when that is configured', async () => {
    const right = family.engine === 'mariadb' ? 'CONNECTION ADMIN' : 'CONNECTION_ADMIN';
    for (const grant of [`${right} ON *.*`, 'SELECT ON performance_schema.*']) {
      await root.query(`GRANT ${grant} TO ${access.user}@'127.0.0.1'`);
    }
    const holding = await holder();
    holding.on('error', () => undefined);
    const { result, notes } = await apply('ALTER TABLE t ADD COLUMN w INT;', { limits: { killBlockersAfterMs: 1000 } });
    expect(result.problems).toEqual([]);
    expect(notes.join('\n')).toMatch(new RegExp(`closed connection ${holding.threadId} .*as configured`));
    await expect(holding.query('SELECT 1')).rejects.toThrow();
    holding.destroy();
  });

  it('twenty runners at once: one applies each statement, the others find it done', async () => {
    const files = [
      'CREATE TABLE n (id INT AUTO_INCREMENT PRIMARY KEY, v INT);\nINSERT INTO n (v) VALUES (1);',
      'ALTER TABLE n ADD COLUMN w INT;\nUPDATE n SET v = v + 1;',
    ];
    const runners = Array.from({ length: 20 }, (_, n) => apply('', { files, run: `runner-${n}` }));
    const results = await Promise.all(runners);
    expect(results.flatMap(({ result }) => result.problems)).toEqual([]);
    expect(await ask(`SELECT id, v, w FROM ${access.database}.n`)).toEqual([{ id: 1, v: 2, w: null }]);
    expect(await arrived('INSERT INTO n')).toHaveLength(1);
    expect(await arrived('ALTER TABLE n')).toHaveLength(1);
  });

  it('the statement of a stale runner is refused on its own connection, under the lock', async () => {
    const effect = (fence: number): Promise<unknown> =>
      executeEffect(
        effectSchema.parse({
          ...{ kind: 'sql', dsn: { secret: 'env:DSN' }, timeoutMs: 10_000, resource: 'mysql:here', lock: 'shiplock:x' },
          statements: ['ALTER TABLE t ALGORITHM=INSTANT, ADD COLUMN w INT'],
          guard: {
            ...{ at: 0, otherwise: [], tables: ['t'], lockWaitMs: 1000, tries: 1, patienceMs: 1000, killAfterMs: null },
            remedy: '',
          },
        }),
        {
          ...{ clock: systemClock, secrets: createSecrets({ env: { DSN: goDsn(access) } }), fence },
          ...{ fenceFile: undefined, signal: new AbortController().signal },
        },
      );
    await root.query(
      `CREATE TABLE ${access.database}.shiplock_fence (resource VARCHAR(190) PRIMARY KEY, fence BIGINT NOT NULL)`,
    );
    await root.query(`INSERT INTO ${access.database}.shiplock_fence VALUES ('mysql:here', 7)`);
    await expect(effect(6)).rejects.toThrow(LeaseLostError);
    expect(await arrived('ALTER TABLE t')).toEqual([]);
    await effect(7);
    expect(await typeOf('w')).toMatch(/^int/);
  });

  it('a server that takes no changes, and rights that are missing, each have their message', async () => {
    await apply('SELECT 1;');
    await root.query('SET GLOBAL read_only = 1');
    try {
      const refused = await apply('SELECT 1;', { files: ['SELECT 1;', 'INSERT INTO t VALUES (9, 9, NULL);'] });
      expect(codes(refused)).toEqual(['effect.sql-read-only']);
      expect(refused.result.problems[0]?.remedy).toContain('replica');
    } finally {
      await root.query('SET GLOBAL read_only = 0');
    }
    await root.query(`REVOKE ALTER ON ${access.database}.* FROM ${access.user}@'127.0.0.1'`);
    const denied = await apply('', { files: ['SELECT 1;', 'SELECT 2;', 'ALTER TABLE t ADD COLUMN w INT;'] });
    expect(codes(denied)).toEqual(['effect.sql-privilege']);
    expect(denied.result.problems[0]?.found).toContain('ALTER command denied');
  });

  it('a connection that drops in the middle: the run looks what became of the statement, and goes on', async () => {
    const applying = apply('ALTER TABLE t ADD COLUMN w INT;\nUPDATE t SET v = v + SLEEP(1);');
    let dropped = false;
    while (!dropped) {
      const [row] = await ask("SELECT ID AS id FROM information_schema.PROCESSLIST WHERE INFO LIKE 'UPDATE t SET v%'");
      if (row !== undefined) {
        await root.query(`KILL ${row['id']}`);
        dropped = true;
      }
      await sleep(50);
    }
    const { result } = await applying;
    expect(result.problems).toEqual([]);
    expect(await ask(`SELECT v FROM ${access.database}.t`)).toEqual([{ v: 1 }, { v: 2 }, { v: 3 }]);
    expect(await arrived('UPDATE t SET v')).toHaveLength(2);
  });
});
