import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DatabaseAccess, DatabaseServer } from '../../scripts/components/database.ts';
import { copyRows, planCopy } from '../../src/migrate/desensitise/copy.ts';
import type { TableRules } from '../../src/migrate/desensitise/plan.ts';
import { generateRows, planGenerate } from '../../src/migrate/generate/fill.ts';
import { ORIGIN_TABLE } from '../../src/migrate/server/origin.ts';
import { systemClock } from '../../src/procedure/index.ts';
import { describeOnEach } from '../support/databases.ts';
import { generateSettings, generateTables } from '../support/generate-schema.ts';

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
    server = await family.start({ args: ['--max-allowed-packet=1M'] });
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

  it('waits while somebody else changes the database', async () => {
    const one = await emptyTarget();
    await one.db.query('SELECT GET_LOCK(?, 0)', [`shiplock:${one.access.database}`]);
    const copying = copyRows(options(one.access));
    await systemClock.sleep(500);
    expect(await ask(one.db, 'SELECT COUNT(*) AS n FROM people')).toEqual([{ n: 0 }]);
    await one.db.query('SELECT RELEASE_LOCK(?)', [`shiplock:${one.access.database}`]);
    await copying;
    expect(await ask(one.db, 'SELECT COUNT(*) AS n FROM people')).toEqual([{ n: 250 }]);
  });

  it('the same texts where the server reads backslashes as themselves', async () => {
    const root = await mysql.createConnection(server.root());
    const [[before]] = await root.query<mysql.RowDataPacket[]>('SELECT @@GLOBAL.sql_mode AS mode');
    const one = await emptyTarget();
    try {
      await root.query("SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, ',NO_BACKSLASH_ESCAPES,ANSI_QUOTES')");
      await copyRows(options(one.access));
    } finally {
      await root.query('SET GLOBAL sql_mode = ?', [z.object({ mode: z.string() }).parse(before).mode]);
      await root.end();
    }
    const texts = 'SELECT COUNT(*) AS n, MIN(text_of) AS least, MAX(text_of) AS most FROM `odd ``table`';
    expect(await ask(one.db, texts)).toEqual(await ask(real, texts));
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

  it('wide rows and tables without a key go in parts that fit; what is refused is said without the row', async () => {
    const { access, db } = await emptyTarget();
    const tables = ['CREATE TABLE wide (id INT PRIMARY KEY, doc LONGTEXT)', 'CREATE TABLE loose (n INT, note TEXT)'];
    for (const sql of tables) for (const one of [real, db]) await one.query(sql);
    await real.query("INSERT INTO wide SELECT id, REPEAT(CONCAT(id, '\\''), 60000) FROM people WHERE id <= 40");
    await real.query("INSERT INTO loose SELECT id, REPEAT('n', 20000) FROM people");
    const asked = options(access, { ...RULES, loose: { note: 'keep' }, wide: { doc: 'keep' } });
    await copyRows(asked);
    const sum = (table: string, value: string) =>
      `SELECT COUNT(*) AS n, BIT_XOR(CRC32(${value})) AS all_of FROM ${table}`;
    for (const [table, value] of [
      ['wide', 'doc'],
      ['loose', 'CONCAT(n, note)'],
    ] as const)
      expect(await ask(db, sum(table, value))).toEqual(await ask(real, sum(table, value)));
    await db.query('TRUNCATE TABLE loose');
    await db.query('ALTER TABLE loose ADD UNIQUE INDEX one_each (note(20))');
    await expect(copyRows(asked)).rejects.toMatchObject({
      message: expect.not.stringContaining('INSERT'),
      problems: [{ code: 'desensitise.refused', where: 'loose', found: expect.stringMatching(/Duplicate entry/) }],
    });
    await real.query('DROP TABLE wide, loose');
    await db.end();
  });

  describe('rows are made up', () => {
    async function made(name: string) {
      const access = await server.createDatabase(name);
      const db = await mysql.createConnection({ ...access });
      for (const sql of generateTables(family.engine)) await db.query(sql);
      await db.query("INSERT INTO roles VALUES ('admin', 'Admin'), ('user', 'User')");
      const told = {
        ...{ target: { ...access }, database: name, family: family.engine, settings: generateSettings },
        ...{ environment: 'testing', lock: `shiplock:${name}`, run: 'run-1', batch: 37, tell: () => undefined },
        ...{ signal: new AbortController().signal, clock: systemClock },
      };
      return { db, told };
    }
    const rowsOf = async (db: Connection, table: string): Promise<unknown> =>
      ask(db, `SELECT * FROM ${table} ORDER BY 1, 2`);

    it('of every type, with every key, the same for the same seed', async () => {
      const one = await made('made_one');
      const plan = await planGenerate(one.told);
      const generated = await generateRows(one.told);
      expect(generated.rules).toBe(plan.rules);
      expect(Object.fromEntries(generated.tables.map(({ table, rows }) => [table, rows]))).toEqual({
        ...{ accounts: 400, few: 127, lines_of: 400, members: 400, 'odd `all': 400, old_style: 400, profiles: 400 },
        ...{ roles: 2, tenants: 20, users: 400 },
      });
      // Keys were checked on the way in; these the server does not check by itself.
      expect(
        await ask(
          one.db,
          `SELECT (SELECT COUNT(*) FROM users u LEFT JOIN users b ON b.tenant_id = u.tenant_id AND b.id = u.boss WHERE u.boss IS NOT NULL AND b.id IS NULL)
           + (SELECT COUNT(*) FROM accounts a LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.owner_id WHERE u.id IS NULL)
           + (SELECT COUNT(*) FROM tenants t LEFT JOIN accounts a ON a.id = t.main_account WHERE t.main_account IS NOT NULL AND a.id IS NULL) AS n`,
        ),
      ).toEqual([{ n: 0 }]);
      expect(await ask(one.db, 'SELECT COUNT(*) > 200 AS n FROM users WHERE boss IS NOT NULL')).toEqual([{ n: 1 }]);
      expect(await ask(one.db, 'SELECT COUNT(DISTINCT tenant_id) AS n FROM users')).toEqual([{ n: 20 }]);
      expect(await ask(one.db, 'SELECT COUNT(*) AS n FROM users WHERE created_at > updated_at')).toEqual([{ n: 0 }]);
      expect(await ask(one.db, "SELECT COUNT(*) AS n FROM users WHERE email NOT LIKE '%@example.org%'")).toEqual([
        { n: 0 },
      ]);
      expect(await ask(one.db, 'SELECT COUNT(*) AS n FROM accounts WHERE balance NOT BETWEEN 10 AND 20.5')).toEqual([
        { n: 0 },
      ]);
      expect(await ask(one.db, 'SELECT MAX(line) < 5 AS small FROM lines_of')).toEqual([{ small: 1 }]);
      expect(
        await ask(
          one.db,
          "SELECT SUM(label = 'red') > 300 AS reds, COUNT(DISTINCT label) AS n, SUM(a IS NULL) BETWEEN 150 AND 250 AS nulls FROM `odd ``all`",
        ),
      ).toEqual([{ reds: 1, n: 2, nulls: 1 }]);
      expect(await ask(one.db, `SELECT environment, state, rules FROM ${ORIGIN_TABLE}`)).toEqual([
        { environment: 'testing', state: 'synthetic', rules: plan.rules },
      ]);
      const two = await made('made_two');
      await generateRows(two.told);
      for (const table of ['users', 'accounts', 'tenants', '`odd ``all`', 'members'])
        expect(await rowsOf(two.db, table), table).toEqual(await rowsOf(one.db, table));
      // Once more: nothing is doubled. Other settings: nothing is deleted.
      await generateRows(one.told);
      expect(await ask(one.db, 'SELECT COUNT(*) AS n FROM users')).toEqual([{ n: 400 }]);
      const other = { ...one.told, settings: { ...generateSettings, seed: 'another' } };
      await expect(generateRows(other)).rejects.toMatchObject({ problems: [{ code: 'generate.not-empty' }] });
      await one.db.end();
      await two.db.end();
    });

    it('what died goes on behind its last batch', async () => {
      const { db, told } = await made('made_cut');
      // Cut before a batch, within tables and between them; each run goes on from where the last one was cut.
      for (const batches of [0, 3, 7, 12]) {
        const { signal } = new AbortController();
        let left = batches;
        signal.throwIfAborted = () => {
          if (left-- === 0) throw new Error('cut');
        };
        await expect(generateRows({ ...told, signal, batch: 90 })).rejects.toThrow('cut');
        expect(await ask(db, `SELECT state FROM ${ORIGIN_TABLE}`)).toEqual([{ state: 'generating' }]);
        const other = { ...told, settings: { ...generateSettings, seed: 'other' } };
        await expect(generateRows(other)).rejects.toMatchObject({ problems: [{ code: 'generate.half-filled' }] });
      }
      await generateRows(told);
      expect(
        await ask(
          db,
          'SELECT (SELECT COUNT(*) FROM users) AS u, (SELECT COUNT(*) FROM old_style) AS o, (SELECT COUNT(*) FROM accounts) AS a',
        ),
      ).toEqual([{ u: 400, o: 400, a: 400 }]);
      const whole = await made('made_whole');
      await generateRows(whole.told);
      for (const table of ['users', 'old_style', 'lines_of'])
        expect(await rowsOf(db, table), table).toEqual(await rowsOf(whole.db, table));
      await whole.db.end();
      expect(await ask(db, "SHOW TABLES LIKE 'shiplock\\_generated'")).toEqual([]);
      await db.end();
    });
  });
});
