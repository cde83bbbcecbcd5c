import { z } from 'zod';

/** What a page felt like, from what the browser recorded. Pure. */

export const recordedSchema = z.strictObject({
  /** Milliseconds from the start of the navigation; null: nothing was painted. */
  fcp: z.number().nullable(),
  lcp: z.number(),
  /** Time (ms) and value of each layout shift without input. */
  shifts: z.array(z.tuple([z.number(), z.number()])),
  /** Start and length (ms) of each task longer than 50 ms. */
  tasks: z.array(z.tuple([z.number(), z.number()])),
});
export type Recorded = z.infer<typeof recordedSchema>;

export interface Vitals {
  /** First and largest contentful paint, milliseconds; null: nothing was painted. */
  readonly fcp: number | null;
  readonly lcp: number | null;
  readonly cls: number;
  /** Total blocking time, milliseconds. */
  readonly tbt: number;
}

const BLOCKS_FROM_MS = 50;
const WINDOW_GAP_MS = 1000;
const WINDOW_MS = 5000;

/**
 * CLS: the largest burst of shifts, with less than a second between two and five seconds in all (web.dev/articles/cls). TBT: what long tasks
 * take beyond 50 ms each, from the first paint on until the page was at rest (Lighthouse ends it when the page could be used).
 */
export function vitalsOf({ fcp, lcp, shifts, tasks }: Recorded): Vitals {
  const blocking = tasks
    .filter(([start, length]) => fcp !== null && start + length > fcp)
    .map(([start, length]) => Math.max(0, start + length - Math.max(start, fcp ?? 0) - BLOCKS_FROM_MS));
  return { fcp, lcp: lcp === 0 ? null : lcp, cls: largestBurst(shifts), tbt: sum(blocking) };
}

function largestBurst(shifts: Recorded['shifts']): number {
  let largest = 0;
  let begun = 0;
  let before = Number.NEGATIVE_INFINITY;
  let value = 0;
  for (const [time, one] of shifts.toSorted(([a], [b]) => a - b)) {
    const goesOn = time - before < WINDOW_GAP_MS && time - begun < WINDOW_MS;
    if (!goesOn) begun = time;
    value = goesOn ? value + one : one;
    before = time;
    largest = Math.max(largest, value);
  }
  return largest;
}

/** The middle one, of an even number the upper one; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
