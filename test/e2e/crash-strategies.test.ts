import { crashTests, DEALT } from './support/crash.ts';
import { blueGreenPlace, rollingBackPlace, rollingPlace } from './support/places.ts';

/**
 * kill -9 in the middle of a release, then going on: the world ends as if nothing had happened. Blue-green and rolling. A small part with a seed of its own;
 * every boundary is tried by `npm run soak crash`.
 */
crashTests([
  {
    title: 'a blue-green release, killed at journal boundaries, one after another, and again while it goes on',
    place: blueGreenPlace,
    options: { ...DEALT, pairs: 1, clock: 0 },
    least: 100,
  },
  {
    title:
      'a rolling release, killed at journal boundaries, one after another, and again while it goes on: it goes on at the same host',
    place: rollingPlace,
    options: { ...DEALT, pairs: 1, clock: 0 },
    least: 200,
  },
  {
    title: 'a rolling release whose candidate fails, killed on the way back',
    place: rollingBackPlace,
    options: { ...DEALT, pairs: 0, clock: 0, only: /\/rollback\// },
    least: 20,
  },
]);
