import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { runCli } from '../../src/cli/main.ts';
import { parseDsn } from '../../src/procedure/effects/sql.ts';
import { MINIMAL } from '../config/sample.ts';
import { describeOnEach } from '../support/databases.ts';
import { terminal } from '../support/terminal.ts';

/** A new password of an account on a real server of each family: both are let in until the old one is discarded, and no log has either. */

const ADMIN_PASSWORD = 'ops-Pa55-word';
const FIRST = 'first-password-of-the-application';
const CHILD = childProgram('rotate');
const answer = z.object({ state: z.string(), older: z.number().nullable() });

describeOnEach('database rotate', (family) => {
  let dir: string;
  let server: DatabaseServer;
  let admin: Connection;

  const secret = (): Promise<string> => readFile(join(dir, 'app.dsn'), 'utf8');
  const passwordNow = async (): Promise<string> => parseDsn((await secret()).trim()).password ?? '';
  const env = () => ({
    PATH: process.env['PATH'],
    USER: 'ops',
    ADMIN: mysqlUrl({ ...server.root('shop'), user: 'ops', password: ADMIN_PASSWORD }),
  });
  const rotate = async (...words: readonly string[]) => {
    const io = terminal({ cwd: dir, env: env() });
    const exit = await runCli(
      ['database', 'rotate', 'production', 'application', '--admin', 'env:ADMIN', ...words],
      io,
    );
    return { exit, ...io.written };
  };
  const look = async () => answer.parse(JSON.parse((await rotate('--json')).out));
  const connect = (password: string): Promise<Connection> => {
    const { host, port } = server.root();
    return mysql.createConnection({ host, port, user: 'shop_app', password });
  };
  const letsIn = (password: string): Promise<boolean> =>
    connect(password).then(
      (connection) => {
        connection.destroy();
        return true;
      },
      () => false,
    );

  beforeAll(async () => {
    server = await family.start({ generalLog: true });
    const { host, port, user } = server.root('mysql');
    admin = await mysql.createConnection({ host, port, user });
    await admin.query('CREATE DATABASE shop');
    await admin.query(`CREATE USER ops@'127.0.0.1' IDENTIFIED BY '${ADMIN_PASSWORD}'`);
    await admin.query("GRANT ALL PRIVILEGES ON *.* TO ops@'127.0.0.1' WITH GRANT OPTION");
  });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sl-rotate-'));
    await mkdir(join(dir, 'migrations'));
    await writeFile(
      join(dir, 'shiplock.yaml'),
      `${MINIMAL}database:
  engine: ${family.engine}
  migrations: migrations
  dsn: { secret: 'env:ADMIN' }
  accounts:
    schema: shop
    application: { user: shop_app, from: 127.0.0.1, dsn: { secret: 'file:${dir}/app.dsn' }, form: go }
`,
    );
    await writeFile(join(dir, 'app.dsn'), `shop_app:${FIRST}@tcp(127.0.0.1:${server.port})/shop?parseTime=true\n`, {
      mode: 0o640,
    });
    await admin.query("DROP USER IF EXISTS shop_app@'127.0.0.1'");
    const plugin =
      family.engine === 'mysql' ? `IDENTIFIED WITH caching_sha2_password BY '${FIRST}'` : `IDENTIFIED BY '${FIRST}'`;
    await admin.query(`CREATE USER shop_app@'127.0.0.1' ${plugin}`);
    await admin.query("GRANT SELECT ON shop.* TO shop_app@'127.0.0.1'");
    return () => rm(dir, { recursive: true, force: true });
  });
  afterAll(async () => {
    admin?.destroy();
    await server?.stop();
  });

  it('lets both in, refuses to drop the old one while somebody from before is connected, and then drops it', async () => {
    expect(await look()).toEqual({ state: 'one', older: null });
    const before = await connect(FIRST);
    const begun = await rotate('--begin');
    expect(begun.exit, begun.err).toBe(0);
    const second = await passwordNow();
    expect(second).toMatch(/^[\w-]{32}$/);
    expect(await secret()).toBe(`shop_app:${second}@tcp(127.0.0.1:${server.port})/shop?parseTime=true\n`);
    // For those who could read it before, and for nobody else.
    expect((await stat(join(dir, 'app.dsn'))).mode & 0o777).toBe(0o640);
    expect([await letsIn(FIRST), await letsIn(second), await letsIn('neither-of-them')]).toEqual([true, true, false]);

    // Begun once more it goes on with the same one: nobody is cut off by a third.
    expect((await rotate('--begin')).exit).toBe(0);
    expect([await passwordNow(), await letsIn(FIRST)]).toEqual([second, true]);

    const early = await rotate('--finish');
    expect([early.exit, early.err]).toEqual([5, expect.stringContaining('database.old-password-in-use')]);
    expect(await look()).toEqual({ state: 'both', older: 1 });
    await before.end();
    await expect.poll(async () => (await look()).older).toBe(0);
    // Who has come with the new one does not stand in the way.
    const after = await connect(second);
    const finished = await rotate('--finish');
    expect(finished.exit, finished.err).toBe(0);
    await after.query('SELECT 1');
    after.destroy();
    expect([await letsIn(FIRST), await letsIn(second)]).toEqual([false, true]);
    expect(await look()).toEqual({ state: 'one', older: null });
    expect((await readdir(dir)).filter((name) => name.startsWith('app.dsn'))).toEqual(['app.dsn']);

    const everywhere = [
      begun.out + begun.err + finished.out + finished.err,
      await readFile(server.generalLogPath ?? '', 'utf8'),
    ];
    for (const entry of await readdir(join(dir, '.shiplock'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) everywhere.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
    }
    expect(everywhere.join('\n')).toContain('ALTER USER');
    expect(everywhere.join('\n')).not.toContain(second);
  });

  it('goes back to the old one while both are let in, and refuses what it cannot know', async () => {
    expect((await rotate('--back')).exit).toBe(5);
    expect((await rotate('--begin')).exit).toBe(0);
    const second = await passwordNow();
    const back = await rotate('--back');
    expect(back.exit, back.err).toBe(0);
    expect([await passwordNow(), await letsIn(second)]).toEqual([FIRST, true]);
    const finished = await rotate('--finish');
    expect(finished.exit, finished.err).toBe(0);
    expect([await letsIn(FIRST), await letsIn(second)]).toEqual([true, false]);

    await admin.query(
      `ALTER USER shop_app@'127.0.0.1' ${family.engine === 'mysql' ? 'IDENTIFIED WITH caching_sha2_password' : 'IDENTIFIED'} BY 'somebody-elses-idea'`,
    );
    const odd = await rotate('--begin');
    expect([odd.exit, odd.err]).toEqual([5, expect.stringContaining('database.odd-password')]);
    expect(await passwordNow()).toBe(FIRST);
    expect((await rotate('--begin', '--finish')).exit).toBe(2);
    const io = terminal({ cwd: dir, env: env() });
    expect([await runCli(['database', 'rotate', 'production', 'root'], io), io.written.err]).toEqual([
      2,
      expect.stringContaining('cli.unknown-role'),
    ]);
  });

  it('killed in the middle, it goes on with the same new password, and what lies behind the reference is let in at any moment', async () => {
    for (const boundary of [6, 10, 13, 16]) {
      const child = spawn(process.execPath, [CHILD, join(dir, 'shiplock.yaml'), String(boundary)], {
        env: env(),
        stdio: 'ignore',
      });
      const [, signal] = z.tuple([z.number().nullable(), z.string().nullable()]).parse(await once(child, 'exit'));
      expect(signal, `boundary ${boundary}`).toBe('SIGKILL');
      expect(await letsIn(await passwordNow()), `boundary ${boundary}`).toBe(true);
      const made = await readFile(join(dir, 'app.dsn.next'), 'utf8').catch(() => null);
      const again = await rotate('--begin');
      expect(again.exit, again.err).toBe(0);
      if (made !== null) expect(await secret()).toBe(made);
      expect(await letsIn(await passwordNow())).toBe(true);
      const finished = await rotate('--finish');
      expect(finished.exit, finished.err).toBe(0);
      expect([await letsIn(await passwordNow()), (await look()).state]).toEqual([true, 'one']);
    }
  });
});
