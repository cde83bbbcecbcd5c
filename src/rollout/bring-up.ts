import type { Node } from '../procedure/tree.ts';
import { type ReadyWatch, readyWatch, smokeStep } from './health.ts';
import type { Rollout } from './options.ts';
import { installStep, startStep } from './steps.ts';

/** A candidate that runs and answers, and has no traffic yet. */
export interface BringUp {
  /** What every later step that gives traffic waits for. */
  readonly ready: ReadyWatch;
  readonly steps: readonly Node[];
}

/** How every strategy begins: the candidate is installed, started, waited for and asked its smoke tests. */
export function bringUp(rollout: Rollout): BringUp {
  const ready = readyWatch(rollout, 'candidate', 'ready');
  return {
    ready,
    steps: [installStep(rollout), startStep(rollout, 'candidate', 'start'), ready, smokeStep(rollout, 'smoke')],
  };
}
