import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { applyConfig, applyLimits } from '../../src/migrate/apply/config.ts';
import { retire } from '../../src/migrate/files/retire.ts';
import {
  type MigrationDatabase,
  migrateNodes,
  migrationStatus,
  openDatabase,
  readMigrations,
  statusLines,
} from '../../src/migrate/index.ts';
import type { Structure } from '../../src/migrate/server/structure.ts';
import { changeText, structureChanges } from '../../src/migrate/server/structure-diff.ts';
import { splitSql } from '../../src/migrate/sql/lexer.ts';
import type { Node, Step } from '../../src/procedure/tree.ts';
import { perform, type World, world } from '../build/perform.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';

/** The structure of a live database: seen whole, remembered, and what others changed in it explained. */

let family: TestFamily;
let server: DatabaseServer;
let admin: Connection;
let dir = '';
let database: MigrationDatabase;
let w: World;
let count = 0;

beforeEach(async () => {
  count += 1;
  const access = await server.createDatabase(`s${count}`);
  dir = mkdtempSync(join(tmpdir(), 'structure-'));
  admin = await mysql.createConnection({ ...server.root(access.database) });
  w = world({ env: { TEST_DSN: mysqlUrl(access) } });
  database = openDatabase({ dsn: { secret: 'env:TEST_DSN' }, secrets: w.secrets, connectTimeoutMs: 5000 });
  return async () => {
    await admin.end();
    rmSync(dir, { recursive: true, force: true });
  };
});

function stepsOf(node: Node): readonly Step[] {
  if (node.kind === 'sequence') return node.steps.flatMap(stepsOf);
  return node.kind === 'step' ? [node] : [];
}

async function migrate(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const timing = {
    ...{ lockWaitTimeoutMs: 1000, lockAttempts: 3, statementTimeoutMs: 20_000 },
    apply: applyLimits(applyConfig.parse({})),
  };
  const { node } = migrateNodes({
    database,
    migrations: await readMigrations(dir),
    engine: family.engine,
    environment: 'production',
    ...timing,
  });
  for (const step of stepsOf(node)) {
    const result = await perform(step, w);
    if (result.kind === 'refused') throw new Error(result.problems.map((problem) => problem.code).join());
  }
}

async function status() {
  const { applied } = await database.look();
  return migrationStatus(applied, await readMigrations(dir), await database.bothStructures());
}

/** Each makes a difference that a look must show; what both families understand, and what one has alone. */
const BASE = [
  'CREATE TABLE owners (id INT PRIMARY KEY, name VARCHAR(64) NOT NULL)',
  "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT NOT NULL, b VARCHAR(20) DEFAULT 'x', d INT, owner INT, KEY ia (a), CONSTRAINT positive CHECK (a > 0))",
  'CREATE TABLE p (id INT NOT NULL PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10))',
  'CREATE VIEW v AS SELECT id FROM t',
  'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.d = 1',
  'CREATE PROCEDURE pr(x INT) SELECT x',
  'CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO DELETE FROM owners WHERE id = 0',
];
const CHANGES: readonly (readonly [string, string])[] = [
  ['ALTER TABLE t MODIFY a BIGINT NOT NULL', 'table t, column a: type'],
  ["ALTER TABLE t ALTER b SET DEFAULT 'y'", 'table t, column b: default'],
  ['ALTER TABLE t MODIFY b VARCHAR(20) CHARACTER SET latin1', 'table t, column b: character set'],
  ['ALTER TABLE t ADD g INT GENERATED ALWAYS AS (a + 1) VIRTUAL', 'table t, column g'],
  ['ALTER TABLE t ADD between_them INT AFTER id', 'table t, column between_them'],
  ['ALTER TABLE t DROP INDEX ia, ADD UNIQUE ia (a)', 'table t, index ia: duplicates'],
  ['ALTER TABLE t ADD INDEX ib (b(5))', 'table t, index ib'],
  [
    'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (owner) REFERENCES owners (id) ON DELETE CASCADE',
    'table t, foreign key fk',
  ],
  ['ALTER TABLE t DROP CONSTRAINT positive', 'table t, check positive'],
  ['ALTER TABLE p ADD PARTITION (PARTITION p1 VALUES LESS THAN (20))', 'table p, partition p1'],
  ["ALTER TABLE t COMMENT 'somebody was here'", 'table t: comment'],
  ['ALTER TABLE owners ROW_FORMAT=COMPRESSED', 'table owners: row format'],
  ['ALTER VIEW v AS SELECT id, a FROM t', 'view v: definition'],
  ['DROP TRIGGER tr', 'trigger tr'],
  ['DROP PROCEDURE pr', 'procedure pr'],
  ['ALTER EVENT ev DISABLE', 'event ev: status'],
  ['CREATE FUNCTION fu(y INT) RETURNS INT DETERMINISTIC RETURN y', 'function fu'],
];
const ALONE: Readonly<Record<TestFamily['engine'], readonly (readonly [string, string])[]>> = {
  mysql: [
    ['ALTER TABLE t ALTER INDEX ia INVISIBLE', 'table t, index ia: visible'],
    ['ALTER TABLE t ADD INDEX expr ((a * 2))', 'table t, index expr'],
    ['ALTER TABLE t ALTER COLUMN d SET INVISIBLE', 'table t, column d: extra'],
    ['ALTER TABLE t ALTER CHECK positive NOT ENFORCED', 'table t, check positive: enforced'],
  ],
  mariadb: [
    ['ALTER TABLE t ALTER INDEX ia IGNORED', 'table t, index ia: ignored'],
    ['ALTER TABLE t MODIFY d INT INVISIBLE', 'table t, column d: extra'],
    ['CREATE SEQUENCE sq INCREMENT 5', 'sequence sq'],
    ['ALTER TABLE owners ADD SYSTEM VERSIONING', 'table owners: kind'],
  ],
};
const NO_CHANGE = [
  "INSERT INTO owners VALUES (1, 'x')",
  'INSERT INTO t (a) VALUES (1), (2), (3)',
  'ALTER TABLE t AUTO_INCREMENT = 1000',
  'ANALYZE TABLE t',
];

describeOnEach('the structure of a live database', (one) => {
  beforeAll(async () => {
    family = one;
    server = await family.start();
    const connection = await mysql.createConnection({ ...server.root() });
    // A trigger or function of somebody without SUPER needs this where there is a binary log.
    await connection.query('SET GLOBAL log_bin_trust_function_creators = 1');
    await connection.end();
  });
  afterAll(() => server?.stop());

  it('shows every change that somebody makes, and no row, counter or statistic', async () => {
    for (const sql of BASE) await admin.query(sql);
    let before = await database.bothStructures();
    for (const sql of NO_CHANGE) await admin.query(sql);
    let digest = await database.structure();
    expect(digest).toBe(await database.structure());
    expect((await database.bothStructures()).structure).toEqual(before.structure);
    await admin.query('DELETE FROM t');
    const unseen: string[] = [];
    for (const [sql, shown] of [...ALONE[family.engine], ...CHANGES]) {
      await admin.query(sql);
      const after = await database.bothStructures();
      const found = structureChanges(before.structure, after.structure).map(changeText);
      const next = await database.structure();
      // An ALTER may change more than one fact; none of them may be about another object.
      if (!found.some((line) => line.slice(2).startsWith(shown)) || next === digest || found.length > 3) {
        unseen.push(`${sql} → ${found.join(' | ')}`);
      }
      before = after;
      digest = next;
    }
    expect(unseen).toEqual([]);
  });

  it('two databases of another name with the same objects are the same', async () => {
    for (const sql of BASE) await admin.query(sql);
    const digest = await database.structure();
    const access = await server.createDatabase(`other${count}`);
    const other = await mysql.createConnection({ ...server.root(access.database) });
    for (const sql of BASE) await other.query(sql);
    await other.end();
    const opened = openDatabase({ dsn: mysqlUrl(access), secrets: w.secrets, connectTimeoutMs: 5000 });
    const [mine, theirs] = [await database.bothStructures(), await opened.bothStructures()];
    // The moments at which the two events were made differ.
    const withoutEvent = (structure: Structure) =>
      Object.entries(structure).filter(([object]) => object !== 'event ev');
    expect(withoutEvent(theirs.structure)).toEqual(withoutEvent(mine.structure));
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('status: pending, in step, drift of the live schema; a migration does not hide it', async () => {
    const first = 'CREATE TABLE `a``b "c" ä` (id INT PRIMARY KEY, v INT);';
    writeFileSync(join(dir, '0001_a.sql'), first);
    expect(await status()).toMatchObject({ state: 'pending', schema: 'empty', live: null });
    await migrate({ '0001_a.sql': first });
    expect(await status()).toMatchObject({ state: 'in-step', schema: '0001_a', pending: [], live: [], unknown: null });
    await admin.query('ALTER TABLE `a``b "c" ä` ADD COLUMN sneaked INT');
    await admin.query('CREATE TABLE theirs (id INT)');
    const drifted = await status();
    expect(drifted.state).toBe('drift');
    expect(statusLines(drifted).join('\n')).toContain('+ table a`b "c" ä, column sneaked: no migration made it');
    expect(statusLines(drifted).join('\n')).toContain('+ table theirs: no migration made it');
    await migrate({ '0002_b.sql': 'CREATE TABLE b (id INT PRIMARY KEY);' });
    const later = await status();
    expect(later.schema).toBe('0002_b');
    expect(later.live?.map(({ object, part }) => `${object} ${part}`.trim())).toEqual([
      'table a`b "c" ä column sneaked',
      'table theirs',
    ]);
    await admin.query('ALTER TABLE `a``b "c" ä` DROP COLUMN sneaked');
    await admin.query('DROP TABLE theirs');
    expect(await status()).toMatchObject({ state: 'in-step' });
    await migrate({ '0003_c.sql': 'ALTER TABLE b ADD COLUMN c INT;' });
    expect(await status()).toMatchObject({ state: 'in-step', schema: '0003_c' });
  });

  it('hostile names arrive as they are: applied, remembered, compared, retired and dropped', async () => {
    // A table is a file: 64 characters of Chinese would make its name longer than a file's may be, and both servers refuse it.
    const long = 'é'.repeat(64);
    const names = ['a`b', `it's "quoted"`, 'semi;colon -- no', '/*!50000 x */', 'DELIMITER', '\\', long];
    const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
    const create = names.map((name) => `CREATE TABLE ${quote(name)} (${quote(name)} INT PRIMARY KEY, v INT);`);
    await migrate({ '0001_a.sql': create.join('\n') });
    expect(await status()).toMatchObject({ state: 'in-step', live: [] });
    for (const name of names)
      await admin.query(`ALTER TABLE ${quote(name)} ADD COLUMN ${quote(`${name.slice(0, 40)}2`)} INT`);
    const { live } = await status();
    expect(live?.map(({ object }) => object).toSorted()).toEqual(names.map((name) => `table ${name}`).toSorted());
    const today = '2026-01-01';
    for (const table of names.slice(0, -1)) {
      const made = retire({ what: { table, column: table }, today, quarantineDays: 0 });
      for (const { sql } of splitSql(made.ok ? made.value.text : '', 'f').statements) await admin.query(sql);
      await admin.query(`SELECT ${quote(`_shiplock_retired_20260101_${table}`)} FROM ${quote(table)}`);
    }
  });

  it('status: an applied file that was edited is drift, too', async () => {
    await migrate({ '0001_a.sql': 'CREATE TABLE a (id INT PRIMARY KEY);\n' });
    writeFileSync(join(dir, '0001_a.sql'), 'CREATE TABLE a (id INT PRIMARY KEY);\r\n');
    const found = await status();
    expect(found.state).toBe('drift');
    expect(statusLines(found).join('\n')).toContain('had line ends (LF)');
  });
});
