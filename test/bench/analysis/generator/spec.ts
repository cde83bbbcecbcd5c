/** What a simulated world is like. Every part is an option; `null` leaves it out. Times are seconds, parts and rates are from 0 to 1. */
export interface WorldSpec {
  /** Mean requests per second, both versions together. */
  readonly requestsPerSecond: number;
  /** Part of the requests that the canary gets when the release begins. */
  readonly share: number;
  /** Later weights, at multiples of `intervalSeconds`, ascending. Each begins a step. */
  readonly shareChanges: readonly ShareChange[];
  /** Rows are marked `settling` for this long after a change of the weight: the longest time a request may last. */
  readonly settlingSeconds: number;
  /** Long-run bad rate of the old version outside incidents, of every metric. */
  readonly baseRate: number;
  /** What the new version does to the bad rate of the same moment. */
  readonly effect: Effect;
  readonly releaseSeconds: number;
  /** How much of the old version's own past comes with the release; 0: none. */
  readonly historySeconds: number;
  readonly intervalSeconds: number;
  readonly metrics: MetricsSpec;
  readonly day: DaySpec | null;
  readonly drift: DriftSpec | null;
  readonly clumps: ClumpSpec;
  readonly incidents: IncidentSpec | null;
  readonly timeouts: TimeoutSpec | null;
  readonly restarts: RestartSpec | null;
  readonly servers: ServerSpec | null;
  readonly heavyClient: HeavyClientSpec | null;
  readonly missing: MissingSpec | null;
}

export interface ShareChange {
  /** Seconds after the release began. */
  readonly at: number;
  readonly share: number;
}

/** `risk`: the bad rate is `times` as high; `odds`: the odds are, in every interval, also in incidents. */
export interface Effect {
  readonly measure: 'risk' | 'odds';
  readonly times: number;
}

/** Metrics of the same requests, each with its own bad events. */
export interface MetricsSpec {
  readonly count: number;
  /** Part of the bad events that are bad in all metrics at once: the correlation of two metrics' counts. */
  readonly correlation: number;
  /** The effect is on the first so many metrics; on the others the versions do not differ. */
  readonly affected: number;
}

/** Load = requestsPerSecond · (1 + amplitude · sine of the time of day) · noise; the release lies anywhere in the day. */
export interface DaySpec {
  readonly lengthSeconds: number;
  readonly amplitude: number;
  /** Standard deviation of the log of the load, independent from interval to interval, the same for both versions. */
  readonly noise: number;
}

/** The log of the bad rate is a stationary AR(1), the same for both versions and all metrics, from the past into the release. */
export interface DriftSpec {
  /** Of one interval on the one before. */
  readonly coefficient: number;
  /** Stationary standard deviation of the log rate; its mean is such that the mean rate is `baseRate`. */
  readonly sd: number;
}

/** One misfortune is several bad requests: all on one version (and one server), and all in the same metrics. */
export interface ClumpSpec {
  /** Bad requests per misfortune … */
  readonly size: number;
  /** … always so many, or any number from 1 to that with the same chance. */
  readonly sizes: 'fixed' | 'uniform';
  /** They come independently within this time, which begins anywhere in an interval. */
  readonly spreadSeconds: number;
}

/** Stretches in which the bad rate of both versions is raised; gaps between them are exponential. */
export interface IncidentSpec {
  /** Mean gap. */
  readonly everySeconds: number;
  /** Mean length; lengths are uniform from half to one and a half times it. */
  readonly seconds: number;
  /** Each has a bad rate of its own, uniform from a tenth of this up to this. */
  readonly rate: number;
  readonly inHistory: boolean;
}

/** Slow failures, in a source that counts requests when they end: that part of the misfortunes is counted so much later. */
export interface TimeoutSpec {
  readonly part: number;
  readonly seconds: number;
}

/** An instance restarts and fails part of its requests meanwhile. All instances have the load of the canary at its first weight. */
export interface RestartSpec {
  /** Mean time between two restarts of one instance (of everything, when `together`). */
  readonly everySeconds: number;
  readonly seconds: number;
  /** Bad rate of a restarting instance, on top of the usual. */
  readonly rate: number;
  /** All instances of both versions at the same time. */
  readonly together: boolean;
}

/** Each server has a log rate of its own, normal with this standard deviation around the common one, for past and release alike. */
export interface ServerSpec {
  readonly baseline: number;
  readonly canary: number;
  readonly sd: number;
}

/** One client with this part of all requests, all bad; it stays on one side, as long as the weight lets it. */
export interface HeavyClientSpec {
  readonly part: number;
  /** `clients`: the source counts a client once per version, when it first comes; every other request is a client of its own. */
  readonly counted: 'requests' | 'clients';
}

/** Reasons for rows not to be there; none of them looks at the counts. */
export interface MissingSpec {
  /** Chance that nothing was read in an interval. */
  readonly intervals: number;
  /** Each metric by itself is silent now and then, as `IncidentSpec` says of gaps and lengths; null: never. */
  readonly gaps: Stretches | null;
  /** Likewise the canary gets no requests now and then. */
  readonly idle: Stretches | null;
  /** True: raw counters, what was not read comes with the next row; false: it is lost. */
  readonly carried: boolean;
}

export interface Stretches {
  readonly everySeconds: number;
  readonly seconds: number;
}

/** A calm world with an innocent release. */
export const DEFAULT_WORLD: WorldSpec = {
  requestsPerSecond: 1000,
  share: 0.1,
  shareChanges: [],
  settlingSeconds: 30,
  baseRate: 0.005,
  effect: { measure: 'risk', times: 1 },
  releaseSeconds: 600,
  historySeconds: 600,
  intervalSeconds: 1,
  metrics: { count: 1, correlation: 0, affected: 1 },
  day: null,
  drift: null,
  clumps: { size: 1, sizes: 'fixed', spreadSeconds: 0 },
  incidents: null,
  timeouts: null,
  restarts: null,
  servers: null,
  heavyClient: null,
  missing: null,
};

/** No rate is above this: a share of the requests always succeeds. */
export const HIGHEST_RATE = 0.95;

/**
 * The default world with some options replaced.
 *
 * @throws RangeError naming what cannot be simulated
 */
export function makeWorld(options: Partial<WorldSpec>): WorldSpec {
  const spec: WorldSpec = { ...DEFAULT_WORLD, ...options };
  const wrong = checks(spec).find(([fine]) => !fine);
  if (wrong !== undefined) throw new RangeError(`this world cannot be simulated: ${wrong[1]}`);
  return spec;
}

/** What must hold, with what to say when it does not. */
function checks(spec: WorldSpec): readonly (readonly [boolean, string])[] {
  const { clumps, metrics, shareChanges, intervalSeconds } = spec;
  const within = (x: number, low: number, high: number): boolean => x >= low && x <= high;
  const whole = (x: number): boolean => Math.abs(x - Math.round(x)) < 1e-9;
  const shares = [spec.share, ...shareChanges.map((change) => change.share)];
  const times = [0, ...shareChanges.map((change) => change.at), spec.releaseSeconds];
  return [
    [spec.requestsPerSecond > 0 && intervalSeconds > 0, 'requests and intervals must be above 0'],
    [shares.every((share) => share > 0 && share < 1), 'every share must be between 0 and 1'],
    [
      times.every((at, i) => i === 0 || at > (times[i - 1] ?? 0)),
      'changes of the share must ascend within the release',
    ],
    [[...times, spec.historySeconds].every((at) => whole(at / intervalSeconds)), 'times must be whole intervals'],
    [within(spec.baseRate, 0, HIGHEST_RATE), `the base rate must be from 0 to ${HIGHEST_RATE}`],
    [spec.effect.times >= metrics.correlation, 'an effect cannot undo the bad events that metrics share'],
    [within(metrics.count, 1, 6) && whole(metrics.count), 'from 1 to 6 metrics'],
    [within(metrics.correlation, 0, 1), 'a correlation from 0 to 1'],
    [clumps.size >= 1 && whole(clumps.size), 'a clump has 1 bad request or more'],
    [clumps.spreadSeconds >= 0, 'a clump lasts 0 seconds or more'],
    [within(spec.drift?.coefficient ?? 0, 0, 0.999), 'a coefficient of the drift from 0 to 0.999'],
    [spec.servers === null || spec.missing === null, 'missing data are not told server by server'],
  ];
}

/** Bad rate of the new version at a moment at which the old one has `rate`. */
export function rateUnder(effect: Effect, rate: number): number {
  const { measure, times } = effect;
  const changed = measure === 'risk' ? times * rate : (times * rate) / (1 - rate + times * rate);
  return Math.min(HIGHEST_RATE, changed);
}

/** Mean number of bad requests per misfortune. */
export function meanClump({ size, sizes }: ClumpSpec): number {
  return sizes === 'fixed' ? size : (size + 1) / 2;
}
