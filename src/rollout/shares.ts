import type { Node, OutputRef } from '../procedure/tree.ts';
import { bakeWatch } from './bake.ts';
import type { Analyses } from './bake-state.ts';
import type { ReadyWatch } from './health.ts';
import { judgeId, shareStepId } from './names.ts';
import type { Rollout } from './options.ts';
import { pastWatch } from './past.ts';
import { shareStep } from './steps.ts';

/** Share after share, each judged by evidence against the version beside it; nothing when no shares are asked for. */
export function judgedShares(rollout: Rollout, ready: ReadyWatch): readonly Node[] {
  const { steps } = rollout.policy;
  if (steps.length === 0) return [];
  const past = pastWatch(rollout, 'past');
  const nodes: Node[] = [past];
  let previous: OutputRef<Analyses> = past;
  for (const one of steps) {
    const bake = bakeWatch(rollout, { ...one, previous }, judgeId(one.share));
    nodes.push(shareStep(rollout, one.share, ready, shareStepId(one.share)), bake);
    previous = bake;
  }
  return nodes;
}
