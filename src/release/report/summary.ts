import type { Anchor } from '../../model/journal.ts';
import { formatProblem, type Problem } from '../../model/problem.ts';
import type { Outcome, RunResult } from '../../procedure/index.ts';

/** How a run ended, for people and machines at the end of a command; report.ts tells the whole story. */
export interface Summary {
  readonly service: string;
  readonly environment: string;
  /** What this run tried to bring: a version for a release, the version gone back to for a rollback. */
  readonly version: string;
  readonly before: string | null;
  readonly outcome: Outcome;
  readonly sentence: string;
  readonly run: string;
  readonly planHash: string;
  readonly anchor: Anchor;
  readonly gate: string | null;
  readonly problems: readonly Problem[];
}

export interface SummaryInput {
  readonly service: string;
  readonly environment: string;
  readonly kind: 'build' | 'release' | 'rollback' | 'migrate';
  readonly version: string;
  readonly before: string | null;
  readonly result: RunResult;
}

/** Pure. */
export function summarise(input: SummaryInput): Summary {
  const { service, environment, version, before, result } = input;
  const { outcome, problems, run } = result;
  return {
    service,
    environment,
    version,
    before,
    outcome,
    sentence: sentenceOf({ ...input, outcome, problems, run, gate: result.gate?.title ?? result.gate?.path ?? null }),
    run,
    planHash: result.planHash,
    anchor: result.anchor,
    gate: result.gate?.path ?? null,
    problems,
  };
}

/** How a run stands: what a command ends with, and what only its journal shows. */
export type Standing = Outcome | 'running' | 'paused' | 'preempted';

export interface SentenceInput extends Omit<SummaryInput, 'result'> {
  readonly outcome: Standing;
  readonly problems: readonly Problem[];
  readonly run: string;
  /** Title of the open gate. */
  readonly gate: string | null;
}

/** The whole story in one sentence. Pure. */
export function sentenceOf(input: SentenceInput): string {
  const { service, environment, kind, version, before, outcome, problems, run, gate } = input;
  const what = `${service} ${version}`;
  const first = problems[0];
  const why = first === undefined ? '' : `: ${first.found} (${first.code})`;
  if (kind === 'build')
    return outcome === 'done'
      ? `${what} was built.`
      : `${what} was not built${why}; nothing was changed in ${environment}.`;
  if (kind === 'migrate' && outcome === 'done')
    return `The database of ${environment} has the expand migrations of ${what}; ${before ?? 'nothing'} serves as before.`;
  switch (outcome) {
    case 'done':
      if (kind === 'rollback') return `${environment} is back on ${what}; ${before ?? 'nothing'} gets no traffic.`;
      return before === null
        ? `${what} is the first release of ${environment} and serves all traffic.`
        : `${what} serves all traffic of ${environment}; ${before} is stopped and stays installed.`;
    case 'rolled-back':
      return before === null
        ? `${what} was removed from ${environment}; nothing serves${why}.`
        : `${what} was taken back from ${environment}; ${before} serves all traffic${why}.`;
    case 'waiting':
      return `${what} waits at a gate of ${environment}: ${gate ?? 'see `shiplock gate show`'}.`;
    case 'refused':
      return `${what} was refused, nothing was changed in ${environment}${why}.`;
    case 'lease-held':
      return `${what} did not start: another run holds ${environment}${why}.`;
    case 'stopped':
      return `${what} stopped at a safe place; \`shiplock resume ${run}\` goes on.`;
    case 'failed':
      return `${what} failed in ${environment}${why}.`;
    case 'running':
      return `${what} is on its way to ${environment}, or its process died; \`shiplock status ${environment}\` tells which.`;
    case 'paused':
      return `${what} is paused on its way to ${environment}; \`shiplock rollout resume ${run}\` goes on.`;
    case 'preempted':
      return `${what} was not finished: another run took ${environment} over.`;
  }
}

export function summaryText(summary: Summary): string {
  const lines = [
    summary.sentence,
    `run ${summary.run}, plan ${summary.planHash.slice(0, 12)}, ${summary.anchor.count} records, head ${summary.anchor.head.slice(0, 12)}`,
    ...(summary.anchor.count === 0 ? [] : [`report: shiplock report ${summary.run} --output report.html`]),
  ];
  return [...lines, ...summary.problems.map(formatProblem)].join('\n');
}
