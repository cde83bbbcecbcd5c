import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { z } from 'zod';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { runCli } from '../../src/cli/main.ts';
import { MINIMAL } from '../config/sample.ts';
import { mariadb, mysql as mysqlFamily, type TestFamily } from '../support/families.ts';
import { terminal } from '../support/terminal.ts';

/**
 * `database tls` killed with -9 at boundaries of its journal, then run again, with a pair that clients trust and with one that they do not trust. At each
 * moment the server shows a pair that clients trust once the second run is over: the new one, or the one from before. `node test/soak/tls-kills.ts [FAMILY [EVERY]]`
 */

const CHILD = childProgram('tls');
const PASSWORD = 'ops-Pa55-word';
const answer = z.object({
  shown: z.object({ distrust: z.string().nullish(), facts: z.object({ fingerprint: z.string() }).nullish() }),
  pair: z.object({ facts: z.object({ fingerprint: z.string() }).nullable() }),
});

const [only, step = '1'] = process.argv.slice(2);
for (const family of [mariadb, mysqlFamily]) if (only === undefined || only === family.engine) await sweep(family);

async function sweep(family: TestFamily): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'sl-tls-kills-'));
  const pair = join(dir, 'pair');
  const named = ['--max-connect-errors=100000'];
  await mkdir(join(dir, 'migrations'));
  let server = await family.start({ dir: join(dir, 'server'), args: named });
  try {
    const { host, port, user } = server.root();
    const admin = await mysql.createConnection({ host, port, user });
    await admin.query('CREATE DATABASE shop');
    await admin.query(`CREATE USER ops@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
    await admin.query("GRANT ALL PRIVILEGES ON *.* TO ops@'127.0.0.1' WITH GRANT OPTION");
    admin.destroy();
    const env = () => ({
      PATH: process.env['PATH'],
      USER: 'ops',
      ADMIN: mysqlUrl({ ...server.root('shop'), user: 'ops', password: PASSWORD }),
    });
    await writeFile(
      join(dir, 'shiplock.yaml'),
      `${MINIMAL}database:
  engine: ${family.engine}
  migrations: migrations
  dsn: { secret: 'env:ADMIN' }
  tls: { ca: ca/ca.pem, server: { names: [127.0.0.1], authority: ca, directory: ${pair}, options: ${dir}/tls.cnf, owner: ${userInfo().username} } }
`,
    );
    const tls = async (...words: readonly string[]) => {
      const io = terminal({ cwd: dir, env: env() });
      const exit = await runCli(['database', 'tls', 'production', '--admin', 'env:ADMIN', ...words], io);
      return { exit, ...io.written };
    };
    const look = async () => answer.parse(JSON.parse((await tls('--json')).out));
    await tls('--create', '--apply');
    if (family.engine === 'mariadb') {
      const lines = (await readFile(join(dir, 'tls.cnf'), 'utf8')).split('\n').filter((line) => line.includes(' = '));
      await server.stop();
      const args = [...named, ...lines.map((line) => `--${line.replace(' = ', '=')}`)];
      server = await family.start({ dir: join(dir, 'server'), args });
    }
    for (const kind of ['create', 'bad'] as const) {
      let [killed, wrong] = [0, 0];
      for (let boundary = 1; ; boundary += Number(step)) {
        const before = await look();
        if (kind === 'create') await rm(join(dir, 'ca/server.pem'));
        else await unusable(join(dir, 'ca'));
        const argv = [CHILD, join(dir, 'shiplock.yaml'), String(boundary), kind];
        const child = spawn(process.execPath, argv, { env: env(), stdio: 'ignore' });
        const [, signal] = z.tuple([z.number().nullable(), z.string().nullable()]).parse(await once(child, 'exit'));
        const again = await tls('--apply', ...(kind === 'create' ? ['--create'] : []));
        const after = await look();
        const shown = after.shown.facts?.fingerprint;
        const right = [
          again.exit === (kind === 'create' ? 0 : 4),
          after.shown.distrust === null,
          kind === 'create'
            ? shown === after.pair.facts?.fingerprint && shown !== before.shown.facts?.fingerprint
            : shown === before.shown.facts?.fingerprint,
        ];
        if (!right.every((one) => one)) {
          wrong += 1;
          console.log(
            `${family.product}, ${kind}, boundary ${boundary}: ${JSON.stringify(right)} ${again.err.slice(-900)}`,
          );
        }
        // The next one begins from a pair that is good.
        if (kind === 'bad') {
          await rm(join(dir, 'ca/server.pem'));
          await tls('--apply', '--create');
        }
        if (signal !== 'SIGKILL') break;
        killed += 1;
      }
      console.log(`${family.product}, ${kind}: killed at ${killed} boundaries, ${wrong} wrong ends`);
      if (wrong > 0 || killed === 0) process.exitCode = 1;
    }
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Signed by the authority and for this name, with a new key, and no certificate of a server. */
async function unusable(directory: string): Promise<void> {
  const openssl = (...argv: readonly string[]) => execFileSync('openssl', argv, { cwd: directory, stdio: 'pipe' });
  await writeFile(join(directory, 'client.cnf'), 'extendedKeyUsage=clientAuth\nsubjectAltName=IP:127.0.0.1\n');
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'server-key.pem');
  openssl('req', '-new', '-key', 'server-key.pem', '-subj', '/CN=none', '-out', 'client.csr');
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAserial', 'ca.srl', '-days', '200'];
  openssl('x509', '-req', '-in', 'client.csr', ...by, '-extfile', 'client.cnf', '-out', 'server.pem');
}
