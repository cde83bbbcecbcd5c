import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { advise } from '../../src/migrate/advice/advise.ts';
import { readAdviceFacts } from '../../src/migrate/advice/facts.ts';
import { openSession } from '../../src/migrate/server/session.ts';
import { describeOnEach } from '../support/databases.ts';

/** Advice from real servers that have done something. */

const TABLES = [
  'CREATE TABLE parents (id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, UNIQUE KEY code (code), KEY code_again (code))',
  `CREATE TABLE children (id TINYINT AUTO_INCREMENT PRIMARY KEY, parent INT NOT NULL, a INT NOT NULL, b INT NOT NULL, c VARCHAR(100) NOT NULL,
    KEY narrow (a), KEY wide (a, b), KEY first_of_two (b, c), KEY second_of_two (b, c), KEY prefix (c(10)), KEY lonely (c, a),
    CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES parents (id))`,
  'CREATE TABLE heap (a INT, b VARCHAR(50))',
  'CREATE TABLE old_kind (a INT PRIMARY KEY) ENGINE=MyISAM',
];

describeOnEach('advice for a database', (family) => {
  let server: DatabaseServer;
  let db: Connection;
  beforeAll(async () => {
    const consumers = ['current', 'history-long'].map(
      (one) => `--performance-schema-consumer-events-statements-${one}=ON`,
    );
    const counts = family.engine === 'mariadb' ? ['--userstat=ON', ...consumers] : [];
    server = await family.start({ args: ['--performance-schema=ON', '--max-connections=10', ...counts] });
    const access = await server.createDatabase('shop');
    db = await mysql.createConnection({ ...access });
    for (const sql of TABLES) await db.query(sql);
    await db.query("INSERT INTO parents VALUES (1, 'one'), (2, 'two')");
    await db.query("INSERT INTO children (id, parent, a, b, c) VALUES (120, 1, 1, 1, 'x')");
    await db.query(
      "INSERT INTO heap (a, b) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT n.i, REPEAT('x', 50) FROM n",
    );
    await db.query('INSERT INTO heap SELECT a + 1000, b FROM heap');
    for (let at = 0; at < 12; at += 1) await db.query(`SELECT b FROM heap WHERE a = ${at}`);
    for (let at = 0; at < 12; at += 1)
      await db.query(`SELECT id FROM children FORCE INDEX (wide) WHERE a < ${at + 5} AND a > 0 AND b = 1`);
  });
  afterAll(async () => {
    await db.end();
    await server[Symbol.asyncDispose]();
  });

  async function found() {
    const session = await openSession({ ...server.root('shop') }, 5_000);
    try {
      return advise(await readAdviceFacts(session));
    } finally {
      await session.close();
    }
  }

  it('names what is wrong with its evidence, and nothing else', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 8 }, () => mysql.createConnection({ ...server.root('shop') })),
    );
    const { advice, unseen } = await found();
    for (const one of crowd) await one.end();
    const told = new Map(advice.map((one) => [`${one.id} ${one.id === 'scans' ? '' : one.about}`, one]));
    expect([...told.keys()].toSorted()).toEqual(
      [
        'auto-increment-room children.id',
        'connections max_connections',
        'duplicate-index children.second_of_two',
        'duplicate-index parents.code_again',
        'no-primary-key heap',
        'not-transactional old_kind',
        'redundant-index children.narrow',
        'scans ',
        'unused-index children.lonely',
        'unused-index children.prefix',
        'unused-index children.first_of_two',
      ].toSorted(),
    );
    expect(told.get('scans ')?.about).toMatch(/heap/);
    const explained = '; EXPLAIN: heap: every row, about \\d+ rows \\(using where\\)';
    expect(told.get('scans ')?.evidence).toMatch(
      new RegExp(`^12 runs, .* rows read for each one sent, 12 runs without an index${explained}$`),
    );
    expect(told.get('auto-increment-room children.id')?.evidence).toContain('the next value is 121 of at most 127');
    expect(unseen).toEqual([]);
  });

  it('says what is missing where a MariaDB keeps no statements as they were sent', async () => {
    const root = await mysql.createConnection({ ...server.root('shop') });
    try {
      if (family.engine === 'mariadb') {
        await root.query(
          "UPDATE performance_schema.setup_consumers SET ENABLED = 'NO' WHERE NAME LIKE 'events_statements_%'",
        );
        await root.query('TRUNCATE performance_schema.events_statements_history_long');
      }
      const { advice, unseen } = await found();
      const evidence = advice.find(({ id }) => id === 'scans')?.evidence;
      expect(evidence?.includes('EXPLAIN')).toBe(family.engine === 'mysql');
      expect(unseen).toEqual(
        family.engine === 'mysql' ? [] : [expect.stringContaining('events_statements_history_long')],
      );
    } finally {
      await root.end();
    }
  });

  it('a statement that the server cut is not asked about', async () => {
    if (family.engine === 'mariadb') {
      await db.query('DO 0');
      const root = await mysql.createConnection({ ...server.root('shop') });
      await root.query(
        "UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME LIKE 'events_statements_%'",
      );
      await root.end();
    }
    // What is left of it when it was cut is a statement too, and another one.
    const long = `-- ${'x'.repeat(3_000)}\n`;
    for (let at = 0; at < 12; at += 1) await db.query(`SELECT a FROM heap WHERE b = '${at}' ${long} LIMIT 1`);
    const { advice } = await found();
    const cut = advice.find(({ id, about }) => id === 'scans' && /SELECT `a`/i.test(about));
    expect(cut?.evidence).toMatch(/12 runs without an index$/);
  });

  it('each statement that it suggests for an index is one that the server takes', async () => {
    const { advice } = await found();
    const drops = advice.filter(({ id }) => id.endsWith('-index') && id !== 'foreign-key-without-index');
    expect(drops.length).toBeGreaterThanOrEqual(3);
    for (const { sql } of drops) await db.query(sql ?? '');
    const after = await found();
    expect(after.advice.filter(({ id }) => id === 'duplicate-index' || id === 'redundant-index')).toEqual([]);
  });
});
