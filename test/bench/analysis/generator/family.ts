import type { Family, Purpose, Truth } from '../types.ts';
import { makeWorld, rateUnder, type WorldSpec } from './spec.ts';
import { simulate } from './world.ts';

/** A family before its world is filled in with defaults. */
export interface FamilyPlan {
  readonly id: string;
  readonly title: string;
  readonly purpose: Purpose;
  readonly kind: Truth['kind'];
  /** What differs from the default world. */
  readonly world: Partial<WorldSpec>;
  readonly inside: boolean;
  readonly why: string;
}

/** A family whose label is read off the world it is made from, so that the two cannot disagree. */
export function makeFamily({ kind, world: options, ...plan }: FamilyPlan): Family {
  const world = makeWorld(options);
  const { baseRate, effect } = world;
  const riskRatio = effect.times === 1 ? 1 : rateUnder(effect, baseRate) / baseRate;
  const truth: Truth = { kind, riskRatio, baseRate };
  return {
    ...plan,
    truth,
    world,
    make: (seed) => ({ family: plan.id, seed, truth, ...simulate(world, seed, plan.id) }),
  };
}
