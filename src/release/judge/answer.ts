import {
  analysisRuns,
  type Missing,
  type PrometheusServer,
  prometheusTime,
  type RangeLimits,
  readRange,
  type SeenRun,
} from '../../metrics/index.ts';
import type { Json } from '../../model/json.ts';
import type { HttpClient } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import {
  aloneVerdict,
  beginShares,
  foldAlone,
  foldShares,
  type JudgedAlone,
  type JudgedShares,
  NOTHING_ALONE,
  type SharesVerdict,
  sharesVerdict,
} from '../../rollout/index.ts';
import type { JudgedEnvironment } from './environments.ts';
import type { Question } from './question.ts';

/** What an AnalysisRun gets: small, since the controller keeps the last ten answers in the AnalysisRun. */
export interface Answer {
  readonly verdict: 'worse' | 'not-worse' | 'undecided';
  /** Why, for a person. */
  readonly reason: string;
  readonly details: { readonly [key: string]: Json };
  /** Prometheus could not be asked. */
  readonly blind: boolean;
}

export interface JudgeLimits extends RangeLimits {
  /** A share that began earlier is not judged any more. */
  readonly backMs: number;
  /** Counts this young may still change: a scrape is stored a while after the moment it shows. */
  readonly settleMs: number;
}

export interface JudgeOptions {
  readonly http: HttpClient;
  readonly limits: JudgeLimits;
}

/**
 * Answers one question from Prometheus alone; nothing is kept, so any judge at any time gives the same answer to the same counts.
 * A source that cannot be read as a whole is `undecided`, whatever was read of it.
 */
export async function answerQuestion(
  environment: JudgedEnvironment,
  question: Question,
  options: JudgeOptions,
  signal?: AbortSignal,
): Promise<Answer> {
  const server: PrometheusServer = { ...environment.source, http: options.http };
  const now = await prometheusTime(server, signal);
  if (now.kind === 'missing') return blind(now.reason);
  const shares = await sharesOf(server, question, options.limits, signal);
  if (shares.kind === 'missing') return blind(shares.reason);
  const [first] = shares.sinceMs;
  const { everyMs } = environment;
  if (first === undefined) {
    return undecided(
      `Prometheus has not seen this AnalysisRun begin; does it scrape the Rollouts controller, and did the run begin within ${hours(options.limits.backMs)}?`,
    );
  }
  if (now.ms - first > options.limits.backMs) {
    return undecided(`it began ${hours(now.ms - first)} ago; a judge looks back ${hours(options.limits.backMs)}`);
  }
  // The same moments for every question, so that an answer does not depend on when it was asked.
  const toMs = Math.floor((now.ms - options.limits.settleMs) / everyMs) * everyMs;
  const pastMs = question.ask === 'alone' ? 0 : environment.pastMs;
  const fromMs = Math.floor((first - pastMs) / everyMs) * everyMs;
  if (toMs < first) return undecided('nothing is settled yet since it began');
  const range = { fromMs, toMs, stepMs: everyMs };
  const source = { ...environment.source, http: options.http, limits: options.limits };
  const pieces = readRange(source, range, signal);
  const period = { from: new Date(shares.sinceMs.at(-1) ?? first).toISOString(), until: new Date(toMs).toISOString() };
  try {
    return question.ask === 'alone'
      ? await alone(environment, question, pieces, period)
      : await beside(environment, question, shares.sinceMs, pieces, period);
  } catch (error) {
    // Counts that are no counts (halves of a request, for instance): what the analysis says about them is the reason.
    if (!(error instanceof ProblemError)) throw error;
    return undecided(error.problems.map(({ where, found, expected }) => `${where}: ${found}; ${expected}`).join('; '));
  }
}

type Pieces = ReturnType<typeof readRange>;

async function beside(
  environment: JudgedEnvironment,
  question: Question,
  sinceMs: readonly number[],
  pieces: Pieces,
  period: { readonly [key: string]: Json },
): Promise<Answer> {
  const of: JudgedShares = {
    policy: environment.policy,
    metrics: environment.source.queries.map(({ metric }) => metric),
    stable: question.stable,
    candidate: question.canary,
    everyMs: environment.everyMs,
    shares: sinceMs.map((fromMs) => ({ fromMs, bakeMs: question.bake })),
    share: question.share ?? null,
  };
  let state = beginShares(of);
  for await (const piece of pieces) {
    if (piece.kind === 'unreadable') return blind(piece.reason);
    state = foldShares(state, piece, of);
  }
  const found = sharesVerdict(state, of);
  const verdict = question.ask === 'watch' && found.verdict === 'not-worse' ? 'undecided' : found.verdict;
  return {
    verdict,
    reason: found.reason,
    details: { ...period, readings: state.readings, ...detailsOf(found, environment, question) },
    blind: false,
  };
}

async function alone(
  environment: JudgedEnvironment,
  question: Question,
  pieces: Pieces,
  period: { readonly [key: string]: Json },
): Promise<Answer> {
  const of: JudgedAlone = {
    version: question.canary,
    metric: environment.source.queries[0]?.metric ?? '',
    limit: environment.errorLimit,
    bakeMs: question.bake,
    everyMs: environment.everyMs,
  };
  let state = NOTHING_ALONE;
  for await (const piece of pieces) {
    if (piece.kind === 'unreadable') return blind(piece.reason);
    state = foldAlone(state, piece, of);
  }
  const { verdict, reason } = aloneVerdict(state, of);
  const { requests, bad } = state;
  return { verdict, reason, details: { ...period, requests, bad, limit: of.limit }, blind: false };
}

/** When the shares began that lead to the one that is asked about, ascending. */
async function sharesOf(
  server: PrometheusServer,
  question: Question,
  limits: JudgeLimits,
  signal: AbortSignal | undefined,
): Promise<{ readonly kind: 'shares'; readonly sinceMs: readonly number[] } | Missing> {
  if (question.since !== undefined) return { kind: 'shares', sinceMs: [question.since] };
  if (question.run === undefined) return { kind: 'shares', sinceMs: [] };
  const found = await analysisRuns(server, { ...question.run, hash: question.canary }, limits.backMs, signal);
  return found.kind === 'missing' ? found : { kind: 'shares', sinceMs: beginnings(found.runs, question) };
}

/** Pure. Empty when the asking run itself is not among them. */
export function beginnings(runs: readonly SeenRun[], { ask, run }: Pick<Question, 'ask' | 'run'>): readonly number[] {
  if (ask === 'alone') {
    const after = runs.find(({ part }) =>
      run?.step === undefined ? part.kind === 'post' : part.kind === 'step' && part.step === run.step,
    );
    return after === undefined ? [] : [after.sinceMs];
  }
  const mine = ({ part }: SeenRun): boolean =>
    ask === 'watch' ? part.kind === 'background' : part.kind === 'step' && part.step === run?.step;
  if (!runs.some(mine)) return [];
  const before = ({ part }: SeenRun): boolean =>
    part.kind === 'background' || (part.kind === 'step' && (ask === 'watch' || part.step <= (run?.step ?? 0)));
  return [...new Set(runs.filter(before).map(({ sinceMs }) => sinceMs))].toSorted((one, other) => one - other);
}

function detailsOf(found: SharesVerdict, environment: JudgedEnvironment, question: Question): { [key: string]: Json } {
  const { judgement } = found;
  return {
    evidence: rounded(judgement.evidence),
    limit: rounded(-Math.log10(environment.policy.alpha)),
    share: { asked: question.share ?? null, measured: rounded(found.measuredShare) },
    needs: found.needs,
    metrics: judgement.metrics.map((one) => ({
      metric: one.metric,
      canary: { requests: one.canary.requests, bad: one.canary.bad },
      baseline: { requests: one.baseline.requests, bad: one.baseline.bad },
      evidence: rounded(one.evidence),
      evidenceNotWorse: rounded(one.evidenceNotWorse),
      dispersion: rounded(one.dispersion),
    })),
  };
}

function rounded(value: number): number;
function rounded(value: number | null): number | null;
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}

function undecided(reason: string): Answer {
  return { verdict: 'undecided', reason, details: {}, blind: false };
}

function blind(reason: string): Answer {
  return { verdict: 'undecided', reason: `Prometheus: ${reason}`, details: {}, blind: true };
}

function hours(ms: number): string {
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
