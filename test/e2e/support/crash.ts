import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mariadb, startMariadb } from '../../../scripts/components/mariadb.ts';
import { type Place, reportText, type SweepOptions, sweep } from './sweep.ts';

/** Small parts of crash sweeps, as tests. */

const SEED = 20261121;
/** About a minute on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 900_000;

/** One release that dies at eight boundaries costs less than three that die at one each. */
export const DEALT = { singles: 0, dealt: { runs: 1, places: 8 } } as const;

export interface CrashPart {
  readonly title: string;
  readonly place: (mariadb: Mariadb) => Place;
  readonly options: Omit<SweepOptions, 'seed'>;
  /** There must be more boundaries to choose from. */
  readonly least: number;
}

/** A test for each part, with one database for all of them: releases are killed at some boundaries, and no end may differ. */
export function crashTests(parts: readonly CrashPart[]): void {
  let mariadb: Mariadb;
  beforeAll(async () => {
    mariadb = await startMariadb();
  });
  afterAll(async () => {
    await mariadb?.stop();
  });
  for (const part of parts) test(part.title, () => noneDiffers(part, part.place(mariadb)), PATIENCE_MS);
}

async function noneDiffers({ options, least }: CrashPart, place: Place): Promise<void> {
  try {
    const report = await sweep(place, { seed: SEED, ...options });
    console.log(reportText(report));
    expect(report.failures).toEqual([]);
    expect(report.boundaries).toBeGreaterThan(least);
    expect(report.missed).toBe(0);
    expect(report.dealt.missed).toEqual([]);
    expect(report.killed).toBeGreaterThanOrEqual((options.singles ?? 0) + options.pairs + (options.dealt?.places ?? 0));
  } finally {
    await place.close();
  }
}
