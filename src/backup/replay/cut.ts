import { type Problem, ProblemError } from '../../model/problem.ts';
import { candidatesFor, type Wanted } from './candidates.ts';
import { type Chain, coveredUntil, gtidsOf, type Placed, placedIn, timeUnit } from './chain.ts';
import {
  advanced,
  contains,
  type Gtid,
  type GtidState,
  gtidSetText,
  gtidStateText,
  gtidText,
  minus,
  parseGtid,
} from './gtid.ts';
import { momentText, placeText } from './text.ts';

/** From a base and binary logs to exactly the bytes that lead to a target, and to what lies behind it. Pure. */

/** What the restored base holds. */
export interface Base {
  /** What it has executed; null: its server gives no ids. */
  readonly gtids: GtidState | null;
  /** Where its log stood; null: only the ids are known. */
  readonly place: { readonly file: string; readonly position: number } | null;
}

export type Target =
  /** Everything that the logs hold. */
  | { readonly kind: 'end' }
  /** Everything up to the first transaction that is later than this, in microseconds since 1970; MariaDB: whole seconds. */
  | { readonly kind: 'time'; readonly time: number }
  /** Up to this transaction, with it. */
  | { readonly kind: 'gtid'; readonly gtid: string }
  /** Everything before the one transaction that did this. */
  | ({ readonly kind: 'before' } & Wanted);

/** Bytes of one file, in whole transactions. */
export interface Segment {
  /** Path of the file. */
  readonly file: string;
  /** As the server names it. */
  readonly name: string;
  /** Whether its events end with a checksum. */
  readonly checksums: boolean;
  readonly headEnd: number;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly from: number;
  readonly to: number;
}

export interface Cut {
  readonly family: Chain['family'];
  /** How many transactions are replayed. */
  readonly transactions: number;
  readonly segments: readonly Segment[];
  /** Servers that made them: the one that replays them must have another number. */
  readonly serverIds: ReadonlySet<number>;
  /** What the server has executed afterwards; null: its transactions have no ids. */
  readonly executed: GtidState | null;
  /** The last that is there afterwards. */
  readonly last: Placed | null;
  /** What is not there afterwards. */
  readonly lost: Lost;
  /** Behind the cut, but stamped at or before the time that was asked for: a clock went back, or a statement ran for long. */
  readonly late: number;
}

/** What lies behind the target, up to the end of what is known. */
export interface Lost {
  readonly transactions: number;
  readonly first: Placed | null;
  readonly last: Placed | null;
  /** How many of them change each table, largest first. */
  readonly tables: readonly { readonly table: string; readonly transactions: number }[];
  /** Whether there may be more that nobody knows of. */
  readonly beyond: string | null;
}

/** @throws ProblemError when the target cannot be reached exactly, or is not one place */
export function cutAt(
  chain: Chain,
  base: Base,
  target: Target,
  options: {
    /** Who took the logs says that no transaction up to here is missing, in microseconds since 1970. */
    readonly completeUntil?: number;
  } = {},
): Cut {
  const placed = placedIn(chain);
  const start = startIn(chain, placed, base);
  const { end, late } = endIn(chain, placed, target, start, options.completeUntil ?? -1);
  if (end < start) {
    const last = placed[start - 1];
    throw refusal(describeTarget(target), `a base that holds ${describe(last)} already`, {
      code: 'restore.before-base',
      expected: 'a target behind the base',
      remedy: 'begin with an earlier backup: its logs lead to this place',
    });
  }
  const there = (gtid: Gtid | null): boolean => gtid !== null && base.gtids !== null && contains(base.gtids, gtid);
  const from = base.gtids === null ? start : 0;
  const kept = placed.slice(from, end).filter(({ transaction }) => !there(transaction.gtid));
  const nameless = kept.some(({ transaction }) => transaction.gtid === null);
  return {
    family: chain.family,
    transactions: kept.length,
    segments: segmentsOf(kept),
    serverIds: new Set(chain.files.flatMap(({ serverIds }) => [...serverIds])),
    executed:
      base.gtids === null || nameless
        ? null
        : advanced(base.gtids, gtidsOf(kept.map(({ transaction }) => transaction))),
    last: placed[end - 1] ?? null,
    lost: lostBehind(chain, placed.slice(end)),
    late,
  };
}

/** Index of the first transaction behind all that the base holds. */
function startIn(chain: Chain, placed: readonly Placed[], base: Base): number {
  if (base.gtids === null && base.place === null) {
    throw refusal('the base', 'neither a place in the log nor ids', {
      code: 'restore.base-unknown',
      expected: 'the place that its backup recorded',
      remedy: 'give the file and position, or the executed ids, that stand in the backup',
    });
  }
  const byPlace = base.place === null ? null : indexAtPlace(chain, placed, base.place);
  if (base.gtids === null) return byPlace ?? 0;
  nothingMissingBefore(chain, base.gtids);
  const { gtids } = base;
  const nameless = placed.findIndex(({ transaction }) => transaction.gtid === null);
  if (nameless >= 0 && byPlace === null) {
    throw refusal(placeText(placed[nameless]), 'a transaction without id, and only ids of the base', {
      code: 'restore.base-unknown',
      expected: 'the place in the log beside the ids',
      remedy: 'give the file and position that stand in the backup',
    });
  }
  const byIds = placed.findLastIndex(({ transaction: { gtid } }) => gtid !== null && contains(gtids, gtid)) + 1;
  if (byPlace !== null && byIds !== byPlace && nameless < 0) {
    throw refusal(placeText(placed[byPlace - 1]), `ids that end at ${describe(placed[byIds - 1])}`, {
      code: 'restore.base-differs',
      expected: 'a place and ids of the same moment',
      remedy: 'take both from one backup; where they differ there, the backup was not made in one snapshot',
    });
  }
  return byPlace === null ? byIds : Math.max(byPlace, byIds);
}

function indexAtPlace(
  chain: Chain,
  placed: readonly Placed[],
  { file, position }: { readonly file: string; readonly position: number },
): number {
  const at = chain.files.findIndex(({ name }) => name === file);
  const found = chain.files[at];
  if (found === undefined || position > found.size) {
    throw refusal(`${file}:${position}`, `logs ${range(chain)}`, {
      code: 'restore.base-not-in-logs',
      expected: 'the file in which the log stood when the base was made, with that place in it',
      remedy: 'add the missing files; without them nothing behind the base can be restored',
    });
  }
  const inside = found.transactions.find(({ start, end }) => start < position && position < end);
  if (inside !== undefined) {
    throw refusal(`${file}:${position}`, `a place inside the transaction at ${inside.start}`, {
      code: 'restore.base-not-in-logs',
      expected: 'the beginning of a transaction, or the end of one',
      remedy: 'take the position from the backup as it stands there; the logs may be of another server',
    });
  }
  const earlier = chain.files.slice(0, at).reduce((sum, { transactions }) => sum + transactions.length, 0);
  const index = earlier + found.transactions.filter(({ end }) => end <= position).length;
  return Math.min(index, placed.length);
}

/** What the first file takes for granted must be in the base. */
function nothingMissingBefore(chain: Chain, state: GtidState): void {
  const [first] = chain.files;
  const before = first?.before ?? null;
  if (first === undefined || before === null) return;
  const missing =
    before.family === 'mysql' && state.family === 'mysql'
      ? gtidSetText(minus(before.set, state.set))
      : before.family === 'mariadb' && state.family === 'mariadb'
        ? [...before.list]
            .map(([source, number]) => parseGtid(`${source}-${number}`, 'mariadb'))
            .filter((gtid) => gtid !== null && !contains(state, gtid))
            .map((gtid) => (gtid === null ? '' : gtidText(gtid)))
            .join(',')
        : `ids of ${state.family}`;
  if (missing === '') return;
  throw refusal(first.path, `a log that begins behind ${missing}, which the base does not hold`, {
    code: 'restore.gap-after-base',
    expected: `logs that begin at or before ${gtidStateText(state) || 'the first transaction'}`,
    remedy: 'add the earlier files; without them nothing behind the base can be restored',
  });
}

interface End {
  /** One past the last transaction that is kept. */
  readonly end: number;
  readonly late: number;
}

function endIn(chain: Chain, placed: readonly Placed[], target: Target, start: number, complete: number): End {
  if (target.kind === 'end') return { end: placed.length, late: 0 };
  if (target.kind === 'time') return endAtTime(chain, placed, target.time, complete);
  if (target.kind === 'before') return { end: candidatesFor(placed, start, target), late: 0 };
  const gtid = parseGtid(target.gtid, chain.family);
  const wanted = gtid === null ? null : gtidText(gtid);
  const at = placed.findIndex(({ transaction }) => transaction.gtid !== null && gtidText(transaction.gtid) === wanted);
  if (at < 0) {
    throw refusal(target.gtid, `logs ${range(chain)}`, {
      code: 'restore.not-in-logs',
      expected: 'the id of one transaction in these logs',
      remedy: chain.stop === null ? 'look for it in a listing of the logs, or add later files' : stopText(chain),
    });
  }
  return { end: at + 1, late: 0 };
}

/**
 * The rule of time: everything before the first transaction that is stamped later. So transactions of the same moment stay together, and
 * the order in which they were committed is kept whatever the stamps say.
 */
function endAtTime(chain: Chain, placed: readonly Placed[], time: number, complete: number): End {
  const unit = timeUnit(chain.family);
  if (!Number.isSafeInteger(time) || time < 0 || time % unit !== 0) {
    throw refusal(momentText(time, 'mysql'), 'a part of a second', {
      code: 'restore.time-too-fine',
      expected: 'a time in whole seconds: a log of MariaDB knows no others',
      remedy: 'give the second, or the GTID of the last transaction that is wanted',
    });
  }
  const later = placed.findIndex(({ transaction }) => transaction.time > time);
  if (later < 0 && time > Math.max(coveredUntil(chain), complete)) {
    throw refusal(momentText(time, chain.family), `logs ${range(chain)}`, {
      code: 'restore.not-covered',
      expected: 'a time that these logs cover: behind their last transaction others may be missing',
      remedy: chain.stop === null ? 'add later files, or ask for the end of what is there' : stopText(chain),
    });
  }
  const end = later < 0 ? placed.length : later;
  return { end, late: placed.slice(end).filter(({ transaction }) => transaction.time <= time).length };
}

/** What follows each other in a file is one part. */
function segmentsOf(kept: readonly Placed[]): readonly Segment[] {
  const segments: (Omit<Segment, 'parts'> & { readonly parts: Part[] })[] = [];
  for (const { file, transaction } of kept) {
    let segment = segments.at(-1);
    if (segment === undefined || segment.file !== file.path) {
      const { path, name, checksums, headEnd } = file;
      segment = { file: path, name, checksums, headEnd, parts: [] };
      segments.push(segment);
    }
    const part = segment.parts.at(-1);
    if (part?.to === transaction.start)
      segment.parts[segment.parts.length - 1] = { from: part.from, to: transaction.end };
    else segment.parts.push({ from: transaction.start, to: transaction.end });
  }
  return segments;
}

function lostBehind(chain: Chain, behind: readonly Placed[]): Lost {
  const tables = new Map<string, number>();
  for (const { transaction } of behind) {
    for (const table of new Set(transaction.changes.map((change) => change.table))) {
      tables.set(table, (tables.get(table) ?? 0) + 1);
    }
  }
  return {
    transactions: behind.length,
    first: behind[0] ?? null,
    last: behind.at(-1) ?? null,
    tables: [...tables]
      .map(([table, transactions]) => ({ table, transactions }))
      .toSorted((a, b) => b.transactions - a.transactions || (a.table < b.table ? -1 : 1)),
    beyond: chain.stop === null ? null : stopText(chain),
  };
}

function stopText({ stop }: Chain): string {
  return stop === null
    ? ''
    : `nothing can be restored past ${stop.where} (${stop.why}: ${stop.detail}); take that file from another copy`;
}

function range({ files }: Chain): string {
  const first = files.find(({ transactions }) => transactions.length > 0);
  const last = files.findLast(({ transactions }) => transactions.length > 0);
  if (first === undefined || last === undefined) return 'without a transaction';
  return `from ${describe({ file: first, transaction: first.transactions[0] })} to ${describe({ file: last, transaction: last.transactions.at(-1) })}`;
}

function describe(
  placed: { readonly file: Placed['file']; readonly transaction: Placed['transaction'] | undefined } | undefined,
): string {
  const transaction = placed?.transaction;
  if (placed === undefined || transaction === undefined) return 'nothing of these logs';
  return placeText({ file: placed.file, transaction });
}

function describeTarget(target: Target): string {
  if (target.kind === 'time') return momentText(target.time, 'mysql');
  if (target.kind === 'gtid') return target.gtid;
  return target.kind === 'end' ? 'the end of the logs' : `before ${target.table}`;
}

function refusal(where: string, found: string, rest: Omit<Problem, 'where' | 'found'>): ProblemError {
  return new ProblemError({ ...rest, where, found });
}
