import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type DatabaseAccess, type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { applyConfig, applyLimits } from '../../src/migrate/apply/config.ts';
import {
  type MigrationDatabase,
  migrateNodes,
  openDatabase,
  readMigrations,
  readSeed,
  schemaState,
  seedNode,
} from '../../src/migrate/index.ts';
import type { Boundary } from '../../src/procedure/api.ts';
import {
  createExec,
  type Procedure,
  planProcedure,
  procedure,
  resumeProcedure,
  runProcedure,
  sequence,
  systemClock,
} from '../../src/procedure/index.ts';
import type { Node, Step } from '../../src/procedure/tree.ts';
import { perform, type World, world } from '../build/perform.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { bench } from '../support/engine.ts';

const CERTKEEPER = 'examples/certkeeper';
const timing = {
  lockWaitTimeoutMs: 1000,
  lockAttempts: 2,
  statementTimeoutMs: 20_000,
  apply: applyLimits(applyConfig.parse({})),
};

let family: TestFamily;
let server: DatabaseServer;
let access: DatabaseAccess;
let admin: Connection;
let dir = '';
let database: MigrationDatabase;
let count = 0;
let env: Record<string, string> = {};

beforeEach(async () => {
  count += 1;
  access = await server.createDatabase(`m${count}`);
  dir = mkdtempSync(join(tmpdir(), 'migrations-'));
  admin = await mysql.createConnection({ ...access });
  env = { TEST_DSN: mysqlUrl(access) };
  database = openDatabase({ dsn: { secret: 'env:TEST_DSN' }, secrets: on().secrets, connectTimeoutMs: 5000 });
  return async () => {
    await admin.end();
    rmSync(dir, { recursive: true, force: true });
  };
});

const settings = () => ({ ...timing, engine: family.engine, environment: 'production' });
const on = (more: { fence?: number; run?: string } = {}): World => world({ ...more, env });
const file = (name: string, text: string): void => writeFileSync(join(dir, name), text);

function stepsOf(node: Node): readonly Step[] {
  if (node.kind === 'sequence') return node.steps.flatMap(stepsOf);
  return node.kind === 'step' ? [node] : [];
}

async function tree(from = dir): Promise<readonly Step[]> {
  return stepsOf(migrateNodes({ database, migrations: await readMigrations(from), ...settings() }).node);
}

async function stepWhere(wanted: (step: Step) => boolean): Promise<Step> {
  const found = (await tree()).find(wanted);
  if (found === undefined) throw new Error('no such step');
  return found;
}

/** Runs every step; answers how many did something. */
async function migrate(w = on(), from = dir): Promise<number> {
  let did = 0;
  for (const step of await tree(from)) {
    const result = await perform(step, w);
    if (result.kind === 'refused') throw new Error(result.problems.map((problem) => problem.code).join());
    if (result.kind === 'done') did += 1;
  }
  return did;
}

const tables = async (): Promise<readonly string[]> => {
  const [rows] = await admin.query(
    "SELECT TABLE_NAME AS t FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'shiplock%' ORDER BY 1",
  );
  return Array.isArray(rows) ? rows.map((row) => ('t' in row ? String(row['t']) : '')) : [];
};

describeOnEach('migrations', (one, other) => {
  beforeAll(async () => {
    family = one;
    server = await family.start();
  });
  afterAll(() => server?.stop());

  it('applies what certkeeper ships, once, with its seed', async () => {
    const migrations = await readMigrations(join(CERTKEEPER, 'migrations'));
    const w = on({ fence: 3, run: 'first' });
    const before = await database.look();
    expect(before).toMatchObject({ empty: true, prepared: 'no', applied: [], server: { family: family.engine } });
    expect(await migrate(w, join(CERTKEEPER, 'migrations'))).toBeGreaterThan(migrations.length);
    expect(await tables()).toEqual(['api_keys', 'certificates', 'renewals', 'schema_generation', 'servers']);
    const look = await database.look();
    expect(schemaState(look.applied)).toBe(migrations.at(-1)?.id);
    expect(
      look.applied.every((row) => row.state === 'applied' && row.marks.every((mark) => mark.state === 'done')),
    ).toBe(true);
    // Again, as the next release would: nothing is done, the same tree.
    expect(await migrate(on({ fence: 4, run: 'second' }), join(CERTKEEPER, 'migrations'))).toBe(0);
    const seed = seedNode({
      database,
      seed: await readSeed(join(CERTKEEPER, 'seed/0001_development.sql')),
      ...settings(),
    });
    if (seed.kind !== 'step') throw new Error('a small seed is one step');
    await perform(seed, w);
    await perform(seed, w);
    expect(await admin.query('SELECT COUNT(*) AS n FROM servers').then(([rows]) => rows)).toEqual([{ n: 4 }]);
  });

  it('a large seed goes in part by part, and a run that was stopped goes on behind the last of them', async () => {
    await admin.query('CREATE TABLE s (id INT PRIMARY KEY, t VARCHAR(400))');
    await admin.query('CREATE TABLE times (id INT)');
    await admin.query('CREATE TRIGGER again BEFORE INSERT ON s FOR EACH ROW INSERT INTO times VALUES (NEW.id)');
    const text = Array.from(
      { length: 3000 },
      (_, n) => `INSERT IGNORE INTO s VALUES (${n}, 'row; ${'x'.repeat(300)}');\n`,
    );
    file('seed.sql', text.join(''));
    using bed = bench();
    const seed = await readSeed(join(dir, 'seed.sql'));
    const root = (): Node => seedNode({ database, seed, ...settings() }, 256 * 1024);
    const built = (): Procedure =>
      procedure({
        ...{ id: 'seed', title: 'Seed', description: 'For tests.', environment: 'test', inputs: {} },
        root: sequence({ id: 'all', title: 'All', steps: [root()] }),
      });
    const options = { ...bed.options(systemClock, { secrets: on().secrets, exec: createExec() }), run: 'r1' };
    const killAt = ({ node, type, when }: Boundary): void => {
      if (node === 'all/seed/part-3' && type === 'step.done' && when === 'before') throw new Error('killed');
    };
    await runProcedure(built(), { ...options, killAt });
    const number = async (sql: string): Promise<number> => {
      const [found] = await admin.query(sql);
      return z.array(z.object({ n: z.coerce.number() })).parse(found)[0]?.n ?? Number.NaN;
    };
    const rows = (): Promise<number> => number('SELECT COUNT(*) AS n FROM s');
    const first = await rows();
    expect(first).toBeGreaterThan(1500);
    expect(first).toBeLessThan(3000);
    expect((await resumeProcedure(built(), 'r1', options)).outcome).toBe('done');
    expect(await rows()).toBe(3000);
    // Only the part whose end was not written down was sent again.
    const twice = await number('SELECT COUNT(*) - COUNT(DISTINCT id) AS n FROM times');
    expect(Math.abs(twice - first / 3)).toBeLessThan(10);
  });

  it('refuses to migrate a server of the other family, before anything is written to it', async () => {
    file('0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);');
    const migrations = await readMigrations(dir);
    const { check, node } = migrateNodes({ database, migrations, ...settings(), engine: other.engine });
    expect(await perform(check, on())).toMatchObject({
      kind: 'refused',
      problems: [
        {
          code: 'migrate.other-family',
          where: database.resource,
          found: expect.stringMatching(new RegExp(`^${family.product} \\d+\\.\\d+\\..*, .+$`)),
          expected: `${other.product}, as \`database.engine: ${other.engine}\` says`,
          remedy: expect.stringContaining(`\`engine: ${family.engine}\``),
        },
      ],
    });
    const identity = { id: 'migrate', title: 'Migrate', description: 'Only for tests.', environment: 'test' };
    const planned = await planProcedure(procedure({ ...identity, inputs: {}, root: node }), {
      clock: systemClock,
      exec: createExec(),
      secrets: on().secrets,
    });
    expect(planned.problems.map((problem) => problem.code)).toContain('migrate.other-family');
    expect(await database.look()).toMatchObject({ prepared: 'no', empty: true });
    expect(await migrate()).toBeGreaterThan(0);
  });

  it('stored programs with DELIMITER arrive whole', async () => {
    file('0001_t.sql', 'CREATE TABLE t (id INT PRIMARY KEY, n INT);');
    file(
      '0002_p.sql',
      // MySQL has no OR REPLACE for programs.
      `DELIMITER //\nCREATE ${family.engine === 'mariadb' ? 'OR REPLACE ' : ''}PROCEDURE fill()\nBEGIN\n  INSERT INTO t VALUES (1, 2); -- a ; here\n  UPDATE t SET n = 3;\nEND//\nDELIMITER ;\nINSERT INTO t VALUES (9, 9);`,
    );
    await migrate();
    await admin.query('CALL fill()');
    expect(await admin.query('SELECT * FROM t ORDER BY id').then(([rows]) => rows)).toEqual([
      { id: 1, n: 3 },
      { id: 9, n: 3 },
    ]);
  });

  it('killed before or after any statement, the probe knows and the next run ends the same', async () => {
    file(
      '0001_a.sql',
      'CREATE TABLE a (id INT PRIMARY KEY); INSERT INTO a VALUES (1); ALTER TABLE a ADD COLUMN c INT, ADD INDEX ic (c);',
    );
    const steps = (await tree()).filter((step) => step.id.startsWith('statement'));
    await perform(await stepWhere((step) => step.id === 'check'), on());
    for (const step of steps) {
      const w = on();
      const decision = step.decide(await step.read(w.ctx), w.ctx);
      const effect = decision.kind === 'do' ? decision.effects[0] : undefined;
      if (effect?.kind !== 'sql' || step.probe === 'repeatable') throw new Error('no SQL');
      const upTo = async (statements: readonly string[]): Promise<void> => {
        const connection = await mysql.createConnection({ ...access });
        for (const sql of statements) await connection.query(sql);
        connection.destroy();
      };
      const own = effect.statements.findIndex(
        (sql) => !/^(SET|INSERT INTO shiplock|UPDATE shiplock|START|BEGIN|COMMIT)/.test(sql),
      );
      const rows = !effect.statements.slice(0, own).some((sql) => /\bCOMMIT\b/.test(sql));
      const lastWay = effect.guard?.otherwise.at(-1);
      const statements = effect.statements.with(own, lastWay ?? effect.statements[own] ?? '');
      expect(await step.probe(w.ctx)).toBe('not-applied');
      await upTo(statements.slice(0, own));
      expect(await step.probe(w.ctx)).toBe('not-applied');
      await upTo(statements.slice(0, own + 1));
      // Rows and their mark commit together, so rows alone are gone; structure stays.
      await expect
        .poll(() => (step.probe === 'repeatable' ? '' : step.probe(w.ctx)))
        .toBe(rows ? 'not-applied' : 'applied');
      const next = await perform(step, on({ run: 'later' }));
      expect(next.kind).toBe('done');
      expect(await step.probe(w.ctx)).toBe('applied');
      expect((await perform(step, on({ run: 'later' }))).kind).toBe('nothing');
    }
    expect(await migrate(on({ run: 'later' }))).toBe(2);
    expect(schemaState((await database.look()).applied)).toBe('0001_a');
    expect(await admin.query('SELECT id, c FROM a').then(([all]) => all)).toEqual([{ id: 1, c: null }]);
  });

  it('what nobody can tell is asked, not guessed', async () => {
    file('0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);');
    await migrate();
    file('0002_b.sql', 'TRUNCATE TABLE a;');
    const step = await stepWhere((one) => one.title.startsWith('TRUNCATE'));
    const w = on({ run: 'r1' });
    const decision = step.decide(await step.read(w.ctx), w.ctx);
    const effect = decision.kind === 'do' ? decision.effects[0] : undefined;
    if (effect?.kind !== 'sql') throw new Error('no SQL');
    for (const sql of effect.statements.slice(0, -1)) await admin.query(sql);
    expect(step.probe === 'repeatable' ? '' : await step.probe(w.ctx)).toBe('unknown');
    const other = await perform(step, on({ run: 'r2' }));
    expect(other).toMatchObject({ kind: 'refused', problems: [{ code: 'migrate.cannot-tell' }] });
    expect(JSON.stringify(other)).toContain("SET state = 'done' WHERE migration = '0002_b' AND number = 1");
  });

  it('the probe waits for a statement that still runs on the server', async () => {
    file('0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);');
    const step = await stepWhere((one) => one.id === 'statement-1');
    await admin.query('SELECT GET_LOCK(?, 1)', [database.lock]);
    const w = on();
    const answer = step.probe === 'repeatable' ? Promise.resolve('') : step.probe(w.ctx);
    await expect.poll(() => w.notes.join()).toContain('still be running');
    await admin.query('SELECT RELEASE_LOCK(?)', [database.lock]);
    expect(await answer).toBe('not-applied');
  });

  it('refuses an older holder on the connection of the change itself', async () => {
    file('0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);');
    await migrate(on({ fence: 9 }));
    file('0002_b.sql', 'CREATE TABLE b (id INT PRIMARY KEY);');
    await expect(migrate(on({ fence: 8 }))).rejects.toThrow(/fence 9/);
    expect(await tables()).toEqual(['a']);
    expect(await migrate(on({ fence: 10 }))).toBe(2);
  });

  it('does not queue behind a long transaction, and goes on once it is over', async () => {
    file('0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);');
    await migrate();
    file('0002_b.sql', 'ALTER TABLE a ADD COLUMN c INT;');
    await admin.query('START TRANSACTION');
    await admin.query('SELECT * FROM a');
    const begin = process.hrtime.bigint();
    await expect(migrate()).rejects.toThrow(/no lock in .* 2 tries/);
    expect(Number(process.hrtime.bigint() - begin) / 1e6).toBeLessThan(8000);
    await admin.query('COMMIT');
    expect(await migrate()).toBe(2);
  });

  it('refuses what was edited after it was applied, and what is there already', async () => {
    file('0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);');
    await migrate();
    file('0001_a.sql', 'CREATE TABLE a (id BIGINT PRIMARY KEY);');
    await expect(migrate()).rejects.toThrow('migrate.drift-edited');
    file('0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);');
    await admin.query('CREATE TABLE b (id INT)');
    file('0002_b.sql', 'CREATE TABLE b (id INT PRIMARY KEY);');
    await expect(migrate()).rejects.toThrow('migrate.exists-already');
  });

  it('a server that is not there is a problem that names it, without the password', async () => {
    const gone = openDatabase({ dsn: 'mysql://u:geheim@127.0.0.1:1/x', secrets: on().secrets, connectTimeoutMs: 500 });
    await expect(gone.look()).rejects.toThrow(/mysql:127.0.0.1:1\/x.*migrate.database-unreachable/s);
    await expect(gone.look()).rejects.not.toThrow(/geheim/);
  });
});
