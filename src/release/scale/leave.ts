import { action, type Gate, gate, type Node, sequence } from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';
import type { HostTraffic } from '../../system/index.ts';
import { proxyUnreachable } from '../environment/host-traffic.ts';
import { instancesOn, left, only, returned, type World } from './decide.ts';
import { type FoundStep, lookAtWorld, type Scaled } from './join.ts';

/** One host serves no longer: no new requests, those that it has are finished, and only then it is stopped. */

const MARGIN_MS = 30_000;

export function leaveNode(target: Scaled, host: string, traffic: HostTraffic, look: FoundStep): Node {
  return sequence({
    id: host,
    title: `Take ${host} out of service`,
    steps: [
      ...traffic.around(host, (ctx) => ctx.outputOf(look).leaving.includes(host)).out,
      checkpoint(target, host, look),
      stopStep(target, host, look),
    ],
  });
}

/** Once, behind the first host that leaves the traffic: until then it takes one step to have it back. */
function checkpoint({ policy }: Scaled, host: string, look: FoundStep): Gate {
  return gate({
    id: 'checkpoint',
    title: `Look how the others carry the load before ${host} is stopped`,
    description: `${host} gets no requests and still runs. “No” brings it back into the traffic at once.`,
    role: policy.role,
    evidence: [
      { kind: 'check', name: 'carries', question: 'Do the hosts that are left carry the load, also at the next peak?' },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    needed: (ctx) => ctx.outputOf(look).leaving[0] === host,
    judge: (evidence) =>
      evidence['carries'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: `the others do not carry the load without ${host}` },
  });
}

function stopStep(target: Scaled, host: string, look: FoundStep): Node {
  const { ports, policy } = target;
  return action<World>({
    id: 'stop',
    title: `Stop it on ${host}`,
    description: 'It does not come back after a reboot. What is installed stays.',
    inputs: { host },
    read: (ctx) => lookAtWorld(target, ctx.signal),
    decide: ({ platform, routes }, ctx) => {
      const { spec, leaving } = ctx.outputOf(look);
      if (!leaving.includes(host)) return { kind: 'nothing', why: `it does not serve on ${host}` };
      if (routes.kind === 'unreachable') return { kind: 'refuse', problems: [proxyUnreachable(host, routes.reason)] };
      const running = instancesOn(platform, spec, host);
      return doOrNothing(
        [
          ...ports.router.apply(left(routes, host), routes),
          ...(running.length === 0 ? [] : ports.platform.stop(spec.version, only(platform, host))),
        ],
        `it does not run on ${host}`,
      );
    },
    probe: 'repeatable',
    timeoutMs: policy.drainTimeoutMs + 10 * MARGIN_MS,
  });
}

/** Whatever was not stopped yet takes requests again, at once. */
export function backNode(target: Scaled, hosts: readonly string[]): Node {
  const { router } = target.ports;
  return action<World>({
    id: 'back',
    title: `Bring what still runs of ${hosts.join(', ')} back into the traffic`,
    read: (ctx) => lookAtWorld(target, ctx.signal),
    decide: ({ routes }) => {
      if (routes.kind === 'unreachable')
        return { kind: 'refuse', problems: [proxyUnreachable(hosts.join(', '), routes.reason)] };
      return doOrNothing(router.apply(returned(routes, hosts), routes), 'nothing was taken out');
    },
    probe: 'repeatable',
    urgent: true,
  });
}
