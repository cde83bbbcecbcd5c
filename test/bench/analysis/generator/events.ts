import { poisson } from './poisson.ts';
import type { Random } from './random.ts';
import type { ClumpSpec, WorldSpec } from './spec.ts';
import { meanClump } from './spec.ts';

/** How the bad requests of one misfortune lie in time. */
export type EventShape = Pick<WorldSpec, 'clumps' | 'timeouts' | 'intervalSeconds'>;

/**
 * Draws bad requests and adds them to the counts of the intervals in which they are counted. The number of misfortunes that begin in an
 * interval is Poisson; each may be a clump, and may be counted later, so it can reach into later intervals. What would come
 * after the end is dropped.
 *
 * @param means expected bad requests of the misfortunes that begin in each interval
 */
export function addEvents(next: Random, means: Float64Array, shape: EventShape, counts: Int32Array): void {
  const { clumps, timeouts, intervalSeconds } = shape;
  const spread = clumps.size === 1 ? 0 : clumps.spreadSeconds / intervalSeconds;
  const slow = timeouts?.part ?? 0;
  addPart(next, means, 1 - slow, 0, clumps, spread, counts);
  if (timeouts !== null && slow > 0) {
    addPart(next, means, slow, timeouts.seconds / intervalSeconds, clumps, spread, counts);
  }
}

/** The misfortunes that are counted `delay` intervals late: this part of all. */
function addPart(
  next: Random,
  means: Float64Array,
  part: number,
  delay: number,
  clumps: ClumpSpec,
  spread: number,
  counts: Int32Array,
): void {
  const perMisfortune = part / meanClump(clumps);
  const atOnce = spread === 0 && Number.isInteger(delay);
  for (let i = 0; i < means.length; i += 1) {
    const mean = (means[i] ?? 0) * perMisfortune;
    if (mean === 0) continue;
    const misfortunes = poisson(next, mean);
    if (atOnce && clumps.sizes === 'fixed') {
      add(counts, i + delay, misfortunes * clumps.size);
      continue;
    }
    for (let left = misfortunes; left > 0; left -= 1) {
      const size = clumps.sizes === 'fixed' ? clumps.size : 1 + Math.floor(next() * clumps.size);
      const begin = i + next() + delay;
      if (spread === 0) add(counts, Math.floor(begin), size);
      else for (let event = 0; event < size; event += 1) add(counts, Math.floor(begin + next() * spread), 1);
    }
  }
}

function add(counts: Int32Array, at: number, events: number): void {
  if (at < counts.length) counts[at] = (counts[at] ?? 0) + events;
}
