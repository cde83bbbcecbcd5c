import { expect, test } from 'vitest';
import type { WebFile, WebFiles } from '../../../src/model/web-files.ts';
import { bucketFence, bucketRemoveEffects, bucketSwitchEffects } from '../../../src/platform/bucket/files.ts';
import { type ObjectHead, objectUrl, sha256 } from '../../../src/platform/bucket/objects.ts';
import {
  leftBehind,
  ownFixed,
  sameObject,
  sendings,
  storedFiles,
  switchOrder,
} from '../../../src/platform/bucket/plan.ts';
import type { BucketRelease } from '../../../src/platform/bucket/records.ts';
import type { Bucket } from '../../../src/platform/bucket/types.ts';
import { keysOf, nextOf, saidBy } from '../../../src/platform/bucket/xml.ts';

const digest = (text: string): string => `sha256:${sha256(Buffer.from(text), 'hex')}`;

function file(text: string, more: Partial<WebFile> = {}): WebFile {
  return {
    digest: digest(text),
    size: text.length,
    type: 'text/plain',
    cache: 'no-cache',
    encodings: { gzip: { digest: digest(`${text}.gz`), size: 3 } },
    ...more,
  };
}

const IMMUTABLE = 'public, max-age=31536000, immutable';
const files: WebFiles = {
  formatVersion: 1,
  pages: {},
  files: {
    'index.html': file('top'),
    'a/index.html': file('below'),
    'robots.txt': file('robots', { encodings: {} }),
    'assets/x-B3xk9a1Q.js': file('x', { cache: IMMUTABLE }),
    '.shiplock/www/live.json': file('not for us'),
  },
};

function release(version: string, paths: Readonly<Record<string, 'fixed' | 'switched'>>): BucketRelease {
  const entry = {
    digest: digest('x'),
    sent: sha256(Buffer.from('x'), 'hex'),
    size: 1,
    type: 't',
    cache: 'c',
    encoding: null,
  };
  return {
    formatVersion: 1,
    component: 'www',
    version,
    digest: digest(version),
    state: 'installed',
    files: Object.fromEntries(Object.entries(paths).map(([path, kind]) => [path, { ...entry, kind }])),
  };
}

const BUCKET: Bucket = {
  component: 'www',
  endpoint: 'https://s3.example.com',
  region: 'r1',
  bucket: 'www-example',
  prefix: 'shop/',
  addressing: 'path',
  access: { id: { secret: 'env:ID' }, key: { secret: 'env:KEY' } },
  encoding: 'none',
};

test('files are sent in the one form that is asked for, and plainly where there is none', () => {
  const list = sendings(files, 'gzip');
  expect(list.map(({ path, source, encoding, kind }) => [path, source, encoding, kind])).toEqual([
    ['a/index.html', 'a/index.html.gz', 'gzip', 'switched'],
    ['assets/x-B3xk9a1Q.js', 'assets/x-B3xk9a1Q.js.gz', 'gzip', 'fixed'],
    ['index.html', 'index.html.gz', 'gzip', 'switched'],
    ['robots.txt', 'robots.txt', null, 'switched'],
  ]);
  const [below, script] = list;
  expect([below?.size, below?.digest, `sha256:${below?.sent}`]).toEqual([3, digest('below'), digest('below.gz')]);
  expect(script?.cache).toBe(IMMUTABLE);
  expect(sendings(files, 'none').every(({ encoding, path, source }) => encoding === null && path === source)).toBe(
    true,
  );
});

test('the page at the top is switched last, after everything that it leads to', () => {
  const one = { ...release('1', {}), files: storedFiles(sendings(files, 'none')) };
  expect(switchOrder(one)).toEqual(['robots.txt', 'a/index.html', 'index.html']);
});

test('what only other releases have is left behind, and what nobody else has goes with a release', () => {
  const one = release('1', { 'index.html': 'switched', 'old.html': 'switched', 'a-1': 'fixed', both: 'fixed' });
  const two = release('2', { 'index.html': 'switched', both: 'fixed', 'a-2': 'fixed' });
  expect(leftBehind(two, [one, two])).toEqual(['old.html']);
  expect(leftBehind(one, [one, two])).toEqual([]);
  expect(ownFixed(one, [one, two])).toEqual(['a-1']);
});

test('an object is the same by all its headers and its checksum; without one only its content tells', () => {
  const { files: stored } = release('1', { x: 'fixed' });
  const one = stored['x'];
  if (one === undefined) throw new Error('the file is there');
  const head: ObjectHead = {
    ...{ etag: '"e"', size: 1, type: 't', cache: 'c', encoding: null, digest: null },
    sha256: sha256(Buffer.from('x'), 'base64'),
  };
  expect(sameObject(head, one)).toBe('same');
  expect(sameObject({ ...head, sha256: null }, one)).toBe('ask');
  for (const other of [
    { size: 2 },
    { type: 'u' },
    { cache: 'd' },
    { encoding: 'br' },
    { sha256: sha256(Buffer.from('y'), 'base64') },
  ])
    expect(sameObject({ ...head, ...other }, one)).toBe('other');
  expect(sameObject(null, one)).toBe('other');
});

test('addresses, with the bucket in the path or before the host, and names as they are signed', () => {
  expect(objectUrl(BUCKET, 'a b/ü+(1).js')).toBe('https://s3.example.com/www-example/shop/a%20b/%C3%BC%2B%281%29.js');
  expect(objectUrl({ ...BUCKET, addressing: 'host' }, 'x')).toBe('https://www-example.s3.example.com/shop/x');
  expect(objectUrl({ ...BUCKET, endpoint: 'https://gate.example.com/s3/' }, '', 'list-type=2')).toBe(
    'https://gate.example.com/s3/www-example?list-type=2',
  );
});

test('lists and errors are read with their entities', () => {
  const text =
    '<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a&amp;b&#252;&#x41;</Key></Contents><Contents><Key>c</Key></Contents><NextContinuationToken>t&lt;1</NextContinuationToken></ListBucketResult>';
  expect([keysOf(text), nextOf(text)]).toEqual([['a&büA', 'c'], 't<1']);
  expect(nextOf(text.replace('true', 'false'))).toBeNull();
  expect(saidBy('<Error><Code>NoSuchKey</Code><Message>it &quot;is&quot; not</Message></Error>')).toEqual({
    code: 'NoSuchKey',
    message: 'it "is" not',
  });
});

test('effects name no secret, install only what is not there, and always switch', () => {
  const spec = { version: '1.0.0', digest: digest('1'), artefact: '/builds/www' };
  const nothing = { component: 'www', installed: [], current: null, next: null };
  const verbs = (effects: ReturnType<typeof bucketSwitchEffects>) =>
    effects.map((one) => (one.kind === 'exec' ? one.argv[2] : one.kind));
  const effects = bucketSwitchEffects(BUCKET, spec, nothing);
  expect(verbs(effects)).toEqual(['install', 'switch']);
  const there = { ...nothing, installed: [{ component: 'www', ...spec }], current: '1.0.0' };
  expect(verbs(bucketSwitchEffects(BUCKET, spec, there))).toEqual(['switch']);
  const partly = { ...nothing, installed: [{ component: 'www', version: '1.0.0', digest: '' }] };
  expect(verbs(bucketSwitchEffects(BUCKET, spec, partly))).toEqual(['install', 'switch']);
  expect(bucketRemoveEffects(BUCKET, '1.0.0', nothing)).toEqual([]);
  const removal = JSON.stringify(bucketRemoveEffects(BUCKET, '1.0.0', there));
  expect(removal).toContain('"--also-current"');
  const own = {
    AWS_ACCESS_KEY_ID: { secret: 'env:ID' },
    AWS_SECRET_ACCESS_KEY: { secret: 'env:KEY' },
    AWS_SESSION_TOKEN: '',
  };
  for (const one of effects) expect(one).toMatchObject({ env: own, resource: 'bucket:www' });
  expect(bucketFence([BUCKET], 'bucket:www')).toMatchObject({ env: own });
  expect(bucketFence([BUCKET], 'local:/srv')).toBeUndefined();
});
