/**
 * The nouns of the analysis, all plain data. A state survives `JSON.parse(JSON.stringify(state))` without losing a bit, so a
 * fold can be journaled and resumed anywhere.
 */

/** How one interval's counts become a factor of the evidence; docs/analysis.md says what each promises. */
export type Mode = 'dispersed' | 'robust' | 'sharp';

/** What happened in one interval to one version: `bad` of `requests`; whole numbers, bad ≤ requests. */
export interface Counts {
  readonly requests: number;
  readonly bad: number;
}

/**
 * The interval may hold events that belong to another share of traffic: those of requests begun before the last weight change.
 * `up`: the new version's share grew (the interval still serves `worse`, see docs/analysis.md); `down`: it shrank (serves nothing).
 */
export type Settling = 'up' | 'down';

/** One metric in one interval, cut at weight changes. */
export interface IntervalRow {
  /** Seconds, on any clock that does not run backwards; the same for all metrics of one interval. */
  readonly t: number;
  readonly metric: string;
  readonly baseline: Counts;
  readonly canary: Counts;
  readonly settling?: Settling | undefined;
  /** The same counts by server, where they are known: they tell the noise of servers from the release. */
  readonly servers?: RowServers | undefined;
}

export interface ServerCounts extends Counts {
  readonly server: string;
}

export interface RowServers {
  readonly baseline: readonly ServerCounts[];
  readonly canary: readonly ServerCounts[];
}

/** A row of the baseline's own past. */
export interface HistoryRow {
  readonly t: number;
  readonly metric: string;
  readonly baseline: Counts;
  readonly servers?: Pick<RowServers, 'baseline'> | undefined;
}

/** Fixed bets: each alternative is a multiple of the boundary of the hypothesis it bets against, with its share of the stake. */
export interface Bets {
  readonly multiples: readonly number[];
  /** Positive, sums to 1, as long as `multiples`. */
  readonly prior: readonly number[];
}

export interface Policy {
  readonly mode: Mode;
  /** Chance of a false `worse`, for the whole release, all metrics and all looks together. */
  readonly alpha: number;
  /** Chance of a false `not-worse`, per step. */
  readonly beta: number;
  /** A new version up to this many times as bad is not called `worse`. */
  readonly harmRatio: number;
  /** `not-worse` excludes an odds ratio of this or more … */
  readonly margin: number;
  /** … unless it shows that the bad rate is below this anyhow. */
  readonly floor: number;
  /** Above this pooled bad rate an interval says nothing about the odds ratio: in a shared outage ratios drift to 1. */
  readonly ceiling: number;
  /** Bets of `worse`, multiples of `harmRatio`, all > 1. */
  readonly harmBets: Bets;
  /** Bets of `not-worse` against the margin, multiples of `margin`, all < 1. */
  readonly marginBets: Bets;
  /** Bets of `not-worse` against the floor, multiples of `floor`, all < 1. */
  readonly floorBets: Bets;
  /** Further ratios for the interval of the risk ratio only, multiples of `harmRatio`, all < 1. */
  readonly lowerRatios: readonly number[];
  /** Chance that the interval of the risk ratio ever misses the ratio. */
  readonly intervalError: number;
  /** Rows are added up to units of at least this many seconds before they are bet on; 0: every row is a unit. */
  readonly unitSeconds: number;
  /** How many bad events count as one; null: measured on the baseline's own past. */
  readonly clumpSize: number | null;
  readonly dispersion: DispersionPolicy;
  /** From this many old servers on the noise of servers is measured on them. */
  readonly minimumServers: number;
  /** Not looked at, at the beginning of each step. */
  readonly warmUpSeconds: number;
  /** Longest time a request may last. That long after the warm-up rows serve `worse` only: slow failures are still missing. */
  readonly longestTimeoutSeconds: number;
  /** No `not-worse` earlier than this after the step's first request to the canary. */
  readonly minimumBakeSeconds: number;
}

export interface DispersionPolicy {
  /** Lengths in seconds of the windows whose variance-to-mean ratio is taken. */
  readonly windows: readonly number[];
  /** A length counts from this many complete windows on. */
  readonly minimumWindows: number;
  /** Taken while nothing is known … */
  readonly start: number;
  /** … and lowered as `settledSeconds / past`, until that many seconds of past are known and the measured value stands alone. */
  readonly settledSeconds: number;
}

/** The baseline's own past of one metric, in constant memory. */
export interface DispersionState {
  /** t at which window 0 of every length begins; null before the first row of a stretch. */
  readonly origin: number | null;
  readonly last: number | null;
  /** t of the last row with requests. */
  readonly busy: number | null;
  /** Seconds of past that rows covered. */
  readonly seconds: number;
  /** All baseline counts, the past included. */
  readonly total: Counts;
  /** Largest variance-to-mean ratio so far, 1 at least. */
  readonly largest: number;
  /** Per window length, SLOTS numbers each (dispersion.ts). */
  readonly windows: readonly number[];
}

/** The old servers' split of bad events, window by window (split.ts). */
export interface SplitState {
  readonly origin: number | null;
  readonly windows: readonly number[];
  readonly open: readonly { readonly server: string; readonly counts: readonly number[] }[];
}

/** What is kept per server; empty while rows name none. */
export interface ServersState {
  readonly split: SplitState;
  /** All counts of each old server, the past included. */
  readonly baseline: readonly ServerCounts[];
  /** Each new server's share of the stake (logarithm) and log wealths by itself. */
  readonly canary: readonly { readonly server: string; readonly stake: number; readonly upper: readonly number[] }[];
}

/** What is known about differences that belong to servers, and what is done about it. */
export type ServerNoise =
  | { readonly kind: 'unknown' }
  /** The effect must show on two new servers. */
  | { readonly kind: 'two-servers'; readonly servers: number }
  /** `spread`: of a server's bad rate, relative; `allowance`: how many times as bad servers alone could make the new version look. */
  | { readonly kind: 'measured'; readonly servers: number; readonly spread: number; readonly allowance: number };

/** Rows added up towards one unit. */
export interface PendingUnit {
  readonly baseline: Counts;
  readonly canary: Counts;
  /** Which evidence the rows may serve: 1 only `worse`, 2 both. */
  readonly serves: 1 | 2;
  /** Clump size fixed when the unit began: the past only. */
  readonly clump: number;
}

/** Everything kept about one metric. Wealths are natural logarithms. */
export interface MetricState {
  readonly name: string;
  /** Log of this metric's share of the evidence for `worse`. */
  readonly stake: number;
  /** Log likelihood of each harm bet's ratio relative to `harmRatio`: its wealth in the modes dispersed and sharp. */
  readonly upper: readonly number[];
  /** The same for the lower ratios: for the risk ratio only. */
  readonly lower: readonly number[];
  /** Log wealth of each harm bet in mode robust; empty in the others. */
  readonly robust: readonly number[];
  /** Log wealth of each margin bet and each floor bet, of this step. */
  readonly margin: readonly number[];
  readonly floor: readonly number[];
  /** Mantel-Haenszel sums of the risk ratio: canary side, baseline side. */
  readonly mantelHaenszel: readonly [number, number];
  /** Share of requests of the canary in the last interval that was bet on; null before. */
  readonly share: number | null;
  /** Intervals with bad events that were bet on. */
  readonly eventful: number;
  /** Counts that served `worse` in the release. */
  readonly baseline: Counts;
  readonly canary: Counts;
  readonly dispersion: DispersionState;
  readonly servers: ServersState;
  readonly pending: PendingUnit | null;
  readonly lastBet: number | null;
}

/** A metric known from the history only. */
export interface WaitingMetric {
  readonly name: string;
  readonly dispersion: DispersionState;
  readonly servers: ServersState;
}

/** Which metric, when, and on what evidence (natural logarithm): final. */
export interface WorseDecision {
  readonly at: number;
  readonly metric: string;
  readonly logEvidence: number;
}

export interface AnalysisState {
  readonly v: 1;
  readonly policy: Policy;
  /** True: a metric seen for the first time joins; false: the names were fixed at the start. */
  readonly open: boolean;
  /** Sorted by name. */
  readonly metrics: readonly MetricState[];
  /** The past of metrics that have not joined yet. */
  readonly waiting: readonly WaitingMetric[];
  /** t of the last interval. */
  readonly t: number | null;
  /** t of the step's first interval with requests to the canary. */
  readonly stepStart: number | null;
  readonly worse: WorseDecision | null;
  /** t at which the step was first found not worse. */
  readonly notWorse: number | null;
}

/** Why nothing can be said yet; codes are stable. */
export type Missing =
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-canary-requests' }
  | { readonly kind: 'no-baseline-requests' }
  | { readonly kind: 'metric-without-data'; readonly metric: string }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'evidence'; readonly metric: string; readonly canaryRequests: number | null };

export type Verdict =
  | { readonly kind: 'worse'; readonly at: number; readonly metric: string }
  | { readonly kind: 'not-worse'; readonly at: number }
  | { readonly kind: 'undecided'; readonly missing: readonly Missing[] };

/** Nulls: not known, or not bounded on that side by the ratios looked at. */
export interface RiskRatio {
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Canary requests still needed; null: cannot be told. 0: reached. */
export interface Needed {
  /** Until `not-worse`, if there is no difference. */
  readonly notWorse: number | null;
  /** Until `worse`, if the canary were from here on five times as bad. */
  readonly worse: number | null;
}

export interface MetricJudgement {
  readonly metric: string;
  /** log10 of this metric's own e-value for `worse` (before the metrics are averaged). */
  readonly evidence: number;
  /** log10 of the e-value for `not-worse`, of this step. */
  readonly evidenceNotWorse: number;
  readonly riskRatio: RiskRatio;
  /** Clump size in use for the next interval. */
  readonly dispersion: number;
  readonly serverNoise: ServerNoise;
  readonly baseline: Counts;
  readonly canary: Counts;
  readonly requestsNeeded: Needed;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** log10 of the e-value for `worse`, all metrics together; of the deciding interval when the verdict is `worse`. */
  readonly evidence: number;
  /** The metric with the most evidence for `worse`, a hint; null without data. */
  readonly leading: string | null;
  readonly requestsNeeded: Needed;
  readonly metrics: readonly MetricJudgement[];
}
