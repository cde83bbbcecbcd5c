import type { Problem } from '../model/problem.ts';
import { type Node, parallel, type Retry, type Step, sequence, step, type Watch, watch } from '../procedure/index.ts';
import { healthAt, healthText } from './health.ts';
import { allRun, type Look, lookAt, lookSchema, membersIn, membersText, noneRuns, unseenLook } from './looks.ts';
import { startsAfter, stopsAfter } from './order.ts';
import { type Done, doneSchema } from './outputs.ts';
import type { Member, ServiceOnHost, System, SystemService } from './types.ts';

/** Procedures over the services of a system: each service in its turn, each host of it, and the look that it has happened. */

/** Most services that are started or stopped at the same time, where the order allows it. */
const AT_ONCE = 4;
const LOOK_EVERY_MS = 500;
/** What ssh and the fence may take besides the work itself. */
export const MARGIN_MS = 30_000;
export const ONCE: Retry = { attempts: 1, delayMs: 0 };

/** Starts the services, each once what it needs runs and is healthy. */
export function startNode(system: System, services: readonly SystemService[]): Node {
  return parallel({
    id: 'start',
    title: `Start ${listed(services)}`,
    description: 'Each service is started once all that it needs runs and is healthy. What runs already is left alone.',
    limit: AT_ONCE,
    after: startsAfter(services),
    steps: services.map((service) => onHosts(service, (host) => startOn(system, service, host))),
  });
}

/** Stops the services, each once nothing that needs it runs any more. */
export function stopNode(services: readonly SystemService[]): Node {
  return parallel({
    id: 'stop',
    title: `Stop ${listed(services.toReversed())}`,
    description:
      'Each service is stopped once nothing that needs it runs any more. What is enabled comes back after a reboot.',
    limit: AT_ONCE,
    after: stopsAfter(services),
    steps: services.toReversed().map((service) => onHosts(service, (host) => stopOn(service, host))),
  });
}

/** The same for each host of a service, side by side. */
export function onHosts(service: SystemService, body: (host: ServiceOnHost) => readonly Node[]): Node {
  const each = service.on.map((host) =>
    sequence({ id: host.host, title: `${service.name} on ${host.host}`, steps: body(host) }),
  );
  return parallel({ id: service.name, title: `${service.name} (${service.what})`, steps: each });
}

export function startOn(system: System, service: SystemService, host: ServiceOnHost): readonly Node[] {
  return [startStep(service, host, 'start'), healthyWatch(system, service, host)];
}

/** @param how `again`: a step before it has stopped what runs at the moment of the plan */
export function startStep(
  service: SystemService,
  host: ServiceOnHost,
  id: string,
  how?: 'again',
): Step<readonly Member[], Done> {
  const { name, startMs } = service;
  return step<readonly Member[], Done>({
    id,
    title: `Start ${name} on ${host.host}`,
    inputs: { service: name, what: service.what, host: host.host },
    read: (ctx) => host.control.observe(ctx.signal),
    decide: (members, ctx) => {
      const missing = missingProblems(service, host, members);
      if (missing.length > 0) return { kind: 'refuse', problems: missing };
      if (members.length === 0) return { kind: 'nothing', why: `nothing of ${name} is installed on ${host.host}` };
      // In a plan it still runs: it is stopped only by the step before.
      const down =
        how === 'again' && ctx.mode === 'plan'
          ? members
          : membersIn(members, 'partly', 'stopped', 'failed', 'changing');
      if (down.length === 0) return { kind: 'nothing', why: `${name} runs on ${host.host}` };
      return { kind: 'do', effects: host.control.start(down, startMs) };
    },
    outputs: doneSchema,
    collect: (results) => ({ changed: results.length > 0 }),
    planned: () => ({ changed: true }),
    probe: 'repeatable',
    retry: host.control.retry ?? ONCE,
    timeoutMs: startMs + MARGIN_MS,
  });
}

export function stopOn(service: SystemService, host: ServiceOnHost): readonly Node[] {
  const { name, stopMs } = service;
  return [
    step<Stoppable, Done>({
      id: 'stop',
      title: `Stop ${name} on ${host.host}`,
      inputs: { service: name, what: service.what, host: host.host },
      read: async (ctx) => ({
        members: await host.control.observe(ctx.signal),
        barred: (await host.control.mayStop?.(ctx.signal)) ?? [],
      }),
      decide: ({ members, barred }) => {
        const missing = missingProblems(service, host, members);
        if (missing.length > 0) return { kind: 'refuse', problems: missing };
        const up = membersIn(members, 'running', 'partly', 'changing');
        if (up.length === 0) return { kind: 'nothing', why: `${name} does not run on ${host.host}` };
        if (barred.length > 0) return { kind: 'refuse', problems: barred };
        return { kind: 'do', effects: host.control.stop(up, stopMs) };
      },
      outputs: doneSchema,
      collect: (results) => ({ changed: results.length > 0 }),
      planned: () => ({ changed: true }),
      probe: 'repeatable',
      retry: host.control.retry ?? ONCE,
      timeoutMs: stopMs + MARGIN_MS,
    }),
    stoppedWatch(service, host),
  ];
}

interface Stoppable {
  readonly members: readonly Member[];
  /** Why nothing of it would stay stopped. */
  readonly barred: readonly Problem[];
}

export interface Waiting {
  readonly from: number | null;
  readonly last: Look | null;
}

/** Until it runs and is healthy. A watch, so that the live view says why it takes long. */
export function healthyWatch(
  system: Pick<System, 'probe'>,
  service: SystemService,
  host: ServiceOnHost,
): Watch<Waiting, Look, Done> {
  const asked = service.health === null ? 'it runs' : healthText(healthAt(service.health, host.address));
  return waitFor(service, host, {
    id: 'healthy',
    title: `Wait until ${service.name} on ${host.host} does its work`,
    asked,
    limitMs: service.startMs,
    look: (signal, now) => lookAt(service, host, system.probe, { now, signal }),
    // Where nothing is installed there is nothing to wait for.
    met: ({ members, unhealthy }) => members.length === 0 || (allRun(members) && unhealthy === null),
    text: ({ members, unhealthy }) => unhealthy ?? membersText(members),
    late: (found) => ({
      code: 'system.not-healthy',
      where: `${service.name} on ${host.host}`,
      found,
      expected: asked,
      remedy: `read the log of ${service.name} on ${host.host}, mend it, and start again: what runs is left alone`,
    }),
  });
}

export function stoppedWatch(service: SystemService, host: ServiceOnHost): Watch<Waiting, Look, Done> {
  return waitFor(service, host, {
    id: 'stopped',
    title: `Wait until ${service.name} on ${host.host} has stopped`,
    asked: 'nothing of it runs',
    limitMs: service.stopMs,
    look: async (signal, now) => ({
      ...{ time: now, members: await host.control.observe(signal) },
      ...{ unhealthy: null, unseen: null },
    }),
    met: ({ members }) => noneRuns(members),
    text: ({ members }) => membersText(members),
    late: (found) => ({
      code: 'system.not-stopped',
      where: `${service.name} on ${host.host}`,
      found,
      expected: 'a service that ends when it is told to',
      remedy: `look why ${service.name} on ${host.host} does not end, end it by hand, then stop again`,
    }),
  });
}

interface Wait {
  readonly id: string;
  readonly title: string;
  readonly asked: string;
  readonly limitMs: number;
  look(signal: AbortSignal, now: number): Promise<Look>;
  met(look: Look): boolean;
  text(look: Look): string;
  late(found: string): Problem;
}

function waitFor(service: SystemService, host: ServiceOnHost, wait: Wait): Watch<Waiting, Look, Done> {
  const { id, title, asked, limitMs } = wait;
  return watch<Waiting, Look, Done>({
    id,
    title,
    description: `${asked.charAt(0).toUpperCase()}${asked.slice(1)}, within ${limitMs / 1000} s.`,
    inputs: { service: service.name, host: host.host, asked, limitMs },
    everyMs: LOOK_EVERY_MS,
    samples: lookSchema,
    outputs: doneSchema,
    sample: (ctx) =>
      wait
        .look(ctx.signal, ctx.clock.now())
        .catch((error: unknown) => unseenLook(error, host.host, ctx.clock.now(), ctx.signal)),
    start: () => ({ from: null, last: null }),
    fold: (state, sample) => ({ from: state.from ?? sample.time, last: sample }),
    decide: ({ from, last }) => {
      if (from === null || last === null) return { kind: 'look-on', status: 'nothing seen yet' };
      const text = last.unseen ?? wait.text(last);
      if (last.unseen === null && wait.met(last)) return { kind: 'pass', status: text, outputs: { changed: false } };
      const waited = last.time - from;
      if (waited < limitMs) return { kind: 'look-on', status: `${text}, after ${Math.round(waited / 1000)} s` };
      return { kind: 'fail', problem: wait.late(`${text} after ${limitMs / 1000} s`) };
    },
    forecast: async () => `looks every ${LOOK_EVERY_MS / 1000} s whether ${asked}, for at most ${limitMs / 1000} s`,
  });
}

/** Units that the host does not know. */
export function missingProblems(
  service: SystemService,
  host: ServiceOnHost,
  members: readonly Member[],
): readonly Problem[] {
  return membersIn(members, 'missing').map(({ name }) => ({
    code: 'system.unknown-unit',
    where: `${service.name} on ${host.host}`,
    found: `no unit ${name}`,
    expected: 'a unit that systemd knows there',
    remedy: `install what brings it, or mend \`unit:\` or \`hosts:\` of system.services.${service.name}`,
  }));
}

/** `database, api and proxy`. */
function listed(services: readonly Pick<SystemService, 'name'>[]): string {
  const names = services.map(({ name }) => name);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
