import { exp, sineOfTurns } from './elementary.ts';
import { exponential, normals, type Random } from './random.ts';
import type { IncidentSpec, RestartSpec, Stretches, WorldSpec } from './spec.ts';
import { HIGHEST_RATE, rateUnder } from './spec.ts';

/** Where the intervals of a world lie. The lead-in is thrown away: it only lets slow failures of the time before be on their way. */
export interface Timeline {
  /** All intervals: lead-in, history, release. */
  readonly length: number;
  /** Index of the first interval of the history. */
  readonly history: number;
  /** Index of the interval with t = 0. */
  readonly release: number;
}

/** A stream of random numbers for each part of the world. */
export type Streams = (part: string) => Random;

/** Bad rates of one version, per interval: of the metrics with the effect and of those without. */
export interface Rates {
  readonly affected: Float64Array;
  readonly plain: Float64Array;
}

/** What both versions live in. All arrays have one entry per interval. */
export interface Climate {
  /** Expected requests of the interval, both versions. */
  readonly load: Float64Array;
  /** The canary's part of them. */
  readonly share: Float64Array;
  readonly baseline: Rates;
  readonly canary: Rates;
}

/** Indices from `from` up to, but without, `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export function timelineOf(spec: WorldSpec): Timeline {
  const inIntervals = (seconds: number): number => Math.round(seconds / spec.intervalSeconds);
  const longestDelay = (spec.timeouts?.seconds ?? 0) + spec.clumps.spreadSeconds;
  const history = Math.ceil(longestDelay / spec.intervalSeconds);
  const release = history + inIntervals(spec.historySeconds);
  return { length: release + inIntervals(spec.releaseSeconds), history, release };
}

export function climateOf(spec: WorldSpec, timeline: Timeline, streams: Streams): Climate {
  const share = shareOf(spec, timeline, streams);
  const plain = sharedRate(spec, timeline, streams);
  const same = spec.effect.times === 1;
  const affected = same ? plain : plain.map((rate) => rateUnder(spec.effect, rate));
  const load = loadOf(spec, timeline, streams);
  const { restarts } = spec;
  if (restarts === null) return { load, share, baseline: { affected: plain, plain }, canary: { affected, plain } };
  const failing = failingParts(restarts, spec, timeline, streams);
  const under = (rates: Float64Array, part: Float64Array): Float64Array =>
    rates.map((rate, i) => Math.min(HIGHEST_RATE, rate + (1 - rate) * (part[i] ?? 0) * restarts.rate));
  const baseline = under(plain, failing.baseline);
  const canary = under(plain, failing.canary);
  return {
    load,
    share,
    baseline: { affected: baseline, plain: baseline },
    canary: { affected: same ? canary : under(affected, failing.canary), plain: canary },
  };
}

/** Expected requests per interval. */
function loadOf({ day, requestsPerSecond, intervalSeconds }: WorldSpec, { length }: Timeline, streams: Streams) {
  const mean = requestsPerSecond * intervalSeconds;
  const load = new Float64Array(length).fill(mean);
  if (day === null) return load;
  const next = streams('load');
  const normal = normals(next);
  const begin = next();
  return load.map((_, i) => {
    const wave = 1 + day.amplitude * sineOfTurns(begin + (i * intervalSeconds) / day.lengthSeconds);
    return mean * wave * exp(day.noise * normal() - day.noise ** 2 / 2);
  });
}

/** The canary's share of the load: none before the release, then the weights, none while it is idle. */
function shareOf(spec: WorldSpec, { length, release }: Timeline, streams: Streams): Float64Array {
  const share = new Float64Array(length).fill(spec.share, release);
  for (const change of spec.shareChanges) {
    share.fill(change.share, release + Math.round(change.at / spec.intervalSeconds));
  }
  const idle = spec.missing?.idle ?? null;
  if (idle !== null) {
    for (const { from, to } of stretches(streams('idle'), length - release, spec.intervalSeconds, idle)) {
      share.fill(0, release + from, release + to);
    }
  }
  return share;
}

/** Bad rate of the old version per interval, which is that of an innocent new one: drift and incidents. */
function sharedRate(spec: WorldSpec, timeline: Timeline, streams: Streams): Float64Array {
  const { baseRate, drift, incidents } = spec;
  const rate = new Float64Array(timeline.length).fill(baseRate);
  if (drift !== null) {
    const normal = normals(streams('drift'));
    const shock = drift.sd * Math.sqrt(1 - drift.coefficient * drift.coefficient);
    let level = drift.sd * normal();
    for (let i = 0; i < rate.length; i += 1) {
      rate[i] = Math.min(HIGHEST_RATE, baseRate * exp(level - (drift.sd * drift.sd) / 2));
      level = drift.coefficient * level + shock * normal();
    }
  }
  if (incidents !== null) addIncidents(rate, incidents, spec, timeline, streams('incidents'));
  return rate;
}

function addIncidents(
  rate: Float64Array,
  incidents: IncidentSpec,
  { intervalSeconds }: WorldSpec,
  timeline: Timeline,
  next: Random,
): void {
  const begin = incidents.inHistory ? 0 : timeline.release;
  for (const { from, to } of stretches(next, timeline.length - begin, intervalSeconds, incidents)) {
    const level = incidents.rate * (0.1 + 0.9 * next());
    for (let i = begin + from; i < begin + to; i += 1) rate[i] = Math.max(rate[i] ?? 0, level);
  }
}

/**
 * Random stretches of a series of intervals: gaps exponential, lengths uniform from half to one and a half times the mean, at least one
 * interval.
 */
export function* stretches(
  next: Random,
  length: number,
  intervalSeconds: number,
  { everySeconds, seconds }: Stretches,
): Generator<Stretch> {
  for (let end = 0; ; ) {
    const from = end + Math.floor(exponential(next, everySeconds / intervalSeconds));
    if (from >= length) return;
    end = from + Math.max(1, Math.round(((0.5 + next()) * seconds) / intervalSeconds));
    yield { from, to: Math.min(length, end) };
  }
}

/** Part of each version's requests that meets a restarting instance, per interval. */
function failingParts(restarts: RestartSpec, spec: WorldSpec, { length }: Timeline, streams: Streams) {
  const instances = Math.max(1, Math.round((1 - spec.share) / spec.share));
  const one = (part: string, weight: number, into: Float64Array): Float64Array => {
    for (const { from, to } of stretches(streams(part), length, spec.intervalSeconds, restarts)) {
      for (let i = from; i < to; i += 1) into[i] = (into[i] ?? 0) + weight;
    }
    return into;
  };
  const canary = one('restarts/canary', 1, new Float64Array(length));
  if (restarts.together) return { baseline: canary, canary };
  const baseline = new Float64Array(length);
  for (let i = 0; i < instances; i += 1) one(`restarts/baseline/${i}`, 1 / instances, baseline);
  return { baseline, canary };
}
