import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DatabaseAccess, DatabaseServer } from '../../scripts/components/database.ts';
import { copyRows, planCopy } from '../../src/migrate/desensitise/copy.ts';
import type { TableRules } from '../../src/migrate/desensitise/plan.ts';
import { ORIGIN_TABLE } from '../../src/migrate/server/origin.ts';
import { describeOnEach } from '../support/databases.ts';

/** Rows through the rules into another database, on real servers. */

const TABLES = [
  `CREATE TABLE people (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, name VARCHAR(40) NULL,
    born DATE NULL, photo BLOB NULL, facts JSON NULL, flags BIT(4) NOT NULL DEFAULT b'0', score DECIMAL(9,2) NULL,
    seen TIMESTAMP(3) NULL, upper_name VARCHAR(40) GENERATED ALWAYS AS (UPPER(name)) STORED, boss INT UNSIGNED NULL,
    FOREIGN KEY (boss) REFERENCES people (id))`,
  `CREATE TABLE \`odd \`\`table\` (person INT UNSIGNED NOT NULL, at DATETIME NOT NULL, text_of LONGTEXT NULL, PRIMARY KEY (person, at),
    FOREIGN KEY (person) REFERENCES people (id))`,
  'CREATE TABLE sessions (token CHAR(32) PRIMARY KEY)',
];
const RULES: TableRules = {
  people: { id: 'hash', email: 'fake email', name: 'fake name', born: 'truncate year', score: 'truncate 1' },
  sessions: 'empty',
};

describeOnEach('rows are made harmless', (family) => {
  let server: DatabaseServer;
  let source: DatabaseAccess;
  let real: Connection;
  let count = 0;
  beforeAll(async () => {
    server = await family.start();
    source = await server.createDatabase('source');
    real = await mysql.createConnection({ ...source });
    for (const sql of TABLES) await real.query(sql);
    for (let at = 1; at <= 250; at += 1) {
      await real.query(
        "INSERT INTO people (email, name, born, photo, facts, flags, score, boss) VALUES (?, ?, ?, ?, ?, b'101', ?, ?)",
        [
          `person${at}@company.com`,
          at % 10 === 0 ? null : `Person Number ${at} Ünlü`,
          '1980-05-17',
          Buffer.from([0, 255, at % 256, 39, 92]),
          JSON.stringify({ at, quote: '"\\' }),
          at * 10 + 5.25,
          at > 1 ? at - 1 : null,
        ],
      );
    }
    await real.query("INSERT INTO `odd ``table` SELECT id, NOW(), REPEAT('line\\n', 50) FROM people WHERE id % 2 = 0");
    await real.query("INSERT INTO sessions VALUES ('secret')");
  });
  afterAll(async () => {
    await real.end();
    await server[Symbol.asyncDispose]();
  });

  async function emptyTarget(): Promise<{ readonly access: DatabaseAccess; readonly db: Connection }> {
    count += 1;
    const access = await server.createDatabase(`target${count}`);
    const db = await mysql.createConnection({ ...access });
    for (const sql of TABLES) await db.query(sql);
    return { access, db };
  }
  const options = (target: DatabaseAccess, tables = RULES) => ({
    ...{ source: { ...source }, target: { ...target }, tables, from: 'production', key: 'k', run: 'run-1', batch: 100 },
    ...{ signal: new AbortController().signal, tell: () => undefined },
  });
  const ask = async (db: Connection, sql: string): Promise<unknown> => (await db.query(sql))[0];

  it('deterministic, whole, and still joined', async () => {
    const one = await emptyTarget();
    const copied = await copyRows(options(one.access));
    expect(copied.tables).toEqual([
      { table: 'odd `table', rows: 125 },
      { table: 'people', rows: 250 },
      { table: 'sessions', rows: 0 },
    ]);
    expect(
      await ask(one.db, "SELECT COUNT(*) AS n FROM people WHERE email LIKE '%company%' OR name LIKE 'Person%'"),
    ).toEqual([{ n: 0 }]);
    expect(await ask(one.db, 'SELECT COUNT(DISTINCT email) AS n FROM people')).toEqual([{ n: 250 }]);
    // The chain of superiors is as long as it was, the ids are others.
    expect(await ask(one.db, 'SELECT COUNT(*) AS n FROM people a JOIN people b ON a.boss = b.id')).toEqual([
      { n: 249 },
    ]);
    expect(await ask(one.db, 'SELECT COUNT(*) AS n FROM `odd ``table` o JOIN people p ON o.person = p.id')).toEqual([
      { n: 125 },
    ]);
    expect(await ask(one.db, 'SELECT COUNT(*) AS n FROM people WHERE id <= 250')).not.toEqual([{ n: 250 }]);
    // What is kept is kept to the byte.
    const kept =
      "SELECT SHA2(GROUP_CONCAT(HEX(photo), HEX(flags), JSON_EXTRACT(facts, '$.at') ORDER BY JSON_EXTRACT(facts, '$.at') SEPARATOR ''), 256) AS d FROM people";
    for (const db of [real, one.db]) await db.query('SET SESSION group_concat_max_len = 1000000');
    expect(await ask(one.db, kept)).toEqual(await ask(real, kept));
    expect(await ask(one.db, 'SELECT DISTINCT CAST(born AS CHAR) AS born FROM people')).toEqual([
      { born: '1980-01-01' },
    ]);
    expect(await ask(one.db, 'SELECT MIN(score) AS s FROM people')).toEqual([{ s: '10.00' }]);
    expect(await ask(one.db, `SELECT environment, state FROM ${ORIGIN_TABLE}`)).toEqual([
      { environment: 'production', state: 'complete' },
    ]);
    const two = await emptyTarget();
    await copyRows(options(two.access));
    const all = 'SELECT * FROM people ORDER BY id';
    expect(await ask(two.db, all)).toEqual(await ask(one.db, all));
    await one.db.end();
    await two.db.end();
  });

  it('what died half-way is not complete, and is begun again', async () => {
    const { access, db } = await emptyTarget();
    const stop = new AbortController();
    const dying = { ...options(access), batch: 10, signal: stop.signal, tell: () => stop.abort(new Error('stopped')) };
    await expect(copyRows(dying)).rejects.toThrow('stopped');
    expect(await ask(db, `SELECT state FROM ${ORIGIN_TABLE}`)).toEqual([{ state: 'incomplete' }]);
    await copyRows(options(access));
    expect(await ask(db, 'SELECT COUNT(*) AS n FROM people')).toEqual([{ n: 250 }]);
    await db.end();
  });

  it('nothing is touched while a rule is missing or the tables differ', async () => {
    const { access, db } = await emptyTarget();
    await copyRows(options(access));
    const unlisted = { people: { id: 'hash', email: 'hash' }, sessions: 'empty' } as const;
    await expect(copyRows(options(access, unlisted))).rejects.toMatchObject({
      problems: [{ code: 'desensitise.looks-personal', where: 'people.name' }],
    });
    await db.query('ALTER TABLE sessions ADD COLUMN more INT');
    await expect(planCopy(options(access))).rejects.toMatchObject({
      problems: [{ code: 'desensitise.other-structure' }],
    });
    expect(await ask(db, 'SELECT COUNT(*) AS n FROM people')).toEqual([{ n: 250 }]);
    await db.end();
  });
});
