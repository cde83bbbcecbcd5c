import { ENCODING_SUFFIX, type Encoding, type WebFile, type WebFiles } from '../../model/web-files.ts';
import type { ObjectHead } from './objects.ts';
import { type BucketRelease, OWN, type StoredFile } from './records.ts';

/** What of a release is to be sent, switched and removed. Pure decisions. */

/** A file of the artefact as it is to be sent. */
export interface Sending {
  /** In the release. */
  readonly path: string;
  /** In the artefact: the packed form where that is stored. */
  readonly source: string;
  readonly digest: string;
  /** SHA-256 of the bytes of `source`, hex. */
  readonly sent: string;
  readonly size: number;
  readonly type: string;
  readonly cache: string;
  readonly encoding: Encoding | null;
  readonly kind: StoredFile['kind'];
}

/** Everything that is served of a release, in the one form that the bucket has of it. Pure. */
export function sendings(files: WebFiles, encoding: Encoding | 'none'): readonly Sending[] {
  return Object.entries(files.files)
    .filter(([path]) => !path.startsWith(OWN))
    .map(([path, file]) => sendingOf(path, file, encoding))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function sendingOf(path: string, file: WebFile, wanted: Encoding | 'none'): Sending {
  const packed = wanted === 'none' ? undefined : file.encodings[wanted];
  const encoding = wanted === 'none' || packed === undefined ? null : wanted;
  return {
    path,
    source: encoding === null ? path : `${path}${ENCODING_SUFFIX[encoding]}`,
    digest: file.digest,
    sent: (packed?.digest ?? file.digest).replace(/^sha256:/, ''),
    size: packed?.size ?? file.size,
    type: file.type,
    cache: file.cache,
    encoding,
    // The build says so only of names with a content hash, which no release means otherwise.
    kind: file.cache.includes('immutable') ? 'fixed' : 'switched',
  };
}

/** As the record of a release has it. Pure. */
export function storedFiles(list: readonly Sending[]): BucketRelease['files'] {
  return Object.fromEntries(list.map(({ path, source: _, ...file }) => [path, file]));
}

/**
 * In which order files are switched: what pages load first, pages after it, and the page at the top last, since it is the way in. Pure.
 */
export function switchOrder(release: Pick<BucketRelease, 'files'>): readonly string[] {
  const rank = (path: string): number => (path === 'index.html' ? 2 : path.endsWith('.html') ? 1 : 0);
  return switched(release).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Paths that are switched. Pure. */
export function switched({ files }: Pick<BucketRelease, 'files'>): readonly string[] {
  return Object.entries(files).flatMap(([path, { kind }]) => (kind === 'switched' ? [path] : []));
}

/** Paths that other releases have and this one has not: after the switch nobody is to get them. Pure. */
export function leftBehind(release: BucketRelease, all: readonly BucketRelease[]): readonly string[] {
  const others = all.filter(({ version }) => version !== release.version).flatMap(switched);
  return [...new Set(others)].filter((path) => !Object.hasOwn(release.files, path)).toSorted();
}

/** Files with a hash that no other release has: they may go with it. Pure. */
export function ownFixed(release: BucketRelease, all: readonly BucketRelease[]): readonly string[] {
  const others = all.filter(({ version }) => version !== release.version);
  return Object.entries(release.files).flatMap(([path, { kind }]) =>
    kind === 'fixed' && !others.some(({ files }) => Object.hasOwn(files, path)) ? [path] : [],
  );
}

/** What an object is beside the file that is to lie there; `ask`: only its content tells. Pure. */
export function sameObject(head: ObjectHead | null, file: StoredFile): 'same' | 'other' | 'ask' {
  if (head === null) return 'other';
  const headers = head.type === file.type && head.cache === file.cache && head.encoding === file.encoding;
  if (!headers || head.size !== file.size) return 'other';
  if (head.sha256 === null) return 'ask';
  return Buffer.from(head.sha256, 'base64').toString('hex') === file.sent ? 'same' : 'other';
}
