import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type S3, startS3 } from '../../scripts/components/s3.ts';
import { type Lab, type LabOptions, openLab } from '../../scripts/lab/lab.ts';
import { instancesOf, live, release, run, serving } from './support/kinds.ts';

/** Files behind the same proxy as the API, a service that is only files, and a frontend with a server of its own. */

async function quickLab(options: Partial<LabOptions>): Promise<Lab> {
  return openLab({
    database: false,
    frontend: false,
    ports: await freePortRange(21),
    platform: { crashLoop: { restarts: 2, within: '30s' }, stopTimeout: '5s' },
    metrics: { every: '200ms' },
    ...options,
    traffic: { longestTimeout: '500ms', deadMan: '3s', ...options.traffic },
    rollout: {
      steps: [{ share: '50%', bake: '1s' }],
      analysis: { past: '0s' },
      finalBake: '500ms',
      healthDeadline: '20s',
      lowTraffic: 'smoke',
      analysisDeadline: '1s',
      ...options.rollout,
    },
  });
}

interface Got {
  readonly status: number;
  readonly text: string;
  readonly cache: string | null;
}

async function get(lab: Lab, path: string): Promise<Got> {
  const response = await fetch(`${lab.entry}${path}`, { redirect: 'manual' });
  return { status: response.status, text: await response.text(), cache: response.headers.get('cache-control') };
}

/** The status of a request exactly as written: fetch would tidy the path up before it is sent. */
function raw(lab: Lab, path: string): Promise<number> {
  const { hostname, port } = new URL(lab.entry);
  return new Promise((done, failed) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`),
    );
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (data) => {
      answer += String(data);
    });
    socket.on('end', () => done(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])));
    socket.on('error', failed);
  });
}

/** Path of the script that a page loads. */
function scriptOf(page: string): string {
  const [, path = ''] = /<script[^>]* src="\.?(\/assets\/[^"]+\.js)"/.exec(page) ?? [];
  return path;
}

describe('a proxy, an API with its database, and files', () => {
  const KEY = 'ck_the_key_of_this_test_and_no_other';
  const key = { CERTKEEPER_BOOTSTRAP_KEY: { secret: 'env:CERTKEEPER_KEY' } };
  const secret = { CERTKEEPER_KEY: KEY };
  const authorization = `Bearer ${KEY}`;
  let lab: Lab;
  let first = '';

  beforeAll(async () => {
    lab = await quickLab({
      database: true,
      frontend: true,
      traffic: { files: { component: 'frontend', service: ['/api', '/healthz', '/readyz'] } },
      verify: [
        { path: '/api/v1/ping', status: 200 },
        { path: '/', status: 200, contains: '<script' },
      ],
    });
  });
  afterAll(() => lab.stop());

  it('are served from the first release on: pages asked again, hashed files kept for a year', async () => {
    await lab.commit('1.0.0', { env: key });
    expect(await release(lab, [], secret)).toMatchObject({ code: 0, outcome: 'done' });
    const page = await get(lab, '/');
    expect(page).toMatchObject({ status: 200, cache: 'no-cache' });
    first = scriptOf(page.text);
    const script = await get(lab, first);
    expect(script).toMatchObject({ status: 200, cache: 'public, max-age=31536000, immutable' });
    expect(script.text).toContain('1.0.0');
    expect(await get(lab, '/api/v1/ping')).toMatchObject({ status: 200 });
    expect(await get(lab, '/readyz')).toMatchObject({ status: 200 });
  });

  it('keep the data of users apart from both', async () => {
    const made = await fetch(`${lab.entry}/api/v1/servers`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'web-1', address: '192.0.2.10' }),
    });
    expect(made.status).toBe(201);
  });

  it('keep what is for the machine itself inside', async () => {
    const paths = ['/metrics', '/metrics/', '/%6detrics', '/unit.json', '/apiary', '/.git/config'];
    expect(await Promise.all(paths.map((path) => raw(lab, path)))).toEqual([404, 404, 404, 404, 404, 400]);
    const climbing = ['/../unit.json', '/assets/../../run/fence', '/assets/..%2f..%2funit.json', '/api/%2e%2e/metrics'];
    expect(await Promise.all(climbing.map((path) => raw(lab, path)))).toEqual([400, 400, 400, 400]);
  });

  it('stay as they are when the release beside them is taken back', async () => {
    await change(lab, 'second');
    const env = { ...key, CERTKEEPER_FAULT_NOT_READY: 'true' };
    await lab.commit('2.0.0', { tags: ['faults'], env }, { rollout: { healthDeadline: '3s' } });
    expect(await release(lab, [], secret)).toMatchObject({ code: 4, outcome: 'rolled-back' });
    expect(scriptOf((await get(lab, '/')).text)).toBe(first);
  });

  it('switch in one moment with a release, and pages from before still find their files', async () => {
    await lab.commit('2.0.1', { env: key });
    const pages = new Set<string>();
    const states = new Set<number>();
    let watching = true;
    const watched = (async () => {
      while (watching) {
        const page = await get(lab, '/');
        states.add(page.status);
        pages.add(scriptOf(page.text));
        states.add((await get(lab, scriptOf(page.text))).status);
      }
    })();
    try {
      expect(await release(lab, [], secret)).toMatchObject({ code: 0, outcome: 'done' });
    } finally {
      watching = false;
      await watched;
    }
    const second = scriptOf((await get(lab, '/')).text);
    expect(second).not.toBe(first);
    expect([...pages]).toEqual([first, second]);
    expect([...states]).toEqual([200]);
    expect(await get(lab, first)).toMatchObject({ status: 200, cache: 'public, max-age=31536000, immutable' });
    expect((await get(lab, second)).text).toContain('2.0.1');
  });

  it('switch back with a rollback', async () => {
    const back = await run(lab, ['rollback', 'production', '--reason', 'colours'], secret);
    expect(back).toMatchObject({ code: 0, outcome: 'done' });
    expect(scriptOf((await get(lab, '/')).text)).toBe(first);
    expect(await serving(lab)).toEqual({ '1.0.0': 1 });
    const servers = await fetch(`${lab.entry}/api/v1/servers`, { headers: { authorization } });
    expect(await servers.json()).toMatchObject({ items: [{ name: 'web-1', address: '192.0.2.10' }] });
  });

  it('come back when the static server dies', async () => {
    const [web] = await instancesOf(lab, 'web');
    if (web === undefined) throw new Error('the static server does not run');
    process.kill(web.pid, 'SIGKILL');
    await expect.poll(async () => (await get(lab, '/')).status, { timeout: 10_000 }).toBe(200);
  });
});

describe('a service that is only files, behind the proxy and in a bucket', () => {
  let lab: Lab;
  let s3: S3;
  const SECRETS = { S3_ID: '', S3_KEY: '' };
  /** What people get from the bucket: the object as the server has it on its disk. */
  const inBucket = (key: string): Promise<string | null> =>
    readFile(join(s3.bucketDir('www'), key), 'utf8').catch(() => null);
  const write = async (text: string) => {
    await mkdir(join(lab.service, 'site'), { recursive: true });
    await writeFile(join(lab.service, 'site', 'index.html'), `<h1>${text}</h1>\n`);
  };

  beforeAll(async () => {
    s3 = await startS3(['www']);
    Object.assign(SECRETS, { S3_ID: s3.keys.id, S3_KEY: s3.keys.key });
    const bucket = {
      ...{ endpoint: s3.endpoint, region: s3.region, bucket: 'www' },
      access: { id: { secret: 'env:S3_ID' }, key: { secret: 'env:S3_KEY' } },
    };
    lab = await quickLab({
      components: { site: { kind: 'static', source: 'site' }, docs: { kind: 'static', source: 'site' } },
      buckets: {
        site: { ...bucket, prefix: '{environment}/' },
        docs: { ...bucket, prefix: 'docs/', encoding: 'gzip' },
      },
      traffic: { files: { component: 'site', service: [] } },
      verify: [{ path: '/', status: 200, contains: 'page' }],
    });
  });
  afterAll(async () => {
    await lab.stop();
    await s3.stop();
  });

  it('is removed again when its first release fails', async () => {
    await write('nonsense');
    await lab.commit('0.9.0');
    expect(await release(lab, [], SECRETS)).toMatchObject({ code: 4, outcome: 'rolled-back', before: null });
    expect(await get(lab, '/')).toMatchObject({ status: 404 });
    expect((await live(lab)).live).toBeNull();
    expect(await inBucket('production/index.html')).toBeNull();
  });

  it('is switched by a release, switched back when it fails, and by a rollback', async () => {
    await write('page one');
    await lab.commit('1.0.0');
    expect(await release(lab, [], SECRETS)).toMatchObject({ code: 0, outcome: 'done', before: null });
    expect((await get(lab, '/')).text).toContain('page one');
    await write('page two');
    await lab.commit('2.0.0');
    expect(await release(lab, [], SECRETS)).toMatchObject({ code: 0, outcome: 'done', before: '1.0.0' });
    expect((await get(lab, '/any')).status).toBe(404);
    expect(await inBucket('production/index.html')).toContain('page two');
    expect(await inBucket('docs/index.html')).toContain('page two');
    // What only the bucket serves is not laid down on the host.
    expect((await readdir(lab.host)).filter((name) => name === 'docs')).toEqual([]);
    expect((await get(lab, '/')).text).toContain('page two');
    await write('nonsense');
    await lab.commit('3.0.0');
    expect(await release(lab, [], SECRETS)).toMatchObject({ code: 4, outcome: 'rolled-back', before: '2.0.0' });
    expect((await get(lab, '/')).text).toContain('page two');
    expect(await inBucket('production/index.html')).toContain('page two');
    expect(await lab.named()).toContain('2.0.0');
    expect(await run(lab, ['rollback', 'production', '--reason', 'the old one'], SECRETS)).toMatchObject({ code: 0 });
    expect((await get(lab, '/')).text).toContain('page one');
    expect(await inBucket('production/index.html')).toContain('page one');
    expect(await inBucket('docs/index.html')).toContain('page one');
    expect(await lab.named()).toContain('1.0.0');
  });

  it('is planned and journaled without the keys of the bucket', async () => {
    const { code, stdout } = await lab.shiplock(['plan', 'production'], SECRETS);
    expect(code).toBe(0);
    expect(stdout).toMatch(/bucket-main\S* switch --component site .*--prefix production\//);
    const runs = join(lab.state, 'runs');
    const names = await readdir(runs, { recursive: true });
    const texts = await Promise.all(
      names.filter((name) => name.endsWith('.jsonl')).map((name) => readFile(join(runs, name), 'utf8')),
    );
    expect(texts.join('')).toContain('secret":"env:S3_KEY');
    for (const text of [stdout, ...texts]) expect(text).not.toContain(s3.keys.key);
  });

  it('is counted by its switches', async () => {
    const { stdout } = await lab.shiplock(['stats', 'production', '--since', '1d', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      counts: [
        {
          // 0.9.0 and 3.0.0 were switched to and back again, 2.0.0 was gone back from.
          deployments: { n: 4, first: 2 },
          changes: { n: 4, failed: 3, takenBackLate: 2, wentBackFrom: 1 },
          leadTime: { n: 4 },
          timeToRestore: { n: 2, notRestored: 0 },
        },
      ],
      damaged: [],
    });
  });
});

describe('a frontend with a server of its own', () => {
  let lab: Lab;
  const shiplock = [process.execPath, resolve('bin/shiplock.js')];
  const write = async (text: string) => {
    await mkdir(join(lab.service, 'site'), { recursive: true });
    await writeFile(join(lab.service, 'site', 'index.html'), `<h1>${text}</h1>\n`);
  };

  beforeAll(async () => {
    const command = [...shiplock, 'static', '--root', '{release}', '--listen', '127.0.0.1:{port}'];
    lab = await quickLab({
      components: {
        site: { kind: 'static', source: 'site', serve: { command, ready: '/readyz', live: '/healthz' } },
      },
      rollout: { smoke: [{ path: '/', contains: 'page' }] },
      verify: [{ path: '/', contains: 'page' }],
    });
  });
  afterAll(() => lab.stop());

  it('is rolled out by share like any other', async () => {
    await write('page one');
    await lab.commit('1.0.0');
    expect(await release(lab)).toMatchObject({ code: 0, outcome: 'done' });
    await write('page two');
    await lab.commit('2.0.0');
    const ran = await release(lab);
    expect(ran).toMatchObject({ code: 0, outcome: 'done', before: '1.0.0', verdicts: ['smoke-only'] });
    expect((await get(lab, '/')).text).toContain('page two');
    await write('nonsense');
    await lab.commit('3.0.0');
    expect(await release(lab)).toMatchObject({ code: 4, outcome: 'rolled-back' });
    expect((await get(lab, '/')).text).toContain('page two');
  });
});

/** A visible change of the page that the frontend builds. */
async function change(lab: Lab, word: string): Promise<void> {
  const path = join(lab.service, 'frontend', 'index.html');
  const page = await readFile(path, 'utf8');
  await writeFile(path, page.replace('</body>', `<!-- ${word} --></body>`));
}
