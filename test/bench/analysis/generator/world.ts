import type { Settling } from '../../../../src/rollout/analysis/index.ts';
import type { Release } from '../types.ts';
import { climateOf, type Streams, stretches, type Timeline, timelineOf } from './climate.ts';
import { randomStream } from './random.ts';
import { hostsOf, mergeServers, rowsOf } from './rows.ts';
import { sideSeries } from './sides.ts';
import type { WorldSpec } from './spec.ts';

/** What is seen of a world: a release without its label. */
export type Seen = Omit<Release, 'family' | 'seed' | 'truth'>;

/**
 * One release in a world. The same numbers for the same specification, seed and name on every machine.
 *
 * @param name keeps worlds apart that share a seed
 */
export function simulate(spec: WorldSpec, seed: number, name: string): Seen {
  const streams: Streams = (part) => randomStream(seed, `${name}/${part}`);
  const timeline = timelineOf(spec);
  const climate = climateOf(spec, timeline, streams);
  const baseline = sideSeries(spec, climate, 'baseline', streams);
  const canary = sideSeries(spec, climate, 'canary', streams);
  const metrics = Array.from({ length: spec.metrics.count }, (_, i) => (i === 0 ? 'errors' : `slow-${i}`));
  const settling = settlingOf(spec, timeline);
  const frame = { metrics, timeline, intervalSeconds: spec.intervalSeconds, settling };
  const merged = { baseline: mergeServers(baseline), canary: mergeServers(canary) };
  const missing = {
    unread: metrics.map((metric) => unreadOf(spec, timeline, metric, streams)),
    carried: spec.missing?.carried ?? false,
  };
  return {
    metrics,
    ...rowsOf(frame, merged, missing),
    steps: spec.shareChanges.map((change) => change.at),
    ...(spec.servers === null ? {} : { hosts: hostsOf(frame, { baseline, canary }) }),
  };
}

/**
 * Marks, per interval of the release, of rows that may hold requests begun under another weight. Where changes overlap one that
 * shrank the share wins, since such rows may serve nothing.
 */
function settlingOf(spec: WorldSpec, { length, release }: Timeline): readonly (Settling | undefined)[] {
  const marks = new Array<Settling | undefined>(length - release).fill(undefined);
  let before = spec.share;
  for (const { at, share } of spec.shareChanges) {
    const from = Math.round(at / spec.intervalSeconds);
    const to = Math.min(marks.length, from + Math.ceil(spec.settlingSeconds / spec.intervalSeconds));
    for (let i = from; i < to; i += 1)
      if (share < before || marks[i] === undefined) marks[i] = share < before ? 'down' : 'up';
    before = share;
  }
  return marks;
}

/** 1 where nothing was read of a metric. Intervals are unread for all metrics together, gaps are each metric's own. */
function unreadOf(spec: WorldSpec, { length }: Timeline, metric: string, streams: Streams): Uint8Array {
  const unread = new Uint8Array(length);
  const { missing } = spec;
  if (missing === null) return unread;
  const next = streams('unread');
  for (let i = 0; i < length; i += 1) if (next() < missing.intervals) unread[i] = 1;
  if (missing.gaps !== null) {
    for (const { from, to } of stretches(streams(`gaps/${metric}`), length, spec.intervalSeconds, missing.gaps)) {
      unread.fill(1, from, to);
    }
  }
  return unread;
}
