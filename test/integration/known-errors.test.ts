import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { matcherOf, recognise } from '../../src/known/index.ts';
import { shippedErrors } from '../../src/known/shipped.ts';
import { describeOnEach } from '../support/databases.ts';
import { startSshd } from '../support/sshd.ts';

/** Known errors in what the real components write: each is made to fail, and its own words are looked through. */

const all = matcherOf(shippedErrors());
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-known-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function idsIn(text: string): readonly string[] {
  return recognise(all, [{ where: '', text, code: null }]).recognised.map(({ error }) => error.id);
}

/** What a command that fails writes, both ways. */
function said(argv: readonly string[], cwd = dir, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const [program = '', ...args] = argv;
  const all = { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...env };
  return new Promise((done, failed) => {
    execFile(program, args, { cwd, env: all, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) failed(new Error(`${argv.join(' ')} did not fail: ${stdout}`));
      else done(`${stdout}${stderr}`);
    });
  });
}

function place(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(dir, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

async function taken(): Promise<{ readonly port: number; readonly server: Server }> {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return { port, server };
}

describeOnEach('the errors of a database', ({ start }) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await start({ args: ['--max-connections=10'] });
    const root = await connect();
    await root.query('CREATE DATABASE d');
    await root.end();
  });
  afterAll(() => server?.stop());

  const connect = (more: mysql.ConnectionOptions = {}): Promise<mysql.Connection> =>
    mysql.createConnection({ ...server.root(), ...more });

  /** What the driver says of the last of these statements. */
  async function refusal(...statements: readonly string[]): Promise<string> {
    const connection = await connect({ database: 'd' });
    try {
      for (const statement of statements.slice(0, -1)) await connection.query(statement);
      return await connection.query(statements.at(-1) ?? '').then(
        () => 'it did not fail',
        (error: unknown) => String(error),
      );
    } finally {
      await connection.end().catch(() => undefined);
    }
  }

  const CASES: readonly (readonly [id: string, ...statements: readonly string[]])[] = [
    ['database-no-such-table', 'SELECT * FROM nowhere'],
    ['database-no-such-column', 'CREATE TABLE c (id INT)', 'SELECT nothing FROM c'],
    [
      'database-duplicate-entry',
      'CREATE TABLE u (a VARCHAR(9))',
      "INSERT INTO u VALUES ('x'), ('x')",
      'ALTER TABLE u ADD UNIQUE one_a (a)',
    ],
    ['database-data-too-long', 'CREATE TABLE l (a VARCHAR(3))', "INSERT INTO l VALUES ('long')"],
    ['database-data-too-long', 'CREATE TABLE s (a TINYINT)', 'INSERT INTO s VALUES (1000)'],
    [
      'database-foreign-key',
      'CREATE TABLE p (id INT PRIMARY KEY)',
      'CREATE TABLE k (p INT, FOREIGN KEY (p) REFERENCES p (id))',
      'INSERT INTO k VALUES (1)',
    ],
  ];
  test.each(CASES)('%s', async (id, ...statements) => {
    const text = await refusal(...statements);
    expect(idsIn(text), text).toEqual([id]);
  });

  test('database-connection-lost', async () => {
    const [lost, other] = await Promise.all([connect(), connect()]);
    const said = new Promise<string>((done) => lost.on('error', (error) => done(String(error))));
    await other.query(`KILL ${lost.threadId}`);
    const first = await said;
    expect(idsIn(first), first).toEqual(['database-connection-lost']);
    const next = await lost.query('SELECT 1').then(() => '', String);
    expect(idsIn(next), next).toEqual(['database-connection-lost']);
    lost.destroy();
    await other.end();
  });

  test('a wrong password, used up connections, and a server that takes no writes', async () => {
    const refused = await connect({ user: 'nobody', password: 'wrong' }).then(() => '', String);
    expect(idsIn(refused), refused).toEqual(['database-access-denied']);
    const held: mysql.Connection[] = [];
    let full = '';
    for (let n = 0; n < 20 && full === ''; n++) {
      await connect().then(
        (one) => held.push(one),
        (error: unknown) => {
          full = String(error);
        },
      );
    }
    await Promise.all(held.map((one) => one.end()));
    expect(idsIn(full), full).toEqual(['database-connections-used-up']);
    const root = await connect({ database: 'd' });
    await root.query("CREATE USER w@'127.0.0.1' IDENTIFIED BY 'pw-for-w'");
    await root.query("GRANT ALL ON d.* TO w@'127.0.0.1'");
    await root.query('SET GLOBAL read_only = ON');
    const plain = await connect({ user: 'w', password: 'pw-for-w', database: 'd' });
    const text = await plain.query('CREATE TABLE no (id INT)').then(() => '', String);
    await root.query('SET GLOBAL read_only = OFF');
    await Promise.all([plain.end(), root.end()]);
    expect(idsIn(text), text).toEqual(['database-read-only']);
  });

  test('a lock that is held, and two that wait for each other', async () => {
    const [a, b] = await Promise.all([connect({ database: 'd' }), connect({ database: 'd' })]);
    await a.query('CREATE TABLE t (id INT PRIMARY KEY, v INT)');
    await a.query('INSERT INTO t VALUES (1, 0), (2, 0)');
    for (const one of [a, b]) {
      await one.query('SET innodb_lock_wait_timeout = 1');
      await one.query('START TRANSACTION');
    }
    await a.query('UPDATE t SET v = 1 WHERE id = 1');
    const waited = await b.query('UPDATE t SET v = 2 WHERE id = 1').then(() => '', String);
    expect(idsIn(waited), waited).toEqual(['database-lock-wait']);
    for (const one of [a, b]) await one.query('SET innodb_lock_wait_timeout = 20');
    await b.query('UPDATE t SET v = 2 WHERE id = 2');
    const ends = await Promise.all([
      a.query('UPDATE t SET v = 1 WHERE id = 2').then(() => '', String),
      b.query('UPDATE t SET v = 2 WHERE id = 1').then(() => '', String),
    ]);
    const dead = ends.join('');
    expect(idsIn(dead), dead).toEqual(['database-deadlock']);
    await Promise.all([a.end(), b.end()]);
  });
});

describe('addresses and names', () => {
  test('nobody listens', async () => {
    const port = await freePort();
    const texts = [
      await mysql.createConnection({ host: '127.0.0.1', port, user: 'x' }).then(() => '', String),
      await said(['curl', '-sS', '--noproxy', '*', `http://127.0.0.1:${port}/`]),
      await said(['ssh', '-F', 'none', '-o', 'BatchMode=yes', '-p', String(port), '127.0.0.1', 'true']),
    ];
    for (const text of texts) expect(idsIn(text), text).toEqual(['connection-refused']);
  });

  test('a name that nobody knows', async () => {
    const texts = [
      await mysql.createConnection({ host: 'nowhere.invalid', user: 'x' }).then(() => '', String),
      await said(['curl', '-sS', '--noproxy', '*', 'http://nowhere.invalid/']),
      await said(['ssh', '-F', 'none', '-o', 'BatchMode=yes', 'nowhere.invalid', 'true']),
      await said(['git', 'ls-remote', 'https://nowhere.invalid/x.git'], dir, { https_proxy: '', HTTPS_PROXY: '' }),
    ];
    for (const text of texts) expect(idsIn(text), text).toEqual(['name-not-resolved']);
  });

  test('a port that is taken', async () => {
    const { port, server } = await taken();
    const nginx = place('nginx', {
      'n.conf': `daemon off; pid n.pid; error_log stderr; events {} http { access_log off; server { listen 127.0.0.1:${port}; } }`,
    });
    const haproxy = place('haproxy', {
      'h.cfg': `defaults\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\nfrontend x\n bind 127.0.0.1:${port}\n`,
    });
    const texts = [
      await said([process.execPath, '-e', `require('net').createServer().listen(${port}, '127.0.0.1')`]),
      await said(['nginx', '-p', nginx, '-e', 'stderr', '-c', join(nginx, 'n.conf')]),
      await said(['haproxy', '-db', '-f', join(haproxy, 'h.cfg')]),
    ];
    await new Promise((done) => server.close(done));
    for (const text of texts) expect(idsIn(text), text).toEqual(['address-in-use']);
  });
});

describe('programs of this machine', () => {
  test.each([
    ['disk-full', ['dd', 'if=/dev/zero', 'of=/dev/full', 'bs=1', 'count=1']],
    ['disk-full', ['node', '-e', "require('fs').writeFileSync('/dev/full', 'x')"]],
    [
      'too-many-open-files',
      ['sh', '-c', `ulimit -n 40; exec node -e "const fs = require('fs'); for (;;) fs.openSync('/dev/null')"`],
    ],
    [
      'javascript-heap',
      ['node', '--max-old-space-size=16', '-e', 'const a = []; for (;;) a.push(new Array(1e4).fill({}))'],
    ],
  ])('%s', async (id, argv) => {
    const text = await said(argv);
    expect(idsIn(text), text).toEqual([id]);
  });

  test('HAProxy and Nginx name their configuration', async () => {
    const at = place('wrong', {
      'h.cfg': 'frontend x\n bind :8999\n default_backend nope\n',
      'h2.cfg': 'frontend x\n bind :8999\n nonsense\n',
      'n.conf': 'events {} http { server { nonsense on; } }',
    });
    for (const file of ['h.cfg', 'h2.cfg']) {
      const text = await said(['haproxy', '-c', '-f', join(at, file)]);
      expect(idsIn(text), text).toEqual(['haproxy-configuration']);
    }
    const text = await said(['nginx', '-t', '-p', at, '-e', 'stderr', '-c', join(at, 'n.conf')]);
    expect(idsIn(text), text).toEqual(['nginx-configuration']);
  });

  test('Go does not build', async () => {
    const go = { GOFLAGS: '', GOPROXY: 'off', GOTOOLCHAIN: 'local' };
    const plain = 'module x\n\ngo 1.22\n';
    const uses = 'package main\n\nimport "example.com/x/y"\n\nfunc main() { y.Z() }\n';
    const cases = [
      ['go-undefined', { 'go.mod': plain, 'main.go': 'package main\n\nfunc main() { foo() }\n' }],
      ['go-module-missing', { 'go.mod': plain, 'main.go': uses }],
      ['go-module-missing', { 'go.mod': `${plain}\nrequire example.com/x v1.0.0\n`, 'main.go': uses }],
    ] as const;
    for (const [n, [id, files]] of cases.entries()) {
      const text = await said(['go', 'build', './...'], place(`go-${n}`, files), go);
      expect(idsIn(text), text).toEqual([id]);
    }
  });

  test('npm does not install or run', async () => {
    const manifest = JSON.stringify({ name: 'x', version: '1.0.0', dependencies: { dep: 'file:./dep' } });
    const packages = { '': { name: 'x', version: '1.0.0' } };
    const lock = JSON.stringify({ name: 'x', version: '1.0.0', lockfileVersion: 3, requires: true, packages });
    const bare = place('npm-bare', { 'package.json': manifest });
    const behind = place('npm-behind', { 'package.json': manifest, 'package-lock.json': lock });
    place('npm-behind/dep', { 'package.json': JSON.stringify({ name: 'dep', version: '1.0.0' }) });
    for (const [id, argv, cwd] of [
      ['npm-lock-file', ['npm', 'ci', '--offline'], bare],
      ['npm-lock-file', ['npm', 'ci', '--offline'], behind],
      ['npm-no-script', ['npm', 'run', 'build'], bare],
    ] as const) {
      const text = await said(argv, cwd);
      expect(idsIn(text), text).toEqual([id]);
    }
  });
});

describe('git, ssh and certificates', () => {
  test('somebody pushed first; a repository wants a login', async () => {
    const git = (cwd: string, ...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', ...args], { cwd, stdio: 'pipe' });
    git(dir, 'init', '-q', '--bare', '-b', 'main', 'origin');
    for (const name of ['a', 'b']) {
      git(dir, 'clone', '-q', 'origin', name);
      git(join(dir, name), 'commit', '-q', '--allow-empty', '-m', name);
    }
    git(join(dir, 'a'), 'push', '-q', 'origin', 'HEAD:main');
    const push = (): Promise<string> => said(['git', 'push', 'origin', 'HEAD:main'], join(dir, 'b'));
    const unseen = await push();
    git(join(dir, 'b'), 'fetch', '-q');
    const behind = await push();
    for (const text of [unseen, behind]) expect(idsIn(text), text).toEqual(['git-push-rejected']);
    const server = createHttpServer((_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const port = await freePort();
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    const none = { GIT_ASKPASS: '', SSH_ASKPASS: '', GIT_CONFIG_GLOBAL: '/dev/null', http_proxy: '', no_proxy: '*' };
    const unknown = await said(['git', 'ls-remote', `http://127.0.0.1:${port}/x.git`], dir, none);
    const wrong = await said(['git', 'ls-remote', `http://u:p@127.0.0.1:${port}/x.git`], dir, none);
    server.close();
    for (const text of [unknown, wrong]) expect(idsIn(text), text).toEqual(['git-no-credentials']);
  });

  test('a host that does not take our key, and one whose key is another', async () => {
    const at = place('sshd', {});
    await using sshd = await startSshd(at);
    const ssh = (): Promise<string> =>
      said([join(sshd.bin, 'ssh'), '-o', 'BatchMode=yes', '-p', String(sshd.port), '127.0.0.1', 'true']);
    sshd.forget('key');
    const key = await ssh();
    expect(idsIn(key), key).toEqual(['ssh-key-refused']);
    sshd.forget('host');
    const host = await ssh();
    expect(idsIn(host), host).toEqual(['ssh-host-key']);
  });

  test('a certificate that has expired, and one that nobody trusts', async () => {
    const at = place('tls', {
      'ca.conf': CA,
      'index.txt': '',
      'index.txt.attr': 'unique_subject = no\n',
      serial: '01\n',
    });
    const openssl = (...args: readonly string[]): unknown => execFileSync('openssl', args, { cwd: at, stdio: 'pipe' });
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl('req', '-x509', ...fresh, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '2');
    for (const [name, from, to] of [
      ['old', '20200101000000Z', '20200102000000Z'],
      ['new', '20200101000000Z', '20490101000000Z'],
    ] as const) {
      openssl('req', ...fresh, '-keyout', `${name}.key`, '-out', `${name}.csr`, ...subject);
      const made = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-startdate', from, '-enddate', to];
      openssl('ca', '-batch', '-config', 'ca.conf', '-notext', ...made);
    }
    /** What Node and curl say to a server with this certificate; `knows`: they are given the authority. */
    const asked = async (name: string, knows: boolean): Promise<readonly string[]> => {
      const port = await freePort();
      const [key, cert] = [`${name}.key`, `${name}.pem`].map((file) => readFileSync(join(at, file)));
      const server = createTlsServer({ key, cert }, (socket) => socket.end());
      server.on('tlsClientError', () => undefined);
      await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
      const ca = knows ? `require('fs').readFileSync('ca.pem')` : 'undefined';
      const node = `require('tls').connect({ port: ${port}, host: '127.0.0.1', servername: 'localhost', ca: ${ca} })`;
      const curl = ['curl', '-sS', '--noproxy', '*', '--resolve', `localhost:${port}:127.0.0.1`];
      const texts = [
        await said([process.execPath, '-e', node], at),
        await said([...curl, ...(knows ? ['--cacert', 'ca.pem'] : []), `https://localhost:${port}/`], at),
      ];
      server.close();
      return texts;
    };
    for (const text of await asked('old', true)) expect(idsIn(text), text).toEqual(['certificate-expired']);
    for (const text of await asked('new', false)) expect(idsIn(text), text).toEqual(['certificate-not-trusted']);
  });
});

/** `openssl ca` alone lets the dates be chosen. */
const CA = `
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;
