import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { parsedJson } from '../../model/json.ts';
import {
  cachePolicy,
  contentType,
  ENCODING_SUFFIX,
  ENCODINGS,
  type Encoding,
  isHashedName,
  WEB_FILES,
  type WebFile,
  type WebFiles,
  webFilesSchema,
} from '../../model/web-files.ts';
import { UNIT_FILE } from './layout.ts';

export { isHashedName } from '../../model/web-files.ts';

/** Which file answers a request, and with which headers. Only files below the root; links may not lead out of it. */

export interface StaticFile {
  readonly path: string;
  readonly size: number;
  readonly headers: Readonly<Record<string, string>>;
}

export type Found =
  | { readonly kind: 'file'; readonly file: StaticFile }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'bad-request' };

/** Segments of a request path, decoded once; undefined for a path that no file can have (climbing, hidden, control characters). */
export function segmentsOf(pathname: string): readonly string[] | undefined {
  const segments: string[] = [];
  for (const raw of pathname.split('/')) {
    if (raw === '') continue;
    let segment: string;
    try {
      segment = decodeURIComponent(raw);
    } catch {
      return undefined;
    }
    // Dot names are hidden on purpose: `..` climbs, `.git` and `.env` are nobody's business. Backslashes climb elsewhere.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (segment.startsWith('.') || /[/\\\u0000-\u001f\u007f]/.test(segment)) return undefined;
    segments.push(segment);
  }
  return segments;
}

/**
 * Looks a request up. `root` may be a link (`current`): it is resolved per request, so a switched link serves at once. A page
 * without extension that is no file gets index.html where `singlePage` is wanted.
 */
export async function findFile(
  root: string,
  pathname: string,
  acceptEncoding: string,
  options: { readonly singlePage: boolean; readonly releases?: string | undefined },
): Promise<Found> {
  const segments = segmentsOf(pathname);
  if (segments === undefined) return { kind: 'bad-request' };
  // A release directory holds our own notes beside the files.
  if (segments.length === 1 && (segments[0] === UNIT_FILE || segments[0] === WEB_FILES)) return { kind: 'not-found' };
  const base = await realpath(root).catch(() => undefined);
  if (base === undefined) return { kind: 'not-found' };
  const asked = join(base, ...segments);
  const direct = (await plainFile(base, asked)) ?? (await plainFile(base, join(asked, 'index.html')));
  if (direct !== undefined) return { kind: 'file', file: await describe(base, direct, acceptEncoding) };
  const last = segments.at(-1) ?? '';
  if (options.releases !== undefined && isHashedName(last)) {
    const elsewhere = await inAnotherRelease(options.releases, segments, acceptEncoding);
    if (elsewhere !== undefined) return { kind: 'file', file: elsewhere };
  }
  if (!options.singlePage || extname(last) !== '') return { kind: 'not-found' };
  const page = await plainFile(base, join(base, 'index.html'));
  return page === undefined
    ? { kind: 'not-found' }
    : { kind: 'file', file: await describe(base, page, acceptEncoding) };
}

/**
 * A page that was loaded before a switch still asks for the files of its own release. A name with a content hash means the
 * same bytes in whichever release it is found.
 */
async function inAnotherRelease(
  releases: string,
  segments: readonly string[],
  acceptEncoding: string,
): Promise<StaticFile | undefined> {
  const names = await readdir(releases).catch(() => []);
  for (const name of names.filter((one) => !one.startsWith('.'))) {
    const base = await realpath(join(releases, name)).catch(() => undefined);
    if (base === undefined) continue;
    const file = await plainFile(base, join(base, ...segments));
    if (file !== undefined) return describe(base, file, acceptEncoding);
  }
  return undefined;
}

interface Plain {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

async function plainFile(base: string, path: string): Promise<Plain | undefined> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !real.startsWith(base + sep)) return undefined;
  const found = await stat(real).catch(() => undefined);
  return found?.isFile() === true ? { path: real, size: found.size, mtimeMs: found.mtimeMs } : undefined;
}

async function describe(base: string, file: Plain, acceptEncoding: string): Promise<StaticFile> {
  const name = file.path.slice(base.length + 1);
  const built = await builtFiles(base);
  const note = built === undefined ? undefined : noteOf(built, name, file);
  // A file that the build does not know as it is has no packed form that could be trusted to be of its content.
  const packed =
    built !== undefined && note === undefined ? undefined : await packedForm(base, file, note?.file, acceptEncoding);
  const sent = packed?.file ?? file;
  return {
    path: sent.path,
    size: sent.size,
    headers: {
      'content-type': note?.file.type ?? contentType(name),
      'content-length': String(sent.size),
      'cache-control': note?.file.cache ?? cachePolicy(name),
      etag: `"${tagOf(sent, packed === undefined ? note?.file.digest : packed.digest)}"`,
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      ...note?.policy,
      ...(packed === undefined ? {} : { 'content-encoding': packed.encoding }),
    },
  };
}

/**
 * Of a built file the tag is its content: the same on every host and in the next release, so what did not change is not sent again.
 * Of any other file the resolved path is part of it: two releases may have a file of the same size and time.
 */
function tagOf(sent: Plain, digest: string | undefined): string {
  if (digest !== undefined) return digest.slice('sha256:'.length, 'sha256:'.length + 32);
  return createHash('sha256').update(`${sent.path}\0${sent.size}\0${sent.mtimeMs}`).digest('base64url').slice(0, 22);
}

interface Note {
  readonly file: WebFile;
  /** The header of the page's policy; empty for other files. */
  readonly policy: Readonly<Record<string, string>>;
}

/** What the build says about a file; undefined: nothing, or it is about another content. */
function noteOf(built: WebFiles, name: string, { size }: Plain): Note | undefined {
  const key = sep === '/' ? name : name.replaceAll(sep, '/');
  const file = built.files[key];
  if (file === undefined || file.size !== size) return undefined;
  const policy = built.pages[key]?.policy;
  return { file, policy: policy === undefined ? {} : { [policy.header]: policy.value } };
}

/** Releases are looked at again and again, and never change: a few of them are remembered by the time of the file. */
const remembered = new Map<string, { readonly stamp: string; readonly files: WebFiles | undefined }>();
const REMEMBERED = 16;

async function builtFiles(base: string): Promise<WebFiles | undefined> {
  const path = join(base, WEB_FILES);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const stamp = `${found.ino} ${found.size} ${found.mtimeMs}`;
  const known = remembered.get(base);
  if (known?.stamp === stamp) return known.files;
  const files = webFilesSchema.safeParse(parsedJson(await readFile(path, 'utf8').catch(() => ''))).data;
  remembered.delete(base);
  remembered.set(base, { stamp, files });
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return files;
}

interface Packed {
  readonly encoding: Encoding;
  readonly file: Plain;
  readonly digest?: string;
}

/** The form that the client likes best; of several that it likes alike, the smallest. */
async function packedForm(
  base: string,
  file: Plain,
  note: WebFile | undefined,
  acceptEncoding: string,
): Promise<Packed | undefined> {
  const wanted = ENCODINGS.map((encoding) => ({ encoding, weight: weightOf(acceptEncoding, encoding) }));
  const forms: (Packed & { readonly weight: number })[] = [];
  for (const { encoding, weight } of wanted) {
    const told = note?.encodings[encoding];
    if (weight === 0 || (note !== undefined && told === undefined)) continue;
    const packed = await plainFile(base, `${file.path}${ENCODING_SUFFIX[encoding]}`);
    if (packed === undefined || (told !== undefined && told.size !== packed.size)) continue;
    forms.push({ encoding, weight, file: packed, ...(told === undefined ? {} : { digest: told.digest }) });
  }
  return forms.toSorted((a, b) => b.weight - a.weight || a.file.size - b.file.size)[0];
}

/** `gzip, br;q=0` → br is refused. Names and weights as RFC 9110 12.5.3 has them; `*` is not used to choose. */
export function accepts(header: string, encoding: string): boolean {
  return weightOf(header, encoding) > 0;
}

function weightOf(header: string, encoding: string): number {
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    if (name !== encoding) continue;
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1');
    return Number.isNaN(weight) ? 0 : Math.max(weight, 0);
  }
  return 0;
}
