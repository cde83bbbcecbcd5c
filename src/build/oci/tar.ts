import { createReadStream } from 'node:fs';
import { ProblemError } from '../../model/problem.ts';

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

const BLOCK = 512;
/** Eleven octal digits: 8 GiB less one byte. */
const LARGEST = 0o77777777777;
const NAME_BYTES = 100;

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
  yield new Uint8Array(2 * BLOCK);
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
    yield padded(body);
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
  const rest = size % BLOCK;
  if (rest !== 0) yield new Uint8Array(BLOCK - rest);
}

interface Header {
  readonly path: string;
  readonly target: string;
  readonly type: string;
  readonly mode: number;
  readonly owner: number;
  readonly size: number;
  readonly mtime: number;
}

function header({ path, target, type, mode, owner, size, mtime }: Header): Uint8Array {
  if (size > LARGEST) throw tooLarge(path, size);
  const block = Buffer.alloc(BLOCK);
  // A longer name stands in the pax record before it; readers without pax see its beginning.
  block.write(ascii(path).slice(0, NAME_BYTES), 0, 'latin1');
  number(block, 100, 8, mode);
  number(block, 108, 8, owner);
  number(block, 116, 8, owner);
  number(block, 124, 12, size);
  number(block, 136, 12, mtime);
  block.write(type, 156, 'latin1');
  block.write(ascii(target).slice(0, NAME_BYTES), 157, 'latin1');
  block.write('ustar\0', 257, 'latin1');
  block.write('00', 263, 'latin1');
  number(block, 329, 8, 0);
  number(block, 337, 8, 0);
  // The sum counts its own field as blanks.
  block.fill(' ', 148, 156, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function number(block: Buffer, at: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
}

function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '_');
}

/** A pax record counts its own length, digits included. */
function record(key: string, value: string): readonly Buffer[] {
  if (Buffer.byteLength(value) <= NAME_BYTES && value === ascii(value)) return [];
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return [Buffer.from(`${length} ${key}=${value}\n`)];
}

function padded(body: Buffer): Uint8Array {
  const rest = body.length % BLOCK;
  return rest === 0 ? body : Buffer.concat([body, Buffer.alloc(BLOCK - rest)]);
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
