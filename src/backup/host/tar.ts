import { createHash, type Hash } from 'node:crypto';
import { type Problem, ProblemError } from '../../model/problem.ts';

/**
 * A tar as it goes by: what is in it, each file digested, nothing written to a disk. Source of the format: POSIX.1-2017, `pax`, "ustar Interchange
 * Format" and "pax Extended Header"; numbers in base 256 and `SCHILY.xattr.` and `SCHILY.acl.` are those of GNU tar and star.
 */

export interface TarEntry {
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since 1970, as the tar has them, with up to nine digits behind the point. */
  readonly mtime: string;
  /** Of a link; otherwise empty. */
  readonly target: string;
  /** ACLs and extended attributes: name → SHA-256 of the value. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of the content of a file, hex; otherwise empty. */
  readonly sha256: string;
}

export interface TarWatch {
  /** Which entries go on; left out: all. */
  readonly wanted?: ((path: string, kind: TarEntry['kind']) => boolean) | undefined;
  /** Which files are kept in memory, for people to compare. */
  readonly kept?: ((path: string, size: number) => boolean) | undefined;
}

export interface TarReader {
  /** @returns the bytes of what is wanted. @throws ProblemError for what is no tar */
  push(chunk: Buffer): Buffer;
  /** All of it has come: the end of a tar for what is wanted. @throws ProblemError when it breaks off */
  end(): Buffer;
  readonly entries: readonly TarEntry[];
  readonly texts: ReadonlyMap<string, Buffer>;
}

const BLOCK = 512;
const END = Buffer.alloc(2 * BLOCK);
/** Names and attributes of one file. */
const MOST_HEADER = 1 << 20;

interface Header {
  /** Cut off where an extended header has all of it. */
  readonly name: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: string;
  readonly type: string;
  readonly target: Buffer;
}

/** What is read now: a header, the records of an extended one, or content. */
type State =
  | { readonly kind: 'header' }
  | { readonly kind: 'records'; readonly size: number }
  | { readonly kind: 'content'; readonly file: Open; left: number; padding: number }
  | { readonly kind: 'over' };

interface Open {
  readonly entry: TarEntry;
  readonly hash: Hash;
  readonly passes: boolean;
  readonly text: Buffer[] | null;
}

export function readTar({ wanted = () => true, kept = () => false }: TarWatch = {}): TarReader {
  const entries: TarEntry[] = [];
  const texts = new Map<string, Buffer>();
  let state: State = { kind: 'header' };
  let held: Buffer = Buffer.alloc(0);
  /** Headers before it is known whether their file is wanted. */
  let raw: Buffer[] = [];
  let more: ReadonlyMap<string, Buffer> = new Map();

  const take = (bytes: number): Buffer | null => {
    if (held.length < bytes) return null;
    const taken = held.subarray(0, bytes);
    held = held.subarray(bytes);
    return taken;
  };

  const header = (out: Buffer[]): boolean => {
    const block = take(BLOCK);
    if (block === null) return false;
    if (block.every((byte) => byte === 0)) {
      if (raw.length > 0) throw broken('an extended header without a file');
      state = { kind: 'over' };
      return true;
    }
    raw.push(block);
    const found = parseHeader(block);
    if (found.type === 'x') {
      if (found.size > MOST_HEADER) throw broken(`an extended header of ${found.size} bytes`);
      state = { kind: 'records', size: found.size };
      return true;
    }
    const entry = entryOf(found, more);
    const passes = wanted(entry.path, entry.kind);
    if (passes) out.push(...raw);
    [raw, more] = [[], new Map()];
    const text = entry.kind === 'file' && kept(entry.path, entry.size) ? [] : null;
    const file = { entry, hash: createHash('sha256'), passes, text };
    const left = entry.kind === 'file' ? entry.size : 0;
    state = { kind: 'content', file, left, padding: padded(left) - left };
    return true;
  };

  const records = (size: number): boolean => {
    const block = take(padded(size));
    if (block === null) return false;
    raw.push(block);
    more = parseRecords(block.subarray(0, size));
    state = { kind: 'header' };
    return true;
  };

  const content = (now: Extract<State, { kind: 'content' }>, out: Buffer[]): boolean => {
    const { file } = now;
    const part = take(Math.min(now.left, held.length));
    if (part !== null && part.length > 0) {
      now.left -= part.length;
      file.hash.update(part);
      file.text?.push(Buffer.from(part));
      if (file.passes) out.push(part);
    }
    if (now.left > 0) return false;
    const rest = take(now.padding);
    if (rest === null) return false;
    if (file.passes && rest.length > 0) out.push(rest);
    const isFile = file.entry.kind === 'file';
    entries.push({ ...file.entry, sha256: isFile ? file.hash.digest('hex') : '' });
    if (file.text !== null) texts.set(file.entry.path, Buffer.concat(file.text));
    state = { kind: 'header' };
    return true;
  };

  const step = (out: Buffer[]): boolean => {
    switch (state.kind) {
      case 'header':
        return header(out);
      case 'records':
        return records(state.size);
      case 'content':
        return content(state, out);
      case 'over':
        held = Buffer.alloc(0);
        return false;
    }
  };

  return {
    entries,
    texts,
    push(chunk) {
      const out: Buffer[] = [];
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      while (step(out));
      return Buffer.concat(out);
    },
    end() {
      if (state.kind !== 'over') throw broken('it breaks off');
      return END;
    },
  };
}

/** A file of ours as an entry at the beginning of a tar. Readable for its owner only. Pure. @param mtime seconds since 1970 */
export function tarFile(name: string, content: Buffer, mtime: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0, 100);
  block.write(octal(0o600, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(content.length, 11), 124);
  block.write(octal(mtime, 11), 136);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([block, content, Buffer.alloc(padded(content.length) - content.length)]);
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Of a header, its own field counted as spaces. */
function sumOf(block: Buffer): number {
  let sum = 8 * 32;
  for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum;
}

function parseHeader(block: Buffer): Header {
  const text = (from: number, length: number): Buffer => {
    const field = block.subarray(from, from + length);
    const end = field.indexOf(0);
    return end < 0 ? field : field.subarray(0, end);
  };
  const number = (from: number, length: number): number => {
    const field = block.subarray(from, from + length);
    if ((field[0] ?? 0) & 0x80) {
      let value = BigInt((field[0] ?? 0) & 0x7f);
      for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
      return Number(value);
    }
    const digits = field.toString('latin1').replaceAll('\0', ' ').trim();
    if (!/^[0-7]*$/.test(digits)) throw broken(`a number ${JSON.stringify(digits)}`);
    return digits === '' ? 0 : Number.parseInt(digits, 8);
  };
  if (block.subarray(257, 262).toString('latin1') !== 'ustar') throw broken('a header of another kind');
  if (number(148, 8) !== sumOf(block)) throw broken('a header with another sum');
  const prefix = text(345, 155);
  return {
    ...{ mode: number(100, 8) & 0o7777, uid: number(108, 8), gid: number(116, 8) },
    ...{ size: number(124, 12), mtime: String(number(136, 12)) },
    name: prefix.length === 0 ? text(0, 100) : Buffer.concat([prefix, Buffer.from('/'), text(0, 100)]),
    type: text(156, 1).toString('latin1') || '0',
    target: text(157, 100),
  };
}

/** `LENGTH NAME=VALUE\n`, one behind the other. */
function parseRecords(block: Buffer): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; at < block.length; ) {
    const space = block.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(block.subarray(at, space).toString('latin1'));
    const equals = block.indexOf(0x3d, space);
    if (!Number.isSafeInteger(length) || length < 5 || at + length > block.length || equals < 0)
      throw broken('a record of an extended header that is not whole');
    found.set(
      block.subarray(space + 1, equals).toString('latin1'),
      Buffer.from(block.subarray(equals + 1, at + length - 1)),
    );
    at += length;
  }
  return found;
}

const KINDS: Readonly<Record<string, TarEntry['kind']>> = { '0': 'file', '5': 'directory', '2': 'link' };
/** Devices and pipes: they are not put back. */
const OTHERS = ['3', '4', '6'];

function entryOf(found: Header, more: ReadonlyMap<string, Buffer>): TarEntry {
  const text = (name: string): string | undefined => {
    const value = more.get(name);
    return value === undefined ? undefined : exactText(value);
  };
  const whole = (name: string, otherwise: number): number => Number(text(name) ?? otherwise);
  const kind = KINDS[found.type] ?? (OTHERS.includes(found.type) ? 'other' : undefined);
  const path = (text('path') ?? exactText(found.name)).replace(/(?<=.)\/+$/, '');
  if (kind === undefined) throw broken(`${path} of type ${JSON.stringify(found.type)}`);
  const attributes = [...more]
    .filter(([name]) => name.startsWith('SCHILY.'))
    .map(([name, value]) => [name, createHash('sha256').update(value).digest('hex')] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...{ path, kind, mode: found.mode, uid: whole('uid', found.uid), gid: whole('gid', found.gid) },
    size: kind === 'file' ? whole('size', found.size) : 0,
    mtime: text('mtime') ?? found.mtime,
    target: kind === 'link' ? (text('linkpath') ?? exactText(found.target)) : '',
    attributes: Object.fromEntries(attributes),
    sha256: '',
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** @throws ProblemError for a name that cannot be told apart from another, or that a line cannot hold */
function exactText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes) && !CONTROL.test(text)) return text;
  throw new ProblemError({
    code: 'backup.file-name',
    where: JSON.stringify(text),
    found: 'a name with control characters, or that is no UTF-8',
    expected: 'names that can be told and put back exactly',
    remedy: 'rename the file on the host, or name other paths in `backup.files`',
  });
}

function broken(found: string): ProblemError {
  const problem: Problem = {
    code: 'backup.not-a-tar',
    where: 'the files of a host',
    found,
    expected: 'a whole tar, as GNU tar writes it (--format=posix)',
    remedy: 'run it again; if it comes again, the stored files are damaged, or tar on the host is another one',
  };
  return new ProblemError(problem);
}
