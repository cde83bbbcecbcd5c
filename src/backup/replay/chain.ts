import { ProblemError } from '../../model/problem.ts';
import type { Before, Transaction } from './fold.ts';
import { advanced, type Family, type Gtid, gtidSetText, isEmpty, minus, sameSet } from './gtid.ts';
import type { BinlogFile } from './read.ts';

/** Binary logs that follow each other without a gap. Pure. */

export interface Chain {
  readonly family: Family;
  /** In their order; the last one may be broken at its end, and holds what stands before that. */
  readonly files: readonly BinlogFile[];
  /** Why nothing can be restored past the last transaction of these files; null: there is simply no more. */
  readonly stop: Stop | null;
}

export interface Stop {
  /** File and byte. */
  readonly where: string;
  /** `torn`, `checksum`, …, or `gap`. */
  readonly why: string;
  readonly detail: string;
}

/**
 * Puts binary logs of one server into their order and goes along them to the first gap. A file that breaks off is no gap when the next one
 * says that nothing came between: a server that died leaves such files.
 * @throws ProblemError when there is no file, two have one name, or they are of different families or servers
 */
export function chainOf(found: readonly BinlogFile[]): Chain {
  const files = found.toSorted((a, b) => numberOf(a.name) - numberOf(b.name) || (a.name < b.name ? -1 : 1));
  const [first] = files;
  if (first === undefined) throw mixed('binary logs', 'no file');
  const kept: BinlogFile[] = [];
  let stop: Stop | null = null;
  let before: Before | null = first.before;
  for (const [index, file] of files.entries()) {
    const previous = files[index - 1];
    if (file.family !== first.family) throw mixed(file.path, `a log of ${file.family} among those of ${first.family}`);
    if (baseOf(file.name) !== baseOf(first.name)) throw mixed(file.path, `${file.name} among ${first.name}`);
    if (previous?.name === file.name) throw mixed(file.path, `the name of ${previous.path} again`);
    if (previous !== undefined) {
      const detail = gapBetween(previous, before, file);
      if (detail !== null) {
        stop = stopBetween(previous, file, detail);
        break;
      }
    }
    kept.push(file);
    before = behind(file.before ?? before, file.transactions);
  }
  const last = kept.at(-1);
  if (stop === null && last?.end.kind === 'broken') stop = brokenAt(last, last.end);
  return { family: first.family, files: kept, stop };
}

function stopBetween(previous: BinlogFile, file: BinlogFile, detail: string): Stop {
  // What broke the earlier file is the cause, the gap is its effect.
  if (previous.end.kind === 'broken') return brokenAt(previous, previous.end);
  return { where: `${previous.path}:${previous.size}`, why: 'gap', detail: `${file.name} does not follow: ${detail}` };
}

function brokenAt(file: BinlogFile, end: Extract<BinlogFile['end'], { readonly kind: 'broken' }>): Stop {
  return { where: `${file.path}:${end.at}`, why: end.why, detail: end.detail };
}

/** Null: the second file begins where the first ends. */
function gapBetween(previous: BinlogFile, before: Before | null, next: BinlogFile): string | null {
  const anonymous = [previous, next].some((file) => file.transactions.some(({ gtid }) => gtid === null));
  if (!anonymous && before !== null && next.before !== null) return missingIn(before, next.before);
  // Without ids only the end of the file tells.
  if (previous.end.kind === 'rotated') {
    return previous.end.next === next.name ? null : `${previous.end.next} is missing`;
  }
  if (previous.end.kind === 'stopped') {
    return numberOf(next.name) === numberOf(previous.name) + 1
      ? null
      : `files between ${previous.name} and it are missing`;
  }
  return `${previous.name} does not tell its end, and its transactions have no ids to compare`;
}

function missingIn(before: Before, next: Before): string | null {
  if (before.family === 'mysql' && next.family === 'mysql') {
    if (sameSet(before.set, next.set)) return null;
    const missing = minus(next.set, before.set);
    return isEmpty(missing)
      ? `it does not know of ${gtidSetText(minus(before.set, next.set))}`
      : `${gtidSetText(missing)} is missing`;
  }
  if (before.family === 'mariadb' && next.family === 'mariadb') {
    for (const [source, number] of next.list) {
      const here = before.list.get(source) ?? 0;
      if (here < number) return `${source}-${here + 1} to ${source}-${number} are missing`;
      if (here > number) return `it does not know of ${source}-${here}`;
    }
    const unknown = [...before.list.keys()].find((source) => !next.list.has(source));
    return unknown === undefined ? null : `it does not know of ${unknown}`;
  }
  return 'it is of another family';
}

function behind(before: Before | null, transactions: readonly Transaction[]): Before | null {
  if (before === null) return null;
  if (before.family === 'mysql') {
    const state = advanced(before, gtidsOf(transactions));
    return state.family === 'mysql' ? state : null;
  }
  const list = new Map(before.list);
  for (const { gtid } of transactions) {
    if (gtid?.family === 'mariadb') list.set(`${gtid.domain}-${gtid.server}`, gtid.number);
  }
  return { family: 'mariadb', list };
}

/** Ids of those that have one. */
export function* gtidsOf(transactions: Iterable<Transaction>): Generator<Gtid> {
  for (const { gtid } of transactions) if (gtid !== null) yield gtid;
}

/** A transaction, and the file that it is in. */
export interface Placed {
  readonly file: BinlogFile;
  readonly transaction: Transaction;
}

/** All of a chain, in the order in which they were committed. */
export function placedIn(chain: Chain): readonly Placed[] {
  return chain.files.flatMap((file) => file.transactions.map((transaction) => ({ file, transaction })));
}

/**
 * Microseconds since 1970 up to which no transaction can be missing from a chain: one that is not in it is later. A last transaction may have
 * another beside it in the same unit of time, so that unit is not covered.
 */
export function coveredUntil(chain: Chain): number {
  const unit = timeUnit(chain.family);
  const times = chain.files.flatMap(({ end }) =>
    end.kind === 'rotated' || end.kind === 'stopped' ? [end.seconds * 1_000_000 - 1] : [],
  );
  const last = placedIn(chain).at(-1)?.transaction.time;
  return Math.max(...times, last === undefined ? -1 : last - unit);
}

/** What a time in a log is a whole number of, in microseconds. */
export function timeUnit(family: Family): number {
  return family === 'mariadb' ? 1_000_000 : 1;
}

const NAME = /^(.*)\.(\d{6,})$/;

function numberOf(name: string): number {
  return Number(NAME.exec(name)?.[2] ?? 0);
}

function baseOf(name: string): string {
  return NAME.exec(name)?.[1] ?? name;
}

function mixed(where: string, found: string): ProblemError {
  return new ProblemError({
    code: 'restore.binlogs-mixed',
    where,
    found,
    expected: 'binary logs of one server, each once, named as the server names them: binlog.000001',
    remedy: 'give only the files that follow the base; rename none of them',
  });
}
