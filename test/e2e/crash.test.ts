import { afterAll, beforeAll, test } from 'vitest';
import { type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { noneDiffers, PATIENCE_MS } from './support/crash.ts';
import { canaryPlace, initialPlace, rolledBackPlace } from './support/places.ts';

/**
 * kill -9 in the middle of a release, then going on: the world ends as if nothing had happened. First releases and canaries. A small part with a seed of its own;
 * every boundary is tried by `npm run soak crash`.
 */

let mariadb: Mariadb;

beforeAll(async () => {
  mariadb = await startMariadb();
});
afterAll(async () => {
  await mariadb?.stop();
});

test(
  'a first release, killed at journal boundaries and again while it goes on',
  async () => {
    await noneDiffers(initialPlace(mariadb), { singles: 5, pairs: 1, clock: 0 }, 100);
  },
  PATIENCE_MS,
);

test(
  'a canary, killed at journal boundaries, again while it goes on, and by the clock',
  async () => {
    await noneDiffers(canaryPlace(mariadb), { singles: 7, pairs: 1, clock: 1 }, 100);
  },
  PATIENCE_MS,
);

test(
  'a canary whose candidate fails, killed on the way back: stable serves all, the candidate is stopped',
  async () => {
    await noneDiffers(rolledBackPlace(mariadb), { singles: 3, pairs: 1, clock: 0, only: /\/rollback\// }, 20);
  },
  PATIENCE_MS,
);
