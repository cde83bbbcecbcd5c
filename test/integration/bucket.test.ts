import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3, startS3 } from '../../scripts/components/s3.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import {
  type BucketAt,
  bucketEnv,
  bucketVerb,
  bucketWords,
  installWords,
  killedAt,
  objectsOf,
  type Site,
  s3Door,
  site,
} from '../support/bucket-site.ts';

/** Files of a frontend in a bucket of a real S3 server: sent, switched, taken back, removed, by runs that are killed and that come too late. */

const MAIN = childProgram('bucket-main');
const NAMES = ['plain', 'packed', 'kills', 'fences', 'proxied', 'deaf', 'errors', 'first'] as const;

let dir = '';
let s3: S3;
let one: Site;
let two: Site;
beforeAll(async () => {
  s3 = await startS3(NAMES);
  dir = mkdtempSync(join(tmpdir(), 'bucket-'));
  one = await site(join(dir, 'one'), 'B3xk9a1Q', { 'old/index.html': '<p>old</p>', 'a b/ü+(1).txt': 'odd name' });
  two = await site(join(dir, 'two'), 'C4yl0b2R', { 'new.json': '{}' });
});
afterAll(async () => {
  await s3.stop();
  rmSync(dir, { recursive: true, force: true });
});

const verb = (at: BucketAt, fence: number, ...words: readonly string[]) => bucketVerb(s3, at, fence, words);
const done = async (at: BucketAt, fence: number, ...words: readonly string[]): Promise<string> => {
  const { exit, out, err } = await verb(at, fence, ...words);
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  return out.trim();
};
const text = async (at: BucketAt, key: string): Promise<string | null> => {
  const found = await objectsOf(s3, at).get(key);
  return found === null ? null : new TextDecoder().decode(found.bytes);
};
/** What people get: everything but our own records. */
const served = async (at: BucketAt): Promise<readonly string[]> =>
  (await objectsOf(s3, at).list('')).filter((key) => !key.startsWith('.shiplock/'));

describe('a release in a bucket', () => {
  const at: BucketAt = { bucket: 'plain', prefix: 'shop/' };

  test('is sent without being served, then switched, with the headers that a browser needs', async () => {
    expect(await done(at, 1, ...installWords('1.0.0', one))).toMatch(
      /^www 1\.0\.0: 5 files sent \(\d+ bytes\), 0 were there$/,
    );
    expect(await served(at)).toEqual(['assets/main-B3xk9a1Q.js']);
    expect(await done(at, 1, ...installWords('1.0.0', one))).toContain('0 files sent (0 bytes), 5 were there');
    expect(await done(at, 1, 'switch', '--version', '1.0.0')).toContain('4 files switched, 0 taken away');
    expect(await served(at)).toEqual([
      'a b/ü+(1).txt',
      'assets/main-B3xk9a1Q.js',
      'index.html',
      'old/index.html',
      'robots.txt',
    ]);
    const objects = objectsOf(s3, at);
    expect(await objects.head('index.html')).toMatchObject({
      type: 'text/html; charset=utf-8',
      cache: 'no-cache',
      encoding: null,
    });
    expect(await objects.head('assets/main-B3xk9a1Q.js')).toMatchObject({
      type: 'text/javascript; charset=utf-8',
      cache: 'public, max-age=31536000, immutable',
    });
    expect(await text(at, 'a b/ü+(1).txt')).toBe('odd name');
    expect(JSON.parse((await text(at, '.shiplock/www/live.json')) ?? '')).toMatchObject({
      current: '1.0.0',
      next: null,
      fence: 1,
    });
  });

  test('gives way to the next: pages from before still find their files, what is gone is gone', async () => {
    await done(at, 2, ...installWords('2.0.0', two));
    expect(await text(at, 'index.html')).toContain('B3xk9a1Q');
    expect(await done(at, 2, 'switch', '--version', '2.0.0')).toContain('3 files switched, 2 taken away');
    expect(await text(at, 'index.html')).toContain('C4yl0b2R');
    expect(await served(at)).toEqual([
      'assets/main-B3xk9a1Q.js',
      'assets/main-C4yl0b2R.js',
      'index.html',
      'new.json',
      'robots.txt',
    ]);
  });

  test('comes back without its artefact, byte by byte, and mends what somebody wrote over it', async () => {
    await done(at, 3, 'switch', '--version', '1.0.0');
    expect(await served(at)).toContain('old/index.html');
    expect(await served(at)).not.toContain('new.json');
    const objects = objectsOf(s3, at);
    const etag = (await objects.head('index.html'))?.etag ?? '';
    await objects.put(
      'index.html',
      { bytes: new TextEncoder().encode('hacked'), type: 'text/html', cache: 'no-cache' },
      { etag },
    );
    expect(await done(at, 3, 'switch', '--version', '1.0.0')).toContain('1 files switched');
    expect(await text(at, 'index.html')).toContain('B3xk9a1Q');
    expect(await done(at, 3, 'switch', '--version', '1.0.0')).toContain('0 files switched, 0 taken away');
  });

  test('is refused with other content under its version, and never removed while it is served', async () => {
    const other = await verb(at, 3, ...installWords('1.0.0', two));
    expect([other.exit, other.err]).toEqual([1, expect.stringContaining('[bucket.other-content]')]);
    const current = await verb(at, 3, 'remove', '--version', '1.0.0');
    expect([current.exit, current.err]).toEqual([1, expect.stringContaining('[bucket.version-current]')]);
    const unknown = await verb(at, 3, 'switch', '--version', '9.9.9');
    expect([unknown.exit, unknown.err]).toEqual([1, expect.stringContaining('[bucket.not-installed]')]);
    expect(await text(at, 'index.html')).toContain('B3xk9a1Q');
  });

  test('is removed with what nobody else has', async () => {
    await done(at, 3, 'remove', '--version', '2.0.0');
    expect(await served(at)).not.toContain('assets/main-C4yl0b2R.js');
    expect(await objectsOf(s3, at).list('.shiplock/www/')).toEqual([
      '.shiplock/www/files/1.0.0/a b/ü+(1).txt',
      '.shiplock/www/files/1.0.0/index.html',
      '.shiplock/www/files/1.0.0/old/index.html',
      '.shiplock/www/files/1.0.0/robots.txt',
      '.shiplock/www/live.json',
      '.shiplock/www/releases/1.0.0.json',
    ]);
    expect(await done(at, 3, 'remove', '--version', '2.0.0')).toContain('0 objects removed');
  });

  test('is stored in the one form that is asked for, which clients unpack', async () => {
    const packed: BucketAt = { bucket: 'packed', encoding: 'br' };
    await done(packed, 1, ...installWords('1.0.0', one));
    await done(packed, 1, 'switch', '--version', '1.0.0');
    expect(await objectsOf(s3, packed).head('assets/main-B3xk9a1Q.js')).toMatchObject({ encoding: 'br' });
    // Too small to be packed.
    expect(await objectsOf(s3, packed).head('index.html')).toMatchObject({ encoding: null });
    expect(await text(packed, 'assets/main-B3xk9a1Q.js')).toContain('words of B3xk9a1Q');
    // Asked for in another form later: the content is the same.
    await done({ bucket: 'packed', encoding: 'gzip' }, 1, ...installWords('1.0.1', one));
    expect(await objectsOf(s3, packed).head('assets/main-B3xk9a1Q.js')).toMatchObject({ encoding: 'br' });
  });

  test('leaves nothing when a first release is taken back', async () => {
    const first: BucketAt = { bucket: 'first' };
    await done(first, 1, ...installWords('1.0.0', one));
    await done(first, 1, 'switch', '--version', '1.0.0');
    await done(first, 1, 'remove', '--version', '1.0.0', '--also-current');
    expect(await served(first)).toEqual([]);
    expect(await objectsOf(s3, first).list('')).toEqual(['.shiplock/www/live.json']);
  });
});

describe('runs that are killed, late, or talk to a strange server', () => {
  test('a killed run leaves a whole page, and the same words again bring the rest', async () => {
    const at: BucketAt = { bucket: 'kills' };
    await done(at, 1, ...installWords('1.0.0', one));
    await done(at, 1, 'switch', '--version', '1.0.0');
    const jobs = [
      { words: installWords('2.0.0', two), kill: 3, arrives: false },
      { words: ['switch', '--version', '2.0.0'], kill: 4, arrives: true },
      { words: ['remove', '--version', '1.0.0'], kill: 2, arrives: true },
    ];
    for (const { words, kill, arrives } of jobs) {
      expect(await killedAt(s3, at, words, { kill, arrives, fence: 2 })).toBe(true);
      const page = (await text(at, 'index.html')) ?? '';
      const hash = /main-(\w{8})\.js/.exec(page)?.[1] ?? 'none';
      expect(await text(at, `assets/main-${hash}.js`)).toContain(`words of ${hash}`);
      await done(at, 2, ...words);
    }
    expect(await served(at)).toEqual(['assets/main-C4yl0b2R.js', 'index.html', 'new.json', 'robots.txt']);
    expect((await objectsOf(s3, at).list('.shiplock/')).filter((key) => key.includes('1.0.0'))).toEqual([]);
  });

  test('a run that lost its lease is refused at the bucket, in the middle of a switch too', async () => {
    const at: BucketAt = { bucket: 'fences' };
    await done(at, 5, ...installWords('1.0.0', one));
    await done(at, 5, ...installWords('2.0.0', two));
    await done(at, 5, 'switch', '--version', '1.0.0');
    const late = await verb(at, 4, 'switch', '--version', '2.0.0');
    expect([late.exit, late.err]).toEqual([
      75,
      expect.stringContaining('shiplock-fence: s3://fences/ has seen the fence 5, and this run has 4'),
    ]);
    let asked = 0;
    let other: Promise<unknown> | undefined;
    // Another run takes the bucket while this one is about to write its second page.
    await using between = await s3Door(s3, ({ method, url }) => {
      if (method === 'PUT' && url?.includes('.shiplock') === false) asked += 1;
      if (asked === 2 && other === undefined) other = verb(at, 7, 'switch', '--version', '1.0.0');
      return 'pass';
    });
    const lost = await verb({ ...at, endpoint: between.url }, 6, 'switch', '--version', '2.0.0');
    await other;
    expect([lost.exit, lost.err]).toEqual([75, expect.stringContaining('shiplock-fence:')]);
    await done(at, 7, 'switch', '--version', '1.0.0');
    expect(await text(at, 'index.html')).toContain('B3xk9a1Q');
    expect(await served(at)).not.toContain('new.json');
  });

  test('a server without checksums is believed by its content, one that is busy is asked again', async () => {
    let busy = 0;
    await using between = await s3Door(
      s3,
      ({ method }, response) => {
        busy += 1;
        if (method !== 'PUT' || busy % 5 !== 0) return 'pass';
        response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
        return 'done';
      },
      { without: ['x-amz-checksum-sha256', 'x-amz-checksum-type'] },
    );
    const at: BucketAt = { bucket: 'proxied', endpoint: between.url, encoding: 'gzip' };
    await done(at, 1, ...installWords('1.0.0', one));
    await done(at, 1, 'switch', '--version', '1.0.0');
    expect(await text(at, 'index.html')).toContain('B3xk9a1Q');
    // Other content of the same length, under the same headers: no checksum tells it.
    const objects = objectsOf(s3, at);
    const head = await objects.head('robots.txt');
    await objects.put(
      'robots.txt',
      { bytes: new TextEncoder().encode('# XXXXXXXX\n'), type: head?.type ?? '', cache: 'no-cache' },
      { etag: head?.etag ?? '' },
    );
    expect(await done(at, 1, 'switch', '--version', '1.0.0')).toContain('1 files switched');
  });

  test('a server that takes no notice of conditions is refused before anything is sent', async () => {
    // As it looks from outside: whatever the condition is, the answer is that the object was written.
    await using between = await s3Door(s3, () => 'pass', { status: (status) => (status === 412 ? 200 : status) });
    const { exit, err } = await verb({ bucket: 'deaf', endpoint: between.url }, 1, ...installWords('1.0.0', one));
    expect([exit, err]).toEqual([1, expect.stringContaining('[bucket.no-conditions]')]);
    expect(await objectsOf(s3, { bucket: 'deaf' }).list('')).toEqual([]);
  });

  test('what cannot be done is said: the bucket, the keys, the artefact, the name that is taken', async () => {
    const said = async (at: BucketAt, env: Readonly<Record<string, string>>, ...words: readonly string[]) => {
      const [first = '', ...rest] = words;
      const child = spawn(process.execPath, [MAIN, first, ...bucketWords(s3, at), ...rest], {
        env: { ...process.env, ...env },
      });
      let err = '';
      child.stderr.on('data', (data) => {
        err += String(data);
      });
      const [exit] = await once(child, 'close');
      return { exit, err };
    };
    const env = bucketEnv(s3, 1);
    const missing = await said({ bucket: 'nowhere' }, env, ...installWords('1.0.0', one));
    expect(missing).toEqual({ exit: 1, err: expect.stringContaining('[bucket.missing]') });
    const secret = 'a-wrong-secret-that-nobody-may-see';
    const denied = await said(
      { bucket: 'errors' },
      { ...env, AWS_SECRET_ACCESS_KEY: secret },
      ...installWords('1.0.0', one),
    );
    expect(denied).toEqual({ exit: 1, err: expect.stringContaining('[bucket.denied]') });
    expect(denied.err).not.toContain(secret);
    const broken = await site(join(dir, 'broken'), 'D5zm1c3S');
    writeFileSync(join(broken.artefact, 'robots.txt'), 'changed after the build');
    const digest = await said({ bucket: 'errors' }, env, ...installWords('1.0.0', broken));
    expect(digest).toEqual({ exit: 1, err: expect.stringContaining('[bucket.wrong-digest]') });
    await objectsOf(s3, { bucket: 'errors' }).put(
      'assets/main-B3xk9a1Q.js',
      { bytes: new TextEncoder().encode('of somebody else'), type: 'text/plain', cache: 'no-cache' },
      'absent',
    );
    const taken = await said({ bucket: 'errors' }, env, ...installWords('1.0.0', one));
    expect(taken).toEqual({ exit: 1, err: expect.stringContaining('[bucket.same-name-other-content]') });
    expect(await text({ bucket: 'errors' }, 'assets/main-B3xk9a1Q.js')).toBe('of somebody else');
  });
});
