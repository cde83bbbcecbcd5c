import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { ProblemError } from '../../model/problem.ts';
import {
  CHECKSUM_BYTES,
  checksumHolds,
  type EventHeader,
  HEADER_BYTES,
  MAGIC,
  MAGIC_ENCRYPTED,
  readFormat,
  readHeader,
  TYPE,
  withoutInUse,
} from './event.ts';
import { type BinlogFacts, type Fold, foldEvents } from './fold.ts';

/** A binary log as it lies on a disk. */
export interface BinlogFile extends BinlogFacts {
  readonly path: string;
  /** As the server names it: `binlog.000007`. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

const CHUNK = 1 << 20;
/** Events up to this size are looked into as a whole; of larger ones only the beginning is kept. */
const WHOLE = 64 << 20;
const BEGINNING = 1 << 16;

/**
 * Reads a binary log from its beginning to its end, or to the first byte that cannot be relied on, which is an answer and no error. Every
 * checksum that is there is compared.
 * @throws ProblemError when it is no binary log that can be read at all: another file, an encrypted one, one of a server before MySQL 8.0 or MariaDB 10
 */
export async function readBinlog(path: string): Promise<BinlogFile> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw notReadable(path, error instanceof Error ? error.message : String(error));
  });
  try {
    const { size } = await handle.stat();
    const source = reader(handle, size);
    const { fold, at } = await begin(path, source, size);
    await readEvents(source, fold, at, size);
    return { path, name: basename(path), size, ...fold.finish() };
  } finally {
    await handle.close();
  }
}

interface Source {
  /** These bytes; fewer at the end of the file. */
  bytes(at: number, length: number): Promise<Buffer>;
}

/** Reads in large pieces and gives small ones. */
function reader(handle: FileHandle, size: number): Source {
  let from = 0;
  let held = Buffer.alloc(0);
  return {
    bytes: async (at, length) => {
      if (at < from || at + length > from + held.length) {
        const wanted = Math.max(0, Math.min(size - at, Math.max(length, CHUNK)));
        const buffer = Buffer.allocUnsafe(wanted);
        let filled = 0;
        while (filled < wanted) {
          const { bytesRead } = await handle.read(buffer, filled, wanted - filled, at + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        from = at;
        held = buffer.subarray(0, filled);
      }
      return held.subarray(at - from, at - from + length);
    },
  };
}

async function begin(
  path: string,
  source: Source,
  size: number,
): Promise<{ readonly fold: Fold; readonly at: number }> {
  const magic = await source.bytes(0, MAGIC.length);
  if (magic.equals(MAGIC_ENCRYPTED)) {
    throw new ProblemError({
      code: 'restore.binlog-encrypted',
      where: path,
      found: 'a binary log that the server has encrypted',
      expected: 'a binary log as a server sends it',
      remedy:
        'take it with `mysqlbinlog --read-from-remote-server --raw`: the server then sends what it has decrypted; encrypt the backup instead',
    });
  }
  if (!magic.equals(MAGIC)) throw notReadable(path, size === 0 ? 'an empty file' : 'another file');
  const at = MAGIC.length;
  const head = await source.bytes(at, HEADER_BYTES);
  const header = head.length === HEADER_BYTES ? readHeader(head) : undefined;
  if (header === undefined || header.type !== TYPE.format || header.size < 76 || header.size > 1000) {
    throw notReadable(path, 'a first event that does not tell the format');
  }
  const event = await source.bytes(at, header.size);
  if (event.length < header.size) throw notReadable(path, 'a first event that is cut off');
  if (!checksumHolds(withoutInUse(event)) && readFormat(event).checksums) {
    throw notReadable(path, 'a first event whose checksum does not fit');
  }
  const format = readFormat(event);
  if (format.version !== 4) throw notReadable(path, `format ${format.version}`);
  return { fold: foldEvents(format, at + header.size), at: at + header.size };
}

async function readEvents(source: Source, fold: Fold, from: number, size: number): Promise<void> {
  for (let at = from; at < size; ) {
    const head = await source.bytes(at, HEADER_BYTES);
    if (head.length < HEADER_BYTES) return fold.broken(at, 'torn', `${head.length} bytes of an event`);
    const header = readHeader(head);
    const least = HEADER_BYTES + (fold.checksums ? CHECKSUM_BYTES : 0);
    if (header.size < least) return fold.broken(at, 'malformed', `an event of ${header.size} bytes`);
    if (at + header.size > size) {
      return fold.broken(at, 'torn', `${size - at} of the ${header.size} bytes of an event`);
    }
    const whole = header.size <= WHOLE;
    const held = await source.bytes(at, whole ? header.size : BEGINNING);
    if (fold.checksums && !(whole ? checksumHolds(held) : await largeHolds(source, at, header))) {
      return fold.broken(at, 'checksum', 'bytes that do not fit their checksum');
    }
    const body = held.subarray(HEADER_BYTES, whole && fold.checksums ? -CHECKSUM_BYTES : undefined);
    if (!fold.take({ at, header, body, whole })) return;
    at += header.size;
  }
}

/** The checksum of an event that is too large to be held. */
async function largeHolds(source: Source, from: number, { size }: EventHeader): Promise<boolean> {
  const end = from + size - CHECKSUM_BYTES;
  let sum = 0;
  for (let at = from; at < end; ) {
    const piece = await source.bytes(at, Math.min(CHUNK, end - at));
    if (piece.length === 0) return false;
    sum = crc32(piece, sum);
    at += piece.length;
  }
  const stored = await source.bytes(end, CHECKSUM_BYTES);
  return stored.length === CHECKSUM_BYTES && stored.readUInt32LE(0) === sum;
}

function notReadable(path: string, found: string): ProblemError {
  return new ProblemError({
    code: 'restore.not-a-binlog',
    where: path,
    found,
    expected: 'a binary log of MySQL 8.0 or MariaDB 10 or later (format 4)',
    remedy:
      'give the files that the server names in its binary log index, as they are; take a broken one from another copy',
  });
}
