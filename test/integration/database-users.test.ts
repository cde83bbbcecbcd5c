import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { runCli } from '../../src/cli/main.ts';
import { listRuns } from '../../src/procedure/index.ts';
import { MINIMAL } from '../config/sample.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { terminal } from '../support/terminal.ts';

/** Accounts of a real server (one for each family, since a start of MySQL takes seconds), made from what is declared, and what they may do by the server's own words. */

const ADMIN_PASSWORD = 'ops-Pa55-word';

const answer = z.object({
  schemaThere: z.boolean(),
  accounts: z.array(
    z.object({
      role: z.string(),
      there: z.boolean(),
      secret: z.string(),
      password: z.string().nullable(),
      lacks: z.array(z.object({ privilege: z.string(), on: z.string() })),
      tooMuch: z.object({
        rights: z.array(z.object({ privilege: z.string(), on: z.string() })),
        roles: z.array(z.string()),
        proxies: z.array(z.string()),
      }),
      statements: z.array(z.string()),
    }),
  ),
  findings: z.array(z.object({ code: z.string(), where: z.string() })),
  refusals: z.array(z.object({ code: z.string() })),
});

const ACCOUNTS = `
  accounts:
    schema: my_shop
    application: { user: shop_app, from: 127.0.0.1, dsn: { secret: 'file:DIR/secrets/app' }, form: go }
    migration: { user: shop_migrate, from: 127.0.0.1 }
    backup: { user: shop_backup, from: 127.0.0.1, dsn: { secret: 'file:DIR/secrets/backup' } }
    monitoring: { user: shop_watch, from: 127.0.0.1, dsn: { secret: 'file:DIR/secrets/watch' } }
    copy: { user: shop_copy, from: 127.0.0.1, dsn: { secret: 'file:DIR/secrets/copy' } }
`;

interface Stage extends AsyncDisposable {
  readonly dir: string;
  users(...words: readonly string[]): Promise<{ readonly exit: number; readonly out: string; readonly err: string }>;
  look(...words: readonly string[]): Promise<z.infer<typeof answer>>;
  secret(name: string): Promise<string>;
  as(url: string): Promise<Connection>;
}

async function openStage({ engine }: TestFamily, server: DatabaseServer): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'sl-users-'));
  await mkdir(join(dir, 'migrations'));
  await writeFile(
    join(dir, 'shiplock.yaml'),
    `${MINIMAL}database:\n  engine: ${engine}\n  migrations: migrations\n  dsn: { secret: 'file:DIR/secrets/migrate' }${ACCOUNTS}`.replaceAll(
      'DIR',
      dir,
    ),
  );
  const env = {
    PATH: process.env['PATH'],
    USER: 'ops',
    ADMIN: mysqlUrl({ ...server.root('mysql'), user: 'ops', password: ADMIN_PASSWORD }),
  };
  const users: Stage['users'] = async (...words) => {
    const io = terminal({ cwd: dir, env });
    const exit = await runCli(['database', 'users', 'production', '--admin', 'env:ADMIN', ...words], io);
    return { exit, ...io.written };
  };
  const opened: Connection[] = [];
  return {
    ...{ dir, users },
    look: async (...words) => {
      const { exit, out, err } = await users('--json', ...words);
      expect([exit, err], out).toEqual([0, '']);
      return answer.parse(JSON.parse(out));
    },
    secret: async (name) => (await readFile(join(dir, 'secrets', name), 'utf8')).trim(),
    as: async (url) => {
      const connection = await mysql.createConnection(url);
      opened.push(connection);
      return connection;
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of opened) connection.destroy();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Password of a connection string in either form. */
function passwordIn(dsn: string): string {
  return /:([\w-]{32})@/.exec(dsn)?.[1] ?? '';
}

async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describeOnEach('database users', (family) => {
  let server: DatabaseServer;
  let admin: Connection;

  beforeAll(async () => {
    server = await family.start({ generalLog: true });
    const { host, port, user } = server.root('mysql');
    admin = await mysql.createConnection({ host, port, user });
    await admin.query(`CREATE USER ops@'127.0.0.1' IDENTIFIED BY '${ADMIN_PASSWORD}'`);
    await admin.query("GRANT ALL PRIVILEGES ON *.* TO ops@'127.0.0.1' WITH GRANT OPTION");
  });
  afterEach(async () => {
    for (const name of ['app', 'migrate', 'backup', 'watch', 'copy']) {
      await admin.query(`DROP USER IF EXISTS shop_${name}@'127.0.0.1'`);
    }
    await admin.query('DROP DATABASE IF EXISTS my_shop');
  });
  afterAll(async () => {
    admin.destroy();
    await server.stop();
  });

  it('makes what is missing with passwords that stand nowhere but behind their references, and then finds nothing to do', async () => {
    await using stage = await openStage(family, server);
    const before = await stage.look();
    expect(before.schemaThere).toBe(false);
    expect(before.accounts.map(({ role, there, secret }) => [role, there, secret])).toEqual(
      ['application', 'migration', 'backup', 'monitoring', 'copy'].map((role) => [role, false, 'to-make']),
    );
    expect(before.accounts[0]?.statements.join('; ')).toContain('<password of application>');
    expect((await stage.users('--check')).exit).toBe(1);
    // Root of the tests has no password, and is told; only looking has made nothing.
    expect(before.findings.map(({ code }) => code)).toContain('database.no-password');
    await expect(stat(join(stage.dir, 'secrets'))).rejects.toThrow('ENOENT');

    const made = await stage.users('--apply');
    expect(made.exit, made.err).toBe(0);
    const after = await stage.look();
    expect(after.schemaThere).toBe(true);
    expect(after.accounts.map(({ there, password, lacks, tooMuch }) => [there, password, lacks, tooMuch])).toEqual(
      after.accounts.map(() => [true, 'same', [], { rights: [], roles: [], proxies: [] }]),
    );

    // Every account logs in with what stands behind its reference, for its owner only; Go's driver gets its own form.
    const names = ['app', 'migrate', 'backup', 'watch', 'copy'];
    const secrets = await Promise.all(names.map(stage.secret));
    expect(secrets[0]).toMatch(/^shop_app:[\w-]{32}@tcp\(127\.0\.0\.1:\d+\)\/my_shop$/);
    expect(new Set(secrets.map(passwordIn)).size).toBe(5);
    for (const name of names) expect((await stat(join(stage.dir, 'secrets', name))).mode & 0o777).toBe(0o600);
    const root = server.root('my_shop');
    const asApplication = mysqlUrl({ ...root, user: 'shop_app', password: passwordIn(secrets[0] ?? '') });
    const application = await stage.as(asApplication);
    await admin.query('CREATE TABLE my_shop.t (id INT PRIMARY KEY)');
    await application.query('INSERT INTO t VALUES (1)');
    await expect(application.query('CREATE TABLE other (id INT)')).rejects.toThrow(/denied/);
    // The name of a schema is a pattern in GRANT: myXshop is another one.
    await admin.query('CREATE DATABASE myXshop');
    await expect(application.query('USE myXshop')).rejects.toThrow(/denied/);
    for (const secret of secrets.slice(1)) await stage.as(secret);

    // In no journal, no general log, and on no terminal.
    const everywhere = [
      made.out + made.err,
      await readFile(server.generalLogPath ?? '', 'utf8'),
      ...(await Promise.all((await filesBelow(join(stage.dir, '.shiplock'))).map((path) => readFile(path, 'utf8')))),
    ].join('\n');
    expect(everywhere).toContain('CREATE USER IF NOT EXISTS');
    for (const secret of secrets) expect(everywhere).not.toContain(passwordIn(secret));
    const journal = (
      await Promise.all((await filesBelow(join(stage.dir, '.shiplock'))).map((path) => readFile(path, 'utf8')))
    ).join('\n');
    expect(journal).not.toMatch(/\$A\$005\$|\*[0-9A-F]{40}/);

    expect((await stage.users('--apply', '--revoke')).exit).toBe(0);
    expect(await Promise.all(names.map(stage.secret))).toEqual(secrets);
    const runs = await listRuns(join(stage.dir, '.shiplock/state'));
    expect(runs.map(({ procedure, finished }) => [procedure, finished?.outcome])).toEqual([
      ['database-users', 'done'],
      ['database-users', 'done'],
    ]);
  });

  it('says what is too much and takes it away only with --revoke: rights at every place, roles, and passing on', async () => {
    await using stage = await openStage(family, server);
    await stage.users('--apply');
    await admin.query("GRANT ALL PRIVILEGES ON *.* TO shop_app@'127.0.0.1' WITH GRANT OPTION");
    await admin.query('CREATE DATABASE other');
    await admin.query('CREATE TABLE other.t (a INT, b INT)');
    await admin.query('CREATE PROCEDURE other.p() SELECT 1');
    await admin.query('CREATE ROLE everything');
    // On MariaDB a role is taken away by whoever may give it.
    await admin.query("GRANT everything TO ops@'127.0.0.1' WITH ADMIN OPTION");
    for (const right of [
      'SELECT (a), INSERT (a, b), DELETE ON other.t',
      'ALL PRIVILEGES ON other.*',
      'EXECUTE, ALTER ROUTINE ON PROCEDURE other.p',
    ]) {
      await admin.query(`GRANT ${right} TO shop_copy@'127.0.0.1' WITH GRANT OPTION`);
    }
    await admin.query("GRANT everything TO shop_copy@'127.0.0.1'");
    await admin.query("REVOKE DELETE ON `my\\_shop`.* FROM shop_app@'127.0.0.1'");
    const found = await stage.look();
    const [application, copy] = [found.accounts[0], found.accounts[4]];
    expect(application?.lacks).toMatchObject([{ privilege: 'DELETE', on: '`my\\_shop`.*' }]);
    expect(application?.tooMuch.rights).toContainEqual({ privilege: 'GRANT OPTION', on: '*.*' });
    expect(copy?.tooMuch.rights).toContainEqual({ privilege: 'SELECT (`a`)', on: '`other`.`t`' });
    expect(copy?.tooMuch.rights).toContainEqual({ privilege: 'EXECUTE', on: 'PROCEDURE `other`.`p`' });
    expect(copy?.tooMuch.roles).toHaveLength(1);

    // Without being asked to, nothing is taken away; what lacks is given.
    expect((await stage.users('--apply')).out).toContain('shop_app@127.0.0.1 has too much');
    expect((await stage.look()).accounts[0]).toMatchObject({
      lacks: [],
      tooMuch: application?.tooMuch,
    });
    const revoked = await stage.users('--apply', '--revoke');
    expect(revoked.exit, revoked.err).toBe(0);
    for (const one of (await stage.look()).accounts) {
      expect([one.role, one.lacks, one.tooMuch]).toEqual([one.role, [], { rights: [], roles: [], proxies: [] }]);
    }
    // The server's own words say the same.
    const [rows] = await admin.query({ sql: "SHOW GRANTS FOR shop_app@'127.0.0.1'", rowsAsArray: true });
    const grants = z.array(z.array(z.string())).parse(rows).flat();
    expect(grants).toHaveLength(2);
    expect(grants[0]).toMatch(/^GRANT USAGE ON \*\.\* /);
    expect(grants[1]).toMatch(/^GRANT SELECT, INSERT, UPDATE, DELETE ON `my\\_shop`\.\* TO [^ ]+$/);
  });

  it('refuses before anything is changed, and tells what nobody should find', async () => {
    await using stage = await openStage(family, server);
    const { dir } = stage;
    await admin.query("CREATE USER ''@'localhost'");
    await admin.query("CREATE USER root@'%' IDENTIFIED BY 'somebody knows it'");
    await admin.query("CREATE USER shop_app@'10.%' IDENTIFIED BY 'somebody knows it'");
    await admin.query("CREATE USER nobody@'%'");
    await admin.query('CREATE DATABASE test');
    const { findings } = await stage.look();
    const told = (code: string) => findings.filter((one) => one.code === `database.${code}`).map(({ where }) => where);
    expect(told('anonymous-account')).toEqual(["''@'localhost'"]);
    expect(told('root-from-afar')).toContain("'root'@'%'");
    expect(told('other-account')).toEqual(["'shop_app'@'10.%'"]);
    expect(told('no-password')).toContain("'nobody'@'%'");
    expect(told('test-schema')).toEqual(['schema test']);

    // An account of which nobody keeps the password; then one whose secret has another one.
    await admin.query("CREATE USER shop_app@'127.0.0.1' IDENTIFIED BY 'somebody knows it'");
    const unknown = await stage.users('--apply');
    expect([unknown.exit, unknown.err]).toEqual([5, expect.stringContaining('database.password-unknown')]);
    await expect(stat(join(dir, 'secrets'))).rejects.toThrow('ENOENT');
    await mkdir(join(dir, 'secrets'));
    const { port } = server;
    await writeFile(join(dir, 'secrets/app'), `shop_app:another-password@tcp(127.0.0.1:${port})/my_shop`);
    const other = await stage.users('--apply');
    expect([other.exit, other.err]).toEqual([5, expect.stringContaining('database.other-password')]);
    expect((await stage.users('--apply', '--passwords')).exit).toBe(0);
    await stage.as(`mysql://shop_app:another-password@127.0.0.1:${port}/my_shop`);
    expect((await stage.look()).accounts.map(({ password }) => password)).toEqual(Array(5).fill('same'));

    // Who does it must be somebody else; who may not see the accounts is told so; a variable cannot be written.
    const own = terminal({ cwd: dir, env: { PATH: process.env['PATH'] } });
    const argv = ['database', 'users', 'production', '--apply', '--revoke'];
    expect(await runCli(argv, own)).toBe(5);
    expect(own.written.err).toContain('database.denied');
    await writeFile(join(dir, 'secrets/backup'), `mysql://someone:a-long-password@127.0.0.1:${port}/my_shop`);
    expect((await stage.users('--apply')).err).toContain('database.other-user');
    const file = join(dir, 'shiplock.yaml');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace(`'file:${dir}/secrets/backup'`, 'env:NO_SUCH_VARIABLE'),
    );
    expect((await stage.users('--apply')).err).toContain('database.secret-not-writable');
    await writeFile(file, (await readFile(file, 'utf8')).replace('from: 127.0.0.1, dsn', 'fron: 127.0.0.1, dsn'));
    const misspelt = await stage.users();
    expect([misspelt.exit, misspelt.err]).toEqual([2, expect.stringMatching(/fron[\s\S]*from/)]);
  });
});
