/**
 * Transaction ids of both families, as sets that can be compared. MySQL: `uuid:1-5:7`, with tags `uuid:tag:1-3`; MariaDB: the newest
 * `domain-server-sequence` of each domain. Pure.
 */

export type Family = 'mariadb' | 'mysql';

/** Of one transaction. */
export type Gtid =
  | {
      readonly family: 'mysql';
      /** `uuid`, or `uuid:tag`. */
      readonly source: string;
      readonly number: number;
    }
  | { readonly family: 'mariadb'; readonly domain: number; readonly server: number; readonly number: number };

/** First and last, both included. */
export type Interval = readonly [first: number, last: number];

/** What a MySQL server has executed, by source; intervals in order, apart from each other. */
export type GtidSet = ReadonlyMap<string, readonly Interval[]>;

/** Where a MariaDB server is, by domain. */
export type GtidPosition = ReadonlyMap<number, { readonly server: number; readonly number: number }>;

export type GtidState =
  | { readonly family: 'mysql'; readonly set: GtidSet }
  | { readonly family: 'mariadb'; readonly position: GtidPosition };

export function gtidText(gtid: Gtid): string {
  return gtid.family === 'mysql' ? `${gtid.source}:${gtid.number}` : `${gtid.domain}-${gtid.server}-${gtid.number}`;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TAG = /^[a-z_][a-z0-9_]{0,31}$/i;
const INTERVAL = /^(\d+)(?:-(\d+))?$/;
const MARIADB = /^(\d+)-(\d+)-(\d+)$/;

/** Of one transaction. Null: it is none of this family. */
export function parseGtid(text: string, family: Family): Gtid | null {
  const trimmed = text.trim();
  if (family === 'mariadb') {
    const [, domain, server, number] = MARIADB.exec(trimmed) ?? [];
    return domain === undefined
      ? null
      : { family, domain: Number(domain), server: Number(server), number: Number(number) };
  }
  const set = parseGtidSet(trimmed);
  const [only, ...more] = set === null ? [] : [...set];
  if (only === undefined || more.length > 0) return null;
  const [source, [interval, ...others]] = only;
  return interval === undefined || others.length > 0 || interval[0] !== interval[1]
    ? null
    : { family, source, number: interval[0] };
}

/** As `@@gtid_executed` or `@@gtid_slave_pos` write it. Null: it is none of this family. */
export function parseGtidState(text: string, family: Family): GtidState | null {
  if (family === 'mysql') {
    const set = parseGtidSet(text);
    return set === null ? null : { family, set };
  }
  const position = new Map<number, { readonly server: number; readonly number: number }>();
  for (const word of words(text)) {
    const gtid = parseGtid(word, family);
    if (gtid === null || gtid.family !== 'mariadb') return null;
    position.set(gtid.domain, { server: gtid.server, number: gtid.number });
  }
  return { family, position };
}

function words(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.replace(/\s+/g, ''))
    .filter((word) => word !== '');
}

/** Null: it is no set of MySQL. */
export function parseGtidSet(text: string): GtidSet | null {
  const found = new Map<string, Interval[]>();
  for (const word of words(text)) {
    const [uuid = '', ...parts] = word.split(':');
    if (!UUID.test(uuid) || parts.length === 0) return null;
    let source = uuid.toLowerCase();
    for (const part of parts) {
      const [, first, last] = INTERVAL.exec(part) ?? [];
      if (first === undefined) {
        if (!TAG.test(part)) return null;
        source = `${uuid}:${part}`.toLowerCase();
        continue;
      }
      const interval: Interval = [Number(first), Number(last ?? first)];
      if (interval[0] < 1 || interval[1] < interval[0] || !Number.isSafeInteger(interval[1])) return null;
      found.set(source, [...(found.get(source) ?? []), interval]);
    }
  }
  return new Map([...found].map(([source, intervals]) => [source, joined(intervals)]));
}

/** In order, with what touches made one. */
function joined(intervals: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  for (const [first, last] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1)
      result[result.length - 1] = [before[0], Math.max(before[1], last)];
    else result.push([first, last]);
  }
  return result;
}

/** As MySQL writes it, sources in order. */
export function gtidSetText(set: GtidSet): string {
  const byUuid = Map.groupBy(
    [...set].filter(([, intervals]) => intervals.length > 0).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ([source]) => source.slice(0, 36),
  );
  return [...byUuid]
    .map(([uuid, sources]) => {
      const parts = sources.map(([source, intervals]) => {
        const numbers = intervals.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(':');
        return source === uuid ? numbers : `${source.slice(37)}:${numbers}`;
      });
      return `${uuid}:${parts.join(':')}`;
    })
    .join(',');
}

export function gtidStateText(state: GtidState): string {
  if (state.family === 'mysql') return gtidSetText(state.set);
  return [...state.position]
    .toSorted(([a], [b]) => a - b)
    .map(([domain, { server, number }]) => `${domain}-${server}-${number}`)
    .join(',');
}

export function union(a: GtidSet, b: GtidSet): GtidSet {
  return new Map(
    [...new Set([...a.keys(), ...b.keys()])].map((source) => [
      source,
      joined([...(a.get(source) ?? []), ...(b.get(source) ?? [])]),
    ]),
  );
}

/** What is in the first and not in the second. */
export function minus(a: GtidSet, b: GtidSet): GtidSet {
  const left = [...a].map(([source, intervals]): readonly [string, readonly Interval[]] => {
    let rest: readonly Interval[] = intervals;
    for (const [first, last] of b.get(source) ?? []) {
      rest = rest.flatMap(([from, to]): readonly Interval[] => {
        if (to < first || from > last) return [[from, to]];
        const before: readonly Interval[] = from < first ? [[from, first - 1]] : [];
        return to > last ? [...before, [last + 1, to]] : before;
      });
    }
    return [source, rest];
  });
  return new Map(left.filter(([, intervals]) => intervals.length > 0));
}

export function isEmpty(set: GtidSet): boolean {
  return [...set.values()].every((intervals) => intervals.length === 0);
}

export function sameSet(a: GtidSet, b: GtidSet): boolean {
  return isEmpty(minus(a, b)) && isEmpty(minus(b, a));
}

/** The same transactions; in MariaDB, the same place in each domain. */
export function sameState(a: GtidState, b: GtidState): boolean {
  if (a.family === 'mysql' && b.family === 'mysql') return sameSet(a.set, b.set);
  return a.family === b.family && gtidStateText(a) === gtidStateText(b);
}

/** Whether a server in this state has executed the transaction. A domain of MariaDB executes its numbers in their order. */
export function contains(state: GtidState, gtid: Gtid): boolean {
  if (state.family === 'mysql' && gtid.family === 'mysql') {
    return (state.set.get(gtid.source) ?? []).some(([first, last]) => first <= gtid.number && gtid.number <= last);
  }
  if (state.family === 'mariadb' && gtid.family === 'mariadb') {
    return gtid.number <= (state.position.get(gtid.domain)?.number ?? 0);
  }
  return false;
}

/** The state of a server in this state when it has executed these too, in this order. */
export function advanced(state: GtidState, gtids: Iterable<Gtid>): GtidState {
  if (state.family === 'mariadb') {
    const position = new Map(state.position);
    for (const gtid of gtids) {
      if (gtid.family === 'mariadb') position.set(gtid.domain, { server: gtid.server, number: gtid.number });
    }
    return { family: 'mariadb', position };
  }
  const added = new Map<string, Interval[]>();
  for (const gtid of gtids) {
    if (gtid.family !== 'mysql') continue;
    const list = added.get(gtid.source) ?? [];
    const last = list.at(-1);
    // They mostly follow each other: a million of them must not become a million intervals.
    if (last !== undefined && gtid.number === last[1] + 1) list[list.length - 1] = [last[0], gtid.number];
    else list.push([gtid.number, gtid.number]);
    added.set(gtid.source, list);
  }
  return {
    family: 'mysql',
    set: union(state.set, new Map([...added].map(([source, list]) => [source, joined(list)]))),
  };
}

export function emptyState(family: Family): GtidState {
  return family === 'mysql' ? { family, set: new Map() } : { family, position: new Map() };
}
