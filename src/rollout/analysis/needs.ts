import type { Grid, Ladder } from './grid.ts';
import { gridOf } from './grid.ts';
import type { Needed, Policy } from './types.ts';
import { shareAt } from './wealth.ts';

/** What a forecast starts from. */
export interface Outlook {
  /** Bad events per request of the baseline. */
  readonly baseRate: number;
  /** The canary's share of requests, strictly between 0 and 1. */
  readonly share: number;
  /** Clump size, ≥ 1. */
  readonly clump: number;
  /** Bad events per interval, both versions; only mode robust, which bets once per interval, needs it. */
  readonly eventsPerInterval?: number | undefined;
  /** Number of metrics that share alpha. */
  readonly metrics?: number | undefined;
}

/** The ratio at which the time to `worse` is told. */
export const NOTABLE_RATIO = 5;

/** Log wealth of each bet at the start: none won, none lost. */
function zeros(ladder: Ladder): number[] {
  return ladder.multiples.map(() => 0);
}

/** Mean log factor per bad event of a sharp bet priced at `share` when a part `truth` of the bad events falls on the canary. */
function sharpGrowth(ladder: Ladder, share: number, truth: number, clump: number): number[] {
  return ladder.multiples.map(
    (multiple, i) => (truth * (ladder.logs[i] ?? 0) - Math.log(1 + share * (multiple - 1))) / clump,
  );
}

/** The same for a robust bet: the mean over binomial counts of `events` bad events, per bad event. */
function robustGrowth(ladder: Ladder, share: number, truth: number, events: number): number[] {
  const n = Math.min(500, Math.max(1, Math.round(events)));
  const chances: number[] = [];
  let chance = Math.exp(n * Math.log(1 - truth));
  for (let x = 0; x <= n; x += 1) {
    chances.push(chance);
    chance *= ((n - x) / (x + 1)) * (truth / (1 - truth));
  }
  return ladder.multiples.map((multiple) => {
    const lift = multiple - 1;
    const price = Math.log(1 + lift * share);
    const mean = chances.reduce((sum, each, x) => sum + each * (Math.log(1 + (lift * x) / n) - price), 0);
    return mean / Math.max(1, events);
  });
}

function growth(policy: Policy, ladder: Ladder, share: number, truth: number, outlook: Outlook): number[] {
  return policy.mode === 'robust'
    ? robustGrowth(ladder, share, truth, outlook.eventsPerInterval ?? 1)
    : sharpGrowth(ladder, share, truth, policy.mode === 'sharp' ? 1 : outlook.clump);
}

/** Requests until the first single bet reaches `target` at its mean growth; null if none grows. */
function fewest(
  ladder: Ladder,
  wealth: readonly number[],
  perRequest: readonly number[],
  target: number,
): number | null {
  let best: number | null = null;
  for (let i = 0; i < wealth.length; i += 1) {
    const missing = target - (ladder.logPrior[i] ?? 0) - (wealth[i] ?? 0);
    const rate = perRequest[i] ?? 0;
    if (missing > 0 && !(rate > 0)) continue;
    const requests = missing > 0 ? Math.ceil(missing / rate) : 0;
    if (best === null || requests < best) best = requests;
  }
  return best;
}

/** Wealths a forecast starts from; see MetricState. */
export interface Standing {
  readonly harm: readonly number[];
  readonly margin: readonly number[];
  readonly floor: readonly number[];
  /** Log of this metric's share of the evidence. */
  readonly stake: number;
}

/**
 * Canary requests until `not-worse` if both versions are equally bad: for each bet (threshold − its wealth) / its mean growth per
 * request, the smallest of them. The average of bets is never below one bet's part, so on the mean path it is an upper estimate;
 * chance spreads it by about half up and down.
 */
function untilNotWorse(policy: Policy, grid: Grid, outlook: Outlook, standing: Standing): number | null {
  const { baseRate, share } = outlook;
  const target = -Math.log(policy.beta) + Math.LN2;
  const clump = policy.mode === 'sharp' ? 1 : outlook.clump;
  const floor = fewest(
    grid.floor,
    standing.floor,
    Array.from(grid.floor.logs, (log, i) => (baseRate * log - (grid.floorPrice[i] ?? 0)) / clump),
    target,
  );
  if (baseRate > policy.ceiling) return floor;
  const badPerRequest = baseRate / share;
  const perEvent = growth(policy, grid.margin, shareAt(policy.margin, share), share, outlook);
  const margin = fewest(
    grid.margin,
    standing.margin,
    perEvent.map((each) => each * badPerRequest),
    target,
  );
  if (floor === null || margin === null) return floor ?? margin;
  return Math.min(floor, margin);
}

/** Canary requests until `worse` if the canary's bad rate is `ratio` times the baseline's; the same estimate. */
function untilWorse(policy: Policy, grid: Grid, outlook: Outlook, standing: Standing, ratio: number): number | null {
  const { share } = outlook;
  const canaryRate = Math.min(1, outlook.baseRate * ratio);
  const badPerRequest = canaryRate + (outlook.baseRate * (1 - share)) / share;
  if (badPerRequest === 0) return null;
  const perEvent = growth(policy, grid.harm, shareAt(policy.harmRatio, share), canaryRate / badPerRequest, outlook);
  return fewest(
    grid.harm,
    standing.harm,
    perEvent.map((each) => each * badPerRequest),
    -Math.log(policy.alpha) - standing.stake,
  );
}

/** Both estimates from where a metric stands. */
export function needed(policy: Policy, outlook: Outlook, standing: Standing): Needed {
  const grid = gridOf(policy);
  return {
    notWorse: untilNotWorse(policy, grid, outlook, standing),
    worse: untilWorse(policy, grid, outlook, standing, NOTABLE_RATIO),
  };
}

/**
 * Before a rollout: how many canary requests a step will need, and how many until a canary `ratio` times as bad is stopped.
 * Divide by the canary's requests per second for the time; add the warm-up and the longest time-out for `not-worse`.
 */
export function forecast(policy: Policy, outlook: Outlook, ratio: number = NOTABLE_RATIO): Needed {
  const grid = gridOf(policy);
  const standing: Standing = {
    harm: zeros(grid.harm),
    margin: zeros(grid.margin),
    floor: zeros(grid.floor),
    stake: -Math.log(outlook.metrics ?? 1),
  };
  return {
    notWorse: untilNotWorse(policy, grid, outlook, standing),
    worse: untilWorse(policy, grid, outlook, standing, ratio),
  };
}
