import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/**
 * Archives whose bytes follow from names and contents alone: no clock, no user, no umask, no order of a directory, and no compressor, whose output
 * would change with its version and with the processor.
 */

export interface ArchiveEntry {
  /** Relative, separator `/`; a directory ends with one. */
  readonly path: string;
  /** Empty for a directory. */
  readonly bytes: Uint8Array;
  readonly program: boolean;
}

/** 1980-01-01T00:00:00Z, seconds: some tar programs warn of files that are as old as 1970. */
const MODIFIED = 315_532_800;
const BLOCK = 512;
/** tar writes records of 20 blocks. */
const RECORD = 20 * BLOCK;

/**
 * A tar archive in the form `ustar` (POSIX.1-1988, IEEE Std 1003.1 pax: "ustar Interchange Format"): owner and group 0, modes 0755 and 0644.
 * Entries are sorted by their bytes; the directories that they lie in are added.
 * @throws RangeError for a path that the form cannot hold (more than 100 bytes in its last part, or 155 before it)
 */
export function tarOf(entries: readonly ArchiveEntry[]): Buffer {
  const all = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) for (const parent of parentsOf(path)) all.set(parent, directory(parent));
  const sorted = [...all.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const blocks = sorted.flatMap((entry) => [headerOf(entry), entry.bytes, padding(entry.bytes.length, BLOCK)]);
  const end = Buffer.alloc(2 * BLOCK);
  const length = [...blocks, end].reduce((sum, block) => sum + block.length, 0);
  return Buffer.concat([...blocks, end, padding(length, RECORD)]);
}

function parentsOf(path: string): readonly string[] {
  const parts = path.replace(/\/$/, '').split('/').slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}

function directory(path: string): ArchiveEntry {
  return { path, bytes: new Uint8Array(), program: true };
}

function padding(length: number, unit: number): Buffer {
  return Buffer.alloc((unit - (length % unit)) % unit);
}

function headerOf({ path, bytes, program }: ArchiveEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  const { name, prefix } = split(path);
  header.write(name, 0, 100);
  header.write(octal(program ? 0o755 : 0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(bytes.length, 12), 124);
  header.write(octal(MODIFIED, 12), 136);
  // The sum is taken with blanks in its own place.
  header.write(' '.repeat(8), 148);
  header.write(path.endsWith('/') ? '5' : '0', 156);
  header.write('ustar\u000000', 257);
  header.write('root', 265);
  header.write('root', 297);
  header.write(octal(0, 8), 329);
  header.write(octal(0, 8), 337);
  header.write(prefix, 345, 155);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return header;
}

/** Width counts the zero byte at the end. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\u0000`;
}

/** A long path is cut at a `/` into the two fields that the form has. */
function split(path: string): { readonly name: string; readonly prefix: string } {
  const bytes = (text: string): number => Buffer.byteLength(text);
  if (bytes(path) <= 100) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at > 0 && at < path.length - 1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (bytes(prefix) <= 155 && bytes(name) <= 100) return { name, prefix };
  }
  throw new RangeError(`${path} is too long for a tar archive`);
}

/** Most that a block of the form may hold (RFC 1951, 3.2.4). */
const STORED = 65_535;

/**
 * A gzip file (RFC 1952) of stored blocks (RFC 1951, 3.2.4): every gunzip reads it, and no compressor had a say in its bytes. It is 0.02 % larger
 * than its content; scripts are small.
 */
export function gzipOf(content: Buffer): Buffer {
  // Magic, method deflate, no flags, no time, no hint on the level, system unknown.
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  const blocks: Buffer[] = [];
  for (let at = 0; at < content.length || at === 0; at += STORED) {
    const part = content.subarray(at, at + STORED);
    const block = Buffer.alloc(5);
    block.writeUInt8(at + STORED >= content.length ? 1 : 0, 0);
    block.writeUInt16LE(part.length, 1);
    block.writeUInt16LE(~part.length & 0xffff, 3);
    blocks.push(block, part);
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(content), 0);
  tail.writeUInt32LE(content.length >>> 0, 4);
  return Buffer.concat([head, ...blocks, tail]);
}
