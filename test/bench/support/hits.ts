import type { Hit } from '../../../scripts/components/load.ts';

/** What clients saw, read from the hits of an open-loop load. Pure. */

/** Headers of certkeeper that a load must keep for these readings. */
export const KEEP = ['X-Certkeeper-Version', 'X-Fault-Injected'] as const;

export interface Tally {
  readonly requests: number;
  readonly good: number;
  /** Failures that a fault build was ordered to give. */
  readonly injected: number;
  /** No answer at all: refused, cut off, timed out. */
  readonly connectionErrors: number;
  /** 5xx that nobody ordered. */
  readonly serverErrors: number;
  /** Everything else that is not 200. */
  readonly others: number;
}

export const NO_HITS: Tally = { requests: 0, good: 0, injected: 0, connectionErrors: 0, serverErrors: 0, others: 0 };

export function versionOf(hit: Hit): string | undefined {
  return hit.headers['x-certkeeper-version'];
}

export function isInjected(hit: Hit): boolean {
  return (hit.headers['x-fault-injected'] ?? '').includes('error');
}

export function tally(hits: readonly Hit[]): Tally {
  const sum = { ...NO_HITS };
  for (const hit of hits) sum[kindOf(hit)]++;
  return { ...sum, requests: hits.length };
}

function kindOf(hit: Hit): Exclude<keyof Tally, 'requests'> {
  if (hit.code === 200) return 'good';
  if (hit.code === 0) return 'connectionErrors';
  if (isInjected(hit)) return 'injected';
  return hit.code >= 500 ? 'serverErrors' : 'others';
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, one) => ({
      requests: sum.requests + one.requests,
      good: sum.good + one.good,
      injected: sum.injected + one.injected,
      connectionErrors: sum.connectionErrors + one.connectionErrors,
      serverErrors: sum.serverErrors + one.serverErrors,
      others: sum.others + one.others,
    }),
    NO_HITS,
  );
}

/** Requests that the release itself lost. */
export function lost(one: Tally): number {
  return one.connectionErrors + one.serverErrors + one.others;
}

/** Hits that are neither good nor ordered, in words, for a failed check. */
export function lostInWords(hits: readonly Hit[]): string {
  const words = hits
    .filter((hit) => hit.code !== 200 && !isInjected(hit))
    .map((hit) => `${new Date(hit.at).toISOString()} ${versionOf(hit) ?? 'no version'} ${hit.code} ${hit.error}`);
  return [`${words.length} lost`, ...words.slice(0, 10)].join('\n');
}

/**
 * When a version had its last request: the moment its answer had come, milliseconds since 1970. An upper bound of when the
 * request reached it, and exact to one latency. Undefined when it had none since `from`.
 */
export function lastAnswerFrom(hits: readonly Hit[], version: string, from = 0): number | undefined {
  return hits.reduce<number | undefined>((last, hit) => {
    if (versionOf(hit) !== version || hit.at < from) return last;
    return Math.max(last ?? 0, hit.at + hit.latencyMs);
  }, undefined);
}

/** When the first bad answer of a version since `from` had come, milliseconds since 1970. */
export function firstBadAnswerFrom(hits: readonly Hit[], version: string, from: number): number | undefined {
  const hit = hits.find((one) => one.at >= from && versionOf(one) === version && isInjected(one));
  return hit === undefined ? undefined : hit.at + hit.latencyMs;
}

/** Requests of a version within a span of starting times. */
export function requestsBetween(hits: readonly Hit[], version: string, from: number, to: number): number {
  return hits.filter((hit) => versionOf(hit) === version && hit.at >= from && hit.at < to).length;
}
