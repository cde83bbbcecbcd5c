import { crashTests, DEALT } from './support/crash.ts';
import { canaryPlace, initialPlace, rolledBackPlace } from './support/places.ts';

/**
 * kill -9 in the middle of a release, then going on: the world ends as if nothing had happened. First releases and canaries. A small part with a seed of its own;
 * every boundary is tried by `npm run soak crash`.
 */
crashTests([
  {
    title: 'a first release, killed at journal boundaries, one after another, and again while it goes on',
    place: initialPlace,
    options: { ...DEALT, pairs: 1, clock: 0 },
    least: 100,
  },
  {
    title: 'a canary, killed at journal boundaries, one after another, again while it goes on, and by the clock',
    place: canaryPlace,
    options: { ...DEALT, pairs: 1, clock: 1 },
    least: 100,
  },
  {
    title: 'a canary whose candidate fails, killed on the way back: stable serves all, the candidate is stopped',
    place: rolledBackPlace,
    options: { ...DEALT, pairs: 1, clock: 0, only: /\/rollback\// },
    least: 20,
  },
]);
