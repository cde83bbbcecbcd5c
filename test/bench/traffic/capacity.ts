import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from '../../../scripts/components/load.ts';
import { KEEP, lost, tally } from '../support/hits.ts';

const FIRST = 1_000;
const STEP = 1.25;
const MOST = 20_000;
/** Above this the open requests pile up faster than they are answered. */
const SLOWEST_P99_MS = 100;

export interface Capacity {
  /** The largest open-loop rate that was answered in full, requests per second; 0 when the first was too much. */
  readonly rate: number;
  /** What the next rate did. */
  readonly limit: string;
}

/**
 * The largest arrival rate (open loop, steps of 25 %) that is answered for 10 s without one failure and with p99 below 100 ms. The
 * steps upwards take 3 s each; what they find must then hold for 10 s, or the next lower one is tried. The load generator runs on the
 * same machine, so it is the capacity of proxy, service and generator together. Closed-loop figures are higher and mislead: an open
 * loop does not wait for those it has overrun.
 */
export async function measureCapacity(url: string): Promise<Capacity> {
  let good = 0;
  let limit = `${MOST}/s is the most that is tried`;
  for (let rate = FIRST; rate <= MOST; rate = Math.round(rate * STEP)) {
    const trouble = await troubleAt(url, rate, 3);
    if (trouble !== null) {
      limit = trouble;
      break;
    }
    good = rate;
  }
  while (good > FIRST) {
    const trouble = await troubleAt(url, good, 10);
    if (trouble === null) break;
    limit = `${trouble} in 10 s`;
    good = Math.round(good / STEP);
  }
  return { rate: good, limit };
}

/** What goes wrong at this rate, in words; null when nothing does. */
async function troubleAt(url: string, rate: number, seconds: number): Promise<string | null> {
  const load = await startLoad({ url, rate, seconds, timeoutSeconds: 3, keepHeaders: KEEP });
  const { hits, latencyMs } = await load.result();
  const failed = lost(tally(hits));
  if (failed === 0 && latencyMs.p99 <= SLOWEST_P99_MS) return null;
  // What piled up must be gone before anything else is measured.
  await sleep(3_000);
  return `${rate}/s: ${failed} failures, p99 ${latencyMs.p99.toFixed(0)} ms`;
}

/** 60 % of the capacity, and at least 1,000 requests per second. */
export function workingRate({ rate }: Capacity): number {
  return Math.max(FIRST, Math.floor(rate * 0.6));
}
