import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { endpointOf, type Routes, type RoutesState } from '../../model/traffic.ts';
import { action, type Node, type Step, sequence, type Watch, watch } from '../../procedure/index.ts';
import type { Doors } from './doors.ts';
import { type Maintenance, markEffect, readMaintenance } from './mark.ts';
import { maintenancePage } from './page.ts';

/** Shuts users out with a page, and lets them in again: the mark, the proxy, and a look from outside that it is so. */

const LOOK_MS = 3_000;
const LOOK_EVERY_MS = 200;
/** How long a reloaded proxy may take to serve its new configuration. */
const SERVES_MS = 20_000;
const APPLY_MS = 60_000;

/** Shuts users out. What fails takes all of it back. */
export function closeNode(doors: Doors, maintenance: Maintenance): Node {
  return sequence({
    id: 'close',
    title: `Show users of ${doors.service} the page of maintenance`,
    steps: [
      markStep(doors, 'mark', maintenance),
      proxyStep(doors, 'proxy', maintenance),
      seenWatch(doors, 'seen', maintenance),
    ],
    rollback: sequence({ id: 'open-again', title: 'Let users in again', steps: openSteps(doors) }),
  });
}

/** Lets users in. The mark goes last: as long as it lies there, no release begins. */
export function openNode(doors: Doors): Node {
  return sequence({ id: 'open', title: `Let users of ${doors.service} in again`, steps: openSteps(doors) });
}

function openSteps(doors: Doors): readonly Node[] {
  return [proxyStep(doors, 'proxy', null), seenWatch(doors, 'seen', null), markStep(doors, 'unmark', null)];
}

interface MarkFacts {
  readonly there: Maintenance | null;
  /** Why the proxy could not be told what to do; known before anything is changed. */
  readonly cannot: Problem | null;
  readonly now: number;
}

function markStep(doors: Doors, id: string, wanted: Maintenance | null): Step<MarkFacts, object> {
  return action<MarkFacts>({
    id,
    title: wanted === null ? 'Take the mark of maintenance away' : 'Leave the mark of maintenance',
    description:
      wanted === null
        ? 'From then on releases may begin.'
        : 'It lies beside the configuration of the proxy. While it is there, releases are refused and tell who began it, why, and until when.',
    inputs: { environment: doors.environment, ...(wanted === null ? {} : wordsOf(wanted)) },
    read: async (ctx) => {
      const there = await readMaintenance(doors.directory);
      const desired = wanted === null ? null : desiredOf(doors, await doors.router(wanted).observe(ctx.signal));
      return { there, now: ctx.clock.now(), cannot: desired !== null && 'code' in desired ? desired : null };
    },
    decide: ({ there, now, cannot }) => {
      if (cannot !== null) return { kind: 'refuse', problems: [cannot] };
      if (same(there, wanted)) return { kind: 'nothing', why: wanted === null ? 'there is none' : 'it lies there' };
      if (wanted !== null && wanted.until !== null && Date.parse(wanted.until) <= now) {
        return { kind: 'refuse', problems: [overAlready(doors.environment, wanted.until, now)] };
      }
      return { kind: 'do', effects: [markEffect(doors, wanted)] };
    },
    verify: async () => (same(await readMaintenance(doors.directory), wanted) ? [] : [notKept(doors)]),
    probe: 'repeatable',
  });
}

/** What it says, but for who began it: another person may go on with the run. */
function wordsOf({ reason, until, retryAfterS, message, except }: Maintenance) {
  return { reason, until, retryAfterS, message, except: [...except] };
}

function same(one: Maintenance | null, other: Maintenance | null): boolean {
  return isDeepStrictEqual(one === null ? null : wordsOf(one), other === null ? null : wordsOf(other));
}

function proxyStep(doors: Doors, id: string, wanted: Maintenance | null): Step<RoutesState, object> {
  const router = doors.router(wanted);
  return action<RoutesState>({
    id,
    title: wanted === null ? 'Have the proxy let users in' : 'Have the proxy answer 503 with the page',
    description:
      'The shares stay as they are. The proxy is reloaded without losing a connection; what is under way is answered.',
    inputs: { environment: doors.environment, closed: wanted !== null },
    read: (ctx) => router.observe(ctx.signal),
    decide: (seen) => {
      const desired = desiredOf(doors, seen);
      if ('code' in desired) return { kind: 'refuse', problems: [desired] };
      const effects = router.apply(desired, seen);
      return effects.length === 0 ? { kind: 'nothing', why: 'it does so already' } : { kind: 'do', effects };
    },
    probe: 'repeatable',
    timeoutMs: APPLY_MS,
  });
}

/** The routes as they are, as what is wanted; or why they cannot be kept. Pure. */
export function desiredOf(
  { service, environment }: Pick<Doors, 'service' | 'environment'>,
  seen: RoutesState,
): Routes | Problem {
  if (seen.kind === 'unreachable') {
    return {
      code: 'traffic.proxy-silent',
      where: environment,
      found: seen.reason,
      expected: 'a proxy that answers: its shares must be known before its configuration is written',
      remedy: 'start the proxy, then run it again; while it is down, users reach nothing anyway',
    };
  }
  const leased = seen.routes.find(({ hold }) => hold === 'leased');
  if (leased !== undefined) {
    return {
      code: 'traffic.rollout-under-way',
      where: environment,
      found: `a share of ${leased.version} that lives on a heartbeat`,
      expected: 'one version that serves by itself',
      remedy: `finish or take back its release first: shiplock status ${environment}`,
    };
  }
  return {
    service,
    routes: seen.routes
      .filter(({ configuredShare }) => configuredShare > 0)
      .map(({ version, configuredShare, hold, endpoints }) => ({
        ...{ version, share: configuredShare, hold },
        endpoints: endpoints.map((one) => ({
          ...endpointOf(one),
          ...(one.health === 'draining' ? { draining: true } : {}),
        })),
      })),
  };
}

const lookSchema = z.strictObject({
  /** Wall clock, milliseconds. */
  time: z.number(),
  /** Null: nobody answers. */
  closed: z.boolean().nullable(),
  found: z.string(),
});
type Look = z.infer<typeof lookSchema>;
interface Waiting {
  readonly from: number | null;
  readonly last: Look | null;
}
const seenSchema = z.strictObject({ found: z.string() });

/** Looks as a user does, until the answer is the one that is wanted. */
function seenWatch(doors: Doors, id: string, wanted: Maintenance | null): Watch<Waiting, Look, { found: string }> {
  const asked = wanted === null ? 'users are let in' : 'users see the page';
  return watch<Waiting, Look, { found: string }>({
    id,
    title: `Wait until ${asked}`,
    description: `GET ${doors.entry}/ from this machine, within ${SERVES_MS / 1000} s.`,
    inputs: { entry: doors.entry, closed: wanted !== null },
    everyMs: LOOK_EVERY_MS,
    samples: lookSchema,
    outputs: seenSchema,
    sample: async (ctx) => {
      const answer = await doors.http.get(`${doors.entry}/`, { timeoutMs: LOOK_MS, signal: ctx.signal });
      const time = ctx.clock.now();
      if (answer.kind === 'no-answer') return { time, closed: null, found: answer.reason };
      return {
        time,
        closed: isPage(doors, wanted, answer),
        found: `status ${answer.status}${answer.headers['retry-after'] === undefined ? '' : `, Retry-After ${answer.headers['retry-after']}`}`,
      };
    },
    start: () => ({ from: null, last: null }),
    fold: ({ from }, look) => ({ from: from ?? look.time, last: look }),
    decide: ({ from, last }) => {
      if (from === null || last === null) return { kind: 'look-on', status: 'nothing seen yet' };
      if (last.closed === (wanted !== null))
        return { kind: 'pass', status: last.found, outputs: { found: last.found } };
      if (last.time - from < SERVES_MS) return { kind: 'look-on', status: last.found };
      return {
        kind: 'fail',
        problem: {
          code: 'traffic.maintenance-not-seen',
          where: doors.entry,
          found: last.found,
          expected: asked,
          remedy: 'look whether another program listens there, and at the log of the proxy; then run it again',
        },
      };
    },
    forecast: async () => `looks every ${LOOK_EVERY_MS} ms whether ${asked}, for at most ${SERVES_MS / 1000} s`,
  });
}

/** With words to compare: exactly this page. Without: any page of maintenance of ours. */
function isPage(
  { service }: Doors,
  wanted: Maintenance | null,
  {
    status,
    body,
    headers,
  }: { readonly status: number; readonly body: string; readonly headers: Readonly<Record<string, string>> },
): boolean {
  if (status !== 503) return false;
  if (wanted !== null) {
    return body === maintenancePage(service, wanted) && headers['retry-after'] === String(wanted.retryAfterS);
  }
  const title = /<title>.*?<\/title>/;
  const any = {
    formatVersion: 1,
    who: '',
    reason: '',
    until: null,
    retryAfterS: 1,
    message: null,
    except: [],
  } as const;
  return title.exec(body)?.[0] === title.exec(maintenancePage(service, any))?.[0];
}

function overAlready(environment: string, until: string, now: number): Problem {
  return {
    code: 'traffic.maintenance-over',
    where: environment,
    found: `an end at ${until}, and it is ${new Date(now).toISOString()}`,
    expected: 'an end that is still to come, or none',
    remedy: 'give a later --until, or leave it out',
  };
}

function notKept({ directory }: Doors): Problem {
  return {
    code: 'traffic.maintenance-changed',
    where: directory,
    found: 'another mark of maintenance than was written',
    expected: 'the one that was written',
    remedy: 'somebody else has written it: talk to them, then run it again',
  };
}
