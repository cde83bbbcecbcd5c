import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type DatabaseAccess, mysqlUrl } from '../../scripts/components/database.ts';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';

/** certkeeper's staging gets rows of its production. */

let lab: Lab;
let staging: DatabaseAccess;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  lab = await openLab({ database: true, frontend: false, ports: await freePortRange(21) });
  if (lab.mariadb === null) throw new Error('a database was asked for');
  staging = await lab.mariadb.createDatabase('staging');
  env = { STAGING_DSN: mysqlUrl(staging), DATA_KEY: 'a key of many letters' };
  await lab.commit('1.0.0');
  await change((config) => {
    const { production } = config.environments;
    config.environments.staging = {
      ...structuredClone(production),
      platform: { ...production.platform, root: `${lab.host}-staging` },
      database: { ...config.database, dsn: { secret: 'env:STAGING_DSN' } },
    };
    production.database = {
      desensitise: {
        key: { secret: 'env:DATA_KEY' },
        tables: { servers: { address: 'fake ipv4' }, api_keys: 'empty' },
      },
    };
  });
});
afterAll(() => lab.stop());

/** The configuration as YAML gives it. */
async function change(how: (config: ReturnType<typeof parse>) => void): Promise<void> {
  const file = join(lab.service, 'shiplock.yaml');
  const config = parse(await readFile(file, 'utf8'));
  how(config);
  await writeFile(file, stringify(config));
}

const copy = (...more: readonly string[]) =>
  lab.shiplock(['data', 'copy', '--from', 'production', '--to', 'staging', ...more], env);

async function rows(access: DatabaseAccess, sql: string): Promise<unknown> {
  const db = await mysql.createConnection({ ...access });
  const [found] = await db.query(sql);
  await db.end();
  return found;
}

it('a copy is refused until every column that looks personal has a rule; then staging has rows that say nothing', async () => {
  for (const environment of ['production', 'staging']) {
    const ran = await lab.shiplock(['migrate', environment, '--allow-dirty'], env);
    expect(ran.code, ran.stderr).toBe(0);
  }
  await change((config) => {
    config.environments.production.promotion = { from: 'staging' };
  });
  const real = await mysql.createConnection(lab.env['SHIPLOCK_DATABASE_DSN'] ?? '');
  await real.query("INSERT INTO servers (name, address) VALUES ('edge-1', '10.1.2.3'), ('edge-2', 'mail.company.com')");
  await real.query("INSERT INTO api_keys (name, role, key_hash) VALUES ('Ann', 'admin', REPEAT('x', 32))");
  await real.query(
    "INSERT INTO certificates (server_id, domain, issuer, not_before, not_after) SELECT id, 'company.com', 'CA', NOW(), NOW() FROM servers",
  );
  await real.query(
    "INSERT INTO renewals (certificate_id, actor, old_not_after, new_not_after, renewed_at) SELECT id, 'Ann', NOW(), NOW(), NOW() FROM certificates",
  );
  await real.end();

  const refused = await copy();
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('desensitise.looks-personal');
  expect(refused.stderr).toContain('renewals.actor');
  expect(await rows(staging, 'SELECT COUNT(*) AS n FROM servers')).toEqual([{ n: 0 }]);

  await change((config) => {
    config.environments.production.database.desensitise.tables.renewals = { actor: 'fake first-name' };
  });
  const planned = await copy('--dry-run');
  expect(planned.stdout).toContain('renewals\n  id: keep\n  certificate_id: keep\n  actor: fake first-name');
  expect(planned.stdout).toContain('api_keys: empty');
  const ran = await copy('--json');
  expect(ran.code, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ from: 'production', to: 'staging' });
  expect(await rows(staging, 'SELECT name, address FROM servers ORDER BY id')).toEqual([
    { name: 'edge-1', address: expect.stringMatching(/^(192\.0\.2|198\.51\.100|203\.0\.113)\./) },
    { name: 'edge-2', address: expect.stringMatching(/^(192\.0\.2|198\.51\.100|203\.0\.113)\./) },
  ]);
  expect(await rows(staging, "SELECT COUNT(*) AS n FROM renewals WHERE actor = 'Ann'")).toEqual([{ n: 0 }]);
  expect(await rows(staging, 'SELECT COUNT(*) AS n FROM api_keys')).toEqual([{ n: 0 }]);

  const back = await lab.shiplock(['data', 'copy', '--from', 'staging', '--to', 'production'], env);
  expect(back.code).not.toBe(0);
  expect(back.stderr).toContain('data.wrong-way');
});

it('real rows that came another way are refused where they do not belong', async () => {
  const restored = await lab.mariadb?.createDatabase('restored');
  if (restored === undefined) throw new Error('a database was asked for');
  // As a dump and its restore leave it.
  const root = await mysql.createConnection({ ...lab.mariadb?.root('restored') });
  await root.query('SET foreign_key_checks = 0');
  const [tables] = await root.query<RowDataPacket[]>(
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    ['certkeeper'],
  );
  for (const { name } of tables) {
    const [made] = await root.query<RowDataPacket[]>(`SHOW CREATE TABLE certkeeper.${name}`);
    await root.query(made[0]?.['Create Table']);
    await root.query(`INSERT INTO ${name} SELECT * FROM certkeeper.${name}`);
  }
  await root.end();
  const there = { ...env, STAGING_DSN: mysqlUrl(restored) };
  const ran = await lab.shiplock(['migrate', 'staging', '--allow-dirty'], there);
  expect(ran.code).toBe(5);
  expect(ran.stdout + ran.stderr).toContain('migrate.raw-data');
  expect(ran.stdout + ran.stderr).toContain('shiplock data copy --from production --to staging');
  const copied = await lab.shiplock(['data', 'copy', '--from', 'production', '--to', 'staging'], there);
  expect(copied.code, copied.stderr).toBe(0);
  expect((await lab.shiplock(['migrate', 'staging', '--allow-dirty'], there)).code).toBe(0);
});

it('testing data is made up, thrown away and made anew; production is refused', async () => {
  if (lab.mariadb === null) throw new Error('a database was asked for');
  const testing = await lab.mariadb.createDatabase('testing');
  const there = { ...env, TESTING_DSN: mysqlUrl(testing) };
  const run = (...words: readonly string[]) => lab.shiplock(['data', ...words], there);
  await change((config) => {
    const { production } = config.environments;
    config.environments.testing = {
      ...structuredClone(production),
      platform: { ...production.platform, root: `${lab.host}-testing` },
      database: { ...config.database, dsn: { secret: 'env:TESTING_DSN' } },
    };
    delete config.environments.testing.promotion;
    config.environments.staging.promotion = { from: 'testing' };
  });
  expect((await run('reset', 'testing', '--yes')).stderr).toContain('data.not-throw-away');
  await change((config) => {
    for (const name of ['testing', 'production'])
      config.environments[name].database = { ...config.environments[name].database, reset: { fill: 'generate' } };
    config.environments.testing.database.generate = { rows: 60, tables: { servers: { rows: 10 } } };
  });
  const real = await run('reset', 'production', '--yes');
  expect(real.code).toBe(5);
  expect(real.stderr).toContain('data.protected');
  // Nobody has said yet whose rows these are; and a wrong address is not believed.
  expect((await run('generate', 'testing')).stderr).toContain('data.unknown-rows');
  const wrong = await lab.shiplock(['data', 'reset', 'testing', '--yes'], {
    ...there,
    TESTING_DSN: lab.env['SHIPLOCK_DATABASE_DSN'] ?? '',
  });
  expect(wrong.code).toBe(5);
  expect(wrong.stderr).toContain('data.other-rows');
  expect((await lab.shiplock(['migrate', 'testing', '--allow-dirty'], there)).code).toBe(0);

  // A migration puts a row there, and no migration brings it back.
  const filled = await run('reset', 'testing', '--yes');
  expect(filled.code).toBe(5);
  expect(filled.stderr).toContain('data.filled-by-migration');
  await change((config) => {
    config.environments.testing.database.generate.tables.schema_generation = 'keep';
  });
  const planned = await run('generate', 'testing', '--dry-run');
  expect(planned.stdout, planned.stderr).toContain('servers: 10 rows');
  const made = await run('generate', 'testing');
  expect(made.code, made.stderr).toBe(0);
  const first = await rows(testing, 'SELECT * FROM certificates ORDER BY id');
  expect(await rows(testing, 'SELECT COUNT(*) AS n FROM certificates')).toEqual([{ n: 60 }]);
  expect(await rows(testing, 'SELECT state FROM shiplock_data_origin')).toEqual([{ state: 'synthetic' }]);
  await rows(testing, "UPDATE servers SET name = 'changed by a tester' LIMIT 1");
  const asked = await run('reset', 'testing');
  expect(asked.code).toBe(5);
  expect(asked.stderr).toContain('data.not-confirmed');
  const again = await run('reset', 'testing', '--yes', '--json');
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({
    environment: 'testing',
    emptied: expect.arrayContaining(['servers']),
  });
  expect(await rows(testing, 'SELECT * FROM certificates ORDER BY id')).toEqual(first);
  // What a run that was cut leaves: nothing is migrated there until somebody resets it.
  await rows(testing, "UPDATE shiplock_data_origin SET state = 'generating', rules = 'reset'");
  await rows(testing, 'DELETE FROM renewals');
  const half = await lab.shiplock(['migrate', 'testing', '--allow-dirty'], there);
  expect(half.stdout + half.stderr).toContain('migrate.half-generated');
  expect((await run('reset', 'testing', '--yes')).code).toBe(0);
  expect(await rows(testing, 'SELECT COUNT(*) AS n FROM schema_generation')).toEqual([{ n: 1 }]);
  expect(await rows(testing, 'SELECT * FROM certificates ORDER BY id')).toEqual(first);
  expect((await lab.shiplock(['migrate', 'testing', '--allow-dirty'], there)).code).toBe(0);
});
