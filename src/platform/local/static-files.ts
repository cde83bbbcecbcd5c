import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { UNIT_FILE } from './layout.ts';

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

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.sh': 'text/x-shellscript; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.pdf': 'application/pdf',
};

/** What bundlers write: `index-B3xk9a1Q.js`, `app.3f2a9c1d.css`. A content hash has a digit or mixed case; a word has not. */
const HASHED = /[-.]([A-Za-z0-9_-]{8,})\.[a-z0-9]+$/;

export function isHashedName(name: string): boolean {
  const hash = HASHED.exec(name)?.[1];
  return hash !== undefined && (/\d/.test(hash) || (/[a-z]/.test(hash) && /[A-Z]/.test(hash)));
}

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
  // A release directory holds our own note of its settings beside the files.
  if (segments.length === 1 && segments[0] === UNIT_FILE) return { kind: 'not-found' };
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
  const type = TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream';
  const packed = await precompressed(base, file, acceptEncoding);
  const sent = packed?.file ?? file;
  // The resolved path is part of the tag: two releases may have a file of the same size and time.
  const tag = createHash('sha256')
    .update(`${sent.path}\0${sent.size}\0${sent.mtimeMs}`)
    .digest('base64url')
    .slice(0, 22);
  return {
    path: sent.path,
    size: sent.size,
    headers: {
      'content-type': type,
      'content-length': String(sent.size),
      'cache-control': isHashedName(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: `"${tag}"`,
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      ...(packed === undefined ? {} : { 'content-encoding': packed.encoding }),
    },
  };
}

const ENCODINGS = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
] as const;

async function precompressed(
  base: string,
  file: Plain,
  acceptEncoding: string,
): Promise<{ readonly encoding: string; readonly file: Plain } | undefined> {
  for (const { encoding, suffix } of ENCODINGS) {
    if (!accepts(acceptEncoding, encoding)) continue;
    const packed = await plainFile(base, `${file.path}${suffix}`);
    if (packed !== undefined) return { encoding, file: packed };
  }
  return undefined;
}

/** `gzip, br;q=0` → br is refused. Names and weights as RFC 9110 12.5.3 has them; `*` is not used to choose. */
export function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return name === encoding && Number(weight) > 0;
  });
}
