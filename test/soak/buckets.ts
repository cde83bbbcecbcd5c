import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3 } from '../../scripts/components/s3.ts';
import { type BucketAt, bucketVerb, installWords, killedAt, objectsOf, site } from '../support/bucket-site.ts';

/**
 * Frontends in a bucket of a real S3 server: every verb killed with -9 at each of its writes, before and after it arrives. After each kill the page of the
 * top must be whole and find its script; the same verb again must end, with the same objects as if nothing had happened.
 * Exit codes: 0 everything as it should be · 1 otherwise
 */

const s3 = await startS3(['kills', 'undisturbed']);
const dir = await mkdtemp(join(tmpdir(), 'soak-buckets-'));
const text = async (at: BucketAt, key: string): Promise<string> =>
  new TextDecoder().decode((await objectsOf(s3, at).get(key))?.bytes ?? new Uint8Array(0));

/** Everything in the bucket with its content; the fence apart, which says only who came last. */
async function content(at: BucketAt): Promise<ReadonlyMap<string, string>> {
  const keys = await objectsOf(s3, at).list('');
  const texts = await Promise.all(keys.map(async (key) => [key, await text(at, key)] as const));
  return new Map(texts.map(([key, value]) => [key, value.replace(/"fence": \d+/, '"fence": 0')]));
}

/** Puts back what the server kept; its own directories stay, since it stands in them. */
async function restore(snapshot: string): Promise<void> {
  for (const part of await readdir(s3.kept)) {
    const at = join(s3.kept, part);
    for (const name of await readdir(at)) await rm(join(at, name), { recursive: true });
    await cp(join(snapshot, part), at, { recursive: true });
  }
}

let kills = 0;
let wrong = 0;
const fail = (why: string): void => {
  wrong += 1;
  console.error(`wrong: ${why}`);
};
const must = async (at: BucketAt, words: readonly string[]): Promise<void> => {
  const { exit, err } = await bucketVerb(s3, at, 1, words);
  if (exit !== 0) fail(`${words.join(' ')} at ${at.bucket}: ${err}`);
};

try {
  const one = await site(join(dir, 'one'), 'B3xk9a1Q', { 'old/index.html': '<p>old</p>' });
  const two = await site(join(dir, 'two'), 'C4yl0b2R', { 'new.json': '{}' });
  const [at, calm]: readonly [BucketAt, BucketAt] = [{ bucket: 'kills' }, { bucket: 'undisturbed' }];
  const to = (version: string): readonly string[] => ['switch', '--version', version];
  for (const place of [at, calm]) {
    await must(place, installWords('1.0.0', one));
    await must(place, to('1.0.0'));
  }
  const jobs = [installWords('2.0.0', two), to('2.0.0'), to('1.0.0'), ['remove', '--version', '2.0.0']];
  // The last one leaves nothing to be served: what a first release that is taken back leaves.
  for (const words of [...jobs, ['remove', '--version', '1.0.0', '--also-current']]) {
    await must(calm, words);
    const wanted = JSON.stringify([...(await content(calm))]);
    const [before, snapshot] = [kills, join(dir, 'snapshot')];
    await cp(s3.kept, snapshot, { recursive: true });
    for (const arrives of [false, true]) {
      for (let kill = 1; ; kill += 1) {
        await restore(snapshot);
        if (!(await killedAt(s3, at, words, { kill, arrives, fence: 1 }))) break;
        kills += 1;
        const page = await text(at, 'index.html');
        const hash = /main-(\w{8})\.js/.exec(page)?.[1];
        const isWhole = hash !== undefined && (await text(at, `assets/main-${hash}.js`)).includes(`words of ${hash}`);
        const isGone = page === '' && words.includes('--also-current');
        const when = `${words.slice(0, 3).join(' ')}, killed at write ${kill}`;
        if (!isWhole && !isGone) fail(`${when}: the page is ${page.slice(0, 80)}`);
        await must(at, words);
        if (JSON.stringify([...(await content(at))]) !== wanted) fail(`${when}: other objects afterwards`);
      }
    }
    await must(at, words);
    await rm(snapshot, { recursive: true });
    console.log(`${words.slice(0, 3).join(' ')}: ${kills - before} kills`);
  }
  console.log(`${kills} kills, ${wrong} wrong`);
} finally {
  await s3.stop();
  await rm(dir, { recursive: true, force: true });
}
process.exitCode = wrong === 0 && kills > 30 ? 0 : 1;
