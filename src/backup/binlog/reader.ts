import { crc32 } from 'node:zlib';
import {
  CHECKSUM_BYTES,
  checksumHolds,
  type EventHeader,
  type Format,
  HEADER_BYTES,
  MAGIC,
  MAGIC_ENCRYPTED,
  readFormat,
  readHeader,
  TYPE,
  understood,
  withoutInUse,
} from './event.ts';

/**
 * The one reader of binary logs: from pieces of any size to whole events whose checksums fit. What the events mean is told by whoever takes them:
 * the look of a backup (look.ts) and the transactions of a restore (replay/fold.ts). No I/O.
 */

/** An event as it was read. Its bytes may be used again as soon as `take` has returned. */
export interface RawEvent {
  /** Its first byte in the file. */
  readonly at: number;
  readonly header: EventHeader;
  /** Behind the header, without the checksum; of a very large event only the beginning. */
  readonly body: Buffer;
  readonly whole: boolean;
}

export type BrokenWhy = 'torn' | 'checksum' | 'malformed' | 'unknown-event' | 'incident' | 'encrypted';

/** Takes the events behind the first one. */
export interface EventSink {
  /** False: nothing behind this event counts. May throw a RangeError: then the event is malformed. */
  take(event: RawEvent): boolean;
  /** From this byte on nothing can be relied on; called once at most, and nothing is taken behind it. */
  broken(at: number, why: BrokenWhy, detail: string): void;
}

/** What has been read at the end of the file. */
export type ReadLog<S> =
  | { readonly kind: 'read'; readonly sink: S }
  /** No binary log that can be read at all. */
  | { readonly kind: 'refused'; readonly found: string; readonly encrypted: boolean };

export interface BinlogReader<S> {
  /** False: nothing more is wanted. */
  push(piece: Buffer): boolean;
  /** There is no more. */
  end(): ReadLog<S>;
  /** To the end of the last whole event, in bytes. */
  position(): number;
  /** Null: the first event is not there yet. */
  sink(): S | null;
}

/** Events up to this size are looked into as a whole; of larger ones only the beginning is kept. */
const WHOLE = 64 << 20;
const BEGINNING = 1 << 16;
/** Bytes that a first event of format 4 may have: its fixed part, and a byte for each type of event that the server knows. */
const FORMAT_BYTES = { least: 76, most: 1000 } as const;

/** An event that is too large to be held. */
interface Large {
  readonly header: EventHeader;
  readonly body: Buffer;
  /** Bytes of it that have not come yet. */
  left: number;
  sum: number;
}

/** @param begin what takes the events, by what the first one says; told where that one ends */
export function binlogReader<S extends EventSink>(begin: (format: Format, headEnd: number) => S): BinlogReader<S> {
  const held = heldBytes();
  let position = 0;
  let log: { readonly sink: S; readonly checksums: boolean } | null = null;
  let refused: { readonly found: string; readonly encrypted: boolean } | null = null;
  let large: Large | null = null;
  let over = false;

  const refuse = (found: string, encrypted = false): false => {
    refused = { found, encrypted };
    over = true;
    return false;
  };
  const broken = (sink: S, why: BrokenWhy, detail: string): false => {
    over = true;
    sink.broken(position, why, detail);
    return false;
  };

  /** Whether there was enough for it. */
  const magic = (): boolean => {
    const bytes = held.first(MAGIC.length);
    if (bytes === null) return false;
    if (bytes.equals(MAGIC_ENCRYPTED)) return refuse('a binary log that the server has encrypted', true);
    if (!bytes.equals(MAGIC)) return refuse('another file');
    held.drop(MAGIC.length);
    position = MAGIC.length;
    return true;
  };

  const format = (): boolean => {
    const head = held.first(HEADER_BYTES);
    if (head === null) return false;
    const { type, size } = readHeader(head);
    if (type !== TYPE.format || size < FORMAT_BYTES.least || size > FORMAT_BYTES.most) {
      return refuse('a first event that does not tell the format');
    }
    const event = held.first(size);
    if (event === null) return false;
    const told = readFormat(event);
    if (told.checksums && !checksumHolds(withoutInUse(event)))
      return refuse('a first event whose checksum does not fit');
    if (told.version !== 4) return refuse(`format ${told.version}`);
    held.drop(size);
    position += size;
    log = { sink: begin(told, position), checksums: told.checksums };
    return true;
  };

  const event = (sink: S, checksums: boolean): boolean => {
    const head = held.first(HEADER_BYTES);
    if (head === null) return false;
    const header = readHeader(head);
    const least = HEADER_BYTES + (checksums ? CHECKSUM_BYTES : 0);
    if (header.size < least) return broken(sink, 'malformed', `an event of ${header.size} bytes`);
    if (header.size > WHOLE) {
      const beginning = held.first(BEGINNING);
      if (beginning === null) return false;
      large = { header, body: Buffer.from(beginning.subarray(HEADER_BYTES)), left: header.size, sum: 0 };
      return true;
    }
    const bytes = held.first(header.size);
    if (bytes === null) return false;
    if (checksums && !checksumHolds(bytes)) return broken(sink, 'checksum', MISFIT);
    const body = bytes.subarray(HEADER_BYTES, checksums ? -CHECKSUM_BYTES : undefined);
    return give(sink, { at: position, header, body, whole: true });
  };

  const more = (sink: S, checksums: boolean, part: Large): boolean => {
    const end = checksums ? CHECKSUM_BYTES : 0;
    if (part.left > end) {
      const piece = held.upTo(part.left - end);
      if (piece === null) return false;
      if (checksums) part.sum = crc32(piece, part.sum);
      part.left -= piece.length;
      held.drop(piece.length);
      return true;
    }
    const stored = checksums ? held.first(CHECKSUM_BYTES) : null;
    if (checksums && stored === null) return false;
    if (stored !== null && stored.readUInt32LE(0) !== part.sum) return broken(sink, 'checksum', MISFIT);
    large = null;
    const { header, body } = part;
    return give(sink, { at: position, header, body, whole: false }, end);
  };

  /** @param length bytes of it that are still held */
  const give = (sink: S, raw: RawEvent, length = raw.header.size): boolean => {
    const { type, size } = raw.header;
    if (!understood(raw.header)) return broken(sink, 'unknown-event', `an event of type ${type}`);
    if (type === TYPE.startEncryption) return broken(sink, 'encrypted', 'encrypted events');
    if (type === TYPE.incident) return broken(sink, 'incident', 'the server lost events that it had executed');
    try {
      over = !sink.take(raw);
    } catch (error) {
      // Bytes that say of themselves that more of them follow than there are, or a stream that cannot be unpacked.
      return broken(sink, 'malformed', error instanceof Error ? error.message : String(error));
    }
    held.drop(length);
    position += size;
    return true;
  };

  const next = (): boolean => {
    if (position === 0) return magic();
    if (log === null) return format();
    const { sink, checksums } = log;
    return large === null ? event(sink, checksums) : more(sink, checksums, large);
  };

  return {
    push: (piece) => {
      if (over) return false;
      held.add(piece);
      while (!over && next());
      return !over;
    },
    end: () => {
      if (refused === null && log === null) {
        refuse(position > 0 ? 'a first event that is cut off' : held.length() === 0 ? 'an empty file' : 'another file');
      }
      if (log === null || refused !== null)
        return { kind: 'refused', found: 'another file', encrypted: false, ...refused };
      const { sink } = log;
      if (!over && (held.length() > 0 || large !== null))
        broken(sink, 'torn', tornText(held.length(), large, held.first(HEADER_BYTES)));
      over = true;
      return { kind: 'read', sink };
    },
    position: () => position,
    sink: () => log?.sink ?? null,
  };
}

const MISFIT = 'bytes that do not fit their checksum';

function tornText(length: number, large: Large | null, head: Buffer | null): string {
  if (large !== null) {
    const { size } = large.header;
    return `${size - large.left + length} of the ${size} bytes of an event`;
  }
  return head === null ? `${length} bytes of an event` : `${length} of the ${readHeader(head).size} bytes of an event`;
}

/** What has come and was not taken yet. Pieces are put together once for an event, however many it comes in. */
function heldBytes() {
  let pieces: Buffer[] = [];
  let bytes = 0;
  return {
    length: () => bytes,
    add(piece: Buffer): void {
      if (piece.length > 0) pieces.push(piece);
      bytes += piece.length;
    },
    /** As many; null: they are not there yet. */
    first(count: number): Buffer | null {
      if (bytes < count) return null;
      const [one = Buffer.alloc(0)] = pieces;
      if (one.length >= count) return one.subarray(0, count);
      const all = Buffer.concat(pieces);
      pieces = [all];
      return all.subarray(0, count);
    },
    /** The first piece, or less of it; null: there is none. */
    upTo(count: number): Buffer | null {
      return pieces[0]?.subarray(0, count) ?? null;
    },
    /** They must be in the first piece. */
    drop(count: number): void {
      const [one] = pieces;
      if (one === undefined || count === 0) return;
      if (count < one.length) pieces[0] = one.subarray(count);
      else pieces.shift();
      bytes -= count;
    },
  };
}
