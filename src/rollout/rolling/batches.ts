import { perInstanceShare } from '../capacity.ts';
import { perHost } from '../hosts.ts';
import type { BatchSize, Rollout } from '../options.ts';

/** Which hosts are replaced when. Pure: the same configuration gives the same batches, so a resume finds them again. */

/** How far one change may go: a batch is judged when it is through. */
export interface Batch {
  /** `first`, `batch-2`, `batch-3` … */
  readonly name: string;
  /** Hosts that are down at the same time; never more than the others can stand in for. */
  readonly waves: readonly Wave[];
}

export interface Wave {
  readonly hosts: readonly string[];
  /** Hosts that run the new version already. */
  readonly before: readonly string[];
  /** Position among all waves of the rollout, from 1. */
  readonly number: number;
}

/** What the hosts of a rollout can carry. */
export interface Room {
  /** Instances on each host. */
  readonly perHost: number;
  /** Share of the whole load that one instance carries. */
  readonly perInstance: number;
  /** Hosts that carry the whole load together. */
  readonly needed: number;
  /** Hosts that may be down at the same time; 0: not one. */
  readonly atOnce: number;
}

export function roomOf({ candidate, hosts, policy }: Rollout): Room {
  const each = perHost(candidate.replicas, hosts.length);
  const perInstance = perInstanceShare(candidate.replicas, policy.capacityPerInstance);
  const needed = Math.ceil(1 / (each * perInstance) - 1e-9);
  return { perHost: each, perInstance, needed, atOnce: Math.max(0, hosts.length - needed) };
}

/**
 * The first host alone, then as configured: a share is one of all hosts after the first (cumulative, rounded up), a number is so many
 * more. What is left after the last number goes in batches of that number, what is left after the last share in one.
 */
export function batchesOf(hosts: readonly string[], sizes: readonly BatchSize[], atOnce: number): readonly Batch[] {
  const rest = hosts.length - 1;
  const ends: number[] = [];
  const add = (end: number): void => {
    const last = ends.at(-1) ?? 0;
    if (end > last) ends.push(Math.min(end, rest));
  };
  for (const size of sizes) {
    add(size.kind === 'share' ? Math.ceil(rest * size.share - 1e-9) : (ends.at(-1) ?? 0) + size.hosts);
  }
  const last = sizes.at(-1);
  while ((ends.at(-1) ?? 0) < rest) add(last?.kind === 'hosts' ? (ends.at(-1) ?? 0) + last.hosts : rest);
  let number = 0;
  return [0, ...ends].map((end, index): Batch => {
    const from = index === 0 ? 0 : 1 + (ends[index - 2] ?? 0);
    const waves: Wave[] = [];
    for (let at = from; at < end + 1; at += Math.max(1, atOnce)) {
      number += 1;
      waves.push({
        hosts: hosts.slice(at, Math.min(at + Math.max(1, atOnce), end + 1)),
        before: hosts.slice(0, at),
        number,
      });
    }
    return { name: index === 0 ? 'first' : `batch-${index + 1}`, waves };
  });
}
