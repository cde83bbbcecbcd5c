import { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { action, type Node, type Step, sequence, step, type Watch, watch } from '../procedure/index.ts';
import { allRun, type Look, lookAt, lookSchema, membersIn, membersText, unseenLook } from './looks.ts';
import { healthyWatch, MARGIN_MS, missingProblems, ONCE, type Waiting } from './nodes.ts';
import { type Done, doneSchema } from './outputs.ts';
import type { ServiceOnHost, System, SystemService } from './types.ts';

/** One service brought back, host by host: started where it does not run, ended and started where it runs and does not do its work. */

const LOOK_EVERY_MS = 1_000;
/** How long a service that runs must fail its health check, at every look, before it counts as hung: a pause of a garbage collection is none. */
const HUNG_MS = 10_000;

const stateSchema = z.strictObject({
  state: z.enum(['well', 'dead', 'hung']),
  /** Member → what tells this run of it from the next one. */
  identities: z.record(z.string(), z.string().nullable()),
});
type State = z.infer<typeof stateSchema>;
type StateWatch = Watch<Waiting, Look, State>;

/**
 * Hosts follow one another, and the next is touched only when the one before does its work: if it is only this machine that cannot see the
 * health, one host is restarted for nothing, and not all of them.
 */
export function reviveNode(system: System, service: SystemService): Node {
  return sequence({
    id: 'start',
    title: `Bring ${service.name} back`,
    steps: [
      sequence({
        id: service.name,
        title: `${service.name} (${service.what})`,
        steps: service.on.map((host) => reviveOn(system, service, host)),
      }),
    ],
  });
}

function reviveOn(system: System, service: SystemService, host: ServiceOnHost): Node {
  const seen = stateWatch(system, service, host);
  return sequence({
    id: host.host,
    title: `${service.name} on ${host.host}`,
    steps: [
      seen,
      ...(service.health === null ? [] : [endStep(system, service, host, seen)]),
      startStep(system, service, host),
      healthyWatch(system, service, host),
    ],
  });
}

/** Well, dead, or running and not doing its work for a while. */
function stateWatch(system: System, service: SystemService, host: ServiceOnHost): StateWatch {
  const { name, startMs } = service;
  return watch<Waiting, Look, State>({
    id: 'state',
    title: `Look how ${name} on ${host.host} is`,
    description: `Dead, or running without doing its work at every look for ${HUNG_MS / 1000} s.`,
    inputs: { service: name, host: host.host, hungMs: HUNG_MS },
    everyMs: LOOK_EVERY_MS,
    samples: lookSchema,
    outputs: stateSchema,
    sample: (ctx) =>
      lookAt(service, host, system.probe, { now: ctx.clock.now(), signal: ctx.signal }).catch((error: unknown) =>
        unseenLook(error, host.host, ctx.clock.now(), ctx.signal),
      ),
    start: () => ({ from: null, last: null }),
    fold: ({ from }, sample) => ({ from: from ?? sample.time, last: sample }),
    decide: ({ from, last }) => {
      if (from === null || last === null) return { kind: 'look-on', status: 'nothing seen yet' };
      const { members, unhealthy, unseen } = last;
      const waited = last.time - from;
      const outputs = (state: State['state']): State => ({
        state,
        identities: Object.fromEntries(members.map(({ name: member, identity }) => [member, identity])),
      });
      if (unseen !== null) {
        return waited < startMs
          ? { kind: 'look-on', status: unseen }
          : { kind: 'fail', problem: notSeen(service, host, unseen) };
      }
      const text = unhealthy ?? membersText(members);
      if (members.length === 0 || (allRun(members) && unhealthy === null))
        return { kind: 'pass', status: text, outputs: outputs('well') };
      if (membersIn(members, 'partly', 'stopped', 'failed', 'missing').length > 0)
        return { kind: 'pass', status: text, outputs: outputs('dead') };
      // One that is on its way is given the time of a start.
      if (waited < (allRun(members) ? HUNG_MS : startMs))
        return { kind: 'look-on', status: `${text}, after ${Math.round(waited / 1000)} s` };
      return { kind: 'pass', status: `${text} for ${Math.round(waited / 1000)} s`, outputs: outputs('hung') };
    },
    forecast: async (ctx) => {
      const now = await lookAt(service, host, system.probe, { now: 0, signal: ctx.signal });
      return `now: ${now.unhealthy ?? membersText(now.members)}; it counts as hung when that is so for ${HUNG_MS / 1000} s`;
    },
  });
}

interface Found {
  readonly look: Look;
  /** What it needs and what does not do its work either. */
  readonly needs: readonly string[];
  /** Why it would not stay stopped. */
  readonly barred: readonly Problem[];
}

/** Ended where it hangs, and nothing that it needs is the cause. */
function endStep(system: System, service: SystemService, host: ServiceOnHost, seen: StateWatch): Step<Found, object> {
  const { name, stopMs } = service;
  return action<Found>({
    id: 'end',
    title: `End ${name} on ${host.host} where it hangs`,
    description:
      'Refused where something that it needs does not do its work: that is the cause then, and a restart mends nothing.',
    inputs: { service: name, what: service.what, host: host.host },
    read: async (ctx) => {
      const look = await lookAt(service, host, system.probe, { now: ctx.clock.now(), signal: ctx.signal });
      if (!isHung(look)) return { look, needs: [], barred: [] };
      return {
        look,
        needs: await brokenNeeds(system, service, ctx.signal, ctx.clock.now()),
        barred: (await host.control.mayStop?.(ctx.signal)) ?? [],
      };
    },
    decide: ({ look, needs, barred }, ctx) => {
      const { members, unhealthy } = look;
      // In a plan nobody has waited: what is so now is told.
      const state = ctx.mode === 'plan' ? null : ctx.outputOf(seen);
      if (state !== null && state.state !== 'hung') return { kind: 'nothing', why: `it does not hang: ${state.state}` };
      if (!isHung(look)) return { kind: 'nothing', why: 'it does not hang' };
      const same = members.filter(
        ({ name: member, identity }) => state === null || state.identities[member] === identity,
      );
      if (same.length === 0) return { kind: 'nothing', why: 'another one runs by now' };
      if (needs.length > 0) return { kind: 'refuse', problems: [needsFirst(service, host, needs)] };
      if (barred.length > 0) return { kind: 'refuse', problems: barred };
      return { kind: 'do', why: unhealthy ?? membersText(members), effects: host.control.stop(same, stopMs) };
    },
    probe: 'repeatable',
    retry: host.control.retry ?? ONCE,
    timeoutMs: stopMs + MARGIN_MS,
  });
}

function startStep(system: System, service: SystemService, host: ServiceOnHost): Step<Look, Done> {
  const { name, startMs } = service;
  return step<Look, Done>({
    id: 'start',
    title: `Start ${name} on ${host.host} where it does not run`,
    inputs: { service: name, what: service.what, host: host.host },
    read: (ctx) => lookAt(service, host, system.probe, { now: ctx.clock.now(), signal: ctx.signal }),
    decide: (look, ctx) => {
      const { members } = look;
      const missing = missingProblems(service, host, members);
      if (missing.length > 0) return { kind: 'refuse', problems: missing };
      if (members.length === 0) return { kind: 'nothing', why: `nothing of ${name} is installed on ${host.host}` };
      // In a plan what hangs still runs: it is ended only by the step before.
      const down =
        ctx.mode === 'plan' && isHung(look) ? members : membersIn(members, 'partly', 'stopped', 'failed', 'changing');
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

/** It runs, or has been on its way for long, and does not do its work. */
function isHung({ members, unhealthy }: Look): boolean {
  if (members.length === 0 || membersIn(members, 'partly', 'stopped', 'failed', 'missing').length > 0) return false;
  return allRun(members) ? unhealthy !== null : true;
}

async function brokenNeeds(
  system: System,
  { after }: SystemService,
  signal: AbortSignal,
  now: number,
): Promise<readonly string[]> {
  const needs = system.services.filter(({ name }) => after.includes(name));
  const found = await Promise.all(
    needs.flatMap((need) =>
      need.on.map(async (on) => {
        const { members, unhealthy, unseen } = await lookAt(need, on, system.probe, { now, signal }).catch(
          (error: unknown) => unseenLook(error, on.host, now, signal),
        );
        const well = unseen === null && (members.length === 0 || (allRun(members) && unhealthy === null));
        return {
          need: need.name,
          well,
          text: `${need.name} on ${on.host}: ${unseen ?? unhealthy ?? membersText(members)}`,
        };
      }),
    ),
  );
  // One host of a need that works is enough for what needs it.
  return found.filter(({ need }) => !found.some((one) => one.need === need && one.well)).map(({ text }) => text);
}

function needsFirst({ name }: SystemService, { host }: ServiceOnHost, needs: readonly string[]): Problem {
  return {
    code: 'system.needs-first',
    where: `${name} on ${host}`,
    found: needs.join('; '),
    expected: 'what it needs does its work',
    remedy: 'bring that back first, with the same runbook; nothing was touched here',
  };
}

function notSeen({ name, startMs }: SystemService, { host }: ServiceOnHost, found: string): Problem {
  return {
    code: 'system.not-seen',
    where: `${name} on ${host}`,
    found: `${found}, for ${startMs / 1000} s`,
    expected: 'a host that can be asked',
    remedy: 'look at the network and the host; nothing was touched',
  };
}
