import type { Counts, HistoryRow, IntervalRow } from '../../../src/rollout/analysis/index.ts';
import type { WorldSpec } from './generator/spec.ts';

/** What is true of a simulated release, known because it was made so. */
export interface Truth {
  /**
   * `innocent`: the new version is not worse than `harmRatio` allows (mostly: the same); `harmful`: `riskRatio` times as bad;
   * `beyond`: at the margin and not below the floor, so that `not-worse` would be a false promotion.
   */
  readonly kind: 'innocent' | 'harmful' | 'beyond';
  /** Bad rate of the new version over that of the old one outside incidents; 1 where there is no difference. */
  readonly riskRatio: number;
  /** Long-run bad rate of the old version, outside incidents. */
  readonly baseRate: number;
}

/** One labelled canary, as the analysis gets it. */
export interface Release {
  readonly family: string;
  readonly seed: number;
  readonly truth: Truth;
  readonly metrics: readonly string[];
  /** The old version's own past, same kind of world, t below 0. */
  readonly history: readonly HistoryRow[];
  /** One entry per interval, ascending t from 0: the rows of all metrics that have data in it. */
  readonly intervals: readonly (readonly IntervalRow[])[];
  /** t of the first interval at each later weight: a rollout calls `startStep` before it. Left out: the weight stays. */
  readonly steps?: readonly number[];
  /** The same counts server by server, in worlds whose servers differ. */
  readonly hosts?: Hosts;
}

export interface Hosts {
  readonly history: readonly HostRow[];
  readonly intervals: readonly (readonly HostRow[])[];
}

/** One metric in one interval, an entry per server, always in the same order. In the history there is no canary. */
export interface HostRow {
  readonly t: number;
  readonly metric: string;
  readonly baseline: readonly Counts[];
  readonly canary: readonly Counts[];
}

/** Which question a family answers. */
export type Purpose = 'false-abort' | 'false-promotion' | 'speed' | 'server-noise';

/** A kind of release; `make` gives the same release for the same seed on every machine. */
export interface Family {
  readonly id: string;
  /** What is special about it, for a table. */
  readonly title: string;
  readonly purpose: Purpose;
  readonly truth: Truth;
  /** Whether the guarantees of docs/analysis.md promise something about it … */
  readonly inside: boolean;
  /** … and which, or why not. */
  readonly why: string;
  /** What it is made from. */
  readonly world: WorldSpec;
  make(seed: number): Release;
}
