import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { TAR_BLOCK, tarHeader, tarName, tarPadding } from '../../procedure/machine/tar.ts';

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
/** tar writes records of 20 blocks. */
const RECORD = 20 * TAR_BLOCK;

/**
 * A tar archive: owner and group root, modes 0755 and 0644.
 * Entries are sorted by their bytes; the directories that they lie in are added.
 * @throws RangeError for a path that the format cannot hold (more than 100 bytes in its last part, or 155 before it)
 */
export function tarOf(entries: readonly ArchiveEntry[]): Buffer {
  const all = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) for (const parent of parentsOf(path)) all.set(parent, directory(parent));
  const sorted = [...all.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const blocks = sorted.flatMap((entry) => [headerOf(entry), entry.bytes, tarPadding(entry.bytes.length)]);
  const end = Buffer.alloc(2 * TAR_BLOCK);
  const length = [...blocks, end].reduce((sum, block) => sum + block.length, 0);
  return Buffer.concat([...blocks, end, tarPadding(length, RECORD)]);
}

function parentsOf(path: string): readonly string[] {
  const parts = path.replace(/\/$/, '').split('/').slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}

function directory(path: string): ArchiveEntry {
  return { path, bytes: new Uint8Array(), program: true };
}

function headerOf({ path, bytes, program }: ArchiveEntry): Buffer {
  const [type, mode] = [path.endsWith('/') ? '5' : '0', program ? 0o755 : 0o644] as const;
  return tarHeader({ ...tarName(path), type, mode, ownerName: 'root', size: bytes.length, mtime: MODIFIED });
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
