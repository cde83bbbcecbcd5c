import { z } from 'zod';
import type { Route } from '../../model/traffic.ts';
import { taking } from '../../model/traffic.ts';
import { action, repeatUntil, sequence, step, watch } from '../../procedure/build.ts';
import type { Node, OutputRef, Sequence, Step, Watch } from '../../procedure/tree.ts';
import { carries, complement, instancesOf, readyInstances } from '../capacity.ts';
import { perHost, reachable, readyOn } from '../hosts.ts';
import type { Rollout } from '../options.ts';
import { doOrNothing, drainWatch, retireStep, shareProblems } from '../steps.ts';
import { configuredShare, instanceSampleSchema, lookAtWorld, sampleInstances, unreachable, type World } from '../world.ts';
import { batchesOf, roomOf } from './batches.ts';
import { placesOf } from './routes.ts';
import { hostDrainWatch } from './steps.ts';

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
            hostDrainWatch(rollout, candidate.version, 'drain', hosts, []),
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

/** Hosts that answer and do not run the old version alone. One that is being stopped is as good as gone. Pure. */
export function toRestore({ candidate, stable, hosts }: Rollout, { platform }: World): readonly string[] {
  if (stable === null) return [];
  const wanted = perHost(stable.replicas, hosts.length);
  const running = (version: string, host: string): number =>
    instancesOf(platform, candidate.component, version).filter((one) => one.on === host && one.state !== 'draining')
      .length;
  const runsNew = (host: string): boolean =>
    instancesOf(platform, candidate.component, candidate.version).some((one) => one.on === host);
  return reachable(platform).filter((host) => runsNew(host) || running(stable.version, host) < wanted);
}

/**
 * The next hosts to restore. A host whose new version takes no requests costs nothing; others go only as far as the rest can carry
 * everything without them. Where capacity is short already, one at a time: standing still would not make it better. Pure.
 */
export function nextWave(rollout: Rollout, world: World): readonly string[] {
  const { candidate, stable, policy, hosts } = rollout;
  const todo = toRestore(rollout, world);
  if (stable === null || todo.length === 0) return [];
  const { perInstance, perHost: each, atOnce } = roomOf(rollout);
  const largest = batchesOf(hosts, policy.rolling?.batches ?? [], atOnce)
    .flatMap(({ waves }) => waves)
    .reduce((most, wave) => Math.max(most, wave.hosts.length), 1);
  const serves = configuredShare(world.routes, candidate.version) > 0;
  const isFree = (host: string): boolean => !serves || readyOn(world.platform, candidate, [host]) === 0;
  const free = todo.filter(isFree);
  const busy = todo.filter((host) => !isFree(host));
  const old = hosts.filter((host) => !todo.includes(host));
  const ready = readyOn(world.platform, stable, old) + readyOn(world.platform, candidate, busy);
  const spare = Math.max(0, Math.floor((ready - 1 / perInstance) / each + 1e-9));
  const wave = [...free, ...busy.slice(0, spare)].slice(0, largest);
  return wave.length > 0 ? wave : todo.slice(0, 1);
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

/** Share that the old version is to have, and who is to take requests then. Pure. */
export function backRoutes(rollout: Rollout, world: World, out: readonly string[]): readonly Route[] {
  const { candidate, stable, policy } = rollout;
  const version = stable?.version ?? '';
  const old = placesOf(rollout, version, world, (host) => !out.includes(host));
  const silent = world.platform.hosts.filter((host) => host.kind === 'unreachable').map(({ name }) => name);
  const fresh = placesOf(rollout, candidate.version, world, (host) => !out.includes(host) && !silent.includes(host));
  const ready = readyInstances(world.platform, candidate.component, version).length;
  const before = complement(configuredShare(world.routes, candidate.version));
  const possible = carries(ready, roomOf(rollout).perInstance);
  const nobodyElse = taking(fresh).length === 0;
  const share = nobodyElse ? 1 : Math.max(possible, ready === 0 ? 0 : before);
  return [
    { version, share, hold: 'stable', endpoints: old },
    {
      version: candidate.version,
      share: complement(share),
      // What the old version cannot carry yet is no lease any more: if it ended, the old version would get it all the same.
      hold: share < 1 ? 'stable' : holdOf(world, candidate.version, policy.rolling !== undefined),
      endpoints: fresh,
    },
  ];
}

function holdOf({ routes }: World, version: string, leased: boolean): 'leased' | 'stable' {
  const route = routes.kind === 'observed' ? routes.routes.find((one) => one.version === version) : undefined;
  return route?.hold ?? (leased ? 'leased' : 'stable');
}

function trafficStep(
  rollout: Rollout,
  id: string,
  how: string,
  out: (ctx: { outputOf<O>(node: OutputRef<O>): O }) => readonly string[],
): Step<World, object> {
  const { candidate, stable, service, ports } = rollout;
  const version = stable?.version ?? '';
  return action<World>({
    id,
    title: `Send the traffic back to ${version}, ${how}`,
    inputs: { stable: version, candidate: candidate.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world, ctx) => {
      const down = unreachable(world.routes, id);
      if (down.length > 0) return { kind: 'refuse', problems: down };
      if (readyInstances(world.platform, candidate.component, version).length === 0) {
        return { kind: 'nothing', why: `no instance of ${version} is ready yet` };
      }
      const routes = backRoutes(rollout, world, out(ctx)).filter((route) => route.endpoints.length > 0);
      return doOrNothing(ports.router.apply({ service, routes }, world.routes), `${version} has it`);
    },
    probe: 'repeatable',
    urgent: true,
    ...(id === 'all-traffic-back'
      ? { verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), version, 1) }
      : {}),
  });
}

/** The old version is installed still: it is started where the new one was stopped. */
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
          : ports.platform.start(stable, platform, [host])),
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

/** Pure. */
export function leftBehind({ stable, candidate, hosts }: Rollout, { platform }: World): string {
  const wanted = perHost(stable?.replicas ?? 1, hosts.length);
  const spec = { component: candidate.component, version: stable?.version ?? '' };
  const words = platform.hosts.flatMap((host) => {
    if (host.kind === 'unreachable') return [`${host.name} does not answer: ${host.reason}`];
    const ready = readyOn(platform, spec, [host.name]);
    return ready >= wanted ? [] : [`${host.name} has ${ready} of ${wanted} instances of ${spec.version} ready`];
  });
  return words.length === 0 ? 'none: every host is back' : words.join('; ');
}
