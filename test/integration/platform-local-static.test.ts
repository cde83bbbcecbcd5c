import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StaticServer, startStaticServer } from '../../src/platform/local/static-server.ts';
import { artefactDigest } from '../../src/procedure/machine/digest.ts';
import { API, localHost } from '../platform/local-host.ts';

describe('the static server', () => {
  let base: string;
  let server: StaticServer;
  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
  /** Sends a path as it is: fetch would tidy it up before. */
  const raw = async (path: string): Promise<string> => {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    return text(socket);
  };

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'shiplock-static-'));
    for (const version of ['one', 'two']) {
      await mkdir(join(base, version, 'assets'), { recursive: true });
      await writeFile(join(base, version, 'index.html'), `<p>${version}</p>`);
      await writeFile(join(base, version, 'assets', 'index-B3xk9a1Q.js'), `say('${version}')`);
      await writeFile(join(base, version, 'assets', 'index-B3xk9a1Q.js.gz'), gzipSync(`say('${version}')`));
      await writeFile(join(base, version, 'install.sh'), 'echo hello\n');
      await writeFile(join(base, version, '.env'), 'SECRET=1');
    }
    await writeFile(join(base, 'outside.txt'), 'nobody may see this');
    await symlink('../outside.txt', join(base, 'one', 'sly.txt'));
    await symlink('one', join(base, 'current'));
    server = await startStaticServer({ root: join(base, 'current'), host: '127.0.0.1', port: 0, singlePage: true });
  });
  afterAll(async () => {
    await server.drain();
    await rm(base, { recursive: true, force: true });
  });

  test('types and caching: hashed names for a year, pages asked again', async () => {
    const page = await get('/');
    expect(await page.text()).toBe('<p>one</p>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await get('/assets/index-B3xk9a1Q.js', { 'accept-encoding': 'gzip' });
    expect(await script.text()).toBe("say('one')");
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-encoding')).toBe('gzip');
    expect((await get('/install.sh')).headers.get('cache-control')).toBe('no-cache');
  });

  test('what did not change is not sent again; HEAD has no body; other methods are refused', async () => {
    const tag = (await get('/')).headers.get('etag') ?? '';
    expect((await get('/', { 'if-none-match': tag })).status).toBe(304);
    expect((await get('/', { 'if-none-match': '"other"' })).status).toBe(200);
    const head = await fetch(`http://127.0.0.1:${server.port}/`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
    const post = await fetch(`http://127.0.0.1:${server.port}/`, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('nothing outside the root is served, however the path is written', async () => {
    const paths = [
      '/../outside.txt',
      '/assets/../../outside.txt',
      '/%2e%2e/outside.txt',
      '/..%2foutside.txt',
      '/%2e%2e%2foutside.txt',
      '/..\\outside.txt',
      '/%5c..%5coutside.txt',
      '//../outside.txt',
      '/./../outside.txt',
      '/%252e%252e/outside.txt',
      '/sly.txt',
      '/.env',
      '/%2eenv',
      '/index.html%00.js',
      'http://x/../outside.txt',
      '/%',
    ];
    for (const path of paths) {
      const answer = await raw(path);
      expect(answer.split('\r\n')[0], path).toMatch(/ (400|404) /);
      expect(answer, path).not.toContain('nobody may see this');
      expect(answer, path).not.toContain('SECRET');
    }
  });

  test('no directory is listed; a missing script is missing, an unknown page is the application', async () => {
    expect((await get('/assets/')).headers.get('content-type')).toContain('text/html');
    expect(await (await get('/assets/')).text()).toBe('<p>one</p>');
    const gone = await get('/assets/index-Gone1234.js');
    expect([gone.status, gone.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(await (await get('/certificates/7')).text()).toBe('<p>one</p>');
  });

  test('a switched link serves the other version from the next request on, and its pages have other tags', async () => {
    const before = (await get('/')).headers.get('etag') ?? '';
    await symlink('two', join(base, 'next'));
    await rename(join(base, 'next'), join(base, 'current'));
    const after = await get('/', { 'if-none-match': before });
    expect([after.status, await after.text()]).toEqual([200, '<p>two</p>']);
    expect((await get('/readyz')).status).toBe(200);
    expect((await get('/healthz')).status).toBe(200);
  });
});

test('a page loaded before a switch still gets the scripts of its own release, and nobody gets the record of the platform', async () => {
  const base = await mkdtemp(join(tmpdir(), 'shiplock-static-'));
  for (const [version, hash] of [
    ['1.0.0', 'Aa111111'],
    ['2.0.0', 'Bb222222'],
  ]) {
    await mkdir(join(base, 'releases', String(version)), { recursive: true });
    await writeFile(join(base, 'releases', String(version), `index-${hash}.js`), String(version));
    await writeFile(join(base, 'releases', String(version), 'plain.js'), String(version));
    await writeFile(join(base, 'releases', String(version), 'unit.json'), '{}');
  }
  await rm(join(base, 'releases', '2.0.0', 'plain.js'));
  await symlink('releases/2.0.0', join(base, 'current'));
  const options = { root: join(base, 'current'), releases: join(base, 'releases'), host: '127.0.0.1', port: 0 };
  const server = await startStaticServer({ ...options, singlePage: false });
  const at = `http://127.0.0.1:${server.port}`;
  expect(await (await fetch(`${at}/index-Aa111111.js`)).text()).toBe('1.0.0');
  expect(await (await fetch(`${at}/index-Bb222222.js`)).text()).toBe('2.0.0');
  for (const path of ['/plain.js', '/unit.json', '/index-Cc333333.js']) {
    expect((await fetch(`${at}${path}`)).status, path).toBe(404);
  }
  await server.drain();
  await rm(base, { recursive: true, force: true });
});

test('as a supervised service: ready, serves `current`, drains at stop', async () => {
  await using host = await localHost();
  const server = new URL('../../src/platform/local/static-run.ts', import.meta.url).pathname;
  const site = join(host.root, '..', 'site');
  await mkdir(site);
  await writeFile(join(site, 'index.html'), 'x'.repeat(100_000));
  const words = ['--', process.execPath, server, '--root', site, '--listen', '127.0.0.1:{port}'];
  // The files are served from elsewhere; the release holds nothing but the site's own page.
  const digest = await artefactDigest(site);
  const install = ['--version', '1.0.0', '--digest', digest, '--artefact', site, '--ready', '/readyz'];
  expect((await host.unit('install', ...API, ...install, ...words)).code).toBe(0);
  await host.unit('start', ...API, '--version', '1.0.0');
  await host.until('ready', async () => (await host.observe()).instances[0]?.state === 'ready');
  expect(await host.get('1.0.0-1', '/')).toHaveLength(100_000);
  const begun = performance.now();
  await host.unit('stop', ...API, '--version', '1.0.0');
  expect(performance.now() - begun).toBeLessThan(3_000);
});
