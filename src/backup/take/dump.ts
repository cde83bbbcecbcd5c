import type { Coordinates, Server } from '../catalogue/record.ts';

/** What a dump of the server's own tool looks like from outside: how it is asked for, where it began, and whether it came to its end. */

export interface DumpOptions {
  readonly program: string;
  readonly family: Server['family'];
  /** File with user, password and address, which the program reads first. */
  readonly access: string;
  readonly databases: readonly string[];
  /** The server writes a binary log: then the dump says where it stands. */
  readonly log: boolean;
}

/** Pure. */
export function dumpArguments({ program, family, access, databases, log }: DumpOptions): readonly string[] {
  const place = family === 'mariadb' ? ['--master-data=2', '--gtid'] : ['--source-data=2'];
  // Which transactions a server has seen is in the catalogue; in the dump it would have to be the first thing on an empty server.
  const own = family === 'mariadb' ? [] : ['--set-gtid-purged=OFF', '--no-tablespaces'];
  return [
    ...[program, `--defaults-extra-file=${access}`],
    ...['--single-transaction', '--quick', '--skip-lock-tables', '--hex-blob', '--routines', '--triggers', '--events'],
    ...['--default-character-set=utf8mb4', '--max-allowed-packet=1G', '--net-buffer-length=1M'],
    ...(log ? place : []),
    ...own,
    ...['--databases', ...databases],
  ];
}

/** Says whether its transaction has begun; what it reads from then on is of one moment. Pure. */
export function hasBegun(head: string): boolean {
  return /^-- (?:Current Database:|Table structure for|Position to start replication|CHANGE (?:MASTER|REPLICATION))/m.test(
    head,
  );
}

/** Where the dump says that it stands; null: it does not say. Pure. */
export function dumpCoordinates(head: string): Pick<Coordinates, 'file' | 'position'> | null {
  const found =
    /^-- CHANGE (?:MASTER|REPLICATION SOURCE) TO (?:MASTER|SOURCE)_LOG_FILE='([^']+)', (?:MASTER|SOURCE)_LOG_POS=(\d+);/m.exec(
      head,
    );
  return found?.[1] === undefined ? null : { file: found[1], position: Number(found[2]) };
}

/** The tools write this as their last line, once everything else is written. Pure. */
export function isWhole(tail: string): boolean {
  return /(?:^|\n)-- Dump completed(?: on [^\n]*)?\n*$/.test(tail);
}

export const HEAD_BYTES = 65_536;
export const TAIL_BYTES = 256;

/** The beginning and the end of what went by. */
export interface Seen {
  push(chunk: Buffer): void;
  head(): string;
  tail(): string;
  bytes(): number;
}

export function seeing(): Seen {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let bytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      tail = Buffer.from(Buffer.concat([tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES));
    },
    head: () => head.toString('latin1'),
    tail: () => tail.toString('latin1'),
    bytes: () => bytes,
  };
}
