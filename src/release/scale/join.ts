import { z } from 'zod';
import { isOnHost } from '../../model/platform.ts';
import type { Problem } from '../../model/problem.ts';
import {
  action,
  type Node,
  type OutputRef,
  type Step,
  sequence,
  step,
  type WatchAnswer,
  watch,
} from '../../procedure/index.ts';
import type { RolloutPolicy, RolloutPorts } from '../../rollout/index.ts';
import { doOrNothing, smokeAt } from '../../rollout/index.ts';
import { proxyUnreachable } from '../environment/host-traffic.ts';
import { type Found, instancesOn, joined, only, perHost, type World } from './decide.ts';

/** One host begins to serve: what serves elsewhere is laid down there, started, asked, and only then gets requests. */

const LOOK_EVERY_MS = 250;
const MARGIN_MS = 30_000;

/** As much of a target as is moved. */
export interface Scaled {
  readonly environment: string;
  readonly hosts: readonly string[];
  readonly ports: Pick<RolloutPorts, 'platform' | 'router' | 'http' | 'stopGuards'>;
  readonly policy: Pick<
    RolloutPolicy,
    'capacityPerInstance' | 'healthDeadlineMs' | 'drainTimeoutMs' | 'smoke' | 'role'
  >;
}

export type FoundStep = Step<unknown, Found>;

export async function lookAtWorld({ ports }: Pick<Scaled, 'ports'>, signal: AbortSignal): Promise<World> {
  const [platform, routes] = await Promise.all([ports.platform.observe(signal), ports.router.observe(signal)]);
  return { platform, routes };
}

/** Every step of it finds that there is nothing to do where the host serves already. */
export function joinNode(target: Scaled, host: string, look: FoundStep): Node {
  const { bring, admit } = joinParts(target, host, look);
  return sequence({ id: host, title: `Let ${host} serve`, steps: [...bring, ...admit] });
}

export interface JoinParts {
  /** Until it answers there; it gets no requests yet. */
  readonly bring: readonly Node[];
  /** Into the traffic, and what was there before out of it. */
  readonly admit: readonly Node[];
}

/** Both halves, for who wants to look in between. */
export function joinParts(target: Scaled, host: string, look: FoundStep): JoinParts {
  const ready = readyWatch(target, host, look);
  const takes = takesWatch(target, host, look);
  return {
    bring: [
      installStep(target, host, look),
      startStep(target, host, look),
      ready,
      smokeStep(target, host, { look, ready }),
    ],
    admit: [
      trafficStep(target, host, {
        id: 'traffic',
        title: `Send requests to ${host} too`,
        look,
        after: ready,
        nothing: 'it gets its requests',
      }),
      takes,
      trafficStep(target, host, {
        id: 'tidy',
        title: `Take out what ${host} had in the proxy before`,
        look,
        after: takes,
        nothing: 'there is nothing of before',
      }),
      settleStep(target, host, look),
    ],
  };
}

function installStep(target: Scaled, host: string, look: FoundStep): Node {
  const { platform } = target.ports;
  return action({
    id: 'install',
    title: `Lay down on ${host} what serves`,
    inputs: { host },
    read: (ctx) => platform.observe(ctx.signal),
    decide: (state, ctx) =>
      doOrNothing(platform.install(ctx.outputOf(look).spec, state, [host]), 'it is installed with this digest'),
    probe: 'repeatable',
  });
}

function startStep(target: Scaled, host: string, look: FoundStep): Node {
  const { ports, policy } = target;
  return action({
    id: 'start',
    title: `Start it on ${host}`,
    inputs: { host },
    read: (ctx) => ports.platform.observe(ctx.signal),
    decide: (state, ctx) => {
      const { spec } = ctx.outputOf(look);
      if (instancesOn(state, spec, host).length >= perHost(spec, state)) return { kind: 'nothing', why: 'it runs' };
      return doOrNothing(ports.platform.start(spec, state, [host]), 'it runs');
    },
    probe: 'repeatable',
    timeoutMs: policy.healthDeadlineMs + MARGIN_MS,
  });
}

const readySchema = z.strictObject({
  time: z.number(),
  ready: z.number(),
  wanted: z.number(),
  /** What is not well, in words. */
  ill: z.string(),
  dying: z.boolean(),
});
type Ready = z.infer<typeof readySchema>;
const doneSchema = z.strictObject({ ready: z.number() });
type Done = z.infer<typeof doneSchema>;

interface Waiting<S> {
  readonly from: number | null;
  readonly last: S | null;
}

/**
 * How both waits for a host go: they look until `judge` has an answer to what was seen last, and when the time is over, it must have one. What `judge` is
 * given depends on samples alone.
 */
function waits<S extends { readonly time: number }>(
  limitMs: number,
  judge: (last: S, isOver: boolean) => WatchAnswer<Done>,
) {
  return {
    everyMs: LOOK_EVERY_MS,
    outputs: doneSchema,
    start: (): Waiting<S> => ({ from: null, last: null }),
    fold: ({ from }: Waiting<S>, sample: S): Waiting<S> => ({ from: from ?? sample.time, last: sample }),
    decide: ({ from, last }: Waiting<S>): WatchAnswer<Done> =>
      from === null || last === null
        ? { kind: 'look-on', status: 'nothing seen yet' }
        : judge(last, last.time - from >= limitMs),
    forecast: async () => `looks every ${LOOK_EVERY_MS / 1000} s, for at most ${limitMs / 1000} s`,
  };
}

/** Until every instance of the host answers on its ready path. */
function readyWatch({ ports, policy }: Scaled, host: string, look: FoundStep) {
  const limitMs = policy.healthDeadlineMs;
  return watch<Waiting<Ready>, Ready, Done>({
    id: 'ready',
    title: `Wait until it is ready on ${host}`,
    inputs: { host, limitMs },
    samples: readySchema,
    sample: async (ctx) => {
      const { spec } = ctx.outputOf(look);
      const state = await ports.platform.observe(ctx.signal);
      const here = instancesOn(state, spec, host);
      const ill = here.filter((one) => one.state !== 'ready');
      return {
        ...{ time: ctx.clock.now(), ready: here.length - ill.length, wanted: perHost(spec, state) },
        ill: ill.map((one) => `${one.instance} ${one.state}${one.detail === '' ? '' : ` (${one.detail})`}`).join(', '),
        dying: ill.some((one) => one.state === 'crash-loop'),
      };
    },
    ...waits<Ready>(limitMs, (last, isOver) => {
      const status = `${last.ready} of ${last.wanted} ready${last.ill === '' ? '' : `: ${last.ill}`}`;
      if (last.ready >= last.wanted) return { kind: 'pass', status, outputs: { ready: last.ready } };
      if (!last.dying && !isOver) return { kind: 'look-on', status };
      return { kind: 'fail', problem: notServing(host, status, `ready within ${limitMs / 1000} s`) };
    }),
  });
}

interface Before {
  readonly look: FoundStep;
  readonly ready: Watched;
}
/** A watch of a host. */
type Watched = OutputRef<Done>;

/** Asked at the instances themselves: the proxy does not send anybody there yet. */
function smokeStep({ ports, policy }: Scaled, host: string, { look, ready }: Before): Node {
  return action<readonly Problem[]>({
    id: 'smoke',
    title: `Smoke test on ${host}`,
    description:
      policy.smoke.map(({ path, status }) => `GET ${path} answers ${status}`).join('; ') ||
      'No smoke requests configured.',
    inputs: { host, requests: policy.smoke.map(({ path, status, contains = null }) => ({ path, status, contains })) },
    read: async (ctx) => {
      ctx.outputOf(ready);
      const here = instancesOn(await ports.platform.observe(ctx.signal), ctx.outputOf(look).spec, host);
      const found = await Promise.all(
        here.map((one) =>
          smokeAt(
            ports.http,
            `http://${one.host.includes(':') ? `[${one.host}]` : one.host}:${one.port}`,
            policy.smoke,
          ),
        ),
      );
      return found.flat();
    },
    decide: (problems) =>
      problems.length > 0
        ? { kind: 'refuse', problems }
        : { kind: 'nothing', why: policy.smoke.length === 0 ? 'no smoke requests are configured' : 'all are answered' },
    probe: 'repeatable',
    timeoutMs: policy.healthDeadlineMs + MARGIN_MS,
  });
}

interface Traffic {
  readonly id: string;
  readonly title: string;
  readonly look: FoundStep;
  /** Must have come through. */
  readonly after: Watched;
  /** Why there is nothing to do. */
  readonly nothing: string;
}

/** The proxy sends requests to the instances that are ready there. What it must drain first leaves it the next time. */
function trafficStep(target: Scaled, host: string, { id, title, look, after, nothing }: Traffic): Node {
  const { router } = target.ports;
  return action<World>({
    ...{ id, title },
    inputs: { host },
    read: (ctx) => lookAtWorld(target, ctx.signal),
    decide: ({ platform, routes }, ctx) => {
      ctx.outputOf(after);
      const { spec } = ctx.outputOf(look);
      if (routes.kind === 'unreachable') return { kind: 'refuse', problems: [proxyUnreachable(host, routes.reason)] };
      const here = instancesOn(platform, spec, host).filter(({ state }) => state === 'ready');
      return doOrNothing(router.apply(joined(routes, spec, host, here), routes), nothing);
    },
    probe: 'repeatable',
  });
}

const takesSchema = z.strictObject({ time: z.number(), up: z.number(), places: z.number() });
type Takes = z.infer<typeof takesSchema>;

/** The proxy's own checks must find it well, or it was added in name only. */
function takesWatch({ ports, policy }: Scaled, host: string, look: FoundStep) {
  const limitMs = policy.healthDeadlineMs;
  return watch<Waiting<Takes>, Takes, Done>({
    id: 'takes',
    title: `Wait until the proxy finds ${host} well`,
    inputs: { host, limitMs },
    samples: takesSchema,
    sample: async (ctx) => {
      const { spec } = ctx.outputOf(look);
      const routes = await ports.router.observe(ctx.signal);
      const places =
        routes.kind === 'unreachable'
          ? []
          : routes.routes
              .filter(({ version }) => version === spec.version)
              .flatMap(({ endpoints }) => endpoints)
              // One that drains is what was there before: it is taken out next.
              .filter(({ instance, draining }) => isOnHost(instance, host) && draining !== true);
      // A proxy that does not check by itself (Nginx) says nothing of their health.
      const up = places.filter(({ health }) => health === 'up' || health === 'unknown');
      return { time: ctx.clock.now(), up: up.length, places: places.length };
    },
    ...waits<Takes>(limitMs, (last, isOver) => {
      const status = `${last.up} of ${last.places} places up`;
      if (last.places > 0 && last.up === last.places) return { kind: 'pass', status, outputs: { ready: last.up } };
      if (!isOver) return { kind: 'look-on', status };
      return {
        kind: 'fail',
        problem: notServing(host, status, `well by the checks of the proxy within ${limitMs / 1000} s`),
      };
    }),
  });
}

/** After a reboot it comes back by itself; its share is no lease, so nothing of it needs a guard. */
function settleStep({ ports }: Scaled, host: string, look: FoundStep): Node {
  return action({
    id: 'make-current',
    title: `Make it current on ${host}`,
    inputs: { host },
    read: (ctx) => ports.platform.observe(ctx.signal),
    decide: (state, ctx) => {
      const { joining, spec } = ctx.outputOf(look);
      if (!joining.includes(host)) return { kind: 'nothing', why: 'it served before' };
      return doOrNothing(
        [...ports.platform.makeCurrent(spec.version, only(state, host)), ...ports.stopGuards(spec.version, [host])],
        'it is current',
      );
    },
    probe: 'repeatable',
  });
}

function notServing(host: string, found: string, expected: string): Problem {
  return {
    ...{ code: 'system.not-serving', where: host, found, expected: `a host that is ${expected}` },
    remedy: `read the log of its instances on ${host}, mend it, and run it again; other hosts serve as before`,
  };
}

/** For the report: what serves where, at the end. */
const rowsSchema = z.strictObject({
  version: z.string(),
  rows: z.array(z.strictObject({ host: z.string(), running: z.number(), taking: z.number() })).readonly(),
});
export type AfterStep = Step<World, z.infer<typeof rowsSchema>>;

export function afterStep(target: Scaled, look: FoundStep): AfterStep {
  return step<World, z.infer<typeof rowsSchema>>({
    id: 'after',
    title: 'Write down what serves where',
    read: (ctx) => lookAtWorld(target, ctx.signal),
    decide: () => ({ kind: 'nothing', why: 'it is only looked at' }),
    outputs: rowsSchema,
    collect: (_results, { platform, routes }, ctx) => {
      const { spec } = ctx.outputOf(look);
      const endpoints = routes.kind === 'observed' ? routes.routes.flatMap((route) => route.endpoints) : [];
      return {
        version: spec.version,
        rows: platform.hosts.map(({ name }) => ({
          host: name,
          running: instancesOn(platform, spec, name).length,
          taking: endpoints.filter((one) => one.draining !== true && isOnHost(one.instance, name)).length,
        })),
      };
    },
    probe: 'repeatable',
  });
}
