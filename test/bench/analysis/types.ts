import type { HistoryRow, IntervalRow } from '../../../src/rollout/analysis/index.ts';

/** What is true of a simulated release, known because it was made so. */
export interface Truth {
  /**
   * `innocent`: the new version is not worse than `harmRatio` allows (here: the same); `harmful`: `riskRatio` times as bad;
   * `beyond`: at the margin and not below the floor, so that `not-worse` would be a false promotion.
   */
  readonly kind: 'innocent' | 'harmful' | 'beyond';
  /** Bad rate of the new version over that of the old one; 1 for innocent releases. */
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
}

/** A kind of release; `make` gives the same release for the same seed on every machine. */
export interface Family {
  readonly id: string;
  /** What is special about it, for a table. */
  readonly title: string;
  readonly truth: Truth;
  make(seed: number): Release;
}
