import { afterAll, beforeAll, test } from 'vitest';
import { type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { noneDiffers, PATIENCE_MS } from './support/crash.ts';
import { blueGreenPlace, rollingBackPlace, rollingPlace } from './support/places.ts';

/**
 * kill -9 in the middle of a release, then going on: the world ends as if nothing had happened. Blue-green and rolling. A small part with a seed of its own;
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
  'a blue-green release, killed at journal boundaries and again while it goes on',
  async () => {
    await noneDiffers(blueGreenPlace(mariadb), { singles: 4, pairs: 1, clock: 0 }, 100);
  },
  PATIENCE_MS,
);

test(
  'a rolling release, killed at journal boundaries and again while it goes on: it goes on at the same host',
  async () => {
    await noneDiffers(rollingPlace(mariadb), { singles: 2, pairs: 1, clock: 0 }, 200);
  },
  PATIENCE_MS,
);

test(
  'a rolling release whose candidate fails, killed on the way back',
  async () => {
    await noneDiffers(rollingBackPlace(mariadb), { singles: 1, pairs: 0, clock: 0, only: /\/rollback\// }, 20);
  },
  PATIENCE_MS,
);
