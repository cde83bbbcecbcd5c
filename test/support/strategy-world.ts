import type { Clock } from '../../src/model/ports.ts';
import type { Sequence } from '../../src/procedure/tree.ts';
import { blueGreenNode } from '../../src/rollout/blue-green.ts';
import { canaryNode } from '../../src/rollout/canary.ts';
import type { Rollout } from '../../src/rollout/options.ts';
import { rollingNode } from '../../src/rollout/rolling/index.ts';
import { type RollingWorld, rollingWorld } from './rolling-world.ts';

/** Releases of every strategy over three simulated hosts (rolling-world.ts). */

export const STRATEGIES = ['canary', 'blue-green', 'rolling'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The only run of such a world. */
export const STRATEGY_RUN = 'r1';

export function isStrategy(text: string): text is Strategy {
  return STRATEGIES.some((one) => one === text);
}

const STEPS = {
  canary: [
    { share: 0.1, bakeMs: 10_000 },
    { share: 0.5, bakeMs: 10_000 },
  ],
  'blue-green': [],
  rolling: [],
} as const;

/** A bad version is bad from its first request on. */
export function strategyWorld(strategy: Strategy, bad: boolean, dir: string, clock: Clock): RollingWorld {
  return rollingWorld({
    dir,
    clock,
    hosts: 3,
    spare: 1,
    fault: bad ? { host: 'h01', phase: 'worse' } : null,
    policy: { strategy, steps: STEPS[strategy] },
  });
}

export function strategyNode(strategy: Strategy, rollout: Rollout): Sequence {
  if (strategy === 'canary') return canaryNode(rollout);
  return strategy === 'blue-green' ? blueGreenNode(rollout) : rollingNode(rollout);
}
