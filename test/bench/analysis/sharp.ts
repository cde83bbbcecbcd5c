import { type Counts, makePolicy, observeInto, startDraft } from '../../../src/rollout/analysis/index.ts';
import { random } from '../../rollout/analysis/support.ts';

export interface EventStream {
  readonly baseRate: number;
  readonly ratio: number;
  /** One canary request comes with this many of the baseline; share 1/(1 + perCanary). */
  readonly perCanary: number;
}

/**
 * Canary requests until `worse` in mode sharp when every request is independent and looked at as soon as it is there: one canary request and the
 * baseline's beside it are a row. Infinity when it took more than `most`.
 */
export function requestsToWorse({ baseRate, ratio, perCanary }: EventStream, seed: number, most: number): number {
  const next = random(seed);
  const bad = (requests: number, rate: number): Counts => {
    let count = 0;
    for (let i = 0; i < requests; i += 1) if (next() < rate) count += 1;
    return { requests, bad: count };
  };
  const draft = startDraft(makePolicy({ mode: 'sharp' }), { metrics: ['errors'] });
  for (let t = 1; t <= most; t += 1) {
    const canary = bad(1, baseRate * ratio);
    const baseline = bad(perCanary, baseRate);
    observeInto(draft, [{ t, metric: 'errors', canary, baseline }]);
    if (draft.worse !== null) return t;
  }
  return Number.POSITIVE_INFINITY;
}
