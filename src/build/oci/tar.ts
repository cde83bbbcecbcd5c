import { createReadStream } from 'node:fs';
import { ProblemError } from '../../model/problem.ts';
import { TAR_BLOCK, TAR_LARGEST, TAR_NAME, type TarType, tarHeader, tarPadding } from '../../procedure/machine/tar.ts';

/**
 * Tar archives whose bytes depend on their content alone: entries sorted by name, one owner, one time, modes as given. Format: POSIX.1-2017,
 * pax interchange format with ustar headers. Names that do not fit into a header, or are not ASCII, get a pax record.
 */

export type TarEntry = TarDirectory | TarFile | TarLink;

interface Named {
  /** Relative to the root, separator `/`, without `/` at either end. */
  readonly path: string;
  /** Owner and group by number; left out: 0, root. */
  readonly owner?: number;
}

export interface TarDirectory extends Named {
  readonly kind: 'directory';
  readonly mode: number;
}

export interface TarFile extends Named {
  readonly kind: 'file';
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Of a file on disk: its path. */
  readonly content: Uint8Array | string;
}

export interface TarLink extends Named {
  readonly kind: 'link';
  readonly target: string;
}

/**
 * The archive, piece by piece. Parents that are not among the entries are added (mode 0755, owner 0).
 *
 * @param mtime of every entry, seconds since 1970
 * @throws ProblemError `build.file-changed` for a file that is not as long as it was when it was listed
 */
export async function* tarArchive(entries: readonly TarEntry[], mtime: number): AsyncGenerator<Uint8Array> {
  for (const entry of withParents(entries)) {
    yield* headers(entry, mtime);
    if (entry.kind === 'file') yield* contentOf(entry);
  }
  yield new Uint8Array(2 * TAR_BLOCK);
}

/** Sorted by the bytes of the name, each name once (the last one given counts), with every parent. Pure. */
export function withParents(entries: readonly TarEntry[]): readonly TarEntry[] {
  const all = new Map<string, TarEntry>();
  for (const entry of entries) {
    const names = entry.path.split('/');
    for (let depth = 1; depth < names.length; depth += 1) {
      const path = names.slice(0, depth).join('/');
      if (!all.has(path)) all.set(path, { kind: 'directory', path, mode: 0o755 });
    }
    all.set(entry.path, entry);
  }
  return [...all.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function* headers(entry: TarEntry, mtime: number): Generator<Uint8Array> {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  const size = entry.kind === 'file' ? entry.size : 0;
  const owner = entry.owner ?? 0;
  const records = [...record('path', path), ...record('linkpath', target)];
  if (records.length > 0) {
    const body = Buffer.concat(records);
    yield header({ path: 'PaxHeaders/entry', target: '', type: 'x', mode: 0o644, owner: 0, size: body.length, mtime });
    yield body;
    yield tarPadding(body.length);
  }
  const type = entry.kind === 'directory' ? '5' : entry.kind === 'link' ? '2' : '0';
  yield header({ path, target, type, mode: entry.kind === 'link' ? 0o777 : entry.mode, owner, size, mtime });
}

async function* contentOf(entry: TarFile): AsyncGenerator<Uint8Array> {
  const { content, size } = entry;
  let seen = 0;
  if (typeof content !== 'string') {
    seen = content.length;
    yield content;
  } else {
    for await (const chunk of createReadStream(content, { highWaterMark: 256 * 1024 })) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('a file is read as bytes');
      seen += chunk.length;
      yield chunk;
    }
  }
  if (seen !== size) throw changed(entry, seen);
  yield tarPadding(size);
}

interface Header {
  readonly path: string;
  readonly target: string;
  readonly type: TarType;
  readonly mode: number;
  readonly owner: number;
  readonly size: number;
  readonly mtime: number;
}

function header({ path, target, size, ...rest }: Header): Uint8Array {
  if (size > TAR_LARGEST) throw tooLarge(path, size);
  // A longer name stands in the pax record before it; readers without pax see its beginning.
  return tarHeader({ ...rest, name: ascii(path), target: ascii(target), size });
}

function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '_');
}

/** A pax record counts its own length, digits included. */
function record(key: string, value: string): readonly Buffer[] {
  if (Buffer.byteLength(value) <= TAR_NAME && value === ascii(value)) return [];
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return [Buffer.from(`${length} ${key}=${value}\n`)];
}

function changed({ path, size }: TarFile, seen: number): ProblemError {
  return new ProblemError({
    code: 'build.file-changed',
    where: path,
    found: `${seen} bytes`,
    expected: `${size} bytes, as when the image was begun`,
    remedy: 'let nothing write there while it is built, then build again',
  });
}

function tooLarge(path: string, size: number): ProblemError {
  return new ProblemError({
    code: 'build.file-too-large',
    where: path,
    found: `${size} bytes`,
    expected: 'less than 8 GiB: more does not fit into the header of a tar archive',
    remedy: 'keep it out of the image, in a volume of its own',
  });
}
