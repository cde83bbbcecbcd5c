import { z } from 'zod';
import type { UnitSpec } from '../../model/platform.ts';
import type { Problem } from '../../model/problem.ts';
import {
  action,
  type DecideContext,
  type Gate,
  gate,
  type Node,
  type ReadContext,
  type Step,
  sequence,
  step,
} from '../../procedure/index.ts';
import { type RolloutPolicy, type RolloutPorts, type SmokeRequest, smokeAt } from '../../rollout/index.ts';

/**
 * What serves is asked its smoke requests before something under it is changed, and again afterwards: it must answer what it answered. A request that
 * it did not answer before says nothing (it may be meant for the version to come), so it is not asked for again. Unless an earlier run has moved the schema
 * under it and did not come to its end: then nobody knows what it answered before, and where it does not answer, a person decides. In a cluster no smoke
 * requests can be configured: readiness probes stand there.
 */

/** As much of a target as is asked. */
export interface Staying {
  readonly policy: Pick<RolloutPolicy, 'smoke'>;
  readonly ports: Pick<RolloutPorts, 'http'> & { readonly platform: Pick<RolloutPorts['platform'], 'observe'> };
}

/** The step before the change and what stands behind it. */
export interface StaysSteps {
  readonly before: Step<Answered, Answered>;
  readonly after: Step<null, object>;
  /** Only where an earlier run has moved the schema: what is not answered on it, and the gate that asks whether to go on. */
  readonly owed: Node;
  /** What was not answered there, once a person has decided to go on. */
  unanswered(ctx: Pick<DecideContext, 'outputOf'>): readonly string[];
}

const answeredSchema = z.strictObject({
  /** Requests that every ready instance answered, as `named` writes them. */
  answered: z.array(z.string()).readonly(),
  /** The schema, where nobody has proven that it runs on it; null: it was released on it, or the ledger says yes. */
  unproven: z.string().nullable().default(null),
});
type Answered = z.infer<typeof answeredSchema>;

const owedSchema = z.strictObject({ unanswered: z.array(z.string()).readonly() });
type Owed = z.infer<typeof owedSchema>;

/** A request that fails is asked for again so often, so that a hiccup wakes nobody. */
const PATIENCE = { attempts: 3, delayMs: 500 };

/** How long one answer is waited for is 5 s (`smokeAt`); instances are asked side by side. */
const EACH_MS = 6_000;
const MARGIN_MS = 60_000;

/**
 * Null where no smoke requests are configured.
 * @param stable what serves
 * @param change what happens between the two, for people: `the migrations`
 * @param unproven the schema of now, where nobody has proven that what serves runs on it
 */
export function staysSteps(
  staying: Staying,
  stable: UnitSpec,
  change: string,
  unproven: () => Promise<string | null>,
): StaysSteps | null {
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
    read: async (ctx) => {
      if (ctx.mode === 'plan') return { answered: [], unproven: null };
      const asked = await askAll(staying, stable, ctx.signal);
      const answered = asked.filter(({ problems }) => problems.length === 0).map(named);
      return { answered, unproven: await unproven() };
    },
    decide: () => ({ kind: 'do', effects: [], why: `${asked} on each instance` }),
    outputs: answeredSchema,
    collect: (_results, facts) => facts,
    planned: () => ({ answered: [], unproven: null }),
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
    retry: PATIENCE,
    verify: async (ctx) => {
      const { answered } = ctx.outputOf(before);
      const lost = (await askAll(staying, stable, ctx.signal)).filter(
        (one) => answered.includes(named(one)) && one.problems.length > 0,
      );
      return lost.length === 0 ? [] : [broken(where, change, lost)];
    },
  });
  const ask = step<Owed, Owed>({
    id: 'ask',
    title: `Ask ${where} once more where the schema was moved under it before`,
    inputs: { component: stable.component, version: stable.version, requests: requestsAsJson(policy.smoke) },
    timeoutMs: timeoutMs * PATIENCE.attempts,
    read: async (ctx) => {
      if (ctx.mode === 'plan' || ctx.outputOf(before).unproven === null) return { unanswered: [] };
      return { unanswered: await notAnswered(staying, stable, ctx) };
    },
    decide: ({ unanswered }) => ({
      kind: 'nothing',
      why: unanswered.length === 0 ? 'nothing is owed' : `not answered: ${unanswered.join('; ')}`,
    }),
    outputs: owedSchema,
    collect: (_results, facts) => facts,
    planned: () => ({ unanswered: [] }),
    probe: 'repeatable',
  });
  const owed = sequence({
    id: 'owed',
    title: `Does ${where} run on a schema that an earlier run has left?`,
    steps: [ask, brokenGate(where, (ctx) => ctx.outputOf(ask).unanswered.length > 0)],
  });
  return { before, after, owed, unanswered: (ctx) => ctx.outputOf(ask).unanswered };
}

/** What is not answered, after some patience; with what was said instead. */
async function notAnswered(staying: Staying, stable: UnitSpec, ctx: ReadContext): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt += 1) {
    const lost = (await askAll(staying, stable, ctx.signal)).filter(({ problems }) => problems.length > 0);
    if (lost.length === 0 || attempt === PATIENCE.attempts) {
      return lost.map((one) => `${named(one)}: ${one.problems.map(({ found }) => found).join(', ')}`);
    }
    await ctx.clock.sleep(PATIENCE.delayMs, ctx.signal);
  }
}

function brokenGate(where: string, needed: (ctx: DecideContext) => boolean): Gate {
  return gate({
    id: 'stable-broken',
    title: `${where} does not answer on a schema that an earlier run has left`,
    description:
      'That run changed the schema and did not come to its end, so nobody has proven that what serves runs on it. The step before this one names what is not answered. ' +
      'If it is broken, give back what it needs with a migration (`shiplock migrate undo`). Go on only when these requests are meant for the version to come, ' +
      'or when that version is to take the place of a broken one; a release that is taken back leads to the broken one again.',
    role: 'releaser',
    guard: { kind: 'nothing-shifted' },
    needed,
    evidence: [
      { kind: 'choice', name: 'decision', question: 'Go on beside it?', options: ['go-on', 'stop'] },
      { kind: 'text', name: 'reason', question: 'How do you know?', minLength: 10 },
    ],
    judge: (evidence) =>
      evidence['decision'] === 'go-on' ? { kind: 'pass' } : { kind: 'reject', why: 'decided to stop' },
  });
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
