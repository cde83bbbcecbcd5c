import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { mysqlRecipe } from '../../scripts/components/mysql.ts';
import { runCli } from '../../src/cli/main.ts';
import { listRuns, readRun } from '../../src/procedure/index.ts';
import { MINIMAL } from '../config/sample.ts';
import { describeOnEach } from '../support/databases.ts';
import { terminal } from '../support/terminal.ts';

/** A real server is brought to what its machine allows, and says itself that it would start so. */

const answer = z.object({
  settings: z.array(z.object({ name: z.string(), same: z.boolean(), live: z.boolean(), now: z.string().nullable() })),
});
const MACHINE = ['--memory', '2048MiB', '--share', '50%', '--pool', '5', '--reserve', '20'];

describeOnEach('database configure', (family) => {
  it('plans with reasons, sets what the server takes while it runs, checks, and takes nothing twice', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sl-configure-'));
    await using server = await family.start();
    const root = server.root('mysql');
    const admin = await mysql.createConnection({ host: root.host, port: root.port, user: root.user });
    try {
      await admin.query("CREATE USER ops@'127.0.0.1' IDENTIFIED BY 'ops-Pa55-word'");
      await admin.query("GRANT ALL PRIVILEGES ON *.* TO ops@'127.0.0.1' WITH GRANT OPTION");
      await mkdir(join(dir, 'migrations'));
      await writeFile(
        join(dir, 'shiplock.yaml'),
        `${MINIMAL}database: { engine: ${family.engine}, migrations: migrations, dsn: { secret: env:DSN } }\n`,
      );
      const env = {
        PATH: process.env['PATH'],
        USER: 'ops',
        DSN: mysqlUrl({ ...root, user: 'ops', password: 'ops-Pa55-word' }),
      };
      const ask = async (...more: readonly string[]) => {
        const io = terminal({ cwd: dir, env });
        const exit = await runCli(['database', 'configure', 'production', ...MACHINE, ...more], io);
        return { exit, ...io.written };
      };
      const settings = async (...more: readonly string[]) => {
        const { exit, out, err } = await ask('--json', ...more);
        expect([exit, err]).toEqual([0, '']);
        return answer.parse(JSON.parse(out)).settings;
      };
      const program = family.engine === 'mysql' ? (await mysqlRecipe()).server : 'mariadbd';

      // The server's own program takes every name and value.
      const planned = await settings('--server', program);
      expect(planned.filter(({ now }) => now === null)).toEqual([]);
      expect((await ask('--check')).exit).toBe(1);
      expect((await ask()).out).toContain('three quarters of the memory');

      const file = join(dir, 'server.cnf');
      const applied = await ask('--apply', '--file', file);
      expect([applied.exit, applied.err]).toEqual([0, expect.any(String)]);
      expect(applied.out).toContain('log_bin = ON needs its file and a restart');
      expect(await readFile(file, 'utf8')).toContain('innodb_flush_log_at_trx_commit = 1');
      // As a name, and that of the logs that are there: a server of MySQL has some already.
      const [named] = await admin.query<mysql.RowDataPacket[]>('SELECT @@log_bin_basename AS name');
      expect(await readFile(file, 'utf8')).toContain(`\nlog_bin = ${named[0]?.['name'] ?? 'binlog'}\n`);
      const after = await settings();
      expect(after.filter(({ live, same }) => live && !same)).toEqual([]);
      // What was said to need a restart is refused by the running server.
      const later = planned.filter(({ live, same, name }) => !live && !same && name !== 'enforce_gtid_consistency');
      expect(later.length).toBeGreaterThan(0);
      for (const { name } of later) await expect(admin.query(`SET GLOBAL ${name} = 'ON'`), name).rejects.toThrow();
      const runs = await listRuns(join(dir, '.shiplock/state'));
      expect(runs.map(({ procedure, finished }) => [procedure, finished?.outcome])).toEqual([
        ['database-configure', 'done'],
      ]);
      const { entries } = await readRun(join(dir, '.shiplock/state'), runs[0]?.run ?? '');
      expect(JSON.stringify(entries)).not.toContain('ops-Pa55-word');
      expect(JSON.stringify(entries)).toMatch(/SET (?:PERSIST|GLOBAL) innodb_buffer_pool_size/);

      // Again: there is nothing left to set.
      expect((await ask('--apply')).exit).toBe(0);
      const again = await readRun(
        join(dir, '.shiplock/state'),
        (await listRuns(join(dir, '.shiplock/state'))).at(-1)?.run ?? '',
      );
      expect(JSON.stringify(again.entries)).not.toMatch(/SET (?:PERSIST|GLOBAL)/);
    } finally {
      admin.destroy();
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('takes back what was set when a later setting is not taken; refuses a machine that is too small and the other family', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sl-configure-'));
    // It cannot write a slow query log, and finds out when it is told to.
    await using server = await family.start({ args: ['--slow-query-log-file=/no/such/directory/slow.log'] });
    try {
      await mkdir(join(dir, 'migrations'));
      const yaml = (engine: string): string =>
        `${MINIMAL}database: { engine: ${engine}, migrations: migrations, dsn: { secret: env:DSN } }\n`;
      const access = await server.createDatabase('shop');
      const env = { PATH: process.env['PATH'], DSN: mysqlUrl(access) };
      await writeFile(join(dir, 'shiplock.yaml'), yaml(family.engine));
      const small = terminal({ cwd: dir, env });
      expect(await runCli(['database', 'configure', 'production', '--memory', '512MiB', '--pool', '500'], small)).toBe(
        5,
      );
      expect(small.written.err).toContain('database.too-small');
      const root = server.root('mysql');
      const admin = await mysql.createConnection({ host: root.host, port: root.port, user: root.user });
      const pool = async (): Promise<unknown> => (await admin.query('SELECT @@innodb_buffer_pool_size AS bytes'))[0];
      try {
        await admin.query("CREATE USER ops@'127.0.0.1' IDENTIFIED BY 'ops-Pa55-word'");
        await admin.query("GRANT ALL PRIVILEGES ON *.* TO ops@'127.0.0.1'");
        const before = await pool();
        const able = { ...env, ADMIN: mysqlUrl({ ...root, user: 'ops', password: 'ops-Pa55-word' }) };
        const back = terminal({ cwd: dir, env: able });
        const argv = [
          'database',
          'configure',
          'production',
          ...MACHINE,
          '--pool',
          '50',
          '--admin',
          'env:ADMIN',
          '--apply',
        ];
        expect(await runCli(argv, back)).toBe(1);
        expect(back.written.err + back.written.out).toMatch(/slow_query_log/);
        const [run] = await listRuns(join(dir, '.shiplock/state'));
        const { entries } = await readRun(join(dir, '.shiplock/state'), run?.run ?? '');
        expect(JSON.stringify(entries)).toMatch(/SET (?:PERSIST|GLOBAL) innodb_buffer_pool_size/);
        expect(
          entries.some(
            ({ record }) => record.type === 'step.undone' && record.node.endsWith('innodb_buffer_pool_size'),
          ),
        ).toBe(true);
        expect(await pool()).toEqual(before);
      } finally {
        admin.destroy();
      }
      // Without the right to set anything nothing is set, and it says so.
      const denied = terminal({ cwd: dir, env });
      expect(await runCli(['database', 'configure', 'production', ...MACHINE, '--apply'], denied)).not.toBe(0);
      expect(denied.written.err + denied.written.out).toMatch(/denied|SYSTEM_VARIABLES_ADMIN|SUPER/i);
      await writeFile(join(dir, 'shiplock.yaml'), yaml(family.engine === 'mysql' ? 'mariadb' : 'mysql'));
      const other = terminal({ cwd: dir, env });
      expect(await runCli(['database', 'configure', 'production', ...MACHINE], other)).toBe(5);
      expect(other.written.err).toContain('database.other-family');
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
