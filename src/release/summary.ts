import type { Anchor } from '../model/journal.ts';
import { formatProblem, type Problem } from '../model/problem.ts';
import type { Outcome, RunResult } from '../procedure/index.ts';

/** The story of a run, for people at the end of a command and for machines in a job summary. */
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
  readonly kind: 'build' | 'release' | 'rollback';
  readonly version: string;
  readonly before: string | null;
  readonly result: RunResult;
}

/** Pure. */
export function summarise(input: SummaryInput): Summary {
  const { service, environment, version, before, result } = input;
  return {
    service,
    environment,
    version,
    before,
    outcome: result.outcome,
    sentence: sentence(input),
    run: result.run,
    planHash: result.planHash,
    anchor: result.anchor,
    gate: result.gate?.path ?? null,
    problems: result.problems,
  };
}

function sentence({ service, environment, kind, version, before, result }: SummaryInput): string {
  const what = `${service} ${version}`;
  const first = result.problems[0];
  const why = first === undefined ? '' : `: ${first.found} (${first.code})`;
  if (kind === 'build' && result.outcome !== 'done')
    return `${what} was not built${why}; nothing was changed in ${environment}.`;
  switch (result.outcome) {
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
      return `${what} waits at a gate of ${environment}: ${result.gate?.title ?? result.gate?.path ?? 'see `shiplock gate show`'}.`;
    case 'refused':
      return `${what} was refused, nothing was changed in ${environment}${why}.`;
    case 'lease-held':
      return `${what} did not start: another run holds ${environment}${why}.`;
    case 'stopped':
      return `${what} stopped at a safe place; \`shiplock resume ${result.run}\` goes on.`;
    case 'failed':
      return `${what} failed in ${environment}${why}.`;
  }
}

export function summaryText(summary: Summary): string {
  const lines = [
    summary.sentence,
    `run ${summary.run}, plan ${summary.planHash.slice(0, 12)}, ${summary.anchor.count} records, head ${summary.anchor.head.slice(0, 12)}`,
  ];
  return [...lines, ...summary.problems.map(formatProblem)].join('\n');
}

/** Markdown for a job summary. Text from outside stands in code spans, so it cannot become markup. */
export function summaryMarkdown(summary: Summary): string {
  const code = (text: string): string => `\`${text.replaceAll('`', 'ˋ').replaceAll('\n', ' ')}\``;
  const rows: readonly (readonly [string, string])[] = [
    ['outcome', code(summary.outcome)],
    ['version', code(summary.version)],
    ['before', summary.before === null ? 'nothing' : code(summary.before)],
    ['run', code(summary.run)],
    ['plan', code(summary.planHash)],
    ['journal', code(`${summary.anchor.count} records, head ${summary.anchor.head}`)],
  ];
  const problems = summary.problems.map(
    (problem) => `- ${code(`${problem.where}: ${problem.found}`)} → ${code(problem.remedy)}`,
  );
  return [
    `## ${code(summary.service)} in ${code(summary.environment)}`,
    '',
    code(summary.sentence),
    '',
    '| | |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    ...problems,
    '',
  ].join('\n');
}
