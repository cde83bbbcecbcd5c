import { z } from 'zod';
import type { UnitSpec } from '../../model/platform.ts';
import type { Problem } from '../../model/problem.ts';
import { action, type Step, step } from '../../procedure/index.ts';
import { type RolloutPolicy, type RolloutPorts, type SmokeRequest, smokeAt } from '../../rollout/index.ts';

/**
 * What serves is asked its smoke requests before something under it is changed, and again afterwards: it must answer what it answered. A request that
 * it did not answer before says nothing (it may be meant for the version to come), so it is not asked for again. In a cluster no smoke requests can be
 * configured: readiness probes stand there.
 */

/** As much of a target as is asked. */
export interface Staying {
  readonly policy: Pick<RolloutPolicy, 'smoke'>;
  readonly ports: Pick<RolloutPorts, 'http'> & { readonly platform: Pick<RolloutPorts['platform'], 'observe'> };
}

/** The step before the change and the step behind it. */
export interface StaysSteps {
  readonly before: Step<Answered, Answered>;
  readonly after: Step<null, object>;
}

/** Requests that every ready instance answered, as `requestText` writes them. */
const answeredSchema = z.strictObject({ answered: z.array(z.string()).readonly() });
type Answered = z.infer<typeof answeredSchema>;

/** How long one answer is waited for is 5 s (`smokeAt`); instances are asked side by side. */
const EACH_MS = 6_000;
const MARGIN_MS = 60_000;

/**
 * Null where no smoke requests are configured.
 * @param stable what serves
 * @param change what happens between the two, for people: `the migrations`
 */
export function staysSteps(staying: Staying, stable: UnitSpec, change: string): StaysSteps | null {
  const { policy } = staying;
  if (policy.smoke.length === 0) return null;
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
  readonly problems: readonly Pick<Problem, 'where' | 'found'>[];
}

async function askAll({ policy, ports }: Staying, stable: UnitSpec, signal: AbortSignal): Promise<readonly Asked[]> {
  const state = await ports.platform.observe(signal);
  const instances = state.instances.filter(
    (one) => one.component === stable.component && one.version === stable.version && one.state === 'ready',
  );
  const asked: Asked[] = [];
  for (const request of policy.smoke) {
    const found = await Promise.all(
      instances.map(({ host, port }) => smokeAt(ports.http, `http://${host}:${port}`, [request])),
    );
    const none = { where: `${stable.component} ${stable.version}`, found: 'no ready instance' };
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

function broken(where: string, change: string, lost: readonly Asked[]): Problem {
  const said = lost.flatMap(({ problems }) => problems.map((one) => `${one.where}: ${one.found}`));
  return {
    code: 'release.stable-broken',
    where,
    found: `no longer answers after ${change} what it answered before: ${said.join('; ')}`,
    expected: 'what serves goes on serving beside the new version',
    remedy:
      'no traffic was moved and the migrations stay; read its log, then give back what it needs with a migration (`shiplock migrate undo`), or release a version that runs on the new schema',
  };
}
