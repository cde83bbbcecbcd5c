import type { Effect } from '../../model/effect.ts';
import { action, parallel, sequence } from '../../procedure/build.ts';
import type { Node, OutputRef, Parallel, Step } from '../../procedure/tree.ts';
import { perHost, readyOn, shortOf } from '../hosts.ts';
import { shareStepId } from '../names.ts';
import type { Rollout } from '../options.ts';
import { doOrNothing, shareProblems } from '../steps.ts';
import { lookAtWorld, unreachable, unreachableHosts, type World } from '../world.ts';
import type { Wave } from './batches.ts';
import { noRoom } from './room.ts';
import { holdAt, rollingRoutes, type Stand, shareAt } from './routes.ts';

/** The steps of one wave: out of the traffic, replaced, back into it. */

interface Look extends World {
  readonly now: number;
}

/** Hosts that are replaced at the same time within a wave. */
const SIDE_BY_SIDE = 8;
/** Beyond the time-outs of the steps in which no heartbeat goes out: program starts, slow looks. */
const HOLD_MARGIN_MS = 60_000;

/**
 * While hosts are replaced nobody renews the lease of those that were replaced before: steps do not beat. So their guards keep watch by
 * themselves for as long as the steps may take, within the error limit; the next watch renews the lease as ever. Empty where there is none.
 */
export function holdWhile(rollout: Rollout, stand: Stand, now: number): readonly Effect[] {
  const { candidate, policy, ports } = rollout;
  if (stand.admitted.length === 0 || holdAt(rollout, stand) === 'stable') return [];
  const longest = policy.drainTimeoutMs + candidate.stopTimeoutMs + candidate.startTimeoutMs + HOLD_MARGIN_MS;
  return [ports.hold(candidate.version, now + longest, policy.errorLimit)];
}

/** Takes the old instances of a wave out of the traffic. Refused when the other hosts could not carry everything. */
export function takeOutStep(rollout: Rollout, wave: Wave, after: OutputRef<unknown> | null): Step<Look, object> {
  const { ports, stable } = rollout;
  const stand: Stand = { admitted: wave.before, out: wave.hosts };
  return action<Look>({
    id: `take-out-${wave.number}`,
    title: `Take ${wave.hosts.join(', ')} out of the traffic`,
    inputs: { hosts: [...wave.hosts], stable: stable?.version ?? null, share: shareAt(rollout, stand) },
    read: async (ctx) => ({ ...(await lookAtWorld(rollout, ctx)), now: ctx.clock.now() }),
    decide: (world, ctx) => {
      // What runs where is known only when the waves before are through.
      if (after !== null) ctx.outputOf(after);
      const where = `take-out-${wave.number}`;
      const problems = [...unreachable(world.routes, where), ...unreachableHosts(world.platform, where, wave.hosts)];
      const room = noRoom(rollout, wave, world.platform);
      if (room !== null) problems.push(room);
      if (problems.length > 0) return { kind: 'refuse', problems };
      const routes = ports.router.apply(rollingRoutes(rollout, stand, world), world.routes);
      return doOrNothing(
        routes.length === 0 ? [] : [...holdWhile(rollout, stand, world.now), ...routes],
        'they get no requests',
      );
    },
    probe: 'repeatable',
  });
}

/** Gives the new instances of a wave their part of the traffic. Refused when one of them is not ready. */
export function admitStep(rollout: Rollout, wave: Wave, ready: OutputRef<unknown>, id?: string): Step<Look, object> {
  const { candidate, hosts, ports } = rollout;
  const stand: Stand = { admitted: [...wave.before, ...wave.hosts], out: [] };
  const share = shareAt(rollout, stand);
  const percent = Math.round(share * 1000) / 10;
  return action<Look>({
    id: id ?? shareStepId(share),
    title: `Send ${percent} % of the traffic to ${candidate.version}, on ${stand.admitted.length} of ${hosts.length} hosts`,
    inputs: { share, candidate: candidate.version, hosts: [...wave.hosts] },
    read: async (ctx) => ({ ...(await lookAtWorld(rollout, ctx)), now: ctx.clock.now() }),
    decide: (world, ctx) => {
      ctx.outputOf(ready);
      const down = unreachable(world.routes, `share ${percent} %`);
      if (down.length > 0) return { kind: 'refuse', problems: down };
      const wanted = wave.hosts.length * perHost(candidate.replicas, hosts.length);
      const found = readyOn(world.platform, candidate, wave.hosts);
      if (found < wanted) {
        return {
          kind: 'refuse',
          problems: [
            {
              code: 'rollout.not-ready',
              where: `share of ${candidate.version} on ${wave.hosts.join(', ')}`,
              found: `${found} of ${wanted} ready`,
              expected: 'instances that are ready before they get traffic',
              remedy: 'read the instance log',
            },
          ],
        };
      }
      const routes = ports.router.apply(rollingRoutes(rollout, stand, world), world.routes);
      return doOrNothing(routes.length === 0 ? [] : [...holdWhile(rollout, stand, world.now), ...routes], 'it is set');
    },
    probe: 'repeatable',
    verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, share),
  });
}

/** Stops the old version on each host of a wave and starts the new one in its place: no host ever runs both. */
export function replaceNode(rollout: Rollout, wave: Wave, drained: OutputRef<unknown>): Parallel {
  return parallel({
    id: `replace-${wave.number}`,
    title: `Replace the version on ${wave.hosts.join(', ')}`,
    limit: SIDE_BY_SIDE,
    steps: wave.hosts.map((host) => hostNode(rollout, host, drained)),
  });
}

function hostNode(rollout: Rollout, host: string, drained: OutputRef<unknown>): Node {
  const { candidate, stable, ports } = rollout;
  const onHost = (
    id: string,
    title: string,
    timeoutMs: number,
    effects: (world: World) => readonly Effect[],
    why: string,
  ): Step<World, object> =>
    action<World>({
      id,
      title: `${title} on ${host}`,
      inputs: { host, component: candidate.component, version: candidate.version, digest: candidate.digest },
      read: (ctx) => lookAtWorld(rollout, ctx),
      decide: (world, ctx) => {
        ctx.outputOf(drained);
        const away = unreachableHosts(world.platform, id, [host]);
        return away.length > 0 ? { kind: 'refuse', problems: away } : doOrNothing(effects(world), why);
      },
      probe: 'repeatable',
      timeoutMs,
    });
  return sequence({
    id: `host-${host}`,
    title: `Replace the version on ${host}`,
    steps: [
      onHost(
        'stop',
        `Stop ${candidate.component} ${stable?.version ?? ''}`,
        candidate.stopTimeoutMs + 30_000,
        ({ platform }) => (stable === null ? [] : ports.platform.stop(stable.version, platform, [host])),
        'it does not run',
      ),
      onHost(
        'install',
        `Install ${candidate.component} ${candidate.version}`,
        300_000,
        ({ platform }) => ports.platform.install(candidate, platform, [host]),
        'it is installed with this digest',
      ),
      onHost(
        'start',
        `Start ${candidate.component} ${candidate.version}`,
        candidate.startTimeoutMs + 30_000,
        ({ platform }) => {
          const short = shortOf(platform, candidate, [host]);
          return short.length === 0 ? [] : ports.platform.start(candidate, platform, short);
        },
        'all instances run',
      ),
    ],
  });
}
