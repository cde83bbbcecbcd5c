import { describe, expect, it } from 'vitest';
import { challengeOf, tokenIn, tokenPlace } from '../../../src/build/oci/challenge.ts';
import { systemEntries } from '../../../src/build/oci/content.ts';
import { blobOf, configDocument, indexDocument, MEDIA, manifestDocument } from '../../../src/build/oci/documents.ts';
import { settingsText } from '../../../src/build/oci/node.ts';
import type { ImageSettings } from '../../../src/build/oci/types.ts';

const layer = { digest: `sha256:${'1'.repeat(64)}`, size: 3, diffId: `sha256:${'2'.repeat(64)}`, what: 'program' };
const runs = { user: '65532:65532', entrypoint: ['/app/x'], arguments: ['-v'], env: { B: '2', A: '1' }, port: 8080 };
const facts = {
  platform: 'linux/amd64',
  created: '2026-11-22T00:00:00Z',
  labels: { b: '2', a: '1' },
  runs,
  layers: [layer],
};

describe('documents of an image', () => {
  it('the configuration of one from nothing', () => {
    expect(configDocument({ ...facts, base: null })).toEqual({
      created: '2026-11-22T00:00:00Z',
      os: 'linux',
      architecture: 'amd64',
      config: {
        User: '65532:65532',
        ExposedPorts: { '8080/tcp': {} },
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'A=1', 'B=2'],
        Entrypoint: ['/app/x'],
        Cmd: ['-v'],
        WorkingDir: '/',
        Labels: { a: '1', b: '2' },
      },
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
      history: [{ created: '2026-11-22T00:00:00Z', created_by: 'program' }],
    });
  });

  it('on a base: its layers come first, its variables stay unless they are given, and its arguments belong to its own program', () => {
    const base = {
      os: 'linux',
      architecture: 'amd64',
      config: {
        Env: ['PATH=/bin', 'A=0'],
        Entrypoint: ['/bin/serve'],
        Cmd: ['all'],
        WorkingDir: '/srv',
        ExposedPorts: { '80/tcp': {} },
      },
      rootfs: { diff_ids: [`sha256:${'3'.repeat(64)}`] },
    };
    expect(configDocument({ ...facts, base })).toMatchObject({
      config: {
        Env: ['PATH=/bin', 'A=1', 'B=2'],
        Entrypoint: ['/app/x'],
        Cmd: ['-v'],
        WorkingDir: '/srv',
        ExposedPorts: { '80/tcp': {}, '8080/tcp': {} },
      },
      rootfs: { diff_ids: [base.rootfs.diff_ids[0], layer.diffId] },
    });
    const files = { ...runs, entrypoint: null, arguments: [] };
    expect(configDocument({ ...facts, runs: files, base })).toMatchObject({
      config: { Entrypoint: ['/bin/serve'], Cmd: ['all'] },
    });
    const other = { ...runs, arguments: [] };
    expect(configDocument({ ...facts, runs: other, base })).not.toHaveProperty('config.Cmd');
  });

  it('several platforms: an index that names each, 32-bit ARM with its variant', () => {
    const manifest = blobOf(manifestDocument(blobOf({}), [{ ...layer, mediaType: MEDIA.layer }], {}));
    const index = indexDocument(
      [
        { platform: 'linux/amd64', manifest },
        { platform: 'linux/arm', manifest },
      ],
      {},
    );
    expect(index).toMatchObject({
      mediaType: MEDIA.index,
      manifests: [
        { platform: { os: 'linux', architecture: 'amd64' }, digest: manifest.digest, size: manifest.bytes.length },
        { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      ],
    });
  });

  it('accounts: the user of the image has a name, and nobody can log in', () => {
    const text = (user: number): string => {
      const entry = systemEntries(user, null).find(({ path }) => path === 'etc/passwd');
      return entry?.kind === 'file' ? String(entry.content) : '';
    };
    expect(text(65_532)).toContain('nonroot:x:65532:65532:');
    expect(text(1000)).toContain('app:x:1000:1000:');
    expect(
      text(1000)
        .trim()
        .split('\n')
        .every((line) => line.endsWith('/sbin/nologin')),
    ).toBe(true);
  });

  it('what names a build is what shows in the image, and not where it is pushed to', () => {
    const settings: ImageSettings = {
      ...{
        repository: 'r.example.com/a',
        tag: '1',
        tags: 'fixed',
        registry: 'https://r.example.com',
        base: null,
        user: 65_532,
      },
      ...{
        entrypoint: null,
        arguments: [],
        env: {},
        port: null,
        labels: {},
        certificates: null,
        files: [],
        mountFrom: [],
      },
    };
    const one = settingsText(settings);
    expect(settingsText({ ...settings, repository: 'other/b', tag: '2', registry: 'http://x', tags: 'moved' })).toBe(
      one,
    );
    for (const other of [
      { user: 1 },
      { arguments: ['a'] },
      { env: { A: '1' } },
      { port: 1 },
      { labels: { a: 'b' } },
      { entrypoint: ['x'] },
    ])
      expect(settingsText({ ...settings, ...other })).not.toBe(one);
  });
});

describe('the challenge of a registry', () => {
  it('says where a token is to be had', () => {
    expect(
      challengeOf('Bearer realm="https://auth.example.com/token",service="r",scope="repository:a/b:pull,push"'),
    ).toEqual({
      realm: 'https://auth.example.com/token',
      service: 'r',
      scope: 'repository:a/b:pull,push',
    });
    expect(challengeOf('bearer scope="a", realm="http://x/t"')).toEqual({
      realm: 'http://x/t',
      service: null,
      scope: 'a',
    });
  });

  it('an account is shown to no place that is less safe than the registry', () => {
    const challenge = {
      realm: 'http://auth.example.com/token',
      service: 'r',
      scope: 'repository:a:pull repository:b:pull',
    };
    const href = 'http://auth.example.com/token?service=r&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull';
    expect(tokenPlace(challenge, 'https://r.example.com', 'Basic x')).toEqual({ href, account: null });
    expect(tokenPlace(challenge, 'http://127.0.0.1:5000', 'Basic x')).toEqual({ href, account: 'Basic x' });
    const safe = { ...challenge, realm: 'https://auth.example.com/token' };
    expect(tokenPlace(safe, 'https://r.example.com', 'basic x').account).toBe('basic x');
    expect(tokenPlace(safe, 'https://r.example.com', 'Bearer x').account).toBeNull();
  });

  it('a token by either name', () => {
    expect([tokenIn('{"token":"a"}'), tokenIn('{"access_token":"b"}'), tokenIn('{}'), tokenIn('<html>')]).toEqual([
      'a',
      'b',
      null,
      null,
    ]);
  });

  it('or nothing that can be bought', () => {
    for (const header of ['', 'Basic realm="r"', 'Bearer service="r"', 'Bearer realm="nowhere"'])
      expect(challengeOf(header)).toBeNull();
  });
});
