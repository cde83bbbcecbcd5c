import type { AnalysisDraft, IntervalRow, Policy, ServerCounts } from '../../../src/rollout/analysis/index.ts';
import { draftOf, observeInto, startDraft, startStep } from '../../../src/rollout/analysis/index.ts';
import type { HostRow, Release } from './types.ts';

/** What the product's analysis makes of one release when it looks at every interval. */
export interface Outcome {
  /** t of the interval after which it was called worse; null: never. */
  readonly worseAt: number | null;
  /** t at which the first step that was found not worse was; null: none was. */
  readonly notWorseAt: number | null;
  /** Steps that were found not worse, counted from 0. */
  readonly passed: readonly number[];
  /** Canary requests up to the look at which it stopped. */
  readonly canaryRequests: number;
}

/** Where to stop looking: errors of one kind are all that is asked of some families. */
export type Until = 'worse' | 'not-worse';

export interface PlayOptions {
  readonly policy: Policy;
  readonly until: Until;
  /** Whether the analysis is told which server each count is from, in worlds whose servers differ. */
  readonly servers: boolean;
}

/** Judges a release, interval by interval, as a rollout would. */
export function play(release: Release, { policy, until, servers }: PlayOptions): Outcome {
  const history = servers ? historyByServer(release) : release.history;
  let draft: AnalysisDraft = startDraft(policy, { metrics: release.metrics, history });
  const steps = release.steps ?? [];
  const passed: number[] = [];
  let step = 0;
  let notWorseAt: number | null = null;
  let canaryRequests = 0;
  for (const [index, rows] of release.intervals.entries()) {
    const t = rows[0]?.t;
    if (t === undefined) continue;
    while (t >= (steps[step] ?? Number.POSITIVE_INFINITY)) {
      draft = draftOf(startStep(draft));
      step += 1;
    }
    observeInto(draft, servers ? rowsByServer(rows, release.hosts?.intervals[index]) : rows);
    canaryRequests += rows[0]?.canary.requests ?? 0;
    if (draft.worse !== null && until === 'worse') break;
    if (draft.notWorse !== null && passed.at(-1) !== step) {
      passed.push(step);
      notWorseAt ??= draft.notWorse;
      if (until === 'not-worse' && step === steps.length) break;
    }
  }
  return { worseAt: draft.worse?.at ?? null, notWorseAt, passed, canaryRequests };
}

function named(side: 'old' | 'new', counts: HostRow['baseline']): ServerCounts[] {
  return counts.map(({ requests, bad }, index) => ({ server: `${side}-${index}`, requests, bad }));
}

function rowsByServer(rows: readonly IntervalRow[], hosts: readonly HostRow[] = []): readonly IntervalRow[] {
  return rows.map((row) => {
    const host = hosts.find((one) => one.metric === row.metric);
    if (host === undefined) return row;
    return { ...row, servers: { baseline: named('old', host.baseline), canary: named('new', host.canary) } };
  });
}

function historyByServer({ history, hosts }: Release): Release['history'] {
  const found = new Map(hosts?.history.map((host) => [`${host.t} ${host.metric}`, host]));
  return history.map((row) => {
    const host = found.get(`${row.t} ${row.metric}`);
    return host === undefined ? row : { ...row, servers: { baseline: named('old', host.baseline) } };
  });
}
