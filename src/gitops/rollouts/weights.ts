import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { formatShare } from '../../model/scalars.ts';
import type { Routing } from './options.ts';

/** Shares that Argo Rollouts can give. Pure. */

/** Pods of the new version and of both, as the controller chooses them for a weight when no router splits the traffic. */
export function podsFor(
  replicas: number,
  weight: number,
  maxSurge: number,
): { readonly canary: number; readonly total: number } {
  const exact = (replicas * weight) / 100;
  const [low, high] = [Math.floor(exact), Math.ceil(exact)];
  const zeroAllowed = weight === 100 || weight === 0 || (replicas === 1 && maxSurge === 0);
  const options: { canary: number; total: number }[] = [];
  const tied = (total: number): boolean => (total * weight) % 100 === 50;
  if (high < replicas || zeroAllowed) options.push({ canary: high, total: replicas });
  if (!tied(replicas) && (low !== 0 || zeroAllowed)) options.push({ canary: low, total: replicas });
  if (maxSurge > 0) {
    options.push({ canary: high, total: replicas + 1 });
    if (!tied(replicas + 1) && (low !== 0 || zeroAllowed)) options.push({ canary: low, total: replicas + 1 });
  }
  const delta = (one: { canary: number; total: number }): number => Math.abs(weight - (one.canary * 100) / one.total);
  let best = options[0] ?? { canary: 0, total: replicas };
  for (const option of options) if (delta(option) < delta(best)) best = option;
  return best;
}

/** With pods only, one more than wanted may run for a while, and none is missing. */
export const MAX_SURGE = 1;

/** A share this near to what was asked is what was asked. */
const NEAR = 0.005;

/** The weight that a step sets, 1 to 99; refused with the shares that could be given. */
export function weightOf(share: number, routing: Routing, where: string): Result<number> {
  const weight = Math.round(share * 100);
  if (routing.kind === 'gateway-api') {
    if (Math.abs(share * 100 - weight) < 1e-6 && weight >= 1) return ok(weight);
    const near = [...new Set([Math.max(1, Math.floor(share * 100)), Math.ceil(share * 100)])];
    return bad(notGiven(where, share, near.map((percent) => `${percent}%`).join(' or '), 'whole percentages'));
  }
  const { canary, total } = podsFor(routing.replicas, weight, MAX_SURGE);
  if (weight >= 1 && Math.abs(canary / total - share) <= NEAR) return ok(weight);
  const could = podShares(routing.replicas);
  const near = could
    .toSorted((one, other) => Math.abs(one - share) - Math.abs(other - share))
    .slice(0, 4)
    .toSorted((one, other) => one - other)
    .map((one) => formatShare(Math.round(one * 1000) / 1000));
  return bad(notGiven(where, share, near.join(', '), `shares of ${routing.replicas} pods`));
}

/** Every share that some weight leads to, ascending, without 0 and 1. */
export function podShares(replicas: number): readonly number[] {
  const shares = new Set<number>();
  for (let weight = 1; weight <= 99; weight += 1) {
    const { canary, total } = podsFor(replicas, weight, MAX_SURGE);
    // Only what a weight asks for and gets: others would be rounded the same way as the share that was refused.
    if (canary > 0 && canary < total && Math.abs(canary / total - weight / 100) <= NEAR) shares.add(canary / total);
  }
  return [...shares].toSorted((one, other) => one - other);
}

function notGiven(where: string, share: number, could: string, what: string): Problem {
  return {
    code: 'gitops.share-not-given',
    where,
    found: `a share of ${formatShare(share)}`,
    expected: could === '' ? what : `${what}, for instance ${could}`,
    remedy: 'change the step, run more replicas, or let a router split the traffic (--http-route)',
  };
}
