import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import {
  blueGreenPlace,
  canaryPlace,
  initialPlace,
  rolledBackPlace,
  rollingBackPlace,
  rollingPlace,
} from './support/places.ts';
import { type Place, reportText, type SweepOptions, sweep } from './support/sweep.ts';

/**
 * kill -9 in the middle of a release, then going on: the world ends as if nothing had happened. A small part with a seed of its own;
 * every boundary is tried by `npm run soak crash`.
 */

const SEED = 20261121;
/** Two minutes in all on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 900_000;
let mariadb: Mariadb;

beforeAll(async () => {
  mariadb = await startMariadb();
});
afterAll(async () => {
  await mariadb?.stop();
});

async function none(place: Place, options: Omit<SweepOptions, 'seed'>, least: number): Promise<void> {
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

test(
  'a first release, killed at journal boundaries and again while it goes on',
  async () => {
    await none(initialPlace(mariadb), { singles: 5, pairs: 1, clock: 0 }, 100);
  },
  PATIENCE_MS,
);

test(
  'a canary, killed at journal boundaries, again while it goes on, and by the clock',
  async () => {
    await none(canaryPlace(mariadb), { singles: 7, pairs: 1, clock: 1 }, 100);
  },
  PATIENCE_MS,
);

test(
  'a blue-green release, killed at journal boundaries and again while it goes on',
  async () => {
    await none(blueGreenPlace(mariadb), { singles: 4, pairs: 1, clock: 0 }, 100);
  },
  PATIENCE_MS,
);

test(
  'a rolling release, killed at journal boundaries and again while it goes on: it goes on at the same host',
  async () => {
    await none(rollingPlace(mariadb), { singles: 2, pairs: 1, clock: 0 }, 200);
  },
  PATIENCE_MS,
);

test(
  'a rolling release whose candidate fails, killed on the way back',
  async () => {
    await none(rollingBackPlace(mariadb), { singles: 1, pairs: 0, clock: 0, only: /\/rollback\// }, 20);
  },
  PATIENCE_MS,
);

test(
  'a canary whose candidate fails, killed on the way back: stable serves all, the candidate is stopped',
  async () => {
    await none(rolledBackPlace(mariadb), { singles: 3, pairs: 1, clock: 0, only: /\/rollback\// }, 20);
  },
  PATIENCE_MS,
);
