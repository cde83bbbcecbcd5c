import type { DispersionDraft } from './dispersion.ts';
import { copyDispersion, startDispersion } from './dispersion.ts';
import type { Grid } from './grid.ts';
import { gridOf } from './grid.ts';
import type { ServersDraft } from './servers.ts';
import { copyServers, startServers } from './servers.ts';
import type { AnalysisState, MetricState, PendingUnit, Policy, WaitingMetric, WorseDecision } from './types.ts';

/** A metric's state, writable by the one who made the draft. */
export interface MetricDraft {
  readonly name: string;
  stake: number;
  readonly upper: number[];
  readonly lower: number[];
  readonly robust: number[];
  margin: number[];
  floor: number[];
  readonly mantelHaenszel: [number, number];
  share: number | null;
  eventful: number;
  readonly baseline: { requests: number; bad: number };
  readonly canary: { requests: number; bad: number };
  readonly dispersion: DispersionDraft;
  readonly servers: ServersDraft;
  pending: PendingUnit | null;
  lastBet: number | null;
}

/** What is known of a metric before the release. */
export interface Past {
  readonly dispersion: DispersionDraft;
  readonly servers: ServersDraft;
}

/**
 * A state in the hands of one owner, changed in place by `observeInto`: what makes a long stream cheap. It is an `AnalysisState`, and
 * becomes a lasting one by not touching it again.
 */
export interface AnalysisDraft {
  readonly v: 1;
  readonly policy: Policy;
  readonly open: boolean;
  metrics: MetricDraft[];
  readonly waiting: readonly WaitingMetric[];
  t: number | null;
  stepStart: number | null;
  worse: WorseDecision | null;
  notWorse: number | null;
}

const nothing = (length: number): number[] => new Array<number>(length).fill(0);

/** A metric of which nothing is known, with no evidence either way. */
export function newMetric(name: string, policy: Policy, past?: Omit<WaitingMetric, 'name'>): MetricDraft {
  const grid: Grid = gridOf(policy);
  return {
    name,
    stake: 0,
    upper: nothing(grid.harm.logs.length),
    lower: nothing(grid.lower.logs.length),
    robust: nothing(policy.mode === 'robust' ? grid.harm.logs.length : 0),
    margin: nothing(grid.margin.logs.length),
    floor: nothing(grid.floor.logs.length),
    mantelHaenszel: [0, 0],
    share: null,
    eventful: 0,
    baseline: { requests: 0, bad: 0 },
    canary: { requests: 0, bad: 0 },
    dispersion: past === undefined ? startDispersion(policy.dispersion) : copyDispersion(past.dispersion),
    servers: past === undefined ? startServers() : copyServers(past.servers),
    pending: null,
    lastBet: null,
  };
}

function copyMetric(metric: MetricState): MetricDraft {
  return {
    name: metric.name,
    stake: metric.stake,
    upper: metric.upper.slice(),
    lower: metric.lower.slice(),
    robust: metric.robust.slice(),
    margin: metric.margin.slice(),
    floor: metric.floor.slice(),
    mantelHaenszel: [metric.mantelHaenszel[0], metric.mantelHaenszel[1]],
    share: metric.share,
    eventful: metric.eventful,
    baseline: { requests: metric.baseline.requests, bad: metric.baseline.bad },
    canary: { requests: metric.canary.requests, bad: metric.canary.bad },
    dispersion: copyDispersion(metric.dispersion),
    servers: copyServers(metric.servers),
    pending: metric.pending,
    lastBet: metric.lastBet,
  };
}

/** A copy to work on; the state stays as it is. */
export function draftOf(state: AnalysisState): AnalysisDraft {
  return {
    v: 1,
    policy: state.policy,
    open: state.open,
    metrics: state.metrics.map(copyMetric),
    waiting: state.waiting,
    t: state.t,
    stepStart: state.stepStart,
    worse: state.worse,
    notWorse: state.notWorse,
  };
}
