import { chown, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { MAGIC, rotateInto } from '../binlog/event.ts';
import type { Cut, Segment } from './cut.ts';

/** Lays down exactly the transactions of a cut, as binary logs that any server or `mysqlbinlog` reads. */

export interface Laid {
  /** Paths, in their order. */
  readonly files: readonly string[];
  readonly bytes: number;
}

const CHUNK = 1 << 20;
const FLAGS_AT = MAGIC.length + 17;
const IN_USE = 0x1;

/**
 * Writes `name.000001` and so on into a directory, which is made if missing. As root, the files get the owner of the directory above, since
 * the server runs as a user of its own.
 * @throws ProblemError when a file ends before the place that it was read to
 */
export async function layDown(cut: Cut, directory: string, name: string, form: 'relay' | 'plain'): Promise<Laid> {
  await mkdir(directory, { recursive: true });
  const [serverId = 0] = cut.serverIds;
  // MariaDB's parallel applier compares names of source files, and dies (signal 11) where it was told none.
  const told = form === 'relay' && cut.family === 'mariadb';
  const files: string[] = [];
  let bytes = 0;
  for (const [index, segment] of cut.segments.entries()) {
    const path = join(directory, `${name}.${String(index + 1).padStart(6, '0')}`);
    const first = segment.parts[0]?.from ?? segment.headEnd;
    const rotate = told ? rotateInto(segment.name, first, serverId, segment.checksums) : Buffer.alloc(0);
    bytes += await layFile(segment, path, rotate);
    await giveTo(path, directory);
    files.push(path);
  }
  return { files, bytes };
}

async function layFile({ file, headEnd, parts }: Segment, path: string, behindHead: Buffer): Promise<number> {
  const from = await open(file, 'r');
  try {
    const to = await open(path, 'w', 0o640);
    try {
      const buffer = Buffer.allocUnsafe(CHUNK);
      let written = 0;
      for (const part of [{ from: 0, to: headEnd }, ...parts]) {
        for (let at = part.from; at < part.to; ) {
          const { bytesRead } = await from.read(buffer, 0, Math.min(CHUNK, part.to - at), at);
          if (bytesRead === 0) throw shorter(file, at, part.to);
          const piece = buffer.subarray(0, bytesRead);
          // A server that finds the mark takes the file for one that it was writing when it died.
          if (at === 0) piece.writeUInt8(piece.readUInt8(FLAGS_AT) & ~IN_USE, FLAGS_AT);
          await to.write(piece);
          at += bytesRead;
          written += bytesRead;
        }
        if (part.from === 0) await to.write(behindHead);
      }
      return written;
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** As root only: anybody else is the user of the server already, or cannot give anything away. */
export async function giveTo(path: string, like: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(like);
  await chown(path, uid, gid);
}

function shorter(file: string, at: number, wanted: number): ProblemError {
  return new ProblemError({
    code: 'restore.binlog-changed',
    where: `${file}:${at}`,
    found: 'the end of the file',
    expected: `${wanted} bytes, as when it was read`,
    remedy: 'keep the logs as they are while they are replayed; then begin again with the base',
  });
}
