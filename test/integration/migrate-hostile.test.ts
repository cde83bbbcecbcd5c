import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseAccess, DatabaseServer } from '../../scripts/components/database.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { type Applied, type Applying, applyFiles } from '../support/migrate-apply.ts';
import { type SqlProxy, startSqlProxy } from '../support/sql-proxy.ts';

/**
 * Migrations where everything is against them: a server whose defaults change how a text is read and what is committed, hostile names, rights that
 * are missing, a network that cuts and swallows.
 */

let family: TestFamily;
let server: DatabaseServer;
let root: Connection;
let proxy: SqlProxy;
let access: DatabaseAccess;
let count = 0;

const HOSTILE = [
  '--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE,STRICT_TRANS_TABLES',
  ...[
    '--autocommit=0',
    '--character-set-server=latin1',
    '--innodb-strict-mode=OFF',
    '--log-bin=binlog',
    '--server-id=1',
    '--log-bin-trust-function-creators=1',
  ],
];
const MORE = {
  mysql: ['--sql-require-primary-key=ON', '--gtid-mode=ON', '--enforce-gtid-consistency=ON'],
  mariadb: ['--lower-case-table-names=1', '--max-statement-time=1'],
} as const;

const apply = (files: readonly string[], more: Partial<Applying> = {}): Promise<Applied> =>
  applyFiles({ access, engine: family.engine, files, ...more });

async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
  // A new connection: this server's sessions see the rows of their first look for ever.
  const connection = await mysql.createConnection({ ...server.root(access.database) });
  const [rows] = await connection.query(sql);
  await connection.end();
  return JSON.parse(JSON.stringify(rows));
}

const problem = ({ result }: Applied) => result.problems[0];

describeOnEach('migrations against hostile circumstances', (one) => {
  beforeAll(async () => {
    family = one;
    server = await family.start({ args: [...HOSTILE, ...MORE[family.engine]] });
    root = await mysql.createConnection({ ...server.root() });
    proxy = await startSqlProxy(() => server.port);
  });
  afterAll(async () => {
    await root?.end();
    await proxy?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    count += 1;
    access = await server.createDatabase(`h${count}`);
    proxy.onStatement = () => 'pass';
  });

  it('names with quotes, backticks, backslashes and 64 characters; the defaults of the server change nothing', async () => {
    const name = `it's "ü" \`\\ ${'é'.repeat(20)}漢 ${'x'.repeat(30)}`;
    expect(name).toHaveLength(64);
    const quoted = `\`${name.replaceAll('`', '``')}\``;
    await root.query(`CREATE DATABASE ${quoted} CHARACTER SET utf8mb4`);
    await root.query(`GRANT ALL PRIVILEGES ON *.* TO ${access.user}@'127.0.0.1'`);
    access = { ...access, database: name };
    const values = `'\\\\ it''s \\'quoted\\' "d"', 'ü', '漢字', ''`;
    const files = [
      `CREATE TABLE ${quoted} (${quoted} VARCHAR(40) NOT NULL PRIMARY KEY COMMENT 'a "b" \\\\ c', n INT);\n` +
        `INSERT INTO ${quoted} (${quoted}) VALUES (${values.split(', ').join('), (')});\n` +
        `ALTER TABLE ${quoted} ADD INDEX ${quoted} (n);\nALTER TABLE ${quoted} ADD COLUMN w INT;`,
      `-- shiplock: phase=backfill\nUPDATE ${quoted} SET n = COALESCE(n, 0) + 1;`,
    ];
    expect(problem(await apply(files))).toBeUndefined();
    const limits = { copyBelowRows: 1 };
    expect(problem(await apply(files, { phase: 'backfill', run: 'run-2', limits }))).toBeUndefined();
    const rows = await ask(`SELECT ${quoted} AS k, n FROM ${quoted} ORDER BY k`);
    expect(rows.map((row) => row['n'])).toEqual([1, 1, 1, 1]);
    expect(rows.map((row) => row['k'])).toContain(`\\ it's 'quoted' "d"`);
    expect(await ask("SELECT COUNT(*) AS n FROM shiplock_migration_statements WHERE state <> 'done'")).toEqual([
      { n: 0 },
    ]);
    // What is remembered of the structure is what is there: nothing has drifted.
    const again = await apply([...files, 'CREATE TABLE last (id INT PRIMARY KEY);'], { run: 'run-3' });
    expect(problem(again)).toBeUndefined();
    expect(again.notes.join()).not.toContain('changed');
    expect(await ask('SELECT COUNT(*) AS n FROM shiplock_structure WHERE drifted')).toEqual([{ n: 0 }]);
    await root.query(`DROP DATABASE ${quoted}`);
  });

  it('a byte order mark, DOS line ends and comments alone; programs tell themselves whether they are there', async () => {
    const file = `\uFEFF-- first\r\nCREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20));\r\nINSERT INTO t VALUES (1, 'a\\nb');\r\n`;
    const programs = 'CREATE PROCEDURE p() SELECT 1;\nCREATE VIEW v AS SELECT id FROM t;';
    expect(problem(await apply([file, programs]))).toBeUndefined();
    expect(await ask('SELECT HEX(v) AS v FROM t')).toEqual([{ v: '610A62' }]);
    await root.query(
      `UPDATE ${access.database}.shiplock_migration_statements SET state = 'started' WHERE migration = '0002_change'`,
    );
    await root.query(`UPDATE ${access.database}.shiplock_migrations SET state = 'running' WHERE id = '0002_change'`);
    await root.query('COMMIT');
    await root.query(`DROP VIEW ${access.database}.v`);
    const again = await apply([file, programs], { run: 'run-2' });
    expect(problem(again)).toBeUndefined();
    expect(await ask('SELECT id FROM v')).toEqual([{ id: 1 }]);
    const replaced = await apply([file, programs, 'CREATE OR REPLACE VIEW v AS SELECT v FROM t;'], { run: 'run-3' });
    expect(problem(replaced)).toBeUndefined();
  });

  it('each right that is missing is named, as the statement that grants it', async () => {
    const before = 'CREATE TABLE t (id INT PRIMARY KEY, v INT);';
    expect(problem(await apply([before]))).toBeUndefined();
    const needed: readonly (readonly [string, string])[] = [
      ['ALTER', 'ALTER TABLE t ADD COLUMN w INT;'],
      ['INDEX', 'CREATE INDEX iv ON t (v);'],
      ['DROP', 'DROP TABLE t;'],
      ['CREATE', 'CREATE TABLE u (id INT PRIMARY KEY);'],
      ['INSERT', 'INSERT INTO t VALUES (1, 1);'],
      ['UPDATE', 'UPDATE t SET v = 1;'],
      ['DELETE', 'DELETE FROM t;'],
      ['SELECT', 'DELETE FROM t;'],
      ['CREATE VIEW', 'CREATE VIEW v AS SELECT 1 AS one;'],
      ['CREATE ROUTINE', 'CREATE PROCEDURE p() SELECT 1;'],
      ['TRIGGER', 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 1;'],
      ['EVENT', 'CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO DELETE FROM t;'],
    ];
    const to = `${access.user}@'127.0.0.1'`;
    for (const [right, sql] of needed) {
      for (const table of ['shiplock_migrations', 'shiplock_migration_statements']) {
        await root.query(
          `DELETE FROM ${access.database}.${table} WHERE ${table === 'shiplock_migrations' ? 'id' : 'migration'} = '0002_change'`,
        );
      }
      await root.query(`REVOKE ${right} ON ${access.database}.* FROM ${to}`);
      const denied = await apply([before, sql], { run: `without-${right}` });
      expect([right, problem(denied)?.remedy]).toEqual([right, expect.stringContaining(`GRANT ${right}`)]);
      expect([right, problem(denied)?.remedy]).toEqual([
        right,
        expect.stringContaining(`ON \`${access.database}\`.* TO '${access.user}'@'127.0.0.1'`),
      ]);
      await root.query(`GRANT ${right} ON ${access.database}.* TO ${to}`);
    }
  });

  it('a server that is read-only refuses even those who could write all the same', async () => {
    access = { ...access, user: 'root', password: '' };
    await root.query('SET GLOBAL read_only = 1');
    try {
      expect(problem(await apply(['CREATE TABLE t (id INT PRIMARY KEY);']))).toMatchObject({
        code: 'effect.sql-read-only',
        remedy: expect.stringContaining('replica'),
      });
      if (family.engine === 'mysql') {
        await root.query('SET GLOBAL super_read_only = 1');
        expect(problem(await apply(['CREATE TABLE t (id INT PRIMARY KEY);']))?.code).toBe('effect.sql-read-only');
      }
    } finally {
      if (family.engine === 'mysql') await root.query('SET GLOBAL super_read_only = 0');
      await root.query('SET GLOBAL read_only = 0');
    }
    expect(await ask("SHOW TABLES LIKE 't'")).toEqual([]);
  });

  it('no connection left: says so, and goes on when there is one', async () => {
    await root.query(`ALTER USER ${access.user}@'127.0.0.1' WITH MAX_USER_CONNECTIONS 3`);
    const holding = await Promise.all([1, 2, 3].map(() => mysql.createConnection({ ...access })));
    const refused = await apply(['CREATE TABLE t (id INT PRIMARY KEY);']);
    expect(problem(refused)).toMatchObject({
      found: expect.stringContaining('max_user_connections'),
      remedy: expect.stringContaining('idle'),
    });
    await Promise.all(holding.map((connection) => connection.end()));
    await sleep(200);
    expect(problem(await apply(['CREATE TABLE t (id INT PRIMARY KEY);'], { run: 'run-2' }))).toBeUndefined();
  });

  it('somebody holds the table that this run made a moment ago: one short try, and then it is waited for', async () => {
    const holder = await mysql.createConnection({ ...server.root(access.database) });
    let tries = 0;
    proxy.onStatement = async (sql): Promise<'pass'> => {
      if (!/ALTER TABLE t\b/.test(sql)) return 'pass';
      tries += 1;
      if (tries === 1) {
        await holder.query('START TRANSACTION');
        await holder.query('SELECT * FROM t');
      }
      return 'pass';
    };
    try {
      const { result, notes } = await apply(['CREATE TABLE t (id INT PRIMARY KEY);\nALTER TABLE t ADD COLUMN v INT;'], {
        access: { ...access, port: proxy.port },
        onEvent: (event) => {
          if (event.kind === 'note' && event.text.startsWith('no lock within'))
            setTimeout(() => holder.query('COMMIT'), 300);
        },
      });
      expect(result.problems).toEqual([]);
      expect(notes).toContainEqual(expect.stringContaining('no lock within 1000 ms (1 of 10 tries)'));
      expect(tries).toBeGreaterThan(1);
      expect(await ask("SHOW COLUMNS FROM t LIKE 'v'")).toHaveLength(1);
    } finally {
      await holder.end();
    }
  });

  describe('a network that does harm', () => {
    // The way that the server takes: those that it refuses change nothing.
    const WAY = /ALGORITHM=(?:NOCOPY|INPLACE), LOCK=NONE/;
    const files = [
      'CREATE TABLE t (id INT PRIMARY KEY, v INT);\nINSERT INTO t VALUES (1, 1);',
      'ALTER TABLE t ADD INDEX (v);\nUPDATE t SET v = v + 1;',
    ];
    const end = async (): Promise<unknown> => ({
      rows: await ask('SELECT id, v FROM t'),
      indexes: await ask(
        "SELECT COUNT(*) AS n FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't'",
      ),
      open: await ask("SELECT COUNT(*) AS n FROM shiplock_migration_statements WHERE state <> 'done'"),
    });
    const whole = { rows: [{ id: 1, v: 2 }], indexes: [{ n: 2 }], open: [{ n: 0 }] };

    it.each([
      ['cut-behind', WAY],
      ['cut-answer', WAY],
      ['cut-answer', /COMMIT/],
      ['cut-before', /SET (?:s\.)?state = 'done'/],
      ['cut-answer', /SET s\.state = 'done'/],
      // A session that is kept begins so: it is lost, and another is opened.
      ['cut-before', /^\W*SET NAMES/],
    ] as const)('%s at %s: the run goes on by itself, and does nothing twice', async (harm, at) => {
      let done = false;
      proxy.onStatement = (sql) => {
        if (done || !at.test(sql)) return 'pass';
        done = true;
        return harm;
      };
      expect(problem(await apply(files, { access: { ...access, port: proxy.port } }))).toBeUndefined();
      expect(done).toBe(true);
      expect(await end()).toEqual(whole);
    });

    it('packets vanish behind a statement: it ends in time, frees its lock, and the next run goes on', async () => {
      let done = false;
      proxy.onStatement = (sql) => {
        if (done || !WAY.test(sql)) return 'pass';
        done = true;
        return 'vanish-behind';
      };
      const limits = { patienceMs: 1 };
      const through = { access: { ...access, port: proxy.port }, statementTimeoutMs: 1500, limits };
      expect(problem(await apply(files, through))?.code).toBe('procedure.timeout');
      while ((await ask(`SELECT IS_FREE_LOCK('shiplock:${access.database}') AS free`))[0]?.['free'] !== 1)
        await sleep(100);
      expect(problem(await apply(files, { access: { ...access, port: proxy.port }, run: 'run-2' }))).toBeUndefined();
      expect(await end()).toEqual(whole);
    });
  });
});
