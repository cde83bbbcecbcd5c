import type { ReadContext } from '../procedure/tree.ts';
import { forecast as requestsNeeded } from './analysis/index.ts';
import { versionDelta } from './intervals.ts';
import type { Rollout } from './options.ts';

/** A time as people say it: `45 s`, `12 min`, `9 h`, `3 days`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

/** A rate as people say it. */
export function rate(perSecond: number): string {
  if (perSecond >= 1) return `${Math.round(perSecond)} requests/s`;
  const perMinute = perSecond * 60;
  return perMinute >= 1 ? `${Math.round(perMinute)} requests/min` : `${Math.round(perMinute * 60)} requests/h`;
}

/** Pure: what a verdict will take, from the traffic seen. */
export function forecastText(
  seen: { readonly perSecond: number; readonly badRate: number },
  share: number,
  needed: number | null,
  lowTraffic: Rollout['policy']['lowTraffic'],
  deadlineMs: number,
): string {
  const perSecond =
    lowTraffic.kind === 'load' ? Math.max(seen.perSecond, lowTraffic.requestsPerSecond) : seen.perSecond;
  if (perSecond === 0)
    return `no traffic now: no verdict can come by itself; after ${duration(deadlineMs)}: ${choice(lowTraffic)}`;
  if (needed === null) return `at ${rate(perSecond)} nobody can say how long a verdict will take`;
  const ms = (needed / (perSecond * share)) * 1000;
  const late = ms > deadlineMs ? `; the deadline of ${duration(deadlineMs)} comes first: ${choice(lowTraffic)}` : '';
  return `a verdict needs about ${Math.ceil(needed)} requests to the new version: about ${duration(ms)} at ${rate(perSecond)}${late}`;
}

function choice(lowTraffic: Rollout['policy']['lowTraffic']): string {
  switch (lowTraffic.kind) {
    case 'smoke':
      return 'its smoke tests decide';
    case 'load':
      return `requests of our own top it up to ${rate(lowTraffic.requestsPerSecond)}`;
    case 'gate':
      return 'a person decides';
  }
}

/** Looks at the traffic for two seconds and says how long a verdict will take. Only looks. */
export async function forecast(rollout: Rollout, share: number, ctx: ReadContext): Promise<string> {
  const { stable, policy, ports } = rollout;
  if (stable === null) return 'nothing serves yet';
  const first = await ports.metrics.sample(ctx.signal);
  const from = ctx.clock.monotonic();
  await ctx.clock.sleep(2000, ctx.signal);
  const second = await ports.metrics.sample(ctx.signal);
  const seconds = (ctx.clock.monotonic() - from) / 1000;
  const delta = versionDelta(first, second, stable.version, 'errors');
  if (delta === null) {
    const reason = second.kind === 'missing' ? second.reason : first.kind === 'missing' ? first.reason : 'no counts';
    return `no forecast: ${reason}`;
  }
  const seen = { perSecond: delta.requests / seconds, badRate: delta.requests === 0 ? 0 : delta.bad / delta.requests };
  const needed = requestsNeeded(policy.analysis, { baseRate: seen.badRate, share, clump: 1 }).notWorse;
  return forecastText(seen, share, needed, policy.lowTraffic, policy.analysisDeadlineMs);
}
