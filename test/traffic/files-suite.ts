import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrafficRouter } from '../../src/model/ports.ts';
import { type StaticServer, startStaticServer } from '../../src/platform/local/static-server.ts';
import type { ProxyOptions } from '../../src/traffic/index.ts';
import { execute, type Instance, type ProxyBench, startInstance } from './bench.ts';

/** What users see of files behind a proxy is the same whichever proxy it is. */
export function describeFiles<B extends ProxyBench>(proxy: {
  readonly title: string;
  readonly start: (change: Pick<ProxyOptions, 'files' | 'privatePaths'>) => Promise<B>;
  readonly router: (options: ProxyOptions) => TrafficRouter;
  /** Requests that were counted as the service's. */
  readonly counted: (bench: B) => Promise<number>;
}): void {
  let home = '';
  let server: StaticServer;
  let instance: Instance;
  let bench: B;

  /** Status and body of a request exactly as written. */
  function get(path: string, url = bench.url): Promise<{ readonly status: number; readonly text: string }> {
    const { hostname, port } = new URL(url);
    return new Promise((done, failed) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`),
      );
      let answer = '';
      socket.setEncoding('utf8');
      socket.on('data', (data) => {
        answer += String(data);
      });
      socket.on('end', () => {
        const [head = '', ...body] = answer.split('\r\n\r\n');
        done({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), text: body.join('\r\n\r\n') });
      });
      socket.on('error', failed);
    });
  }

  async function layDown(version: string, script: string): Promise<void> {
    const at = join(home, 'releases', version);
    await mkdir(join(at, 'assets'), { recursive: true });
    await writeFile(join(at, 'index.html'), `<script src="./assets/${script}"></script>`);
    await writeFile(join(at, 'assets', script), `version ${version}`);
    await writeFile(join(at, 'unit.json'), '{}');
  }

  async function switchTo(version: string): Promise<void> {
    await symlink(join('releases', version), join(home, 'next'));
    await rename(join(home, 'next'), join(home, 'current'));
  }

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'files-'));
    await layDown('1.0.0', 'index-B3xk9a1Q.js');
    await layDown('2.0.0', 'index-C4yl0b2R.js');
    await switchTo('1.0.0');
    server = await startStaticServer({
      ...{ root: join(home, 'current'), releases: join(home, 'releases') },
      ...{ host: '127.0.0.1', port: 0, singlePage: false },
    });
    instance = await startInstance('one');
    bench = await proxy.start({
      files: { server: `127.0.0.1:${server.port}`, servicePaths: ['/api', '/v2/'] },
      privatePaths: ['/metrics', '/api/internal'],
    });
    await bench.apply([{ version: '1.0.0', share: 1, hold: 'stable', endpoints: [instance.endpoint] }]);
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await instance[Symbol.asyncDispose]();
    await server.drain();
    await rm(home, { recursive: true, force: true });
  });

  describe(`files behind ${proxy.title}`, () => {
    it('get every path that is not the service’s', async () => {
      await expect.poll(async () => (await get('/api/x')).status, { timeout: 10_000 }).toBe(200);
      for (const path of ['/api', '/api/x', '/api?x', '/v2', '/v2/x']) expect((await get(path)).text).toBe('one');
      for (const path of ['/apix', '/v', '/v2x', '/API', '/other']) expect((await get(path)).status).toBe(404);
      expect((await get('/')).text).toContain('index-B3xk9a1Q.js');
    });

    it('and the service keep to themselves what is private, however it is written', async () => {
      const hidden = ['/metrics', '/metrics?x=1', '/metrics/x', '/%6Detrics', '/%6d%65trics/x', '/api/internal/x'];
      for (const path of hidden) expect((await get(path)).status, path).toBe(404);
      for (const path of ['/api/../metrics', '/api/%2e%2e/metrics', '/api/..', '/..', '/api%2f..%2fmetrics']) {
        expect((await get(path)).status, path).toBe(400);
      }
      // Dots that do not climb are nobody's business.
      expect((await get('/api/a..b')).text).toBe('one');
      expect((await get('/unit.json')).status).toBe(404);
    });

    it('are switched at once, and files with hashed names of the release before stay', async () => {
      await switchTo('2.0.0');
      expect((await get('/')).text).toContain('index-C4yl0b2R.js');
      expect((await get('/assets/index-C4yl0b2R.js')).text).toBe('version 2.0.0');
      expect((await get('/assets/index-B3xk9a1Q.js')).text).toBe('version 1.0.0');
      expect((await get('/assets/index-AAAAAAA1.js')).status).toBe(404);
      await switchTo('1.0.0');
      expect((await get('/')).text).toContain('index-B3xk9a1Q.js');
    });

    it('are not counted among the requests of the service', async () => {
      const before = await proxy.counted(bench);
      for (let n = 0; n < 10; n++) await get('/');
      expect(await proxy.counted(bench)).toBe(before);
      await get('/api/x');
      expect(await proxy.counted(bench)).toBe(before + 1);
    });

    it('come with a reload when they are configured later, and requests to the service go on', async () => {
      await using plain = await proxy.start({});
      const routes = [{ version: '1.0.0', share: 1, hold: 'stable' as const, endpoints: [instance.endpoint] }];
      await plain.apply(routes);
      await expect.poll(async () => (await get('/', plain.url)).text, { timeout: 10_000 }).toBe('one');
      const router = proxy.router({
        ...plain.options,
        files: { server: `127.0.0.1:${server.port}`, servicePaths: ['/api'] },
      });
      for (const effect of router.apply({ service: 'shop', routes }, await router.observe())) await execute(effect);
      await expect
        .poll(async () => (await get('/', plain.url)).text, { timeout: 10_000 })
        .toContain('index-B3xk9a1Q.js');
      expect((await get('/api/x', plain.url)).text).toBe('one');
    });
  });
}
