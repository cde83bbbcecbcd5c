import { readFile } from 'node:fs/promises';
import type { Clock } from '../../model/ports.ts';
import { factsFrom, type SlotFact } from './facts.ts';
import { type HaproxyOptions, haproxyPaths } from './options.ts';
import { lookCommand, parseRuntime } from './runtime.ts';
import { askHaproxy } from './socket.ts';

/** Cumulative counts of one instance behind the proxy since it got its slot. */
export interface HaproxyCount {
  readonly version: string;
  /** `certkeeper/1.4.0/a1/api-1`: unique per version and instance, though slots are used again. */
  readonly server: string;
  /** Requests that came to an end, whatever the end. */
  readonly requests: number;
  /** Those answered 5xx, by the instance or for it (refused, timed out, cut off). */
  readonly bad: number;
}

export interface HaproxyReading {
  /** Changes when another process answers: its counters began at 0. */
  readonly epoch: string;
  readonly servers: readonly HaproxyCount[];
}

/**
 * Reads the counters of all instances in one scrape.
 * @throws Error in words for an operator when HAProxy does not answer, or answers nonsense
 */
export async function readHaproxy(
  options: Pick<HaproxyOptions, 'service' | 'directory'> & { readonly clock: Clock; readonly timeoutMs: number },
  signal?: AbortSignal,
): Promise<HaproxyReading> {
  const paths = haproxyPaths(options);
  const { clock, timeoutMs } = options;
  const [answer, config] = await Promise.all([
    askHaproxy(paths.socket, lookCommand(options.service), { timeoutMs, clock, signal }),
    readFile(paths.config, 'utf8').catch(() => ''),
  ]);
  const facts = factsFrom(await parseRuntime(answer), config);
  return { epoch: facts.epoch, servers: facts.slots.flatMap((slot) => countOf(options.service, facts.epoch, slot)) };
}

function countOf(service: string, epoch: string, slot: SlotFact): readonly HaproxyCount[] {
  const { tenant } = slot;
  if (tenant === undefined) return [];
  const base = tenant.base?.epoch === epoch ? tenant.base : { requests: 0, bad: 0 };
  return [
    {
      version: tenant.version,
      server: `${service}/${tenant.version}/${slot.slot}/${tenant.instance}`,
      requests: Math.max(0, slot.requests - base.requests),
      bad: Math.max(0, slot.bad - base.bad),
    },
  ];
}
