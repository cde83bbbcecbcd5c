import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goDsn, type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import {
  adminKey,
  applySql,
  type Binary,
  buildCertkeeper,
  type Certkeeper,
  migrationFiles,
  serviceDir,
  startCertkeeper,
  temporaryDir,
} from '../components/certkeeper.ts';

const installer = join(serviceDir, 'client/install.sh');
const client = join(serviceDir, 'client/certkeeper');

interface Said {
  readonly code: number | null;
  readonly text: string;
}

function sh(args: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile('sh', [...args], { env: { ...process.env, ...env } }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, text: stdout + stderr }),
    );
  });
}

const install = (prefix: string, ...more: readonly string[]): Promise<Said> =>
  sh([installer, '--allow-root', '--prefix', prefix, ...more]);

describe('install.sh', () => {
  it('and the client are clean for shellcheck', async () => {
    const said = await new Promise<string>((resolve, reject) =>
      execFile('shellcheck', ['--shell=sh', installer, client], (error, stdout) =>
        error === null ? resolve(stdout) : reject(new Error(stdout || error.message)),
      ),
    );
    expect(said).toBe('');
  });

  it('names the checksum of the client that it is released with', async () => {
    const sum = createHash('sha256')
      .update(await readFile(client))
      .digest('hex');
    expect(await readFile(installer, 'utf8')).toContain(`client_sha256=${sum}\n`);
  });

  it('installs, installs over itself, and uninstalls', async () => {
    await using dir = await temporaryDir();
    const prefix = join(dir.path, 'with blank');
    expect((await install(prefix, '--dry-run')).text).toContain('would take');
    expect(await readdir(dir.path)).toEqual([]);
    for (let i = 0; i < 2; i++) expect(await install(prefix)).toMatchObject({ code: 0 });
    const target = join(prefix, 'bin/certkeeper');
    expect((await stat(target)).mode & 0o777).toBe(0o755);
    expect(await readdir(join(prefix, 'bin'))).toEqual(['certkeeper']);
    expect((await sh([target, 'version'], { CK_URL: '' })).text).toBe('client 1.0.0\n');
    expect((await install(prefix, '--uninstall', '--dry-run')).text).toContain('would remove');
    expect(await install(prefix, '--uninstall')).toMatchObject({ code: 0 });
    expect(await readdir(join(prefix, 'bin'))).toEqual([]);
    expect((await install(prefix, '--uninstall')).text).toContain('nothing to do');
  });

  it('refuses another file, a foreign target, and root that was not asked for', async () => {
    await using dir = await temporaryDir();
    const from = join(dir.path, 'from');
    await mkdir(from);
    await cp(client, join(from, 'certkeeper'));
    await writeFile(join(from, 'certkeeper'), '\n# one line more\n', { flag: 'a' });
    const prefix = join(dir.path, 'prefix');
    expect(await install(prefix, '--from', from)).toMatchObject({ code: 3 });
    expect(await readdir(dir.path)).toEqual(['from']);
    await mkdir(join(prefix, 'bin'), { recursive: true });
    await writeFile(join(prefix, 'bin/certkeeper'), '#!/bin/sh\necho mine\n');
    expect(await install(prefix)).toMatchObject({
      code: 1,
      text: expect.stringContaining('is not the certkeeper client'),
    });
    expect(await install(prefix, '--uninstall')).toMatchObject({
      code: 1,
      text: expect.stringContaining('left alone'),
    });
    expect(await readFile(join(prefix, 'bin/certkeeper'), 'utf8')).toContain('mine');
    expect(await install(prefix, '--verbose')).toMatchObject({ code: 2 });
    const asRoot = await sh([installer, '--prefix', join(dir.path, 'other'), '--dry-run']);
    expect(asRoot.code).toBe(process.getuid?.() === 0 ? 1 : 0);
  });

  it('installs from a URL', async () => {
    await using dir = await temporaryDir();
    const content = await readFile(client);
    await using server = createServer((request, response) => {
      response.writeHead(request.url === '/v1/certkeeper' ? 200 : 404).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await install(dir.path, '--from', `http://127.0.0.1:${port}/v1`)).toMatchObject({ code: 0 });
    expect(await install(dir.path, '--from', `http://127.0.0.1:${port}/v2`)).toMatchObject({ code: 1 });
  });
});

describe('the installed client', () => {
  let mariadb: Mariadb;
  let binary: Binary;
  let app: Certkeeper;

  beforeAll(async () => {
    [mariadb, binary] = await Promise.all([startMariadb(), buildCertkeeper('1.2.3')]);
    const access = await mariadb.createDatabase('client');
    await applySql(access, 'migrations', await migrationFiles());
    await applySql(access, 'seed', ['0001_development.sql']);
    app = await startCertkeeper(binary, { CERTKEEPER_DSN: goDsn(access) });
  });
  afterAll(async () => {
    await app?.stop();
    await binary?.[Symbol.asyncDispose]();
    await mariadb?.stop();
  });

  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Said> =>
    sh([client, ...args], { CK_URL: app.url, CK_KEY: adminKey, ...env });

  it('lists and renews', async () => {
    const lines = (await run(['list'])).text.trim().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[2]).toMatch(/^2 +expiring +20\S+Z +\*\.example\.org$/);
    const expired = (await run(['list', '--status', 'expired'])).text;
    expect(expired).toContain('shop.example.com');
    const id = /^(\d+) +expired/m.exec(expired)?.[1] ?? '';
    expect(await run(['renew', id])).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^renewed shop.example.com until 20/),
    });
    expect((await run(['list', '--status', 'expired'])).text).not.toContain('shop');
    expect(JSON.parse((await run(['list', '--json', '--domain', 'mail'])).text)).toMatchObject({
      items: [{ domain: 'mail.example.org' }],
    });
    expect((await run(['version'])).text).toBe('client 1.0.0\nservice 1.2.3\n');
  });

  it('says what went wrong', async () => {
    expect(await run(['renew', '1', '--not-after', '2026-01-01T00:00:00Z'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('answered'),
    });
    expect(await run(['list'], { CK_KEY: 'ck_wrong' })).toMatchObject({
      code: 1,
      text: expect.stringContaining('401: send a valid API key'),
    });
    expect(await run(['list'], { CK_URL: 'http://127.0.0.1:1' })).toMatchObject({
      code: 1,
      text: expect.stringContaining('cannot be reached'),
    });
    for (const args of [[], ['list', '--status'], ['list', '--status', 'a b'], ['renew', 'x'], ['frobnicate']])
      expect(await run(args)).toMatchObject({ code: 2 });
    expect(await run(['list'], { CK_KEY: 'a"b' })).toMatchObject({ code: 2 });
  });
});
