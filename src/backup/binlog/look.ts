import { advanced, type Gtid, type GtidState, gtidStateText } from '../replay/gtid.ts';
import {
  readGtidList,
  readMariadbGtid,
  readMysqlGtid,
  readPreviousGtids,
  readRotate,
  readTaggedGtid,
  TYPE,
} from './event.ts';
import { type BinlogReader, binlogReader, type EventSink, type RawEvent } from './reader.ts';

/**
 * A binary log as far as a backup needs to know it: is the file whole, what time does it span, which one comes next, and which transactions
 * stand before and behind it.
 */

export interface LogLook {
  /** Seconds since 1970, by the clock of the server; null: no event of a transaction. */
  readonly first: number | null;
  readonly last: number | null;
  readonly next: string | null;
  /** It ends as a server ends a file: with a rotation or a stop. */
  readonly closed: boolean;
  /** As `gtidStateText` writes them; null: the log does not say. */
  readonly gtidsBefore: string | null;
  readonly gtidsAfter: string | null;
  readonly events: number;
}

export type LogAnswer =
  | { readonly kind: 'whole'; readonly look: LogLook }
  /** A restore could not go through it to its end. */
  | { readonly kind: 'broken'; readonly why: string };

/** Reads a log from pieces of it. */
export interface LogReader {
  push(chunk: Buffer): void;
  end(): LogAnswer;
  /** To the end of the last whole event, and its time. */
  sofar(): { readonly position: number; readonly last: number | null };
}

export function logReader(): LogReader {
  const reader: BinlogReader<LookSink> = binlogReader(lookSink);
  return {
    push: (chunk) => void reader.push(chunk),
    sofar: () => ({ position: reader.position(), last: reader.sink()?.last() ?? null }),
    end() {
      const read = reader.end();
      if (read.kind === 'refused') return { kind: 'broken', why: `it is ${read.found}` };
      const why = read.sink.why();
      return why === null ? { kind: 'whole', look: read.sink.answer() } : { kind: 'broken', why };
    },
  };
}

interface LookSink extends EventSink {
  /** Null: it is whole until now. */
  why(): string | null;
  last(): number | null;
  answer(): LogLook;
}

/** What stands before transactions, and is of no time of its own. */
const HEAD: ReadonlySet<number> = new Set([TYPE.format, TYPE.previousGtids, TYPE.gtidList]);

function lookSink(): LookSink {
  let why: string | null = null;
  let events = 1;
  let first: number | null = null;
  let last: number | null = null;
  let next: string | null = null;
  let closed = false;
  const gtids = executed();
  return {
    take(event) {
      const { header, body } = event;
      const { type, seconds } = header;
      events += 1;
      if (type === TYPE.rotate) next = readRotate(body);
      closed = type === TYPE.rotate || type === TYPE.stop;
      if (!HEAD.has(type) && seconds > 0) {
        first ??= seconds;
        last = seconds;
      }
      gtids.take(event);
      return true;
    },
    broken: (at, _why, detail) => {
      why = `at ${at}: ${detail}`;
    },
    why: () => why,
    last: () => last,
    answer: () => ({ first, last, next, closed, ...gtids.texts(), events }),
  };
}

/** So many are put together at once. */
const TOGETHER = 4096;

/** Which transactions were executed before this file and at its end. */
function executed() {
  let before: GtidState | null = null;
  let state: GtidState | null = null;
  let pending: Gtid[] = [];
  const join = (): void => {
    if (state !== null) state = advanced(state, pending);
    pending = [];
  };
  return {
    take({ header, body }: RawEvent): void {
      const stands = stateOf(header.type, body);
      if (stands !== null) [before, state] = [stands, stands];
      const gtid = gtidOf({ header, body });
      if (gtid !== null) pending.push(gtid);
      if (pending.length >= TOGETHER) join();
    },
    texts: () => {
      join();
      return {
        gtidsBefore: before === null ? null : gtidStateText(before),
        gtidsAfter: state === null ? null : gtidStateText(state),
      };
    },
  };
}

/** What a file says was executed before it; null: another event. */
function stateOf(type: number, body: Buffer): GtidState | null {
  if (type === TYPE.previousGtids) return { family: 'mysql', set: readPreviousGtids(body) };
  if (type !== TYPE.gtidList) return null;
  // Of several servers of a domain the last one listed executed last.
  const gtids = [...readGtidList(body)].map(([source, number]): Gtid => {
    const [domain = 0, server = 0] = source.split('-').map(Number);
    return { family: 'mariadb', domain, server, number };
  });
  return advanced({ family: 'mariadb', position: new Map() }, gtids);
}

function gtidOf({ header, body }: Pick<RawEvent, 'header' | 'body'>): Gtid | null {
  if (header.type === TYPE.gtid) return readMysqlGtid(body, false).gtid;
  if (header.type === TYPE.gtidTagged) return readTaggedGtid(body).gtid;
  return header.type === TYPE.mariadbGtid ? readMariadbGtid(body, header.serverId).gtid : null;
}
