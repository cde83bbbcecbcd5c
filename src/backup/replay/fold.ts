import {
  type Format,
  readGtidList,
  readMariadbGtid,
  readMysqlGtid,
  readPayload,
  readPreviousGtids,
  readQuery,
  readRotate,
  readRowsTable,
  readTableMap,
  readTaggedGtid,
  TYPE,
} from '../binlog/event.ts';
import type { BrokenWhy, EventSink, RawEvent } from '../binlog/reader.ts';
import type { Family, Gtid, GtidSet } from './gtid.ts';
import { type Change, type ChangeKind, changesOf, endsTransaction, isFrame, shownStatement } from './statement.ts';

/** Events of one binary log, one after the other, made into its transactions. Pure but for its own memory. */

export interface Transaction {
  /** Null: the server gave it no id. */
  readonly gtid: Gtid | null;
  /**
   * Microseconds since 1970. MySQL: when it was committed where it was made first (`original_commit_timestamp`). MariaDB: the second in which
   * the statement began that committed it, since its log knows no other time.
   */
  readonly time: number;
  /** Bytes of the file: the first, and the one behind the last. */
  readonly start: number;
  readonly end: number;
  readonly changes: readonly Change[];
  /** The statement, or the first of them, where the log has it. */
  readonly statement: string | null;
}

/** What stands at the end of a file. */
export type FileEnd =
  /** Another file follows. */
  | { readonly kind: 'rotated'; readonly next: string; readonly seconds: number }
  /** The server was shut down. */
  | { readonly kind: 'stopped'; readonly seconds: number }
  /** Neither: it is still written, or the server died. */
  | { readonly kind: 'open' }
  /** From this byte on nothing can be relied on. */
  | { readonly kind: 'broken'; readonly at: number; readonly why: BrokenWhy; readonly detail: string };

/** What was executed before the file, as it says itself. */
export type Before =
  | { readonly family: 'mysql'; readonly set: GtidSet }
  | { readonly family: 'mariadb'; readonly list: ReadonlyMap<string, number> };

export interface BinlogFacts {
  readonly family: Family;
  readonly serverVersion: string;
  readonly checksums: boolean;
  /** Servers that made events in it. */
  readonly serverIds: ReadonlySet<number>;
  /** Null: it does not say. */
  readonly before: Before | null;
  /** Bytes that every part of the file needs in front of it. */
  readonly headEnd: number;
  readonly transactions: readonly Transaction[];
  /** How the file ends; what is behind a broken place is not in `transactions`. */
  readonly end: FileEnd;
}

export interface Fold extends EventSink {
  finish(): BinlogFacts;
}

interface Open {
  readonly gtid: Gtid | null;
  readonly time: number;
  readonly start: number;
  /** MySQL tells where it ends; MariaDB tells by what. */
  readonly endsAt: number | null;
  readonly standalone: boolean;
  readonly changes: Map<string, Change>;
  statement: string | null;
}

const ROWS: ReadonlyMap<number, ChangeKind> = new Map([
  [TYPE.writeRowsV1, 'insert'],
  [TYPE.updateRowsV1, 'update'],
  [TYPE.deleteRowsV1, 'delete'],
  [TYPE.writeRows, 'insert'],
  [TYPE.updateRows, 'update'],
  [TYPE.deleteRows, 'delete'],
  [TYPE.partialUpdateRows, 'update'],
  [TYPE.writeRowsCompressedV1, 'insert'],
  [TYPE.updateRowsCompressedV1, 'update'],
  [TYPE.deleteRowsCompressedV1, 'delete'],
  [TYPE.writeRowsCompressed, 'insert'],
  [TYPE.updateRowsCompressed, 'update'],
  [TYPE.deleteRowsCompressed, 'delete'],
]);

/** Between transactions, and of no weight for what the tables hold. */
const PASSED: ReadonlySet<number> = new Set([
  TYPE.heartbeat,
  TYPE.heartbeatV2,
  TYPE.binlogCheckpoint,
  TYPE.ignorable,
  TYPE.format,
]);

/** @param headEnd where the format event ends */
export function foldEvents(format: Format, headEnd: number): Fold {
  const family: Family = /mariadb/i.test(format.serverVersion) ? 'mariadb' : 'mysql';
  const serverIds = new Set<number>();
  const transactions: Transaction[] = [];
  const tables = new Map<number, string>();
  const known = new Map<string, readonly Change[]>();
  let before: Before | null = null;
  let head = headEnd;
  let end: FileEnd = { kind: 'open' };
  let open: Open | null = null;

  const broken = (at: number, why: BrokenWhy, detail: string): false => {
    // What is cut off belongs to the transaction that it interrupts.
    end = { kind: 'broken', at: open?.start ?? at, why, detail };
    open = null;
    return false;
  };

  const close = (at: number): true => {
    if (open === null) return true;
    const { gtid, time, start, changes, statement } = open;
    transactions.push({ gtid, time, start, end: at, changes: shared(changes, known), statement });
    open = null;
    return true;
  };

  const begin = ({ at, header, body }: RawEvent): Open => {
    serverIds.add(header.serverId);
    const rest = { start: at, changes: new Map<string, Change>(), statement: null };
    if (header.type === TYPE.mariadbGtid) {
      const { gtid, standalone } = readMariadbGtid(body, header.serverId);
      return { ...rest, gtid, time: header.seconds * 1_000_000, endsAt: null, standalone };
    }
    const tagged = header.type === TYPE.gtidTagged;
    const { gtid, committed, length } = tagged
      ? readTaggedGtid(body)
      : readMysqlGtid(body, header.type === TYPE.anonymousGtid);
    if (length < header.size || committed === 0) throw new RangeError('no length or time of the transaction in it');
    return { ...rest, gtid, time: committed, endsAt: at + length, standalone: false };
  };

  const take = (event: RawEvent): boolean => {
    const { at, header, body } = event;
    const { type } = header;
    const behind = at + header.size;
    if (BEGINS.has(type)) {
      if (open !== null) return broken(at, 'malformed', 'a transaction that does not end');
      open = begin(event);
      return true;
    }
    if (open === null) {
      if (type === TYPE.previousGtids) before = { family: 'mysql', set: readPreviousGtids(body) };
      if (type === TYPE.gtidList) before = { family: 'mariadb', list: readGtidList(body) };
      // A replica takes this from a log of MySQL; MariaDB's list it needs only from a server.
      if (type === TYPE.previousGtids) head = behind;
      if (type === TYPE.previousGtids || type === TYPE.gtidList || PASSED.has(type)) return true;
      if (type === TYPE.rotate) end = { kind: 'rotated', next: readRotate(body), seconds: header.seconds };
      if (type === TYPE.stop) end = { kind: 'stopped', seconds: header.seconds };
      if (type === TYPE.rotate || type === TYPE.stop) return false;
      return broken(at, 'malformed', `an event of type ${type} outside of any transaction`);
    }
    if (type === TYPE.rotate || type === TYPE.stop) return broken(at, 'malformed', 'a transaction that does not end');
    const ends = note(open, event, tables);
    if (open.endsAt === null) return ends ? close(behind) : true;
    if (behind > open.endsAt) return broken(at, 'malformed', 'an event that reaches beyond its transaction');
    return behind === open.endsAt ? close(behind) : true;
  };

  return {
    take,
    broken,
    finish: () => {
      if (open !== null) broken(open.start, 'torn', 'a transaction without its end');
      return {
        ...{ family, serverVersion: format.serverVersion, checksums: format.checksums, serverIds },
        ...{ before, headEnd: head, transactions, end },
      };
    },
  };
}

const BEGINS: ReadonlySet<number> = new Set([TYPE.gtid, TYPE.anonymousGtid, TYPE.gtidTagged, TYPE.mariadbGtid]);

/** Most transactions change the same tables: one list of them for all. */
function shared(changes: ReadonlyMap<string, Change>, known: Map<string, readonly Change[]>): readonly Change[] {
  const key = [...changes.keys()].join('\n');
  const before = known.get(key);
  if (before !== undefined) return before;
  const list = [...changes.values()];
  known.set(key, list);
  return list;
}

/** Notes what an event of a transaction changes. True: a transaction of MariaDB ends with it. */
function note(open: Open, { header, body, whole }: RawEvent, tables: Map<number, string>): boolean {
  const { type } = header;
  const add = (change: Change): void => void open.changes.set(`${change.kind} ${change.table}`, change);
  const rows = ROWS.get(type);
  if (rows !== undefined) {
    const table = tables.get(readRowsTable(body));
    if (table !== undefined) add({ table, kind: rows });
    return false;
  }
  if (type === TYPE.tableMap) {
    const { id, table } = readTableMap(body);
    tables.set(id, table);
    return false;
  }
  if (type === TYPE.rowsQuery) open.statement ??= shownStatement(body.subarray(1).toString('utf8'));
  if (type === TYPE.annotateRows) open.statement ??= shownStatement(body.toString('utf8'));
  if (type === TYPE.query || type === TYPE.queryCompressed || type === TYPE.executeLoadQuery) {
    return noteQuery(open, type, body, whole, add);
  }
  if (type === TYPE.transactionPayload && whole) {
    for (const inner of readPayload(body)) note(open, { at: 0, whole: true, ...inner }, tables);
  }
  return type === TYPE.xid || type === TYPE.xaPrepare;
}

function noteQuery(open: Open, type: number, body: Buffer, whole: boolean, add: (change: Change) => void): boolean {
  const loads = type === TYPE.executeLoadQuery;
  const compressed = type === TYPE.queryCompressed;
  // Of a very large one only the beginning is here: the stream of a compressed one then ends early, and it is no COMMIT.
  if (compressed && !whole) return open.standalone;
  // LOAD DATA has 13 bytes more before the settings of its session.
  const { database, text } = readQuery(
    loads ? Buffer.concat([body.subarray(0, 13), body.subarray(26)]) : body,
    compressed,
  );
  if (!isFrame(text)) {
    open.statement ??= shownStatement(text);
    for (const change of changesOf(text, database)) add(change);
  }
  return open.standalone || endsTransaction(text);
}
