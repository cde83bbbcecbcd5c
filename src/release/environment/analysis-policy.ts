import type { ResolvedEnvironment } from '../../config/index.ts';
import { makePolicy, type Policy } from '../../rollout/index.ts';

/** How evidence is weighed in an environment. The least bake is not part of it: each share has its own. Pure. */
export function analysisPolicy({
  rollout: { analysis },
  traffic,
}: Pick<ResolvedEnvironment, 'rollout' | 'traffic'>): Policy {
  return makePolicy({
    mode: analysis.mode,
    alpha: analysis.alpha,
    beta: analysis.beta,
    harmRatio: analysis.harmRatio,
    margin: analysis.margin,
    floor: analysis.floor,
    ceiling: analysis.ceiling,
    clumpSize: analysis.clump,
    unitSeconds: analysis.unitMs / 1000,
    warmUpSeconds: analysis.warmUpMs / 1000,
    longestTimeoutSeconds: traffic.longestTimeoutMs / 1000,
    minimumBakeSeconds: 0,
  });
}
