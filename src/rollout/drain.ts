import { z } from 'zod';
import type { Json } from '../model/json.ts';
import { isOnHost } from '../model/platform.ts';
import type { RoutesState } from '../model/traffic.ts';
import { watch } from '../procedure/build.ts';
import type { OutputRef, Watch, WatchAnswer } from '../procedure/tree.ts';
import type { Rollout } from './options.ts';
import { configuredShare, openRequests } from './world.ts';

/** Before something stops it finishes the requests that it has. */

const drainSample = z.strictObject({
  time: z.number(),
  /** Absent where some hosts are looked at, and others go on. */
  share: z.number().exactOptional(),
  open: z.number(),
  reachable: z.boolean(),
});
type DrainSample = z.infer<typeof drainSample>;
interface DrainState {
  readonly from: number | null;
  readonly last: DrainSample | null;
}
export type DrainWatch = Watch<DrainState, DrainSample, { left: number }>;

/** Waits until a version has no share and no open request; after the deadline it goes on and says what was left. */
export function drainWatch(rollout: Rollout, version: string, id: string): DrainWatch {
  return drain(rollout, {
    id,
    title: `Let ${version} finish its requests`,
    inputs: { version },
    look: (routes) => ({ share: configuredShare(routes, version), open: openRequests(routes, version) }),
  });
}

/** Any context of the engine, as far as the outputs of earlier steps are asked. */
interface Outputs {
  outputOf<O>(node: OutputRef<O>): O;
}

/** Waits until a version has no open request on some hosts; after the deadline it goes on and says what was left. */
export function hostDrainWatch(
  rollout: Rollout,
  version: string,
  id: string,
  hosts: (ctx: Outputs) => readonly string[],
  inputs: readonly string[],
): DrainWatch {
  return drain(rollout, {
    id,
    title: `Let ${version} finish its requests${inputs.length === 0 ? '' : ` on ${inputs.join(', ')}`}`,
    inputs: { version, hosts: [...inputs] },
    look: (routes, ctx) => ({ open: openOn(routes, version, hosts(ctx)) }),
  });
}

interface Drained {
  readonly id: string;
  readonly title: string;
  readonly inputs: Readonly<Record<string, Json>>;
  look(routes: RoutesState, ctx: Outputs): Pick<DrainSample, 'share' | 'open'>;
}

function drain({ policy, ports }: Rollout, { id, title, inputs, look }: Drained): DrainWatch {
  return watch<DrainState, DrainSample, { left: number }>({
    id,
    title,
    inputs: { ...inputs, timeoutMs: policy.drainTimeoutMs },
    everyMs: 200,
    samples: drainSample,
    outputs: z.strictObject({ left: z.number() }),
    sample: async (ctx) => {
      const routes = await ports.router.observe(ctx.signal);
      return { time: ctx.clock.now(), ...look(routes, ctx), reachable: routes.kind === 'observed' };
    },
    start: () => ({ from: null, last: null }),
    fold: (state, sample) => ({ from: state.from ?? sample.time, last: sample }),
    decide: (state) => drainAnswer(state, policy.drainTimeoutMs),
  });
}

/** Pure. Over when nothing is open and, where it was looked at, no share is left; after the deadline anyway. */
export function drainAnswer({ from, last }: DrainState, timeoutMs: number): WatchAnswer<{ left: number }> {
  if (last === null || from === null) return { kind: 'look-on', status: 'nothing seen yet' };
  if (last.reachable && (last.share ?? 0) === 0 && last.open === 0) {
    return { kind: 'pass', status: 'no open request', outputs: { left: 0 } };
  }
  if (last.time - from >= timeoutMs) {
    return { kind: 'pass', status: `${last.open} requests left after the time-out`, outputs: { left: last.open } };
  }
  return { kind: 'look-on', status: `${last.open} open requests` };
}

function openOn(routes: RoutesState, version: string, hosts: readonly string[]): number {
  if (routes.kind === 'unreachable') return 0;
  const route = routes.routes.find((one) => one.version === version);
  return (route?.endpoints ?? [])
    .filter(({ instance }) => hosts.some((host) => isOnHost(instance, host)))
    .reduce((sum, endpoint) => sum + endpoint.openRequests, 0);
}
