import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { mysqlRecipe } from '../../scripts/components/mysql.ts';
import { forwardTo } from '../../src/migrate/compat/forward.ts';
import { proofRow } from '../../src/migrate/compat/proof.ts';
import { prove, type SchemaState, type Suite } from '../../src/migrate/compat/prove.ts';
import { openScratch, type Scratch, scratchAt } from '../../src/migrate/compat/scratch.ts';
import { type Migration, parseMigrations } from '../../src/migrate/files/files.ts';
import { shadowConfig } from '../../src/migrate/shadow/config.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { throwAway } from '../../src/release/prove/server.ts';
import { describeOnEach } from '../support/databases.ts';

/** Suites of two releases, each on the schema of the other, on a real server with a real general log. */

const BASE = `CREATE TABLE keepers (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, hash BINARY(4) NOT NULL, UNIQUE KEY (name));
INSERT INTO keepers (name, hash) VALUES ('first', x'00000000');`;

function migrations(...texts: readonly string[]): readonly Migration[] {
  const files = texts.map((text, index) => ({
    name: `000${index + 1}_step.sql`,
    bytes: new TextEncoder().encode(text),
  }));
  const parsed = parseMigrations(files, 'migrations');
  expect(parsed.problems).toEqual([]);
  return parsed.migrations;
}

function schemas(change: string): { readonly from: SchemaState; readonly to: SchemaState } {
  const all = migrations(BASE, change);
  return { from: { state: '0001_step', migrations: all.slice(0, 1) }, to: { state: '0002_step', migrations: all } };
}

/** A suite whose tests are statements; a refusal that it does not expect fails it. */
function suite(version: string, test: (db: Connection) => Promise<void>): Suite {
  return {
    version,
    run: async ({ name, connection }) => {
      const db = await mysql.createConnection({ ...connection, database: name });
      try {
        await test(db);
        return { kind: 'passed' };
      } catch (error) {
        return { kind: 'failed', exit: 1, tail: String(error) };
      } finally {
        await db.end();
      }
    },
  };
}

const HASH = Buffer.from([0xff, 0, 0x80, 0x27]);

/** Text and prepared statements, values that are no text, a transaction that is rolled back, a refusal that is wanted, and a moment. */
const serving = suite('1.0.0', async (db) => {
  await db.execute('INSERT INTO keepers (name, hash) VALUES (?, ?)', ['Zoë', HASH]);
  await db.query('INSERT INTO keepers (name, hash) VALUES (?, ?)', ["O'Neil \\ Ltd", HASH]);
  await db.beginTransaction();
  await db.query("UPDATE keepers SET name = 'gone' WHERE id = 1");
  await db.rollback();
  await expect(db.query("INSERT INTO keepers (name, hash) VALUES ('first', x'01')")).rejects.toMatchObject({
    errno: 1062,
  });
  const [rows] = await db.query('SELECT COUNT(*) AS n, NOW(6) AS at FROM keepers WHERE hash = ?', [HASH]);
  expect(rows).toMatchObject([{ n: 2 }]);
  await db.query('SELECT * FROM keepers WHERE name = ?', ['Zoë']);
});

describeOnEach('which version runs on which schema', (family) => {
  let server: DatabaseServer;
  let scratch: Scratch;
  const address = (): string => `mysql://root@127.0.0.1:${server.port}/`;
  beforeAll(async () => {
    server = await family.start();
    scratch = await openScratch(scratchAt(address()), 'shop');
  });
  afterAll(async () => {
    await scratch.close();
    await server[Symbol.asyncDispose]();
  });

  async function answers(change: string, coming: Suite, old: Suite = serving) {
    const tried = await prove({ scratch, serving: old, coming, ...schemas(change), tell: () => undefined });
    const rows = tried.map((one) => proofRow(one, ''));
    return {
      tried,
      table: Object.fromEntries(rows.map(({ version, schema, answer }) => [`${version} on ${schema}`, answer])),
      proofs: rows.map(({ proof }) => proof),
    };
  }

  it('a new column: the old version stays, the new one cannot come first', async () => {
    const coming = suite('2.0.0', async (db) => {
      await db.query("INSERT INTO keepers (name, hash, note) VALUES ('x', x'01020304', 'n')");
    });
    const { table, tried, proofs } = await answers('ALTER TABLE keepers ADD COLUMN note VARCHAR(20) NULL;', coming);
    expect(table).toEqual({ '1.0.0 on 0002_step': 'yes', '2.0.0 on 0001_step': 'no', '2.0.0 on 0002_step': 'yes' });
    // Every statement was replayed with its bytes: only the answer with all columns differs.
    expect(tried[0]?.replayed?.differences).toEqual([
      {
        kind: 'columns',
        shape: 'SELECT * FROM keepers WHERE name = ?',
        count: 1,
        before: '1 row of id, name, hash',
        after: '1 row of id, name, hash, note',
      },
    ]);
    expect(proofs[0]).toMatch(/^its own suite passes there; \d+ of its statements replayed, 1 answer otherwise$/);
  });

  it('a renamed column breaks it, and the statements that break are named', async () => {
    const coming = suite('2.0.0', async (db) => {
      await db.query("INSERT INTO keepers (label, hash) VALUES ('x', x'01020304')");
    });
    const change = 'ALTER TABLE keepers RENAME COLUMN name TO label;';
    const { table, tried } = await answers(change, coming);
    expect(table).toMatchObject({ '1.0.0 on 0002_step': 'no', '2.0.0 on 0001_step': 'no' });
    const refused = tried[0]?.replayed?.differences.filter(({ kind }) => kind === 'refused') ?? [];
    expect(refused.map(({ after }) => after).join('\n')).toMatch(/error 1054: Unknown column 'name'/);
    expect(refused.map(({ shape }) => shape)).toContain('UPDATE keepers SET name = ? WHERE id = ?');
  });

  it('a column that must be filled breaks writing only; a suite that looks away leaves the question open', async () => {
    const coming = suite('2.0.0', async (db) => {
      await db.query("INSERT INTO keepers (name, hash, owner) VALUES ('x', x'01020304', 1)");
    });
    const change = 'ALTER TABLE keepers ADD COLUMN owner INT NOT NULL;';
    const { table } = await answers(change, coming);
    expect(table).toMatchObject({ '1.0.0 on 0002_step': 'no' });
    const careless = suite('1.0.0', async (db) => {
      await db.query("INSERT INTO keepers (name, hash) VALUES ('x', x'01020304')").catch(() => undefined);
    });
    const looked = await answers(change, coming, careless);
    expect(looked.table).toMatchObject({ '1.0.0 on 0002_step': 'unknown' });
    expect(looked.proofs[0]).toMatch(/its own suite passes there; .*: refused INSERT INTO keepers/);
  });

  it('on a server that is started for it, too, and is gone afterwards', async () => {
    const program = family.engine === 'mysql' ? (await mysqlRecipe()).server : 'mariadbd';
    const settings = { engine: family.engine, shadow: shadowConfig.parse({ program }) };
    const started = await throwAway(settings, undefined, { exec: createExec(), clock: systemClock });
    const own = await openScratch(started.place, 'shop');
    const all = schemas('ALTER TABLE keepers ADD COLUMN note VARCHAR(20) NULL;');
    const tried = await prove({ scratch: own, serving, coming: serving, ...all, tell: () => undefined });
    expect(tried.map((one) => proofRow(one, '').answer)).toEqual(['yes', 'yes', 'yes']);
    await own.close();
    await started.close();
    await expect(openScratch(started.place, 'shop')).rejects.toMatchObject({
      problems: [{ code: 'migrate.scratch-unreachable' }],
    });
  });

  it('through a port in front of its socket, as where the server has no network', async () => {
    const { socketPath } = server;
    const forward = await forwardTo(socketPath);
    const own = await openScratch(
      { admin: { socketPath, user: 'root' }, host: '127.0.0.1', port: forward.port },
      'shop',
    );
    const all = schemas('ALTER TABLE keepers ADD COLUMN note VARCHAR(20) NULL;');
    const tried = await prove({ scratch: own, serving, coming: serving, ...all, tell: () => undefined });
    expect(tried.map((one) => proofRow(one, '').answer)).toEqual(['yes', 'yes', 'yes']);
    expect(tried[0]?.replayed?.recording.statements.length).toBeGreaterThan(5);
    await own.close();
    await forward.close();
    await expect(mysql.createConnection({ port: forward.port, user: 'root' })).rejects.toThrow('ECONNREFUSED');
  });

  it('a suite that fails at home, or asks nothing, proves nothing', async () => {
    const idle = suite('1.0.0', async () => undefined);
    await expect(answers('ALTER TABLE keepers ADD COLUMN a INT;', idle, idle)).rejects.toThrow('asks');
    const broken = suite('1.0.0', async (db) => {
      await db.query('SELECT nothing FROM keepers');
    });
    await expect(answers('ALTER TABLE keepers ADD COLUMN a INT;', idle, broken)).rejects.toThrow('1.0.0 on 0001_step');
  });

  it('nothing is left behind, and a server with the real database is refused', async () => {
    const one = await openScratch(scratchAt(address()), 'shop');
    await one.database(migrations(BASE));
    await one.close();
    const root = await mysql.createConnection({ ...server.root() });
    const [databases] = await root.query("SHOW DATABASES LIKE 'shiplock%'");
    const [users] = await root.query("SELECT user FROM mysql.user WHERE user LIKE 'shiplock%'");
    await scratch.close();
    scratch = await openScratch(scratchAt(address()), 'shop');
    await root.query('CREATE DATABASE real_one');
    await expect(openScratch(scratchAt(address()), 'real_one')).rejects.toMatchObject({
      problems: [{ code: 'migrate.scratch-is-real' }],
    });
    await root.end();
    // Those of `scratch` were still there.
    expect(databases).not.toEqual([]);
    expect(users).toHaveLength(1);
  });
});
