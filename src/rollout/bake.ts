import { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { action, gate, watch } from '../procedure/build.ts';
import type { Evidence, Gate, Guard, OutputRef, ReadContext, Step, Watch, WatchAnswer } from '../procedure/tree.ts';
import { analysisStateSchema, type Judgement, missingInWords } from './analysis/index.ts';
import {
  type Analyses,
  type BakeSample,
  type BakeState,
  bakeSampleSchema,
  bakeVerdict,
  beginBake,
  foldBake,
  proxyGaps,
  someSourceIsSilent,
  withGaps,
  witnessGaps,
} from './bake-state.ts';
import { duration, forecast } from './forecast.ts';
import { topUp } from './generated-load.ts';
import type { CanaryStep, Rollout } from './options.ts';
import { crashLoop, neverReady, sampleInstances } from './world.ts';

const outputsSchema = z.strictObject({
  verdict: z.enum(['not-worse', 'smoke-only', 'decided-by-person']),
  /** Evidence for `worse` at the end, log10. */
  evidence: z.number(),
  canaryRequests: z.number(),
  accuse: analysisStateSchema,
  clear: analysisStateSchema,
});
export type BakeOutputs = z.infer<typeof outputsSchema>;
export type BakeWatch = Watch<BakeState, BakeSample, BakeOutputs>;

/** One share to be judged. */
export interface JudgedStep extends CanaryStep {
  readonly previous: OutputRef<Analyses>;
  /** Instances of the new version that must stay ready; default 1. */
  readonly atLeast?: number;
  /** What protects the share while the deadline's gate waits; default: the guard of the version. */
  readonly guard?: Guard;
}

/**
 * Watches one share until the evidence decides. `worse` fails at once; `not-worse` passes after the bake; silence and too
 * little traffic are `undecided`, and a deadline on that asks a person (or does what the environment chose) with the weight kept.
 */
export function bakeWatch(rollout: Rollout, step: JudgedStep, id: string): BakeWatch {
  const { candidate, stable, policy, ports } = rollout;
  const settings = {
    stable: stable?.version ?? '',
    candidate: candidate.version,
    everyMs: policy.everyMs,
    ...(step.atLeast === undefined ? {} : { atLeast: step.atLeast }),
  };
  const analysis = {
    ...policy.analysis,
    minimumBakeSeconds: Math.max(policy.analysis.minimumBakeSeconds, step.bakeMs / 1000),
  };
  const sources = [ports.metrics, ...ports.witnesses.map((witness) => witness.metrics)];
  const percent = `${Math.round(step.share * 1000) / 10} %`;
  const where = `${candidate.component} ${candidate.version} at ${percent}`;
  const load = topUp(rollout);
  return watch<BakeState, BakeSample, BakeOutputs>({
    id,
    title: `Judge ${candidate.version} at ${percent}`,
    description: `Ends when the evidence says worse or not worse, or after ${duration(policy.analysisDeadlineMs)} with a question.`,
    inputs: {
      share: step.share,
      bakeMs: step.bakeMs,
      deadlineMs: policy.analysisDeadlineMs,
      alpha: policy.analysis.alpha,
      beta: policy.analysis.beta,
      mode: policy.analysis.mode,
      lowTraffic: policy.lowTraffic.kind,
    },
    everyMs: policy.everyMs,
    samples: bakeSampleSchema,
    outputs: outputsSchema,
    sample: async (ctx) => {
      await load(ctx);
      const [counters, platform, routes] = await Promise.all([
        Promise.all(sources.map((source) => source.sample(ctx.signal))),
        ports.platform.observe(ctx.signal),
        ports.router.observe(ctx.signal),
      ]);
      const route =
        routes.kind === 'observed' ? routes.routes.find((one) => one.version === candidate.version) : undefined;
      return {
        time: ctx.clock.now(),
        counters,
        instances: sampleInstances(platform, candidate.component, candidate.version),
        router:
          routes.kind === 'observed'
            ? { kind: 'observed', configured: route?.configuredShare ?? 0, actual: route?.share ?? 0 }
            : { kind: 'unreachable', reason: routes.reason },
      };
    },
    start: (ctx) => {
      const before = ctx.outputOf(step.previous);
      return beginBake({ accuse: before.accuse, clear: { ...before.clear, policy: analysis } });
    },
    fold: (state, sample) => foldBake(state, sample, settings),
    decide: (state) => decideBake(rollout, step, state),
    heartbeat: { everyMs: 500, beat: async () => ports.router.heartbeat(candidate.version) },
    ask: {
      gate: deadlineGate(rollout, percent, step.guard),
      goOn: (evidence, state) => afterDeadline(evidence, state, where),
    },
    forecast: (ctx: ReadContext) => forecast(rollout, step.share, ctx),
  });
}

/** Pure: what the state says. */
export function decideBake(
  rollout: Rollout,
  step: CanaryStep & Pick<JudgedStep, 'atLeast'>,
  state: BakeState,
): WatchAnswer<BakeOutputs> {
  const { candidate, policy } = rollout;
  const where = `${candidate.component} ${candidate.version} at ${Math.round(step.share * 1000) / 10} %`;
  if (state.last === null || state.from === null) return { kind: 'look-on', status: 'nothing seen yet' };
  const looping = crashLoop(state.last.instances, where);
  if (looping !== undefined) return { kind: 'fail', problem: looping };
  const unhealthy = neverReady(state.last, state.notReadySince, where, policy.healthDeadlineMs, step.atLeast);
  if (unhealthy !== undefined) return { kind: 'fail', problem: unhealthy };

  const { accuse, clear } = bakeVerdict(state);
  if (accuse.verdict.kind === 'worse')
    return { kind: 'fail', problem: worseProblem(where, accuse, policy.analysis.alpha) };
  const baked = state.watchedMs >= step.bakeMs;
  if (clear.verdict.kind === 'not-worse' && baked) {
    const status = `not worse, after ${requestsToCanary(clear)} requests to it`;
    return passed(state, 'not-worse', withGaps(status, witnessGaps(state)));
  }
  const status = bakeStatus(state, step, accuse, clear);
  // Before the bake is over nothing could pass, so there is nothing to ask either.
  if (!baked || state.last.time - state.from < policy.analysisDeadlineMs) return { kind: 'look-on', status };
  // The deadline is reached. Silence of the source is never low traffic: then only a person may decide.
  if (policy.lowTraffic.kind === 'smoke' && !someSourceIsSilent(state) && state.last.router.kind === 'observed') {
    return passed(
      state,
      'smoke-only',
      `too little traffic for a verdict; passed by its smoke tests, as this environment chose (${status})`,
    );
  }
  return { kind: 'ask', status };
}

function requestsToCanary(judgement: Judgement): number {
  return judgement.metrics.reduce((most, metric) => Math.max(most, metric.canary.requests), 0);
}

function passed(state: BakeState, verdict: BakeOutputs['verdict'], status: string): WatchAnswer<BakeOutputs> {
  const { accuse, clear } = bakeVerdict(state);
  return {
    kind: 'pass',
    status,
    outputs: { verdict, evidence: accuse.evidence, canaryRequests: requestsToCanary(clear), ...state.analyses },
  };
}

function worseProblem(where: string, judgement: Judgement, alpha: number): Problem {
  const metric = judgement.metrics.find((one) => one.metric === judgement.leading) ?? judgement.metrics[0];
  const rate = (counts: { requests: number; bad: number } | undefined): string =>
    counts === undefined ? 'unknown' : `${counts.bad} bad of ${counts.requests}`;
  return {
    code: 'rollout.worse',
    where,
    found: `${metric?.metric ?? 'errors'}: ${rate(metric?.canary)}, beside ${rate(metric?.baseline)} for the stable version; evidence ${(10 ** Math.min(judgement.evidence, 300)).toPrecision(3)} to 1`,
    expected: `evidence below ${Math.round(1 / alpha)} to 1`,
    remedy: 'the stable version got its traffic back; see `shiplock journal show` for every count',
  };
}

/** One line: what is known, what is missing, when it will be there. A witness that says nothing does not hold the verdict up. */
export function bakeStatus(state: BakeState, step: CanaryStep, accuse: Judgement, clear: Judgement): string {
  return withGaps(verdictStatus(state, step, accuse, clear), witnessGaps(state));
}

function verdictStatus(state: BakeState, step: CanaryStep, accuse: Judgement, clear: Judgement): string {
  const silent = proxyGaps(state);
  if (silent.length > 0) return `undecided, no evidence: ${silent.join('; ')}`;
  const router = state.last?.router;
  if (router?.kind === 'unreachable') return `undecided: the router does not answer (${router.reason})`;
  if (router !== undefined && Math.abs(router.configured - step.share) > 0.005) {
    return `undecided: the router gives ${Math.round(router.configured * 1000) / 10} % instead of ${Math.round(step.share * 1000) / 10} %`;
  }
  if (router !== undefined && router.actual === 0) return 'undecided: the proxy holds the new version for down';
  const missing = clear.verdict.kind === 'undecided' ? clear.verdict.missing.map(missingInWords) : [];
  const bake = Math.max(0, step.bakeMs - state.watchedMs);
  if (clear.verdict.kind === 'not-worse' && bake > 0) return `not worse; bakes ${duration(bake)} more`;
  const limit = -Math.log10(state.analyses.accuse.policy.alpha);
  return `undecided, evidence of harm ${accuse.evidence.toFixed(1)} of ${limit.toFixed(1)}: ${missing.join('; ') || 'looking on'}`;
}

function deadlineGate(rollout: Rollout, percent: string, guard: Guard | undefined): Gate {
  const { candidate, policy } = rollout;
  return gate({
    id: 'no-verdict',
    title: `No verdict on ${candidate.version} at ${percent} after ${duration(policy.analysisDeadlineMs)}`,
    description: 'The share stays as it is. Look at the counts, then decide.',
    role: policy.role,
    guard: guard ?? {
      kind: 'guarded',
      by: `the guard of ${candidate.version}: it takes the version out when it is unhealthy or above ${policy.errorLimit * 100} % bad responses`,
      arm: [holdStep(rollout)],
      disarm: [],
    },
    evidence: [
      { kind: 'choice', name: 'decision', question: 'What now?', options: ['look-on', 'promote', 'roll-back'] },
      { kind: 'text', name: 'reason', question: 'Why?', minLength: 5 },
    ],
  });
}

/** How long the guard keeps watch by itself while a person is asked; then it takes the version out. */
const HOLD_MS = 24 * 3_600_000;

function holdStep(rollout: Rollout): Step<number, object> {
  const { candidate, policy, ports } = rollout;
  return action<number>({
    id: 'hold',
    title: `Let the guard of ${candidate.version} keep watch`,
    inputs: { errorLimit: policy.errorLimit, forMs: HOLD_MS },
    read: async (ctx) => ctx.clock.now() + HOLD_MS,
    decide: (untilMs) => ({ kind: 'do', effects: [ports.hold(candidate.version, untilMs, policy.errorLimit)] }),
    probe: 'repeatable',
  });
}

function afterDeadline(
  evidence: Evidence,
  state: BakeState,
  where: string,
): { readonly answer: WatchAnswer<BakeOutputs>; readonly state: BakeState } {
  const reason = String(evidence['reason'] ?? '');
  switch (evidence['decision']) {
    case 'promote':
      return { answer: passed(state, 'decided-by-person', `promoted without a verdict: ${reason}`), state };
    case 'roll-back':
      return { answer: { kind: 'fail', problem: sentBack(where, reason) }, state };
    default:
      // The deadline starts again at the next look.
      return { answer: { kind: 'look-on', status: `looking on: ${reason}` }, state: { ...state, from: null } };
  }
}

function sentBack(where: string, reason: string): Problem {
  return {
    code: 'rollout.sent-back',
    where,
    found: `a person decided: ${reason}`,
    expected: 'a promotion',
    remedy: 'nothing: the stable version got its traffic back',
  };
}
