import { sequence } from '../procedure/build.ts';
import type { Node, Sequence } from '../procedure/tree.ts';
import { bringUp } from './bring-up.ts';
import { drainWatch } from './drain.ts';
import { limitWatch } from './limits.ts';
import type { Rollout } from './options.ts';
import { rollbackNode } from './rollback.ts';
import { judgedShares } from './shares.ts';
import { promoteStep, retireStep, settleStep } from './steps.ts';

export interface Surroundings {
  /** Between full traffic and the stop of the old version, still inside the rollback: verification, git, purge. */
  readonly beforeRetire: readonly Node[];
  /** Added to the way back: git and purge made true again. */
  readonly onRollback: readonly Node[];
}

/**
 * Share by share, judged by evidence. The rollback covers everything until the old version is stopped: until then it still
 * runs and the way back is one weight change.
 */
export function canaryNode(rollout: Rollout, around: Surroundings = { beforeRetire: [], onRollback: [] }): Sequence {
  const { candidate, stable } = rollout;
  const { ready, steps: begin } = bringUp(rollout);
  const judged = sequence({
    id: 'judged',
    title: `${candidate.version} earns its traffic`,
    rollback: rollbackNode(rollout, around.onRollback),
    steps: [
      ...begin,
      ...judgedShares(rollout, ready),
      promoteStep(rollout, ready),
      limitWatch(rollout, 'observe'),
      settleStep(rollout),
      ...around.beforeRetire,
    ],
  });
  if (stable === null) return judged;
  const drained = drainWatch(rollout, stable.version, 'drain-old');
  return sequence({
    id: 'canary',
    title: `Canary of ${rollout.service} ${candidate.version} beside ${stable.version}`,
    steps: [judged, drained, retireStep(rollout, stable, candidate.version, 'stop-old', { after: drained })],
  });
}
