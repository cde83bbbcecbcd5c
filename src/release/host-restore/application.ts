import { isOnHost } from '../../model/platform.ts';
import type { Problem } from '../../model/problem.ts';
import type { RoutesState } from '../../model/traffic.ts';
import { action, type Node, sequence } from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';
import { leftInTraffic, proxyUnreachable, routesWith } from '../environment/host-traffic.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { instancesOn, type World } from '../scale/decide.ts';
import { lookStep, servingOf } from '../scale/index.ts';
import { type FoundStep, joinParts, lookAtWorld, type Scaled } from '../scale/join.ts';

/** The application on the machine in place of a lost host: what serves now, first without requests, then with them. */

export interface ApplicationNodes {
  /** What serves, and whether the machine is one on which nothing does. */
  readonly look: Node;
  /** Nothing is sent there before a person has looked, whatever answers at an address of the lost host. */
  readonly away: Node;
  readonly bring: Node;
  readonly admit: Node;
}

/** Null where the host has no part in the service. */
export function applicationNodes(service: ServiceEnvironment, host: string): ApplicationNodes | null {
  const { target } = service;
  if (!target.hosts.includes(host)) return null;
  // One more host never leaves too few.
  const { capacityPerInstance: _none, ...policy } = target.policy;
  const scaled: Scaled = { ...target, policy };
  const look = lookStep(scaled, { wanted: [host], unwanted: [] }, () => servingOf(service));
  const { bring, admit } = joinParts(scaled, host, look);
  return {
    look: sequence({
      id: 'serving',
      title: 'Look what serves, and whether something does here',
      steps: [look, emptyStep(scaled, host, look)],
    }),
    away: awayStep(scaled, host),
    bring: sequence({ id: 'application', title: `Bring what serves to ${host}`, steps: bring }),
    admit: sequence({ id: 'traffic', title: `Let ${host} serve`, steps: admit }),
  };
}

/** A host that does its work is not put back to what it was: nobody meant that one. */
function emptyStep(target: Scaled, host: string, look: FoundStep): Node {
  return action<World>({
    id: 'empty',
    title: `Look whether ${host} serves`,
    inputs: { host },
    read: (ctx) => lookAtWorld(target, ctx.signal),
    decide: ({ platform, routes }, ctx) => {
      const { spec } = ctx.outputOf(look);
      const ready = instancesOn(platform, spec, host).filter(({ state }) => state === 'ready');
      const served = ready.filter(({ instance }) => isServed(routes, instance));
      return served.length === 0
        ? { kind: 'nothing', why: 'it does not' }
        : {
            kind: 'refuse',
            problems: [
              serves(
                host,
                served.map(({ instance }) => instance),
              ),
            ],
          };
    },
    probe: 'repeatable',
  });
}

function isServed(routes: RoutesState, instance: string): boolean {
  return (
    routes.kind === 'observed' &&
    routes.routes.some(({ endpoints }) => endpoints.some((one) => one.instance === instance && one.draining !== true))
  );
}

/** Places of the lost host get no request: what will answer there first was inspected by nobody. */
function awayStep({ ports: { router } }: Scaled, host: string): Node {
  return action<RoutesState>({
    id: 'away',
    title: `Send no request to ${host} until it was inspected`,
    inputs: { host },
    read: (ctx) => router.observe(ctx.signal),
    decide: (routes) => {
      if (routes.kind === 'unreachable') return { kind: 'refuse', problems: [proxyUnreachable(host, routes.reason)] };
      return doOrNothing(router.apply(routesWith(routes, host, true), routes), 'none is sent there');
    },
    probe: 'repeatable',
    verify: async (ctx) => {
      const routes = await router.observe(ctx.signal);
      return routes.kind === 'unreachable' ? [proxyUnreachable(host, routes.reason)] : stillSent(routes, host);
    },
  });
}

function stillSent({ routes }: Extract<RoutesState, { kind: 'observed' }>, host: string): readonly Problem[] {
  const left = routes
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ instance, draining }) => isOnHost(instance, host) && draining !== true);
  return leftInTraffic(host, left);
}

function serves(where: string, instances: readonly string[]): Problem {
  return {
    code: 'restore.host-serves',
    where,
    found: `${instances.join(', ')} in the traffic`,
    expected: 'an empty machine in place of a host that was lost',
    remedy:
      'for files of a host that lives: `shiplock restore files ENVIRONMENT --host NAME`; to do it anyway, take it out of service first (`shiplock runbook run scale` with the other hosts)',
  };
}
