import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { mysqlPrograms } from '../../scripts/setup/mysql-client.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { withAccess } from '../../src/backup/take/access.ts';
import { runCli } from '../../src/cli/main.ts';
import { MINIMAL } from '../config/sample.ts';
import { makeAuthority } from '../support/certificates.ts';
import { describeOnEach } from '../support/databases.ts';
import { terminal } from '../support/terminal.ts';

/** TLS of a real server of each family: MySQL comes with a pair of its own that nobody trusts, MariaDB 10.11 with none. */

const answer = z.object({
  shown: z.object({
    kind: z.string(),
    distrust: z.string().nullish(),
    facts: z.object({ fingerprint: z.string() }).nullish(),
  }),
  findings: z.array(z.object({ code: z.string(), where: z.string() })),
  refusals: z.array(z.object({ code: z.string() })),
  server: z
    .object({
      protocols: z.array(z.string()),
      accounts: z.array(z.object({ user: z.string(), requires: z.boolean(), inClear: z.number().nullable() })),
    })
    .nullable(),
  outcome: z.string().optional(),
});

interface Settings {
  readonly names?: string;
  readonly days?: number;
  readonly validity?: number;
}

const CHILD = childProgram('tls');
const OPS_PASSWORD = 'ops-Pa55-word';
const APP_PASSWORD = 'app-Pa55-word-app-Pa55-word';

describeOnEach('database tls', (family) => {
  let dir: string;
  let server: DatabaseServer;
  let admin: Connection;

  const file = (name: string): string => join(dir, name);
  const environment = () => ({
    PATH: process.env['PATH'],
    USER: 'ops',
    ADMIN: mysqlUrl({ ...server.root('shop'), user: 'ops', password: OPS_PASSWORD }),
    APP: mysqlUrl({ ...server.root('shop'), user: 'shop_app', password: APP_PASSWORD }),
  });
  const run = async (...words: readonly string[]) => {
    const io = terminal({ cwd: dir, env: environment() });
    return { exit: await runCli(['database', ...words], io), ...io.written };
  };
  const tls = (...words: readonly string[]) => run('tls', 'production', ...words);
  const look = async (...words: readonly string[]) => answer.parse(JSON.parse((await tls('--json', ...words)).out));
  const settings = ({ names = '[127.0.0.1, db.test]', days = 30, validity = 60 }: Settings = {}) =>
    writeFile(
      file('shiplock.yaml'),
      `${MINIMAL}database:
  engine: ${family.engine}
  migrations: migrations
  dsn: { secret: 'env:ADMIN' }
  accounts:
    schema: shop
    application: { user: shop_app, from: 127.0.0.1, dsn: { secret: 'env:APP' } }
  tls:
    ca: ca/ca.pem
    server: { names: ${names}, authority: ca, directory: ${dir}/pair, options: ${dir}/conf.d/tls.cnf, owner: ${userInfo().username}, days: ${days}, validity: ${validity} }
`,
    );
  /** As any driver does it: in the clear, or with roots. */
  const over = (user: string, password: string, ca?: string) => {
    const { host, port } = server.root();
    return mysql.createConnection({ host, port, user, password, ...(ca === undefined ? {} : { ssl: { ca } }) });
  };
  const connect = async (): Promise<void> => {
    const { host, port, user } = server.root('mysql');
    admin = await mysql.createConnection({ host, port, user });
  };
  const ADDED = ['--performance-schema=ON', '--max-connect-errors=1000'];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sl-tls-'));
    await mkdir(file('migrations'));
    server = await family.start({ dir: file('server'), args: ADDED });
    await connect();
    await admin.query('CREATE DATABASE shop');
    // The image that servers of the tests are copied from has a root of its machine, too.
    const [strangers] = await admin.query(
      "SELECT User, Host FROM mysql.user WHERE User = 'root' AND Host NOT IN ('localhost', '127.0.0.1', '::1')",
    );
    for (const { Host } of z.array(z.object({ Host: z.string() })).parse(strangers))
      await admin.query(`DROP USER root@'${Host}'`);
    for (const user of ['ops', 'shop_app']) {
      const password = user === 'ops' ? OPS_PASSWORD : APP_PASSWORD;
      await admin.query(`CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY '${password}'`);
    }
    await admin.query("GRANT ALL PRIVILEGES ON *.* TO ops@'127.0.0.1' WITH GRANT OPTION");
    await admin.query("GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO shop_app@'127.0.0.1'");
  });
  afterEach(() => settings());
  afterAll(async () => {
    admin?.destroy();
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('makes an authority and a pair, has the server use it, and verifies it for every connection from then on', async () => {
    await settings();
    const before = await look();
    expect(before.findings.map(({ code }) => code)).toContain(
      family.engine === 'mysql' ? 'database.tls-not-trusted' : 'database.tls-off',
    );
    expect((await tls('--check')).exit).toBe(1);
    const without = await tls('--apply');
    expect([without.exit, without.err], without.out).toEqual([5, expect.stringContaining('database.tls-no-pair')]);
    await expect(stat(file('ca'))).rejects.toThrow('ENOENT');

    const made = await tls('--create', '--apply');
    expect(made.exit, made.err).toBe(0);
    for (const key of ['ca-key.pem', 'server-key.pem'])
      expect((await stat(file(`ca/${key}`))).mode & 0o777).toBe(0o600);
    if (family.engine === 'mariadb') {
      expect(made.out).toContain('at its next start');
      expect((await stat(file('pair/server-key.pem'))).mode & 0o777).toBe(0o600);
      // As one leaves it that was killed before it let the server read the file.
      await chmod(file('conf.d/tls.cnf'), 0o600);
      expect((await tls('--create', '--apply')).exit).toBe(0);
      expect((await stat(file('conf.d/tls.cnf'))).mode & 0o777).toBe(0o644);
      expect(await readdir(file('pair'))).toEqual(['server-cert.pem', 'server-key.pem']);
      expect(await readdir(file('conf.d'))).toEqual(['tls.cnf']);
      const lines = (await readFile(file('conf.d/tls.cnf'), 'utf8')).split('\n').filter((one) => one.includes(' = '));
      admin.destroy();
      await server.stop();
      server = await family.start({
        dir: file('server'),
        args: [...ADDED, ...lines.map((one) => `--${one.replace(' = ', '=')}`)],
      });
      await connect();
    }
    const after = await look('--check');
    expect(after.findings).toEqual([]);
    expect(after.shown.distrust).toBeNull();
    expect(after.server?.protocols.toSorted()).toEqual(['TLSv1.2', 'TLSv1.3']);

    // The same again changes nothing.
    const again = await tls('--create', '--apply');
    expect(again.exit, again.err).toBe(0);
    expect((await look()).shown.facts?.fingerprint).toBe(after.shown.facts?.fingerprint);

    // An account that is let in over TLS alone is let in here, so that is what connections are; and it is no bare look either.
    await admin.query("ALTER USER ops@'127.0.0.1' REQUIRE SSL");
    expect((await run('users', 'production', '--plan')).exit).toBe(0);
    const real = await readFile(file('ca/ca.pem'));
    await writeFile(file('ca/ca.pem'), await readFile(makeAuthority(file('other')).ca));
    const foreign = await run('users', 'production', '--plan');
    expect([foreign.exit, foreign.err]).toEqual([expect.any(Number), expect.stringMatching(/certificate/i)]);
    expect(foreign.exit).not.toBe(0);
    await writeFile(file('ca/ca.pem'), real);
  });

  it('has programs of the server verify it, too, as backups start them', async () => {
    const client = family.engine === 'mariadb' ? 'mariadb' : (await mysqlPrograms()).client;
    const roots = [await readFile(file('ca/ca.pem'), 'utf8'), await readFile(file('other/root.pem'), 'utf8')];
    const ask = (pem = ''): Promise<string> => {
      const { host, port } = server.root();
      const access = { host, port, user: 'ops', password: OPS_PASSWORD, tls: { family: family.engine, roots: pem } };
      return withAccess(file('access'), access, async (options) => {
        const argv = [`--defaults-extra-file=${options}`, '--batch', '-e', "SHOW STATUS LIKE 'Ssl_cipher'"];
        return execFileSync(client, argv, { encoding: 'utf8', stdio: 'pipe' });
      });
    };
    await expect(ask(roots[0])).resolves.toMatch(/Ssl_cipher\s+\S+/);
    await expect(ask(roots[1])).rejects.toThrow(/certificate/i);
  });

  it('lets declared accounts in over TLS alone, but not while somebody of them connects without', async () => {
    const clear = await over('shop_app', APP_PASSWORD);
    const refused = await tls('--apply', '--require');
    clear.destroy();
    expect([refused.exit, refused.err]).toEqual([5, expect.stringContaining('database.tls-in-clear')]);
    await expect
      .poll(async () => (await look()).server?.accounts.find(({ user }) => user === 'shop_app')?.inClear)
      .toBe(0);
    const done = await tls('--apply', '--require');
    expect(done.exit, done.err).toBe(0);
    await expect(over('shop_app', APP_PASSWORD)).rejects.toThrow(/denied|insecure/i);
    (await over('shop_app', APP_PASSWORD, await readFile(file('ca/ca.pem'), 'utf8'))).destroy();
  });

  it('renews what ends soon while the server runs, and brings the pair back that was there when clients would not trust the new one', async () => {
    const { shown } = await look();
    const open = await over('ops', OPS_PASSWORD, await readFile(file('ca/ca.pem'), 'utf8'));
    await settings({ days: 90, validity: 180 });
    expect((await look()).findings.map(({ code }) => code)).toEqual(['certificate.ends-soon']);
    const renewed = await tls('--create', '--apply');
    expect(renewed.exit, renewed.err).toBe(0);
    const second = (await look('--check')).shown;
    expect(second.facts?.fingerprint).not.toBe(shown.facts?.fingerprint);
    // Whoever was connected is connected still.
    await open.query('SELECT 1');
    open.destroy();

    // Signed by the authority, for these names and the key that is in use, and no certificate of a server.
    const openssl = (...argv: readonly string[]) => execFileSync('openssl', argv, { cwd: file('ca'), stdio: 'pipe' });
    await writeFile(file('ca/client.cnf'), 'extendedKeyUsage=clientAuth\nsubjectAltName=IP:127.0.0.1,DNS:db.test\n');
    const sign = (): void => {
      openssl('req', '-new', '-key', 'server-key.pem', '-subj', '/CN=db.test', '-out', 'client.csr');
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-set_serial', '0x77', '-days', '200'];
      openssl('x509', '-req', '-in', 'client.csr', ...by, '-extfile', 'client.cnf', '-out', 'server.pem');
    };
    sign();
    const back = await tls('--apply');
    expect([back.exit, back.err + back.out]).toEqual([4, expect.stringContaining('certificate.not-trusted')]);
    expect((await look()).shown).toEqual(second);
    expect((await run('users', 'production', '--plan')).exit).toBe(0);
  });

  it('killed in the middle, it is run again, and clients trust what the server shows all the time', async () => {
    for (const boundary of [5, 12]) {
      const before = (await look()).shown;
      await rm(file('ca/server.pem'));
      const argv = [CHILD, file('shiplock.yaml'), String(boundary), 'create'];
      const child = spawn(process.execPath, argv, { env: environment(), stdio: 'ignore' });
      const [, signal] = z.tuple([z.number().nullable(), z.string().nullable()]).parse(await once(child, 'exit'));
      expect(signal, `boundary ${boundary}`).toBe('SIGKILL');
      expect((await look()).shown.distrust).toBeNull();
      const again = await tls('--create', '--apply');
      expect(again.exit, again.err).toBe(0);
      const after = await look('--check');
      expect([after.shown.distrust, after.findings]).toEqual([null, []]);
      expect(after.shown.facts?.fingerprint).not.toBe(before.facts?.fingerprint);
    }
  });

  it('refuses a server, and a pair, that is not for the name by which it is asked', async () => {
    // The address of this machine stands in its certificate, this other name of it does not.
    const elsewhere = environment().ADMIN.replace('@127.0.0.1:', '@localhost:');
    const other = await run('users', 'production', '--plan', '--admin', `file:${file('elsewhere')}`);
    expect(other.err).toContain('secret.not-found');
    await writeFile(file('elsewhere'), elsewhere);
    const named = await run('users', 'production', '--plan', '--admin', `file:${file('elsewhere')}`);
    expect([named.exit === 0, named.err]).toEqual([false, expect.stringMatching(/altname|localhost/i)]);

    await settings({ names: '[db.test]' });
    const refused = await tls('--create', '--apply');
    expect([refused.exit, refused.err]).toEqual([5, expect.stringContaining('database.tls-other-name')]);
    expect((await readdir(file('ca'))).filter((name) => name.endsWith('.new') || name.endsWith('.next'))).toEqual([]);
  });
});
