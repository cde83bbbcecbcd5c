import { expect } from 'vitest';
import { type Place, reportText, type SweepOptions, sweep } from './sweep.ts';

/** A small part of a crash sweep, as a test. */

const SEED = 20261121;
/** About a minute on an idle machine; a busy one may take its time. */
export const PATIENCE_MS = 900_000;

/** Kills a release at some of its boundaries: no end may differ, and there must be more than `least` boundaries to choose from. */
export async function noneDiffers(place: Place, options: Omit<SweepOptions, 'seed'>, least: number): Promise<void> {
  try {
    const report = await sweep(place, { seed: SEED, ...options });
    console.log(reportText(report));
    expect(report.failures).toEqual([]);
    expect(report.boundaries).toBeGreaterThan(least);
    expect(report.missed).toBe(0);
    expect(report.killed).toBeGreaterThanOrEqual((options.singles ?? 0) + options.pairs);
  } finally {
    await place.close();
  }
}
