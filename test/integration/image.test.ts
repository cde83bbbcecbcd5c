import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { childProgram } from '../../scripts/testing/children.ts';
import { toolPath } from '../../scripts/tool.ts';
import { systemEntries } from '../../src/build/oci/content.ts';
import { writeLayout } from '../../src/build/oci/write.ts';
import { build, imageBuild, program, put, repository, SETTINGS } from '../support/image-build.ts';
import { openDoor, type Registry, startRegistry } from '../support/registry.ts';

/** Images without an engine: written, brought into a real registry, checked by another implementation, and run. */

const CHILD = childProgram('image');
const ROOT = process.getuid?.() === 0;

let dir = '';
let commit = '';
let hello = '';
let crane = '';
let registry: Registry;
beforeAll(async () => {
  crane = await toolPath('crane');
  registry = await startRegistry();
  dir = mkdtempSync(join(tmpdir(), 'shiplock-image-'));
  chmodSync(dir, 0o755);
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

describe('an image of a program', () => {
  test('another implementation finds it whole, and it runs as a user that may not write', async () => {
    const own = settings('runs', {
      port: 8080,
      arguments: ['-a', 'b'],
      labels: { 'org.opencontainers.image.source': 'https://x.example.com' },
    });
    const { digest, path } = await build(imageBuild({ dir, commit, program: hello, settings: own }));
    expect(path).toBe(`${own.repository}@${digest}`);
    run('validate', '--remote', `${own.repository}:1.2.3`);
    expect(run('digest', `${own.repository}:1.2.3`)).toBe(digest);
    const config: unknown = JSON.parse(run('config', path));
    expect(config).toMatchObject({
      created: '2023-11-14T22:13:20Z',
      architecture: 'amd64',
      config: {
        User: '65532:65532',
        Entrypoint: ['/app/hello'],
        Cmd: ['-a', 'b'],
        ExposedPorts: { '8080/tcp': {} },
        Labels: {
          'org.opencontainers.image.created': '2023-11-14T22:13:20Z',
          'org.opencontainers.image.revision': commit,
          'org.opencontainers.image.source': 'https://x.example.com',
          'org.opencontainers.image.title': 'hello',
          'org.opencontainers.image.version': '1.2.3',
        },
      },
    });
  });

  test.skipIf(!ROOT)(
    'unpacked, it runs as its user, who has a name, a place for files, and no right to the system',
    async () => {
      const own = settings('unpacked');
      const { path } = await build(imageBuild({ dir, commit, program: hello, settings: own }));
      const root = join(dir, 'root');
      mkdirSync(root);
      const archive = join(dir, 'image.tar');
      run('export', path, archive);
      execFileSync('tar', ['-xpf', archive, '--same-owner', '-C', root]);
      const said = execFileSync('chroot', ['--userspec=65532:65532', root, '/app/hello', 'x'], { encoding: 'utf8' });
      expect(said.trim()).toBe('user nonroot writes /tmp true writes /etc false [x]');
    },
  );

  test('has the same digest on another path, with other times, umask, time zone and user', async () => {
    const first = await build(imageBuild({ dir, commit, program: hello, settings: SETTINGS }), 'layout');
    const elsewhere = mkdtempSync(join(tmpdir(), 'shiplock-elsewhere-'));
    try {
      chmodSync(elsewhere, 0o777);
      const copy = join(elsewhere, 'deeper', 'repository');
      cpSync(dir, copy, { recursive: true });
      utimesSync(join(copy, 'bin', 'hello'), 1, 1);
      const out = join(elsewhere, 'out');
      mkdirSync(out);
      chmodSync(out, 0o777);
      const words = [CHILD, copy, commit, join(copy, 'bin', 'hello'), out, 'layout', SETTINGS.registry, '077'];
      const said = execFileSync(process.execPath, words, {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: out, TZ: 'Asia/Tokyo', LC_ALL: 'C', NODE_NO_WARNINGS: '1', ...SAFE },
        ...(ROOT ? { uid: 65_534, gid: 65_534 } : {}),
      });
      expect(said.trim()).toBe(first.digest);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  test('its bytes are those of every version of Node: what was made once is what is made now', async () => {
    const content = {
      tag: 'x',
      created: '2026-11-22T00:00:00Z',
      labels: {},
      platforms: [
        {
          platform: 'linux/amd64',
          base: null,
          runs: { user: '65532:65532', entrypoint: ['/x'], arguments: [], env: {}, port: null },
          layers: [
            { what: 'system', entries: systemEntries(65_532, null), mtime: 0 },
            // Long enough for several pieces, and neither all alike nor noise.
            {
              what: 'bytes',
              entries: [{ kind: 'file' as const, path: 'x', mode: 0o755, size: 400_000, content: bytes(400_000) }],
              mtime: 7,
            },
          ],
        },
      ],
    };
    expect(await writeLayout(join(dir, 'golden'), content)).toBe(GOLDEN);
  });

  test('for several platforms: one index, and layers that they share are there once', async () => {
    const own = settings('several');
    const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm'];
    const { digest } = await build(imageBuild({ dir, commit, program: hello, settings: own, platforms }));
    const index = z
      .object({ manifests: z.array(z.object({ digest: z.string(), platform: z.record(z.string(), z.string()) })) })
      .parse(JSON.parse(run('manifest', `${own.repository}@${digest}`)));
    expect(index.manifests.map((one) => one.platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ]);
    for (const one of index.manifests) run('validate', '--remote', `${own.repository}@${one.digest}`);
  });

  test('files beside it, certificates, and a layer that is the same under the next release', async () => {
    put(dir, 'etc/shop/shop.conf', 'a = 1\n');
    put(dir, 'roots.pem', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n');
    const own = settings('files', {
      files: [{ from: join(dir, 'etc/shop'), to: '/etc/shop' }],
      certificates: join(dir, 'roots.pem'),
    });
    const layersOf = (reference: string): readonly string[] =>
      z
        .object({ layers: z.array(z.object({ digest: z.string() })) })
        .parse(JSON.parse(run('manifest', reference)))
        .layers.map((one) => one.digest);
    const first = await build(imageBuild({ dir, commit, program: hello, settings: own }));
    put(dir, 'etc/shop/shop.conf', 'a = 2\n');
    const second = await build(imageBuild({ dir, commit, program: hello, settings: { ...own, tag: '1.2.4' } }));
    const [before, after] = [layersOf(first.path), layersOf(second.path)];
    expect(before).toHaveLength(3);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    const archive = join(dir, 'files.tar');
    run('export', second.path, archive);
    expect(execFileSync('tar', ['-xOf', archive, 'etc/shop/shop.conf'], { encoding: 'utf8' })).toBe('a = 2\n');
    expect(execFileSync('tar', ['-tf', archive], { encoding: 'utf8' })).toContain('etc/ssl/certs/ca-certificates.crt');
    await expect(
      build(imageBuild({ dir, commit, program: hello, settings: { ...own, certificates: join(dir, 'go.mod') } })),
    ).rejects.toThrow('build.no-certificates');
  });

  test('on a base by its digest: the layers of the base lie below, and what the registry gives must have that digest', async () => {
    const base = await build(
      imageBuild({ dir, commit, program: hello, settings: settings('base', { env: { FROM: 'base' } }) }),
    );
    const stands = {
      image: `${registry.address}/shop/base`,
      digest: base.digest,
      registry: `http://${registry.address}`,
    };
    const own = settings('stands', { base: stands, entrypoint: ['/app/hello', 'on'] });
    const { path } = await build(imageBuild({ dir, commit, program: hello, settings: own }));
    run('validate', '--remote', path);
    expect(JSON.parse(run('config', path))).toMatchObject({
      config: { Env: expect.arrayContaining(['FROM=base']), Entrypoint: ['/app/hello', 'on'] },
    });
    await using door = await openDoor(registry, (request, response) => {
      if (!request.url?.includes('/blobs/')) return 'pass';
      response.end('something else');
      return 'done';
    });
    const other = { ...own, base: { ...stands, registry: door.url } };
    await expect(
      build(
        imageBuild({
          dir,
          commit,
          program: hello,
          settings: { ...other, tag: '2' },
          outDir: join(dir, 'out-tampered'),
        }),
      ),
    ).rejects.toThrow('build.registry-digest');
  });
});

/** git looks at repositories of other users only when it is told to. */
const SAFE = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
const GOLDEN = 'sha256:bd9938fb47720fa4c406dda5612ac991341de516830c93adaacd4a79b8875fee';

function bytes(length: number): Uint8Array {
  const made = new Uint8Array(length);
  let state = 1;
  for (let at = 0; at < length; at += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    made[at] = (state >>> 16) % (at % 4096 < 2048 ? 251 : 7);
  }
  return made;
}
