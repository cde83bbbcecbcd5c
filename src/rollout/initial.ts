import { sequence } from '../procedure/build.ts';
import type { Node, Sequence } from '../procedure/tree.ts';
import { bringUp } from './bring-up.ts';
import { limitWatch } from './limits.ts';
import type { Rollout } from './options.ts';
import { rollbackNode } from './rollback.ts';
import { promoteStep, settleStep } from './steps.ts';

/**
 * The first release: nothing runs yet, so there is no baseline to compare with. Health, smoke tests and absolute limits
 * decide. When it fails, everything it started is removed again and the result says so.
 */
export function initialNode(
  rollout: Rollout,
  around: { readonly beforeSettle: readonly Node[]; readonly onRollback: readonly Node[] } = {
    beforeSettle: [],
    onRollback: [],
  },
): Sequence {
  const { ready, steps: begin } = bringUp(rollout);
  return sequence({
    id: 'initial',
    title: `First release of ${rollout.service} ${rollout.candidate.version}`,
    rollback: rollbackNode(rollout, around.onRollback),
    steps: [
      ...begin,
      promoteStep(rollout, ready, 'open'),
      limitWatch(rollout, 'observe'),
      settleStep(rollout),
      ...around.beforeSettle,
    ],
  });
}
