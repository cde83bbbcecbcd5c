import { z } from 'zod';
import type { PlatformState } from '../../model/platform.ts';
import type { Problem } from '../../model/problem.ts';
import type { RoutesState } from '../../model/traffic.ts';
import { action, watch } from '../../procedure/build.ts';
import type { Step, Watch } from '../../procedure/tree.ts';
import { carries } from '../capacity.ts';
import { readyOn } from '../hosts.ts';
import type { Rollout } from '../options.ts';
import { lookAtWorld, unreachable, unreachableHosts, type World } from '../world.ts';
import { roomOf, type Wave } from './batches.ts';

/** The capacity rule of a rolling release: while some hosts are out, the others must be able to carry everything. */

/** Ready instances that take requests while a wave is out. Pure. */
export function readyWithout(rollout: Rollout, wave: Wave, platform: PlatformState): number {
  const { candidate, stable, hosts } = rollout;
  const old = hosts.filter((host) => !wave.hosts.includes(host) && !wave.before.includes(host));
  return (stable === null ? 0 : readyOn(platform, stable, old)) + readyOn(platform, candidate, wave.before);
}

/** Null when there is room. Pure. */
export function noRoom(rollout: Rollout, wave: Wave, platform: PlatformState): Problem | null {
  const ready = readyWithout(rollout, wave, platform);
  const { perInstance } = roomOf(rollout);
  if (carries(ready, perInstance) >= 1 - 1e-9) return null;
  const name = wave.hosts.join(', ');
  return {
    code: 'rollout.no-room',
    where: `taking ${name} out`,
    found: `${ready} ready instances on the other hosts, good for ${Math.round(carries(ready, perInstance) * 1000) / 10} % of the load`,
    expected: `capacity for all of it without ${name}`,
    remedy:
      'see why instances are not ready; say in rollout.capacity.perInstance what one instance can carry; or add hosts',
  };
}

/** Before anything changes: every host answers, runs the old version, and the others could do without each wave. */
export function roomStep(rollout: Rollout, waves: readonly Wave[]): Step<World, object> {
  const { atOnce, needed, perInstance } = roomOf(rollout);
  return action<World>({
    id: 'room',
    title: 'Check that every host is well and that some can be spared',
    inputs: { hosts: [...rollout.hosts], atOnce, needed, perInstance },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world) => {
      const problems = [...unreachable(world.routes, 'room'), ...unreachableHosts(world.platform, 'room')];
      if (problems.length > 0) return { kind: 'refuse', problems };
      // Every later wave finds the same number of instances ready as the first: a host that was replaced stands in for one that was not.
      const largest = waves.toSorted((one, other) => other.hosts.length - one.hosts.length)[0];
      const first = largest === undefined ? null : noRoom(rollout, { ...largest, before: [] }, world.platform);
      if (first !== null) return { kind: 'refuse', problems: [first] };
      return { kind: 'nothing', why: `${atOnce} of ${rollout.hosts.length} hosts may be out at the same time` };
    },
    probe: 'repeatable',
  });
}

const roomSample = z.strictObject({ time: z.number(), ready: z.number(), waiting: z.number(), problem: z.string() });
type RoomSample = z.infer<typeof roomSample>;
interface RoomState {
  readonly from: number | null;
  readonly last: RoomSample | null;
}

/** Waits until a wave can be spared: also until the proxy itself sees the hosts that were replaced as up. Renews their lease meanwhile. */
export function roomWatch(rollout: Rollout, wave: Wave): Watch<RoomState, RoomSample, object> {
  const { candidate, ports, policy } = rollout;
  const where = `taking ${wave.hosts.join(', ')} out`;
  return watch<RoomState, RoomSample, object>({
    id: `room-${wave.number}`,
    title: `Wait until ${wave.hosts.join(', ')} can be spared`,
    inputs: { hosts: [...wave.hosts], deadlineMs: policy.healthDeadlineMs },
    everyMs: 250,
    samples: roomSample,
    outputs: z.strictObject({}),
    sample: async (ctx) => {
      const [platform, routes] = await Promise.all([
        ports.platform.observe(ctx.signal),
        ports.router.observe(ctx.signal),
      ]);
      return {
        time: ctx.clock.now(),
        ready: readyWithout(rollout, wave, platform),
        waiting: notUp(routes, candidate.version),
        problem: noRoom(rollout, wave, platform)?.found ?? '',
      };
    },
    start: () => ({ from: null, last: null }),
    fold: (state, sample) => ({ from: state.from ?? sample.time, last: sample }),
    decide: ({ from, last }) => {
      if (last === null || from === null) return { kind: 'look-on', status: 'nothing seen yet' };
      const waits =
        last.waiting > 0 ? `the proxy does not see ${last.waiting} instances of ${candidate.version} up` : '';
      const found = last.problem === '' ? waits : last.problem;
      if (found === '') return { kind: 'pass', status: `${last.ready} ready instances without them`, outputs: {} };
      if (last.time - from < policy.healthDeadlineMs) return { kind: 'look-on', status: found };
      return {
        kind: 'fail',
        problem: {
          code: 'rollout.no-room',
          where,
          found,
          expected: 'hosts that can do without it',
          remedy: 'read the logs of the instances that are not ready; the release was taken back',
        },
      };
    },
    heartbeat: { everyMs: 500, beat: async () => ports.router.heartbeat(candidate.version) },
  });
}

/** Instances with traffic that the proxy does not send requests to. Pure. */
function notUp(routes: RoutesState, version: string): number {
  if (routes.kind === 'unreachable') return 1;
  const route = routes.routes.find((one) => one.version === version);
  if (route === undefined || route.configuredShare === 0) return 0;
  return route.endpoints.filter(({ health, draining }) => draining !== true && health !== 'up').length;
}
