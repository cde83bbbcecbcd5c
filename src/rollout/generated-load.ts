import type { Counters } from '../model/metrics.ts';
import type { ReadContext } from '../procedure/tree.ts';
import type { Rollout } from './options.ts';

/** At most this many of our own requests in one look, whatever is configured: load of ours must never be an incident. */
const MOST_PER_LOOK = 200;

/** How many requests to add so that the interval reaches the wanted rate. Pure. */
export function toAdd(wantedPerSecond: number, seenPerSecond: number, seconds: number): number {
  const missing = Math.max(0, wantedPerSecond - seenPerSecond) * seconds;
  return Math.min(MOST_PER_LOOK, Math.round(missing));
}

function total(counters: Counters): number | null {
  if (counters.kind === 'missing') return null;
  return counters.servers.reduce((sum, server) => sum + (server.metrics['errors']?.requests ?? 0), 0);
}

/**
 * Where an environment chose generated load: before each look, requests of our own through the proxy top real traffic up to
 * the wanted rate. They go the users' way, so the weights decide which version answers them.
 */
export function topUp(rollout: Rollout): (ctx: ReadContext) => Promise<void> {
  const { lowTraffic, everyMs } = rollout.policy;
  if (lowTraffic.kind !== 'load') return async () => undefined;
  let before: { readonly total: number; readonly at: number; readonly own: number } | null = null;
  return async (ctx) => {
    const now = ctx.clock.monotonic();
    const seen = total(await rollout.ports.metrics.sample(ctx.signal));
    const seconds = before === null ? everyMs / 1000 : Math.max(0.05, (now - before.at) / 1000);
    const real = before === null || seen === null ? 0 : Math.max(0, seen - before.total - before.own) / seconds;
    const count = toAdd(lowTraffic.requestsPerSecond, real, everyMs / 1000);
    await Promise.all(
      Array.from({ length: count }, () =>
        rollout.ports.http.get(`${rollout.entry}${lowTraffic.path}`, {
          timeoutMs: Math.min(everyMs * 5, 10_000),
          signal: ctx.signal,
          headers: { 'x-shiplock-generated': '1' },
        }),
      ),
    );
    if (seen !== null) before = { total: seen, at: now, own: count };
  };
}
