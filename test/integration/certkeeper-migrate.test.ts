import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type DatabaseAccess, type DatabaseServer, goDsn } from '../../scripts/components/database.ts';
import { openDatabase, pendingMigrations, readMigrations } from '../../src/migrate/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { createSecrets } from '../../src/procedure/index.ts';
import { migrationsProgram } from '../lab/cluster/images.ts';
import { until } from '../lab/cluster/namespaces.ts';
import { describeOnEach } from '../support/databases.ts';

/** The Job that Argo CD runs before a sync, tried again and again: what is done stays done, and a failure says the same each time. */

const changing = "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE a%'";
const countRow = z.object({ n: z.number() });

describeOnEach('certkeeper-migrate', (family) => {
  let server: DatabaseServer;
  let program: string;
  let count = 0;

  beforeAll(async () => {
    [server, program] = await Promise.all([family.start(), migrationsProgram()]);
  });
  afterAll(() => server?.stop());

  interface Place extends AsyncDisposable {
    readonly access: DatabaseAccess;
    readonly migrations: string;
    readonly connection: Connection;
    write(files: Readonly<Record<string, string>>): void;
    begin(): ReturnType<typeof spawn>;
    tryIt(): Promise<{ readonly code: number; readonly said: string }>;
    count(sql: string): Promise<number>;
    states(): Promise<readonly string[]>;
  }

  async function place(): Promise<Place> {
    count += 1;
    const access = await server.createDatabase(`d${count}`);
    const connection = await mysql.createConnection({ ...access });
    const dir = mkdtempSync(join(tmpdir(), 'shiplock-migrate-'));
    const migrations = join(dir, 'migrations');
    mkdirSync(migrations);
    const begin = () =>
      spawn(program, [migrations], {
        env: { CERTKEEPER_MIGRATIONS_DSN: goDsn(access), HOSTNAME: 'pod' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const rows = async <T>(row: z.ZodType<T>, sql: string): Promise<readonly T[]> =>
      z.array(row).parse((await connection.query(sql))[0]);
    return {
      access,
      migrations,
      connection,
      begin,
      write: (files) => {
        for (const [name, text] of Object.entries(files)) writeFileSync(join(migrations, name), text);
      },
      tryIt: async () => {
        const child = begin();
        let said = '';
        const keep = (chunk: Buffer): void => {
          said += chunk.toString('utf8');
        };
        child.stdout?.on('data', keep);
        child.stderr?.on('data', keep);
        const [code] = z.tuple([z.number(), z.null()]).parse(await once(child, 'close'));
        return { code, said };
      },
      count: async (sql) => (await rows(countRow, sql))[0]?.n ?? -1,
      states: async () =>
        (
          await rows(
            z.object({ id: z.string(), state: z.string() }),
            'SELECT id, state FROM shiplock_migrations ORDER BY position',
          )
        ).map(({ id, state }) => `${id} ${state}`),
      async [Symbol.asyncDispose]() {
        await connection.end();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  }

  const first = {
    '0001_a.sql': '-- a; b\nCREATE TABLE a (id INT PRIMARY KEY, v TEXT);\nINSERT INTO a VALUES (1, "x;y");\n',
  };

  it('applies once, and has nothing to do the second time', async () => {
    await using at = await place();
    at.write(first);
    expect(await at.tryIt()).toEqual({ code: 0, said: '0001_a applied\n' });
    expect(await at.tryIt()).toEqual({ code: 0, said: '' });
    expect(await at.count('SELECT COUNT(*) AS n FROM a')).toBe(1);
  });

  it('says the reason of a failure at each try, and goes on there once the file is mended', async () => {
    await using at = await place();
    const begun = 'INSERT INTO a VALUES (2, NULL);\n';
    at.write({ ...first, '0002_b.sql': `${begun}ALTER TABLE no_such_table ADD COLUMN x INT;\n` });
    const reason = /^0001_a applied\n0002_b: statement 2 \(line 2\): Error 1146 \(42S02\): Table .*no_such_table.*\n$/;
    const tried = await at.tryIt();
    expect(tried.code).toBe(1);
    expect(tried.said).toMatch(reason);
    const again = await at.tryIt();
    expect(again).toEqual({ code: 1, said: tried.said.replace('0001_a applied\n', '') });
    expect(await at.states()).toEqual(['0001_a applied', '0002_b running']);
    expect(await at.count('SELECT COUNT(*) AS n FROM a')).toBe(2);
    at.write({ '0002_b.sql': 'INSERT INTO a VALUES (3, NULL);\n' });
    expect(await at.tryIt()).toMatchObject({ code: 1, said: expect.stringContaining('edited after it was done') });
    at.write({ '0002_b.sql': `${begun}ALTER TABLE a ADD COLUMN x INT;\n` });
    expect(await at.tryIt()).toEqual({ code: 0, said: '0002_b applied\n' });
    expect(await at.count('SELECT COUNT(*) AS n FROM a')).toBe(2);
  });

  it('what it leaves half-way is what the pipeline goes on with', async () => {
    await using at = await place();
    at.write({ ...first, '0001_a.down.sql': 'DROP TABLE a;\n' });
    const half = 'CREATE TABLE b (id INT);\n-- next;\nALTER TABLE b ADD COLUMN id INT;';
    at.write({ '0002_b.sql': half, '0002_b.down.sql': 'DROP TABLE b;\n' });
    expect((await at.tryIt()).said).toContain('0002_b: statement 2 (line 3): Error 1060');
    const access = {
      TEST_DSN: `mysql://${at.access.user}:${at.access.password}@127.0.0.1:${at.access.port}/${at.access.database}`,
    };
    const database = openDatabase({
      dsn: { secret: 'env:TEST_DSN' },
      secrets: createSecrets({ env: access }),
      connectTimeoutMs: 5_000,
    });
    const { applied } = await database.look();
    const files = await readMigrations(at.migrations);
    expect(unwrap(pendingMigrations(applied, files)).apply.map(({ id }) => id)).toEqual(['0002_b']);
    // The fingerprints are the pipeline's own: the first statement is known as done, the refused one as not begun.
    expect(applied[1]?.marks.map(({ number, state, run }) => [number, state, run])).toEqual([
      [1, 'done', 'certkeeper-migrate pod'],
    ]);
    expect(await database.idle()).toBe(true);
  });

  it('two tries at the same time: one applies, the other waits for it, both are right', async () => {
    await using at = await place();
    at.write({ ...first, '0002_b.sql': 'INSERT INTO a SELECT 2, SLEEP(1);\n' });
    const ended = await Promise.all([at.tryIt(), at.tryIt()]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(ended.map(({ said }) => said.replaceAll(/waiting.*\n/g, '')).sort()).toEqual([
      '',
      '0001_a applied\n0002_b applied\n',
    ]);
    expect(await at.count('SELECT COUNT(*) AS n FROM a')).toBe(2);
  });

  it('killed while the server changes a table: the next try waits for the server and goes on', async () => {
    await using at = await place();
    at.write(first);
    await at.tryIt();
    for (let from = 0; from < 4_000; from += 1_000) {
      const values = Array.from({ length: 1_000 }, (_, index) => `(${from + index + 2}, REPEAT('x', 100))`);
      await at.connection.query(`INSERT INTO a VALUES ${values.join(',')}`);
    }
    // A value that is dear to make, so that the table is rebuilt for seconds.
    const slow =
      'ALTER TABLE a ADD COLUMN s CHAR(128) AS (SHA2(REPEAT(v, 1200), 512)) STORED;\nINSERT INTO a (id) VALUES (1000000);\n';
    at.write({ '0002_slow.sql': slow });
    const child = at.begin();
    const gone = once(child, 'close');
    await until('the change of the table', async () => (await at.count(changing)) > 0);
    child.kill('SIGKILL');
    await gone;
    // Its client is gone, and the server goes on.
    expect(await at.count(changing)).toBe(1);
    const next = await at.tryIt();
    expect(next.said).toMatch(/0002_slow applied\n$/);
    expect(next.code).toBe(0);
    expect(await at.states()).toEqual(['0001_a applied', '0002_slow applied']);
    expect(await at.count('SELECT COUNT(*) AS n FROM a WHERE id = 1000000')).toBe(1);
  });

  it('what nobody can know is refused, with who began it and how to answer', async () => {
    await using at = await place();
    at.write({ ...first, '0002_b.sql': 'ALTER TABLE a ADD COLUMN x INT;\n' });
    expect((await at.tryIt()).code).toBe(0);
    await at.connection.query("UPDATE shiplock_migrations SET state = 'running' WHERE id = '0002_b'");
    await at.connection.query("UPDATE shiplock_migration_statements SET state = 'started' WHERE migration = '0002_b'");
    const refused = await at.tryIt();
    expect(refused.code).toBe(1);
    expect(refused.said).toMatch(/begun by certkeeper-migrate pod at .* nobody heard how it ended/);
    await at.connection.query("UPDATE shiplock_migration_statements SET state = 'done' WHERE migration = '0002_b'");
    expect(await at.tryIt()).toEqual({ code: 0, said: '0002_b applied\n' });
  });
});
