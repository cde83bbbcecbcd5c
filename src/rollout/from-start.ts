import type { Counters } from '../model/metrics.ts';
import { type Judgement, missingInWords, type Policy } from './analysis/index.ts';
import { type BakeState, bakeVerdict, beginBake, foldBake, noAnalyses, proxyGaps } from './bake-state.ts';
import { duration } from './forecast.ts';
import { type Tally, versionDelta } from './intervals.ts';

/**
 * A share judged from nothing but its readings since the start: for who asks again and again and keeps nothing in between. The fold is that of the
 * watches of a rollout, so the same readings give the same evidence, to the last bit.
 */
export interface JudgedShares {
  /** Without a least bake: each share has its own. */
  readonly policy: Policy;
  /** Every metric of the source. All of them accuse and all of them clear. */
  readonly metrics: readonly string[];
  readonly stable: string;
  readonly candidate: string;
  /** Between two readings. */
  readonly everyMs: number;
  /** When each share began by the clock of the readings, ascending; the last one is judged. Readings before the first are the past. */
  readonly shares: readonly { readonly fromMs: number; readonly bakeMs: number }[];
  /** What the last share should be, 0 to 1; null: not to be looked at. */
  readonly share: number | null;
}

export interface SharesState {
  readonly bake: BakeState;
  /** Shares that have begun. */
  readonly begun: number;
  /** What both versions did in the last share, by the first metric. */
  readonly seen: { readonly canary: number; readonly both: number };
  readonly readings: number;
}

export interface SharesVerdict {
  readonly verdict: 'worse' | 'not-worse' | 'undecided';
  /** Why, for a person. */
  readonly reason: string;
  readonly judgement: Judgement;
  /** Share of requests that reached the new version since the share began; null without any. */
  readonly measuredShare: number | null;
  /** What is missing for `not-worse` if there is no difference; null where it cannot be told. */
  readonly needs: { readonly canaryRequests: number | null; readonly seconds: number | null };
}

/** Before the first reading. */
export function beginShares({ policy, metrics }: JudgedShares): SharesState {
  return { bake: beginBake(noAnalyses(policy, metrics, [])), begun: 0, seen: NOTHING, readings: 0 };
}

const NOTHING = { canary: 0, both: 0 };

/** Pure fold over one reading. */
export function foldShares(state: SharesState, counters: Counters, of: JudgedShares): SharesState {
  const before = atShare(state, counters.time, of);
  const sample = {
    time: counters.time,
    counters: [counters],
    instances: [],
    router: { kind: 'unreachable' as const, reason: 'not looked at' },
  };
  const previous = before.bake.previous[0] ?? null;
  return {
    bake: foldBake(before.bake, sample, of),
    begun: before.begun,
    seen: previous === null || before.begun === 0 ? before.seen : seenAfter(before.seen, previous, counters, of),
    readings: before.readings + 1,
  };
}

/** A share that has begun by now: `not-worse` starts afresh, what spoke for `worse` stays. */
function atShare(state: SharesState, time: number, of: JudgedShares): SharesState {
  const begun = of.shares.filter(({ fromMs }) => fromMs <= time).length;
  const share = of.shares[begun - 1];
  if (begun === state.begun || share === undefined) return state;
  const { accuse, clear } = state.bake.analyses;
  const policy = {
    ...of.policy,
    minimumBakeSeconds: Math.max(of.policy.minimumBakeSeconds, share.bakeMs / 1000),
  };
  return { ...state, bake: beginBake({ accuse, clear: { ...clear, policy } }), begun, seen: NOTHING };
}

function seenAfter(
  seen: SharesState['seen'],
  previous: Counters,
  counters: Counters,
  { metrics: [metric = ''], stable, candidate }: JudgedShares,
): SharesState['seen'] {
  const requests = (tally: Tally | null): number => tally?.requests ?? 0;
  const canary = requests(versionDelta(previous, counters, candidate, metric));
  const baseline = requests(versionDelta(previous, counters, stable, metric));
  return { canary: seen.canary + canary, both: seen.both + canary + baseline };
}

/** Less than this part of its share: the router does not do what it was told, so what was seen is not what the step is about. */
const LEAST_PART_OF_SHARE = 0.5;

/** What the readings say. `not-worse` also asks that both versions are seen at the end, and that the share arrives. */
export function sharesVerdict(state: SharesState, of: JudgedShares): SharesVerdict {
  const { accuse, clear } = bakeVerdict(state.bake);
  const { seen } = state;
  const measuredShare = seen.both === 0 ? null : seen.canary / seen.both;
  const bakeMs = Math.max(0, (of.shares.at(-1)?.bakeMs ?? 0) - state.bake.watchedMs);
  const common = { measuredShare, needs: needsOf(state, clear, bakeMs) };
  if (accuse.verdict.kind === 'worse') {
    const metric = accuse.metrics.find((one) => one.metric === accuse.leading);
    const counts =
      metric === undefined
        ? ''
        : `: ${metric.canary.bad} bad of ${metric.canary.requests}, beside ${metric.baseline.bad} of ${metric.baseline.requests}`;
    return { verdict: 'worse', reason: `${accuse.leading ?? ''}${counts}`, judgement: accuse, ...common };
  }
  const against = [...silences(state, of), ...unreached(measuredShare, of)];
  const missing = clear.verdict.kind === 'undecided' ? clear.verdict.missing.map(missingInWords) : [];
  if (bakeMs > 0) missing.push(`bakes ${duration(bakeMs)} more`);
  if (clear.verdict.kind === 'not-worse' && against.length === 0 && bakeMs === 0) {
    return { verdict: 'not-worse', reason: 'every metric shows it', judgement: clear, ...common };
  }
  return { verdict: 'undecided', reason: [...against, ...missing].join('; '), judgement: clear, ...common };
}

/** What is not seen now. A version that has gone silent is not cleared by what it did before. */
function silences({ bake, begun }: SharesState, of: JudgedShares): readonly string[] {
  if (begun < of.shares.length) return ['no reading of this share yet'];
  const last = bake.last?.counters[0];
  if (last === undefined || last.kind === 'missing' || last.missing !== undefined) return proxyGaps(bake);
  return [of.stable, of.candidate].flatMap((version) =>
    of.metrics
      .filter((name) => !last.servers.some((server) => server.version === version && name in server.metrics))
      .map((name) => `${name}: nothing from ${version} now`),
  );
}

function unreached(measured: number | null, { share }: JudgedShares): readonly string[] {
  if (share === null || measured === null || measured >= share * LEAST_PART_OF_SHARE) return [];
  const percent = (part: number): string => `${Math.round(part * 1000) / 10} %`;
  return [`${percent(measured)} of the requests reach it instead of ${percent(share)}`];
}

function needsOf(state: SharesState, clear: Judgement, bakeMs: number): SharesVerdict['needs'] {
  const canaryRequests = clear.requestsNeeded.notWorse;
  const watched = state.bake.watchedMs / 1000;
  const times =
    clear.verdict.kind === 'undecided'
      ? clear.verdict.missing.map((one) => (one.kind === 'time' ? one.seconds : 0))
      : [];
  const rate = watched === 0 ? 0 : state.seen.canary / watched;
  if (canaryRequests === null || (canaryRequests > 0 && rate === 0)) return { canaryRequests, seconds: null };
  const traffic = canaryRequests === 0 ? 0 : canaryRequests / rate;
  return { canaryRequests, seconds: Math.ceil(Math.max(traffic, bakeMs / 1000, ...times)) };
}
