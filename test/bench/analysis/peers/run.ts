import type { IntervalRow } from '../../../../src/rollout/analysis/index.ts';
import { median, quantile } from '../../support/statistics.ts';
import type { Release } from '../types.ts';
import { argoRollouts } from './argo-rollouts.ts';
import { flagger } from './flagger.ts';
import { kayenta } from './kayenta.ts';
import type { Rule } from './rule.ts';
import { zTest } from './z-test.ts';

/** One look's worth of a release: what was read in the interval that began at t. */
export interface Look {
  readonly t: number;
  readonly rows: readonly IntervalRow[];
}

/** A release as a rule with a clock of its own sees it. */
export interface Looks {
  readonly intervalSeconds: number;
  /** t of the first interval with requests to the canary; null: there is none. */
  readonly begin: number | null;
  readonly looks: readonly Look[];
}

export interface RuleResult {
  /** `undecided`: the release ended and a person must decide. */
  readonly outcome: 'abort' | 'promote' | 'undecided';
  /** t of the interval after which it was decided; null: undecided. */
  readonly at: number | null;
  /** Seconds from the canary's first requests until then; null: undecided. */
  readonly afterSeconds: number | null;
}

/** Longer than this many intervals between two rows is a gap. */
const GAP = 1.5;

/**
 * The release's intervals with the silent ones put in: a rule looks on its own clock, whether or not there is something to read.
 *
 * An interval lasts as long as the median distance between two of the release; 1 s where it has only one.
 */
export function looksOf(release: Release): Looks {
  const intervalSeconds = medianDistance(release.intervals);
  const looks: Look[] = [];
  let last: number | null = null;
  for (const rows of release.intervals) {
    const t: number = rows[0]?.t ?? (last === null ? 0 : last + intervalSeconds);
    if (last !== null && t - last > GAP * intervalSeconds) {
      const silent = Math.round((t - last) / intervalSeconds) - 1;
      for (let i = 1; i <= silent; i += 1) looks.push({ t: last + i * intervalSeconds, rows: [] });
    }
    looks.push({ t, rows });
    last = t;
  }
  const begin = looks.find((look) => look.rows.some((row) => row.canary.requests > 0))?.t ?? null;
  return { intervalSeconds, begin, looks };
}

function medianDistance(intervals: Release['intervals']): number {
  const times = intervals.flatMap((rows) => rows[0]?.t ?? []);
  const distances = times.slice(1).map((t, i) => t - (times[i] ?? t));
  return distances.length === 0 ? 1 : quantile(distances, 0.5);
}

/** What a rule does with a release: the first decision counts. @param looks give it where several rules judge one release */
export function runRule(rule: Rule, release: Release, looks: Looks = looksOf(release)): RuleResult {
  const { intervalSeconds, begin } = looks;
  const watch = rule.start({ metrics: release.metrics, intervalSeconds });
  const decided = (outcome: 'abort' | 'promote', at: number): RuleResult => ({
    outcome,
    at,
    afterSeconds: at + intervalSeconds - (begin ?? at),
  });
  for (const { t, rows } of looks.looks) {
    const decision = watch.observe(rows, t);
    if (decision !== 'continue') return decided(decision, t);
  }
  const last = looks.looks.at(-1);
  const decision = watch.finish();
  if (decision === 'continue' || last === undefined) return { outcome: 'undecided', at: null, afterSeconds: null };
  return decided(decision, last.t);
}

/** How many of how many. */
export interface Part {
  readonly count: number;
  readonly of: number;
}

export interface PeerRow {
  readonly rule: string;
  readonly title: string;
  readonly sources: readonly string[];
  readonly settings: Rule['settings'];
  /** Innocent releases that were aborted. */
  readonly falseAborts: Part;
  /** Harmful releases that were not aborted. */
  readonly misses: Part;
  /** Releases at or beyond the margin that were promoted. */
  readonly falsePromotions: Part;
  /** Seconds until half of the harmful releases were aborted; null: fewer than half were, or there are none. */
  readonly medianDelaySeconds: number | null;
}

interface Counting {
  innocent: number;
  falseAborts: number;
  beyond: number;
  falsePromotions: number;
  /** Infinite where a harmful release was not aborted. */
  readonly delays: number[];
}

/** The rules with their documented settings: at their own intervals, and at the same looks as the product's analysis. */
export function peerRules(): readonly Rule[] {
  return [
    argoRollouts(),
    argoRollouts({ everySeconds: null }),
    argoRollouts({ everySeconds: null, windowSeconds: null }),
    flagger(),
    flagger({ everySeconds: null }),
    flagger({ everySeconds: null, windowSeconds: null }),
    kayenta(),
    kayenta({ stepSeconds: null, judgements: 'every point' }),
    zTest({ everySeconds: 60 }),
    zTest(),
  ];
}

/** Errors and delays of each rule on the same releases. Constant memory but for the delays. */
export function peerTable(releases: Iterable<Release>, rules: readonly Rule[] = peerRules()): readonly PeerRow[] {
  const counted = rules.map((rule): readonly [Rule, Counting] => [
    rule,
    { innocent: 0, falseAborts: 0, beyond: 0, falsePromotions: 0, delays: [] },
  ]);
  for (const release of releases) {
    const looks = looksOf(release);
    for (const [rule, counting] of counted) count(counting, release, runRule(rule, release, looks));
  }
  return counted.map(([rule, counting]) => rowOf(rule, counting));
}

function count(counting: Counting, release: Release, { outcome, afterSeconds }: RuleResult): void {
  switch (release.truth.kind) {
    case 'innocent':
      counting.innocent += 1;
      if (outcome === 'abort') counting.falseAborts += 1;
      return;
    case 'beyond':
      counting.beyond += 1;
      if (outcome === 'promote') counting.falsePromotions += 1;
      return;
    case 'harmful':
      counting.delays.push(outcome === 'abort' ? (afterSeconds ?? 0) : Number.POSITIVE_INFINITY);
  }
}

function rowOf(rule: Rule, { innocent, falseAborts, beyond, falsePromotions, delays }: Counting): PeerRow {
  const delay = median(delays);
  return {
    rule: rule.name,
    title: rule.title,
    sources: rule.sources,
    settings: rule.settings,
    falseAborts: { count: falseAborts, of: innocent },
    misses: { count: delays.filter((each) => !Number.isFinite(each)).length, of: delays.length },
    falsePromotions: { count: falsePromotions, of: beyond },
    medianDelaySeconds: Number.isFinite(delay) ? delay : null,
  };
}
