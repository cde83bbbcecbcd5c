import { ProblemError } from '../../model/problem.ts';
import { mapLimited } from '../../procedure/machine/digest.ts';
import { type Claiming, change, claim, mustHold } from './claim.ts';
import { isStored, writeRelease } from './install.ts';
import { type Condition, sha256 } from './objects.ts';
import { leftBehind, ownFixed, switched, switchOrder } from './plan.ts';
import {
  asideKey,
  type BucketLive,
  type BucketRelease,
  type Read,
  readRelease,
  recordedVersions,
  releaseKey,
} from './records.ts';
import { bucketText } from './types.ts';

const AT_ONCE = 8;
/** How often a file that somebody changes meanwhile is tried. */
const TRIES = 3;

export interface SwitchCount {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes a release the one that is served: what pages load, then pages, then the page at the top, each one by one write; then what only other releases
 * had is taken away. Repeatable, and gone on with after a kill: `next` says what is under way.
 *
 * @throws ProblemError `bucket.not-installed`, `bucket.broken-copy`
 * @throws BucketFencedError when a later run has come
 */
export async function switchTo(claiming: Claiming, version: string): Promise<SwitchCount> {
  const { objects } = claiming;
  const release = await installed(claiming, version);
  let live = await claim(claiming);
  const changed: string[] = [];
  const wrong = async (): Promise<readonly string[]> => {
    const bad = await mapLimited(switchOrder(release), AT_ONCE, async (path) => {
      const file = release.files[path];
      return file === undefined || (await isStored(claiming, path, file)) ? [] : [path];
    });
    return bad.flat();
  };
  const all = await releases(claiming);
  for (let tries = 1; ; tries += 1) {
    const due = await wrong();
    if (due.length === 0 && live.record.current === version && live.record.next === null) break;
    live = await change(claiming, live, { current: live.record.current, next: version });
    for (const path of due) {
      await put(claiming, release, path);
      changed.push(path);
    }
    // Another run, or something else, may have written meanwhile: looked at again, and only then said to be so.
    const still = await wrong();
    if (still.length === 0) {
      live = await change(claiming, live, { current: version, next: null });
      break;
    }
    if (tries >= TRIES) throw changing(claiming, still);
  }
  const removed: string[] = [];
  for (const path of leftBehind(release, all)) {
    await mustHold(claiming);
    if ((await objects.head(path)) === null) continue;
    await objects.delete(path);
    removed.push(path);
  }
  return { changed, removed };
}

async function put(claiming: Claiming, release: BucketRelease, path: string): Promise<void> {
  const { objects, component, place } = claiming;
  const file = release.files[path];
  if (file === undefined) throw new TypeError(`${path} is no file of ${release.version}`);
  const before = await objects.head(path);
  const aside = await objects.get(asideKey(component, release.version, path));
  const found = aside === null ? 'nothing' : sha256(aside.bytes, 'hex');
  if (aside === null || found !== file.sent) {
    throw new ProblemError({
      code: 'bucket.broken-copy',
      where: `${bucketText(place)}${asideKey(component, release.version, path)}`,
      found,
      expected: file.sent,
      remedy: 'something else wrote into this bucket: release this version again, which brings its files back',
    });
  }
  const { type, cache, encoding, digest } = file;
  const when: Condition = before === null ? 'absent' : { etag: before.etag };
  // Written in between by somebody else: told by the look that follows.
  await objects.put(path, { bytes: aside.bytes, type, cache, encoding, digest }, when);
}

async function installed(claiming: Claiming, version: string): Promise<BucketRelease> {
  const { place, objects, component } = claiming;
  const found = await readRelease(place, objects, component, version);
  if (found?.record.state === 'installed') return found.record;
  throw new ProblemError({
    code: 'bucket.not-installed',
    where: `${bucketText(place)}${releaseKey(component, version)}`,
    found: found === null ? 'no such release' : `a release that is ${found.record.state}`,
    expected: 'a release whose files are all there',
    remedy: 'release this version again, which brings its files back',
  });
}

async function releases(claiming: Claiming): Promise<readonly BucketRelease[]> {
  const { place, objects, component } = claiming;
  const versions = await recordedVersions(objects, component);
  const found = await mapLimited(versions, AT_ONCE, (version) => readRelease(place, objects, component, version));
  return found.flatMap((one) => (one === null ? [] : [one.record]));
}

/**
 * Takes a release out of the bucket: files with a hash that no other release has, its copies, then its record. Repeatable, and gone on with after a kill.
 *
 * @param alsoCurrent also when it is served: then nothing is served afterwards, the way back of a first release
 * @throws ProblemError `bucket.version-current`
 */
export async function removeRelease(claiming: Claiming, version: string, alsoCurrent: boolean): Promise<number> {
  const { place, objects, component } = claiming;
  const found = await readRelease(place, objects, component, version);
  if (found === null) return 0;
  const live = await claim(claiming);
  const { current, next } = live.record;
  const serves = current === version || next === version;
  if (serves && !alsoCurrent) {
    throw new ProblemError({
      code: 'bucket.version-current',
      where: `${bucketText(place)}${component} ${version}`,
      found: 'the release that is served',
      expected: 'a release that nothing needs',
      remedy: 'switch to another release first',
    });
  }
  const gone: Read<BucketRelease> = await writeRelease(claiming, found, { ...found.record, state: 'removing' });
  const all = await releases(claiming);
  const paths = switched(gone.record);
  if (serves) await unserve(claiming, live, paths);
  const keys = [...ownFixed(gone.record, all), ...paths.map((path) => asideKey(component, version, path))];
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    // A removal knows no conditions: a run that has lost the bucket must find that out by itself.
    await mustHold(claiming);
    await Promise.all(keys.slice(at, at + AT_ONCE).map((key) => objects.delete(key)));
  }
  // The record last: while it is there, the rest can be found.
  await objects.delete(releaseKey(component, version));
  return keys.length;
}

async function unserve(claiming: Claiming, live: Read<BucketLive>, paths: readonly string[]): Promise<void> {
  const under = await change(claiming, live, { current: null, next: live.record.next ?? live.record.current });
  await mapLimited(paths, AT_ONCE, (path) => claiming.objects.delete(path));
  await change(claiming, under, { current: null, next: null });
}

function changing({ place }: Claiming, paths: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'bucket.contended',
    where: bucketText(place),
    found: `other content again at ${paths.slice(0, 5).join(', ')}`,
    expected: 'what this release has there',
    remedy: 'does another program write these objects? Stop it, then resume the run',
  });
}
