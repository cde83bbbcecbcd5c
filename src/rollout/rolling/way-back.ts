import { z } from 'zod';
import { action, repeatUntil, sequence, step, watch } from '../../procedure/build.ts';
import type { Node, OutputRef, Sequence, Step, Watch } from '../../procedure/tree.ts';
import { drainWatch, hostDrainWatch } from '../drain.ts';
import { perHost, reachable, readyOn } from '../hosts.ts';
import type { Rollout } from '../options.ts';
import { trafficBackStep } from '../rollback.ts';
import { doOrNothing, retireStep, startAgain } from '../steps.ts';
import { instanceSampleSchema, lookAtWorld, sampleInstances, type World } from '../world.ts';
import { backRoutes, leftBehind, nextWave } from './way-back-decisions.ts';

/**
 * The way back of a rolling release, from wherever it stands. First the traffic, at once and as far as the old hosts can carry it; then
 * the hosts that were changed are restored in waves, so many as the others can do without; each wave takes its part of the traffic. A
 * host that cannot be reached is left behind and said so: it holds up nobody else.
 */
export function wayBackNode(rollout: Rollout, extra: readonly Node[] = []): Sequence {
  const { candidate, stable } = rollout;
  const to = stable?.version ?? '';
  const choice = chooseStep(rollout);
  const hosts = (ctx: { outputOf<O>(node: OutputRef<O>): O }): readonly string[] => ctx.outputOf(choice).hosts;
  return sequence({
    id: 'rollback',
    title: `Go back to ${to}`,
    steps: [
      trafficStep(rollout, 'traffic-back', 'as far as it can carry it now', () => []),
      repeatUntil({
        id: 'restore',
        title: `Restore ${to} on every host that was changed`,
        max: rollout.hosts.length + 2,
        until: (ctx) => !ctx.outputOf(choice).more,
        body: sequence({
          id: 'wave',
          title: `Restore ${to} on some hosts`,
          steps: [
            choice,
            trafficStep(rollout, 'take-out', 'without those hosts', hosts),
            hostDrainWatch(rollout, candidate.version, 'drain-hosts', hosts, []),
            restoreStep(rollout, hosts),
            restoredWatch(rollout, hosts),
            trafficStep(rollout, 'traffic-on', 'as far as it can carry it now', () => []),
          ],
        }),
      }),
      trafficStep(rollout, 'all-traffic-back', 'all of it', () => []),
      drainWatch(rollout, candidate.version, 'drain'),
      retireStep(rollout, candidate, to, 'stop-candidate', { urgent: true }),
      currentStep(rollout, to),
      leftBehindStep(rollout),
      ...extra,
    ],
  });
}

const choiceOutputs = z.strictObject({ hosts: z.array(z.string()).readonly(), more: z.boolean() });
type Choice = z.infer<typeof choiceOutputs>;

function chooseStep(rollout: Rollout): Step<World, Choice> {
  return step<World, Choice>({
    id: 'choose',
    title: 'Choose the hosts that can be spared now',
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) => {
      const hosts = nextWave(rollout, world);
      return { kind: 'nothing', why: hosts.length === 0 ? 'no host is left to restore' : hosts.join(', ') };
    },
    outputs: choiceOutputs,
    collect: (_results, world) => {
      const hosts = nextWave(rollout, world);
      return { hosts, more: hosts.length > 0 };
    },
    probe: 'repeatable',
    urgent: true,
  });
}

function trafficStep(
  rollout: Rollout,
  id: string,
  how: string,
  out: (ctx: { outputOf<O>(node: OutputRef<O>): O }) => readonly string[],
): Step<World, object> {
  return trafficBackStep(rollout, id, how, (world, ctx) => {
    const routes = backRoutes(rollout, world, out(ctx))?.filter((route) => route.endpoints.length > 0);
    return routes === undefined ? null : { service: rollout.service, routes };
  });
}

/** The old version is started where the new one was stopped. */
function restoreStep(
  rollout: Rollout,
  hosts: (ctx: { outputOf<O>(node: OutputRef<O>): O }) => readonly string[],
): Step<World, object> {
  const { candidate, stable, ports } = rollout;
  const each = candidate.stopTimeoutMs + (stable?.startTimeoutMs ?? 0) + 30_000;
  return action<World>({
    id: 'replace',
    title: `Stop ${candidate.version} there and start ${stable?.version ?? ''}`,
    inputs: { stable: stable?.version ?? null, candidate: candidate.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: ({ platform }, ctx) => {
      if (stable === null) return { kind: 'nothing', why: 'nothing served before' };
      const chosen = hosts(ctx);
      const effects = chosen.flatMap((host) => [
        ...ports.platform.stop(candidate.version, platform, [host]),
        ...(readyOn(platform, stable, [host]) >= perHost(stable.replicas, platform.hosts.length)
          ? []
          : startAgain(rollout, stable, platform, [host])),
      ]);
      return doOrNothing(effects, chosen.length === 0 ? 'no host is left to restore' : 'it runs there');
    },
    probe: 'repeatable',
    urgent: true,
    // A host that goes away in the middle is looked at again, and then left behind.
    retry: { attempts: 3, delayMs: 1000 },
    timeoutMs: each * rollout.hosts.length,
  });
}

const restoredSample = z.strictObject({
  time: z.number(),
  /** Hosts of the wave that answer and do not have all their instances ready. */
  late: z.array(z.string()).readonly(),
  instances: z.array(instanceSampleSchema).readonly(),
});
type RestoredSample = z.infer<typeof restoredSample>;
interface RestoredState {
  readonly from: number | null;
  readonly last: RestoredSample | null;
}

/** Waits until the old version is ready again; a host where it does not come back must not keep the others waiting for ever. */
function restoredWatch(
  rollout: Rollout,
  hosts: (ctx: { outputOf<O>(node: OutputRef<O>): O }) => readonly string[],
): Watch<RestoredState, RestoredSample, { late: readonly string[] }> {
  const { stable, candidate, policy, ports } = rollout;
  const version = stable?.version ?? '';
  const spec = { component: candidate.component, version };
  return watch<RestoredState, RestoredSample, { late: readonly string[] }>({
    id: 'ready',
    title: `Wait until ${version} is ready there`,
    inputs: { version, deadlineMs: policy.healthDeadlineMs },
    everyMs: 250,
    samples: restoredSample,
    outputs: z.strictObject({ late: z.array(z.string()).readonly() }),
    sample: async (ctx) => {
      const state = await ports.platform.observe(ctx.signal);
      const chosen = hosts(ctx).filter((host) => reachable(state).includes(host));
      const wanted = perHost(stable?.replicas ?? 1, state.hosts.length);
      return {
        time: ctx.clock.now(),
        late: chosen.filter((host) => readyOn(state, spec, [host]) < wanted),
        instances: sampleInstances(state, spec.component, version, chosen),
      };
    },
    start: () => ({ from: null, last: null }),
    fold: (state, sample) => ({ from: state.from ?? sample.time, last: sample }),
    decide: ({ from, last }) => {
      if (last === null || from === null) return { kind: 'look-on', status: 'nothing seen yet' };
      if (last.late.length === 0) return { kind: 'pass', status: 'ready', outputs: { late: [] } };
      const status = `not ready on ${last.late.join(', ')}`;
      if (last.time - from < policy.healthDeadlineMs) return { kind: 'look-on', status };
      return { kind: 'pass', status, outputs: { late: last.late } };
    },
  });
}

function currentStep(rollout: Rollout, version: string): Step<World, object> {
  const { ports } = rollout;
  return action<World>({
    id: 'stable-is-current',
    title: `Make ${version} current`,
    inputs: { version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: ({ platform }) =>
      doOrNothing(
        [...ports.platform.makeCurrent(version, platform), ...ports.stopGuards(version, reachable(platform))],
        'it is current',
      ),
    probe: 'repeatable',
    urgent: true,
    retry: { attempts: 3, delayMs: 1000 },
  });
}

/** Says which hosts are not back: the way back is through, and somebody has to look at them. */
function leftBehindStep(rollout: Rollout): Step<World, object> {
  return action<World>({
    id: 'left-behind',
    title: 'Say which hosts were left behind',
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) => ({ kind: 'nothing', why: leftBehind(rollout, world) }),
    probe: 'repeatable',
    urgent: true,
  });
}
