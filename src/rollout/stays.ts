import { z } from 'zod';
import type { HttpClient } from '../model/ports.ts';
import type { Problem } from '../model/problem.ts';
import { action, step } from '../procedure/build.ts';
import type { Step } from '../procedure/tree.ts';
import { readyInstances } from './capacity.ts';
import { smokeAt } from './health.ts';
import type { Rollout, SmokeRequest } from './options.ts';

/**
 * What serves is asked its smoke requests before something under it is changed, and again afterwards: it must answer what it answered. A request that
 * it did not answer before says nothing (it may be meant for the version to come), so it is not asked for again.
 */

/** As much of a rollout as is asked. */
export interface Staying extends Pick<Rollout, 'stable'> {
  readonly policy: Pick<Rollout['policy'], 'smoke'>;
  readonly ports: { readonly platform: Rollout['ports']['platform']; readonly http: HttpClient };
}

/** Requests that every ready instance answered, as `requestText` writes them. */
const answeredSchema = z.strictObject({ answered: z.array(z.string()).readonly() });
type Answered = z.infer<typeof answeredSchema>;
type Stable = NonNullable<Rollout['stable']>;

/** How long one answer is waited for is 5 s (`smokeAt`); instances are asked side by side. */
const EACH_MS = 6_000;
const MARGIN_MS = 60_000;

/**
 * The step before the change and the step behind it; null where nothing serves or no smoke requests are configured.
 * @param change what happens between the two, for people: `the migrations`
 */
export function staysSteps(
  staying: Staying,
  change: string,
): { readonly before: Step<Answered, Answered>; readonly after: Step<null, object> } | null {
  const { stable, policy } = staying;
  if (stable === null || policy.smoke.length === 0) return null;
  const where = `${stable.component} ${stable.version}`;
  const asked = policy.smoke.map((request) => `GET ${request.path}`).join(', ');
  const timeoutMs = MARGIN_MS + policy.smoke.length * EACH_MS;
  const before = step<Answered, Answered>({
    id: 'answers-before',
    title: `Ask ${where} its smoke requests before ${change}`,
    description: `What it answers now it must still answer after ${change}.`,
    inputs: { component: stable.component, version: stable.version, requests: requestsAsJson(policy.smoke) },
    timeoutMs,
    // A plan makes no requests.
    read: async (ctx) => ({
      answered:
        ctx.mode === 'plan'
          ? []
          : (await askAll(staying, stable, ctx.signal)).filter(({ problems }) => problems.length === 0).map(named),
    }),
    decide: () => ({ kind: 'do', effects: [], why: `${asked} on each instance` }),
    outputs: answeredSchema,
    collect: (_results, facts) => facts,
    planned: () => ({ answered: [] }),
    probe: 'repeatable',
  });
  const after = action<null>({
    id: 'answers-after',
    title: `Ask ${where} again after ${change}`,
    description: `It answers what it answered before; otherwise nothing is sent to another version, and a person decides.`,
    inputs: { component: stable.component, version: stable.version, requests: requestsAsJson(policy.smoke) },
    timeoutMs,
    read: async () => null,
    decide: () => ({ kind: 'do', effects: [], why: `${asked} on each instance, as far as they were answered before` }),
    probe: 'repeatable',
    retry: { attempts: 3, delayMs: 500 },
    verify: async (ctx) => {
      const { answered } = ctx.outputOf(before);
      const lost = (await askAll(staying, stable, ctx.signal)).filter(
        (one) => answered.includes(named(one)) && one.problems.length > 0,
      );
      return lost.length === 0 ? [] : [broken(where, change, lost)];
    },
  });
  return { before, after };
}

interface Asked {
  readonly request: SmokeRequest;
  /** Empty: every ready instance answered as it should. */
  readonly problems: readonly Problem[];
}

async function askAll({ policy, ports }: Staying, stable: Stable, signal: AbortSignal): Promise<readonly Asked[]> {
  const state = await ports.platform.observe(signal);
  const instances = readyInstances(state, stable.component, stable.version);
  const none = noInstance(`${stable.component} ${stable.version}`);
  const asked: Asked[] = [];
  for (const request of policy.smoke) {
    const found = await Promise.all(
      instances.map(({ host, port }) => smokeAt(ports.http, `http://${host}:${port}`, [request])),
    );
    asked.push({ request, problems: instances.length === 0 ? [none] : found.flat() });
  }
  return asked;
}

function named({ request }: Asked): string {
  const { path, status, contains } = request;
  return `GET ${path} answers ${status}${contains === undefined ? '' : ` with ${JSON.stringify(contains)}`}`;
}

function requestsAsJson(requests: readonly SmokeRequest[]) {
  return requests.map(({ path, status, contains }) => ({ path, status, contains: contains ?? null }));
}

function noInstance(where: string): Problem {
  return {
    code: 'rollout.smoke-no-instance',
    where,
    found: 'no ready instance',
    expected: 'at least one to test',
    remedy: 'read the instance log',
  };
}

function broken(where: string, change: string, lost: readonly Asked[]): Problem {
  const said = lost.flatMap(({ problems }) => problems.map((one) => `${one.where}: ${one.found}`));
  return {
    code: 'rollout.stable-broken',
    where,
    found: `no longer answers after ${change} what it answered before: ${said.join('; ')}`,
    expected: 'what serves goes on serving beside the new version',
    remedy:
      'no traffic was moved and the migrations stay; read its log, then give back what it needs with a migration (`shiplock migrate undo`), or release a version that runs on the new schema',
  };
}
