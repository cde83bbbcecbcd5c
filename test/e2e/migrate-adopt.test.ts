import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { freePortRange } from '../../scripts/components/ports.ts';
import { command, type Lab, openLab } from '../../scripts/lab/lab.ts';
import { readMigrations } from '../../src/migrate/index.ts';

/** A database that was migrated by hand until now, taken over by the command line; then somebody changes it outside of migrations. */

let lab: Lab;
let scratch: Mariadb;
let admin: Connection;

beforeAll(async () => {
  lab = await openLab({ database: true, frontend: false, ports: await freePortRange(21) });
  await lab.commit('1.0.0');
  scratch = await startMariadb();
  admin = await mysql.createConnection({ uri: lab.env['SHIPLOCK_DATABASE_DSN'] ?? '' });
  for (const { statements } of (await readMigrations(join(lab.service, 'migrations'))).slice(0, 3)) {
    for (const { sql } of statements) await admin.query(sql);
  }
});
afterAll(async () => {
  await admin?.end();
  await lab?.stop();
  await scratch?.stop();
});

const adopt = (...more: readonly string[]) =>
  lab.shiplock(['migrate', 'adopt', 'production', '--reason', 'until now by hand', '--quiet', ...more]);
const status = () => lab.shiplock(['migrate', 'status', 'production']);

describe('a database that others have migrated', () => {
  it('is refused while the files do not make what it has, then taken over, migrated on and watched', async () => {
    const server = ['--server', `mysql://root@127.0.0.1:${scratch.port}/`];
    const wrong = await adopt('--at', '0002', ...server);
    expect([wrong.code, wrong.stderr + wrong.stdout]).toEqual([
      expect.any(Number),
      expect.stringContaining('+ table api_keys: no migration made it'),
    ]);
    expect(wrong.code).not.toBe(0);
    const adopted = await adopt('--at', '3', ...server);
    expect([adopted.code, adopted.stdout + adopted.stderr]).toEqual([0, expect.stringContaining('0003_api_keys')]);
    const pending = await status();
    expect([pending.code, pending.stdout]).toEqual([
      1,
      expect.stringContaining('pending: 0004_schema_generation (expand)'),
    ]);
    expect((await lab.shiplock(['migrate', 'production', '--quiet'])).code).toBe(0);
    expect(await status()).toMatchObject({ code: 0, stdout: expect.stringContaining('as the last migration left it') });
    await admin.query('ALTER TABLE servers ADD INDEX tmp_fix (name(3))');
    const drifted = await status();
    expect([drifted.code, drifted.stdout]).toEqual([
      5,
      expect.stringContaining('+ table servers, index tmp_fix: no migration made it'),
    ]);
    expect((await adopt('--structure')).code).toBe(0);
    expect(await status()).toMatchObject({ code: 0 });
    const again = await adopt('--at', '3', ...server);
    expect(again.stderr + again.stdout).toContain('migrate.adopt-applied');
  });

  it('import writes files of ours, all or none', async () => {
    const from = join(lab.dir, 'theirs');
    await mkdir(from);
    await writeFile(join(from, '1_users.up.sql'), 'CREATE TABLE users (id INT PRIMARY KEY);');
    await writeFile(join(from, '2_set.up.sql'), 'SET @x = 1;');
    const program = [process.execPath, resolve('bin/shiplock.js'), 'migrate', 'import', 'golang-migrate'];
    const run = () => command([...program, from, '--to', join(lab.dir, 'ours')]);
    const refused = await run();
    expect(refused.stderr + refused.stdout).toContain('migrate.statement-not-allowed');
    await writeFile(join(from, '2_set.up.sql'), 'DO 1;');
    expect(await run()).toMatchObject({ code: 0 });
    expect((await readdir(join(lab.dir, 'ours'))).filter((name) => !name.startsWith('.'))).toEqual([
      '0001_users.sql',
      '0002_set.sql',
      'imported.json',
    ]);
    expect((await run()).stderr).toContain('migrate.import-not-empty');
  });
});
