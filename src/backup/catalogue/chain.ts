import type { Catalogue, FullBackup, Segment } from './record.ts';

/**
 * How far a full backup reaches with the binary logs behind it. Never optimistic: it ends at the first thing that is missing, is not
 * known to be whole, or does not fit to what stands before it, and says which.
 */

export interface Chain {
  readonly full: FullBackup;
  /** What can be replayed behind it, in order. */
  readonly segments: readonly Segment[];
  /**
   * Everything that was committed before this second, by the clock of the server, is there. RFC 3339. Null: the full backup itself
   * cannot be restored, or nobody knows to which time.
   */
  readonly restorableTo: string | null;
  /** Why it reaches no further; null: nothing newer was taken. */
  readonly ends: string | null;
}

/** How far clocks of machines differ that are set well enough, milliseconds. */
const APART_MS = 5 * 60_000;

/**
 * Taken by a clock that was ahead of what it says now: nobody knows when. Pure.
 * @param now milliseconds since 1970
 */
export function isAhead({ takenAt }: { readonly takenAt: string }, now: number): boolean {
  return Date.parse(takenAt) > now + APART_MS;
}

/**
 * Chains of all full backups, oldest first. Pure.
 * @param now times that lie ahead of it say nothing, milliseconds since 1970; left out: all are believed
 */
export function chainsOf(catalogue: Catalogue, now = Number.POSITIVE_INFINITY): readonly Chain[] {
  return catalogue.fulls.map((full) => chainOf(full, catalogue.segments, now));
}

/** Pure. @param now as above */
export function chainOf(full: FullBackup, segments: readonly Segment[], now = Number.POSITIVE_INFINITY): Chain {
  if (full.state === 'failed' || full.state === 'suspect')
    return {
      full,
      segments: [],
      restorableTo: null,
      ends: `the full backup is ${full.state}: ${full.why ?? 'no reason was recorded'}`,
    };
  const ahead = isAhead(full, now);
  const start = ahead ? null : moment(full.serverTime, full.takenAt);
  if (ahead && full.coordinates === null) return { full, segments: [], restorableTo: null, ends: aheadText(full) };
  if (full.coordinates === null)
    return { full, segments: [], restorableTo: start, ends: 'the server wrote no binary log' };
  const own = segments.filter(({ server }) => server.id === full.server.id);
  const held: Segment[] = [];
  let to = start;
  let wanted: string | null = full.coordinates.file;
  for (;;) {
    const found = own.filter(({ file }) => file === wanted);
    const before = held.at(-1);
    const next = found.find((one) => follows(before, full, one) === null);
    if (wanted === null || next === undefined) {
      const ends = whyNoNext(wanted, found, own, before, full);
      return { full, segments: held, restorableTo: to, ends: to === null ? aheadText(full) : ends };
    }
    held.push(next);
    // What a file may still miss of its last second stands in the next one.
    if (!isAhead(next, now)) to = moment(next.lastEventAt ?? to ?? next.takenAt, next.takenAt);
    wanted = next.next ?? successor(next.file);
  }
}

/** The chain that reaches furthest; undefined: nothing can be restored. Pure. */
export function furthest(chains: readonly Chain[]): Chain | undefined {
  return chains
    .filter(({ restorableTo }) => restorableTo !== null)
    .reduce<Chain | undefined>(
      (best, one) => (best === undefined || reach(one) >= reach(best) ? one : best),
      undefined,
    );
}

/** Milliseconds since 1970 up to which it reaches; -Infinity where it cannot be restored. Pure. */
export function reach({ restorableTo }: Pick<Chain, 'restorableTo'>): number {
  return restorableTo === null ? Number.NEGATIVE_INFINITY : Date.parse(restorableTo);
}

/**
 * The earlier of what the server's clock said and when we took it: a server whose clock is ahead promises nothing from the future.
 * Whole seconds: events have no more.
 */
function moment(server: string, ours: string): string {
  const ms = Math.min(Date.parse(server), Date.parse(ours));
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}

function aheadText({ takenAt }: FullBackup): string {
  return `the clock was wrong when it was taken: ${takenAt} lies ahead, and nobody knows to which time it leads`;
}

/** What speaks against this segment at this place; null: nothing. */
function follows(before: Segment | undefined, full: FullBackup, one: Segment): string | null {
  if (one.state === 'failed' || one.state === 'suspect')
    return `${one.file} is ${one.state}: ${one.why ?? 'no reason was recorded'}`;
  if (before === undefined) {
    const at = full.coordinates?.position ?? 0;
    if (one.bytes < at) return `${one.file} has ${one.bytes} bytes, and the full backup stands at ${at}`;
    // A server whose logs were thrown away (RESET) begins again with the same names.
    return Date.parse(one.takenAt) < Date.parse(full.takenAt) ? `${one.file} was taken before the full backup` : null;
  }
  const [left, right] = [before.gtidsAfter, one.gtidsBefore];
  if (left !== null && right !== null && left !== right)
    return `${one.file} begins behind ${right === '' ? 'no transaction' : right}, but ${before.file} ends with ${left === '' ? 'no transaction' : left}`;
  return null;
}

function whyNoNext(
  wanted: string | null,
  found: readonly Segment[],
  own: readonly Segment[],
  before: Segment | undefined,
  full: FullBackup,
): string | null {
  if (wanted === null) return `${before?.file ?? ''} does not say what comes next`;
  const [first] = found;
  if (first !== undefined) return follows(before, full, first);
  const since = before?.takenAt ?? full.takenAt;
  const later = own.find((one) => one !== before && one.takenAt > since && newer(one.file, wanted));
  return later === undefined ? null : `${wanted} is missing, ${later.file} is there`;
}

const NUMBERED = /^(.*\.)(\d+)$/;

/** `binlog.000009` → `binlog.000010`, as servers count; null: not a name of a log. Pure. */
export function successor(file: string): string | null {
  const [, base, digits] = NUMBERED.exec(file) ?? [];
  if (base === undefined || digits === undefined) return null;
  return `${base}${String(Number(digits) + 1).padStart(digits.length, '0')}`;
}

function newer(file: string, than: string): boolean {
  const number = (name: string): number => Number(NUMBERED.exec(name)?.[2] ?? Number.NaN);
  return number(file) > number(than);
}
