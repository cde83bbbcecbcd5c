import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { WEB_FILES, type WebFiles, webFilesSchema } from '../../model/web-files.ts';
import { artefactDigest, mapLimited } from '../../procedure/machine/digest.ts';
import { isMissing } from '../../procedure/store.ts';
import { type Claiming, claim } from './claim.ts';
import { type Condition, type NewObject, sha256 } from './objects.ts';
import { type Sending, sameObject, sendings, storedFiles } from './plan.ts';
import {
  asideKey,
  type BucketRelease,
  type Read,
  readRelease,
  recordObject,
  releaseKey,
  type StoredFile,
} from './records.ts';
import { type Bucket, bucketText } from './types.ts';

export interface BucketWork extends Claiming {
  readonly encoding: Bucket['encoding'];
}

export interface InstallRequest {
  readonly version: string;
  readonly digest: string;
  /** Directory that the build made. */
  readonly artefact: string;
}

export interface InstalledCount {
  readonly sent: number;
  readonly sentBytes: number;
  readonly present: number;
}

const AT_ONCE = 8;

/**
 * Brings the files of a release into the bucket: those with a hash in their name to where they stay, the others aside until they are switched. Then each
 * is looked at as the server has it. Repeatable: what is there is not sent again. Nobody is served anything else by it.
 */
export async function installRelease(work: BucketWork, request: InstallRequest): Promise<InstalledCount> {
  const { component, place, objects, encoding } = work;
  const { version, digest, artefact } = request;
  const found = await artefactDigest(artefact);
  if (found !== digest) throw wrongDigest(request, found);
  await claim(work);
  const list = sendings(await webFilesOf(artefact), encoding);
  const before = await readRelease(place, objects, component, version);
  if (before !== null && before.record.digest !== digest) throw otherContent(work, request, before.record.digest);
  if (before?.record.state === 'installed' && isSame(before.record, list)) return verified(work, version, list);
  const record: BucketRelease = {
    formatVersion: 1,
    component,
    version,
    digest,
    state: 'installing',
    files: storedFiles(list),
  };
  // First what will be there, so that a killed installation can be gone on with, and removed.
  const begun = await writeRelease(work, before, record);
  const counts = await mapLimited(list, AT_ONCE, async (one) => ({
    one,
    how: one.kind === 'fixed' ? await bringFixed(work, artefact, one) : await bringAside(work, version, artefact, one),
  }));
  const { present } = await verified(work, version, list);
  await writeRelease(work, begun, { ...record, state: 'installed' });
  const sent = counts.filter(({ how }) => how === 'sent').map(({ one }) => one);
  return {
    sent: sent.length,
    sentBytes: sent.reduce((sum, { size }) => sum + size, 0),
    present: present - sent.length,
  };
}

function isSame(record: BucketRelease, list: readonly Sending[]): boolean {
  const [there, wanted] = [Object.entries(record.files), Object.entries(storedFiles(list))];
  return (
    there.length === wanted.length &&
    wanted.every(([path, file]) => record.files[path]?.sent === file.sent && record.files[path]?.cache === file.cache)
  );
}

/** @throws ProblemError `bucket.no-files` when the build did not write down what the files are */
async function webFilesOf(artefact: string): Promise<WebFiles> {
  const path = join(artefact, WEB_FILES);
  try {
    return webFilesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ProblemError({
      code: 'bucket.no-files',
      where: path,
      found: 'no such file',
      expected: 'the list of files that a build writes into an artefact of `kind: static`',
      remedy: 'build the release again with this version of Shiplock',
    });
  }
}

/** @throws ProblemError `bucket.contended` when somebody else has written it */
export async function writeRelease(
  { place, objects, component }: Claiming,
  before: Pick<Read<BucketRelease>, 'etag'> | null,
  record: BucketRelease,
): Promise<Read<BucketRelease>> {
  const when: Condition = before === null ? 'absent' : { etag: before.etag };
  const written = await objects.put(releaseKey(component, record.version), recordObject(record), when);
  if (written.kind === 'written') return { record, etag: written.etag };
  const now = await readRelease(place, objects, component, record.version);
  if (now !== null && now.record.state === record.state && now.record.digest === record.digest) return now;
  throw new ProblemError({
    code: 'bucket.contended',
    where: `${bucketText(place)}${releaseKey(component, record.version)}`,
    found: 'a record that changed while it was written',
    expected: 'one run at a time',
    remedy: 'does another program write below `.shiplock/` of this bucket? Stop it, then resume the run',
  });
}

type How = 'sent' | 'present';

async function bringFixed(work: BucketWork, artefact: string, one: Sending): Promise<How> {
  const { objects } = work;
  const there = await objects.head(one.path);
  if (there !== null) return (await isContent(work, one)) ? 'present' : refuseOther(work, one);
  const object: NewObject = { ...(await objectOf(artefact, one)), encoding: one.encoding };
  const written = await objects.put(one.path, object, 'absent');
  if (written.kind === 'written') return 'sent';
  return (await isContent(work, one)) ? 'sent' : refuseOther(work, one);
}

/** Material of ours until it is switched: stored as it is, without an encoding. */
async function bringAside(work: BucketWork, version: string, artefact: string, one: Sending): Promise<How> {
  const { objects, component } = work;
  const key = asideKey(component, version, one.path);
  const there = await objects.head(key);
  const aside: StoredFile = { ...one, ...ASIDE };
  if (there !== null && (await isStored(work, key, aside))) return 'present';
  const object: NewObject = { ...(await objectOf(artefact, one)), ...ASIDE };
  // What is there and differs was broken by somebody: nothing is served from here, so it is mended.
  const written = await objects.put(key, object, there === null ? 'absent' : { etag: there.etag });
  if (written.kind === 'not-so' && !(await isStored(work, key, aside))) return refuseOther(work, { ...one, path: key });
  return 'sent';
}

export const ASIDE = { type: 'application/octet-stream', cache: 'no-store', encoding: null } as const;

/** The bytes as they are to be sent; they must be those of the artefact that was checked. */
async function objectOf(artefact: string, { source, sent, type, cache, digest }: Sending): Promise<NewObject> {
  const bytes = new Uint8Array(await readFile(join(artefact, source)));
  const found = sha256(bytes, 'hex');
  if (found === sent) return { bytes, type, cache, digest };
  throw new ProblemError({
    code: 'bucket.wrong-digest',
    where: join(artefact, source),
    found: `sha256:${found}`,
    expected: `sha256:${sent}, as the build wrote it down`,
    remedy: 'build the release again; something changed its files',
  });
}

/** Is an object what it should be, headers and all? Its content is fetched only where the server keeps no checksum. */
export async function isStored(
  { objects }: Pick<Claiming, 'objects'>,
  key: string,
  file: StoredFile,
): Promise<boolean> {
  const found = sameObject(await objects.head(key), file);
  if (found !== 'ask') return found === 'same';
  const content = await objects.get(key);
  // What came is unpacked.
  const wanted = file.encoding === null ? `sha256:${file.sent}` : file.digest;
  return content !== null && `sha256:${sha256(content.bytes, 'hex')}` === wanted;
}

/** Has it the content, in whichever encoding? An earlier release may have stored another form: that one is as good. */
async function isContent(work: BucketWork, one: Sending): Promise<boolean> {
  if (await isStored(work, one.path, one)) return true;
  const content = await work.objects.get(one.path);
  return content !== null && `sha256:${sha256(content.bytes, 'hex')}` === one.digest;
}

async function verified(work: BucketWork, version: string, list: readonly Sending[]): Promise<InstalledCount> {
  const { component } = work;
  const bad = await mapLimited(list, AT_ONCE, async (one) => {
    const isThere =
      one.kind === 'fixed'
        ? isContent(work, one)
        : isStored(work, asideKey(component, version, one.path), { ...one, ...ASIDE });
    return (await isThere) ? [] : [one.path];
  });
  const wrong = bad.flat();
  if (wrong.length === 0) return { sent: 0, sentBytes: 0, present: list.length };
  throw new ProblemError({
    code: 'bucket.not-as-sent',
    where: bucketText(work.place),
    found: `other content at ${wrong.slice(0, 5).join(', ')}${wrong.length > 5 ? ` and ${wrong.length - 5} more` : ''}`,
    expected: 'what was sent a moment ago',
    remedy: 'does something else write into this bucket, or change what is sent? Stop it, then resume the run',
  });
}

function refuseOther({ place }: BucketWork, one: Pick<Sending, 'path' | 'digest'>): never {
  throw new ProblemError({
    code: 'bucket.same-name-other-content',
    where: `${bucketText(place)}${one.path}`,
    found: 'other content under this name already',
    expected: `${one.digest}: browsers keep a name with a hash for a year`,
    remedy:
      'does something else write below this prefix? Give the component a prefix of its own, or remove that object',
  });
}

function wrongDigest({ artefact, digest }: InstallRequest, found: string): ProblemError {
  return new ProblemError({
    code: 'bucket.wrong-digest',
    where: artefact,
    found,
    expected: digest,
    remedy: 'build the release again, or take the artefact that release.json describes',
  });
}

function otherContent(
  { place, component }: BucketWork,
  { version, digest }: InstallRequest,
  found: string,
): ProblemError {
  return new ProblemError({
    code: 'bucket.other-content',
    where: `${bucketText(place)}${releaseKey(component, version)}`,
    found,
    expected: digest,
    remedy: 'a version means one content for ever: release under a new version',
  });
}
