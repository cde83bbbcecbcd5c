import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { binlogReader } from '../binlog/reader.ts';
import { type BinlogFacts, foldEvents } from './fold.ts';

/** A binary log as it lies on a disk. */
export interface BinlogFile extends BinlogFacts {
  readonly path: string;
  /** As the server names it: `binlog.000007`. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

const PIECE = 1 << 20;

/**
 * Reads a binary log from its beginning to its end, or to the first byte that cannot be relied on, which is an answer and no error. Every
 * checksum that is there is compared.
 * @throws ProblemError when it is no binary log that can be read at all: another file, an encrypted one, one of a server before MySQL 8.0 or MariaDB 10
 */
export async function readBinlog(path: string): Promise<BinlogFile> {
  const reader = binlogReader(foldEvents);
  try {
    const { size } = await stat(path);
    // What is appended meanwhile is not of the file that was asked for.
    const pieces = size === 0 ? [] : createReadStream(path, { highWaterMark: PIECE, end: size - 1 });
    for await (const piece of pieces) if (Buffer.isBuffer(piece) && !reader.push(piece)) break;
    const read = reader.end();
    if (read.kind === 'read') return { path, name: basename(path), size, ...read.sink.finish() };
    throw read.encrypted ? encrypted(path, read.found) : notReadable(path, read.found);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw notReadable(path, error instanceof Error ? error.message : String(error));
  }
}

function encrypted(path: string, found: string): ProblemError {
  return new ProblemError({
    code: 'restore.binlog-encrypted',
    where: path,
    found,
    expected: 'a binary log as a server sends it',
    remedy:
      'take it with `mysqlbinlog --read-from-remote-server --raw`: the server then sends what it has decrypted; encrypt the backup instead',
  });
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
