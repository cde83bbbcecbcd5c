import { z } from 'zod';
import { type Counters, countersSchema } from '../model/metrics.ts';
import { watch } from '../procedure/build.ts';
import type { ReadContext, Watch } from '../procedure/tree.ts';
import { versionDelta } from './intervals.ts';
import type { Rollout } from './options.ts';
import { crashLoop, instanceSampleSchema, neverReady, notReadySince, sampleInstances } from './world.ts';

const limitSample = z.strictObject({
  time: z.number(),
  counters: countersSchema,
  instances: z.array(instanceSampleSchema).readonly(),
  /** Share that really arrives, where it is a lease that may have ended. */
  share: z.number().exactOptional(),
});
type LimitSample = z.infer<typeof limitSample>;

interface LimitState {
  readonly previous: Counters | null;
  readonly watchedMs: number;
  readonly lastTime: number | null;
  readonly requests: number;
  readonly bad: number;
  readonly notReadySince: number | null;
  readonly last: LimitSample | null;
}

const NOTHING_SEEN: LimitState = {
  previous: null,
  watchedMs: 0,
  lastTime: null,
  requests: 0,
  bad: 0,
  notReadySince: null,
  last: null,
};

/** Requests needed before an absolute limit may speak: 1 bad answer of 2 is not an error rate. */
export const LIMIT_MIN_REQUESTS = 50;

export type LimitWatch = Watch<LimitState, LimitSample, object>;

/** What a lease adds to the watch: the data plane hears from us, and time in which the share was elsewhere does not count. */
function leaseOf({ candidate, ports }: Rollout) {
  return {
    heartbeat: { everyMs: 500, beat: async () => ports.router.heartbeat(candidate.version) },
    share: async (ctx: ReadContext): Promise<{ readonly share: number }> => {
      const routes = await ports.router.observe(ctx.signal);
      const route =
        routes.kind === 'observed' ? routes.routes.find((one) => one.version === candidate.version) : undefined;
      return { share: route?.share ?? 0 };
    },
  };
}

/**
 * Watches one version alone against absolute limits: after the first release, and at full traffic, where there is no
 * baseline. Outside α, as every absolute limit.
 * @param how `bakeMs`: instead of the final bake; `atLeast`: instances that must stay ready
 * @param hold `leased`: the share ends by itself when nobody renews it (a switch that is not for good yet)
 */
export function limitWatch(
  rollout: Rollout,
  id: string,
  hold: 'stable' | 'leased' = 'stable',
  how: { readonly bakeMs?: number; readonly atLeast?: number } = {},
): LimitWatch {
  const { candidate, policy, ports } = rollout;
  const { bakeMs = policy.finalBakeMs, atLeast } = how;
  const lease = hold === 'leased' ? leaseOf(rollout) : null;
  const where = `${candidate.component} ${candidate.version}`;
  return watch<LimitState, LimitSample, object>({
    id,
    title: `Observe ${candidate.version} at full traffic for ${bakeMs / 1000} s`,
    inputs: { version: candidate.version, bakeMs, errorLimit: policy.errorLimit },
    everyMs: policy.everyMs,
    samples: limitSample,
    outputs: z.strictObject({}),
    sample: async (ctx) => {
      const [counters, platform] = await Promise.all([
        ports.metrics.sample(ctx.signal),
        ports.platform.observe(ctx.signal),
      ]);
      return {
        time: ctx.clock.now(),
        counters,
        instances: sampleInstances(platform, candidate.component, candidate.version),
        ...(await lease?.share(ctx)),
      };
    },
    ...(lease === null ? {} : { heartbeat: lease.heartbeat }),
    start: () => NOTHING_SEEN,
    fold: (state, sample) => {
      const delta =
        state.previous === null ? null : versionDelta(state.previous, sample.counters, candidate.version, 'errors');
      const passed = state.lastTime === null ? 0 : sample.time - state.lastTime;
      return {
        previous: sample.counters.kind === 'counters' ? sample.counters : state.previous,
        // Time in which nobody watched, or nothing could be seen, does not count as observed.
        watchedMs: state.watchedMs + (delta === null || !serves(sample) ? 0 : clamp(passed, 3 * policy.everyMs)),
        lastTime: sample.time,
        requests: state.requests + (delta?.requests ?? 0),
        bad: state.bad + (delta?.bad ?? 0),
        notReadySince: notReadySince(state.notReadySince, sample.instances, sample.time, atLeast),
        last: sample,
      };
    },
    decide: (state) => {
      if (state.last === null) return { kind: 'look-on', status: 'nothing seen yet' };
      const looping = crashLoop(state.last.instances, where);
      if (looping !== undefined) return { kind: 'fail', problem: looping };
      const unhealthy = neverReady(state.last, state.notReadySince, where, policy.healthDeadlineMs, atLeast);
      if (unhealthy !== undefined) return { kind: 'fail', problem: unhealthy };
      const rate = state.requests === 0 ? 0 : state.bad / state.requests;
      if (state.requests >= LIMIT_MIN_REQUESTS && rate > policy.errorLimit) {
        return {
          kind: 'fail',
          problem: {
            code: 'rollout.above-limit',
            where,
            found: `${state.bad} bad of ${state.requests} responses (${(rate * 100).toFixed(2)} %)`,
            expected: `at most ${(policy.errorLimit * 100).toFixed(2)} %`,
            remedy: 'see the log of the version; the release was taken back',
          },
        };
      }
      const seconds = Math.round(state.watchedMs / 1000);
      const { counters } = state.last;
      const silent = counters.kind === 'missing' ? `; missing: ${counters.source}: ${counters.reason}` : '';
      const elsewhere = serves(state.last) ? '' : `; ${candidate.version} does not have its traffic now`;
      const status = `${seconds} s observed, ${state.bad} bad of ${state.requests} responses${silent}${elsewhere}`;
      if (state.watchedMs < bakeMs) return { kind: 'look-on', status };
      return { kind: 'pass', status, outputs: {} };
    },
  });
}

/** Whether there is something to observe: an instance that takes requests, and a share that arrives. */
function serves({ instances, share }: LimitSample): boolean {
  return instances.some((one) => one.state === 'ready') && (share === undefined || share > 0.999);
}

function clamp(ms: number, most: number): number {
  return Math.max(0, Math.min(ms, most));
}
