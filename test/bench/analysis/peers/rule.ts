import type { IntervalRow } from '../../../../src/rollout/analysis/index.ts';

/** What a rule says at a look. */
export type Decision = 'abort' | 'promote' | 'continue';

/** What a rule knows before the first interval. */
export interface Stream {
  readonly metrics: readonly string[];
  /** Seconds that an interval lasts. */
  readonly intervalSeconds: number;
}

/** One release under one rule. */
export interface Watch {
  /**
   * One more interval is over.
   *
   * @param rows the rows of all metrics that were read in it; none: nothing was read
   * @param t its beginning, in seconds; ascending
   */
  observe(rows: readonly IntervalRow[], t: number): Decision;
  /** The release's time is over and nothing was decided. `continue`: it is left to a person. */
  finish(): Decision;
}

/** How another tool, or a textbook, decides on a canary. */
export interface Rule {
  /** Short and unique among the rules of a table. */
  readonly name: string;
  /** One line for a table. */
  readonly title: string;
  /** Addresses of the documentation and the source files that it was read from. */
  readonly sources: readonly string[];
  /** All settings in use, for a table. */
  readonly settings: Readonly<Record<string, number | string | boolean | null>>;
  start(stream: Stream): Watch;
}

/** When a rule looks, and at how much. */
export interface Looking {
  /** Seconds from look to look; null: it looks at every interval. */
  readonly everySeconds: number | null;
  /** Length in seconds of the past that a look sees; null: the last interval only. */
  readonly windowSeconds: number | null;
}

/** Part of a rule's name. */
export function lookingInWords({ everySeconds, windowSeconds }: Looking): string {
  const every = everySeconds === null ? 'every interval' : `every ${everySeconds} s`;
  if (windowSeconds === everySeconds) return every;
  return windowSeconds === null ? `${every}, its own counts` : `${every}, last ${windowSeconds} s`;
}
