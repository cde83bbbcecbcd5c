import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childProgram } from '../../scripts/testing/children.ts';
import { toolPath } from '../../scripts/tool.ts';
import { build, imageBuild, program, repository, SETTINGS } from '../support/image-build.ts';
import { apart, type Guard, openDoor, type Registry, startRegistry } from '../support/registry.ts';

/** How an image gets into a registry: a real one, behind a door that breaks off, asks for accounts, or kills us. */

const CHILD = childProgram('image');

let dir = '';
let commit = '';
let hello = '';
let crane = '';
let registry: Registry;
beforeAll(async () => {
  crane = await toolPath('crane');
  registry = await startRegistry();
  dir = mkdtempSync(join(tmpdir(), 'shiplock-image-'));
  commit = repository(dir);
  hello = program(dir);
});
afterAll(async () => {
  await registry.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** A repository of its own for each test, in the one registry. */
const place = (name: string, at = `http://${registry.address}`) => ({
  repository: `${registry.address}/shop/${name}`,
  registry: at,
});
const settings = (name: string, more: Partial<typeof SETTINGS> = {}) => ({ ...SETTINGS, ...place(name), ...more });
const run = (...args: readonly string[]): string => execFileSync(crane, args, { encoding: 'utf8' }).trim();

describe('a push', () => {
  test('sends nothing twice, and takes over what another repository has', async () => {
    await using door = await openDoor(registry, apart());
    const own = settings('twice', { registry: door.url });
    await build(imageBuild({ dir, commit, program: hello, settings: own }));
    const sent = door.asked.filter((one) => one.startsWith('PUT'));
    expect(sent).toHaveLength(4);
    door.asked.length = 0;
    await build(imageBuild({ dir, commit, program: hello, settings: own }));
    expect(door.asked).toEqual([`GET /v2/shop/twice/manifests/1.2.3`]);
    door.asked.length = 0;
    const tagged = { ...own, tag: '1.2.3-again' };
    await build(imageBuild({ dir, commit, program: hello, settings: tagged }));
    expect(door.asked.filter((one) => !/^(?:GET|HEAD)/.test(one))).toEqual([
      'PUT /v2/shop/twice/manifests/1.2.3-again',
    ]);
    door.asked.length = 0;
    await build(
      imageBuild({
        dir,
        commit,
        program: hello,
        settings: { ...settings('mounted'), registry: door.url, mountFrom: ['shop/twice'] },
      }),
    );
    expect(door.asked.filter((one) => one.includes('mount=')).length).toBe(3);
    expect(door.asked.filter((one) => one.startsWith('PUT'))).toEqual(['PUT /v2/shop/mounted/manifests/1.2.3']);
    run('validate', '--remote', `${registry.address}/shop/mounted:1.2.3`);
  });

  test('never gives a tag a second meaning, unless that is asked for', async () => {
    const own = settings('taken');
    const first = await build(imageBuild({ dir, commit, program: hello, settings: own }));
    const other = { ...own, env: { OTHER: '1' } };
    await expect(build(imageBuild({ dir, commit, program: hello, settings: other }))).rejects.toThrow(
      'build.tag-taken',
    );
    expect(run('digest', `${own.repository}:1.2.3`)).toBe(first.digest);
    const moved = await build(imageBuild({ dir, commit, program: hello, settings: { ...other, tags: 'moved' } }));
    expect(run('digest', `${own.repository}:1.2.3`)).toBe(moved.digest);
  });

  test('large blobs in pieces', async () => {
    await using door = await openDoor(registry, apart());
    const { pushImage } = await import('../../src/build/oci/push.ts');
    const { readLayout } = await import('../../src/build/oci/layout.ts');
    const { systemClock } = await import('../../src/procedure/index.ts');
    const image = imageBuild({ dir, commit, program: hello, settings: settings('pieces') });
    await build(image, 'layout');
    const [key = ''] = readdirSync(join(dir, 'out', 'hello')).filter((one) =>
      existsSync(join(dir, 'out', 'hello', one, 'image')),
    );
    const layout = await readLayout(join(dir, 'out', 'hello', key, 'image'));
    const where = {
      image: `${registry.address}/shop/pieces`,
      registry: door.url,
      authorization: () => null,
      clock: systemClock,
    };
    const request = { layout, place: where, tag: 'x', moves: false, mountFrom: [], pieceBytes: 200_000 };
    const pushed = await pushImage(request, new AbortController().signal);
    expect(pushed.sent).toBe(layout.blobs.length);
    expect(door.asked.filter((one) => one.startsWith('PATCH')).length).toBeGreaterThan(2);
    run('validate', '--remote', `${registry.address}/shop/pieces:x`);
  });

  test('a registry that is overloaded, breaks off and goes silent for a moment', async () => {
    let left = 6;
    const rooms = apart();
    const moody: Guard = (request, response, door) => {
      if (request.method === 'GET' || left === 0) return rooms(request, response, door);
      left -= 1;
      if (left % 3 === 0) request.socket.destroy();
      else response.writeHead(left % 3 === 1 ? 503 : 429, { 'retry-after': '0' }).end();
      return 'done';
    };
    await using door = await openDoor(registry, moody);
    await build(imageBuild({ dir, commit, program: hello, settings: settings('moody', { registry: door.url }) }));
    expect(left).toBe(0);
    run('validate', '--remote', `${registry.address}/shop/moody:1.2.3`);
  });

  test('logs in: with the account itself, with the token that it buys, and not at all', async () => {
    const account = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
    const scopes: string[] = [];
    const tokens: Guard = (request, response, { url }) => {
      const where = new URL(request.url ?? '/', url);
      if (where.pathname === '/token') {
        scopes.push(...where.searchParams.getAll('scope'));
        if (request.headers.authorization === account)
          response.end(JSON.stringify({ token: `for ${where.searchParams.get('scope')}` }));
        else response.writeHead(401).end();
        return 'done';
      }
      const wanted = request.method === 'GET' || request.method === 'HEAD' ? 'pull' : 'pull,push';
      const scope = `repository:shop/token:${wanted}`;
      if (request.headers.authorization?.includes(wanted)) return 'pass';
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${url}/token",service="r",scope="${scope}"` }).end();
      return 'done';
    };
    await using byToken = await openDoor(registry, tokens);
    const own = settings('token', { registry: byToken.url });
    await build(imageBuild({ dir, commit, program: hello, settings: own, authorization: account }));
    expect(new Set(scopes)).toEqual(new Set(['repository:shop/token:pull', 'repository:shop/token:pull,push']));
    const refused = imageBuild({
      dir,
      commit,
      program: hello,
      settings: { ...own, tag: '2' },
      authorization: 'Basic wrong',
    });
    await expect(build(refused)).rejects.toThrow('build.registry-denied');

    await using basic = await openDoor(registry, (request, response) => {
      if (request.headers.authorization === account) return 'pass';
      response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
      return 'done';
    });
    const plain = settings('basic', { registry: basic.url });
    await build(imageBuild({ dir, commit, program: hello, settings: plain, authorization: account }));
    const nobody = imageBuild({ dir, commit, program: hello, settings: { ...plain, tag: '2' } });
    await expect(build(nobody)).rejects.toThrow('build.registry-denied');
  });

  test('an account goes to nobody but the registry that it is for', async () => {
    const seen: (string | undefined)[] = [];
    const rooms = apart();
    await using elsewhere = await openDoor(registry, (request, response, self) => {
      seen.push(request.headers.authorization);
      return rooms(request, response, self);
    });
    await using door = await openDoor(registry, (request, response, self) => {
      if (request.method !== 'POST') return rooms(request, response, self);
      // Uploads may be sent to another place, which has its own permission in its address.
      void fetch(`http://${registry.address}${request.url}`, { method: 'POST' }).then((answer) => {
        const location = new URL(answer.headers.get('location') ?? '', `http://${registry.address}`);
        response.writeHead(202, { location: `${elsewhere.url}${location.pathname}${location.search}` }).end();
      });
      return 'done';
    });
    const own = settings('elsewhere', { registry: door.url });
    await build(imageBuild({ dir, commit, program: hello, settings: own, authorization: 'Basic mine' }));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((one) => one === undefined)).toBe(true);
  });

  test('killed with -9 at some of its requests, and done again', async () => {
    // Of eleven: while it looks what is there, and while it sends. `npm run soak images` takes every one.
    for (const at of [4, 9]) {
      const own = { ...SETTINGS, repository: `${registry.address}/shop/killed-${at}` };
      const outDir = join(dir, `out-killed-${at}`);
      const rooms = apart();
      let count = 0;
      let child: ReturnType<typeof spawn> | undefined;
      await using door = await openDoor(registry, (request, response, self) => {
        count += 1;
        if (count === at) child?.kill('SIGKILL');
        return rooms(request, response, self);
      });
      child = spawn(process.execPath, [CHILD, dir, commit, hello, outDir, 'push', door.url], {
        env: { ...process.env, NODE_NO_WARNINGS: '1', IMAGE_REPOSITORY: own.repository },
        stdio: 'ignore',
      });
      const ended = await new Promise((resolve) => child?.on('exit', (_code, signal) => resolve(signal)));
      expect(ended).toBe('SIGKILL');
      const { digest } = await build(
        imageBuild({ dir, commit, program: hello, settings: { ...own, registry: door.url }, outDir }),
      );
      expect(run('digest', `${own.repository}:1.2.3`)).toBe(digest);
      run('validate', '--remote', `${own.repository}:1.2.3`);
    }
  });

  test('what an interrupted build left is no image, and a damaged one is not pushed', async () => {
    const outDir = join(dir, 'out-torn');
    const image = imageBuild({ dir, commit, program: hello, settings: settings('torn'), outDir });
    const { digest } = await build(image, 'layout');
    const [key = ''] = readdirSync(join(outDir, 'hello'));
    const place_ = join(outDir, 'hello', key, 'image');
    rmSync(place_, { recursive: true });
    mkdirSync(`${place_}.partial/blobs/sha256`, { recursive: true });
    writeFileSync(`${place_}.partial/index.json`, 'half');
    expect((await build(image, 'layout')).digest).toBe(digest);
    const manifest = join(place_, 'blobs', 'sha256', digest.replace('sha256:', ''));
    writeFileSync(manifest, `${readFileSync(manifest, 'utf8')} `);
    await expect(build(image)).rejects.toThrow('build.broken-layout');
  });
});
