import { DEFAULT_POLICY, type Policy } from '../../../src/rollout/analysis/index.ts';
import { type Figure, say } from '../support/figure.ts';
import { median, quantile } from '../support/statistics.ts';
import { choiceFigures } from './choices.ts';
import { measureCost } from './cost.ts';
import { writeDataset } from './dataset.ts';
import { FAMILIES, serverNoiseId } from './families.ts';
import { upperLimit, waldRequests, waldRequestsKnownRate, waldRequestsNotWorse } from './limits.ts';
import { peersFigures } from './peer-figures.ts';
import type { Outcome } from './play.ts';
import { openPool, type Pool } from './pool.ts';
import { replayFigures } from './replay.ts';
import { requestsToWorse } from './sharp.ts';
import type { Family, Purpose } from './types.ts';

/** What the analysis promises, measured on simulated releases: `npm run bench analysis [PART…]`. */

/** Releases per family: errors of 1 % need that many to be told from 1.1 %. */
const MANY = 10_000;
/** Of what lies outside the guarantees: it informs only. */
const FEWER = 2_000;
/** Enough for a median. */
const SOME = 1_000;
/** Noise of servers is told in tens of percent, and costs a row per server. */
const FEW = 400;
/** Seeds that nothing was tuned on begin here. */
const FRESH = 1_000_000;

type Part = (pool: Pool) => Promise<readonly Figure[]>;

const PARTS: Readonly<Record<string, Part>> = {
  aborts,
  promotions,
  speed,
  sharp,
  servers,
  peers: (pool) => peersFigures(pool, FRESH),
  cost,
  replay: () => replayFigures(FRESH),
};

/** Only when asked for by name: what the defaults were chosen by. */
const CHOICES: Part = (pool) => choiceFigures(pool, FRESH);

export async function analysisBench(words: readonly string[]): Promise<readonly Figure[]> {
  if (words[0] === 'dataset') return dataset(words.slice(1));
  const parts: Readonly<Record<string, Part>> = { ...PARTS, choices: CHOICES };
  const unknown = words.filter((word) => !Object.hasOwn(parts, word));
  if (unknown.length > 0) {
    const known = [...Object.keys(parts), 'dataset --out DIR'].join(', ');
    throw new Error(`there is no part ${unknown.join(', ')}; the parts are ${known}`);
  }
  await using pool = openPool();
  const figures: Figure[] = [];
  for (const name of words.length > 0 ? words : Object.keys(PARTS)) {
    const begun = performance.now();
    say(`analysis ${name}`);
    figures.push(...((await parts[name]?.(pool)) ?? []));
    say(`analysis ${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }
  return figures;
}

async function dataset([flag, out]: readonly string[]): Promise<readonly Figure[]> {
  if (flag !== '--out' || out === undefined) throw new Error('where to? npm run bench analysis dataset --out DIR');
  await writeDataset(out, { perFamily: 10 });
  return [{ name: 'data set', value: `${FAMILIES.length} families, 10 releases each, in ${out}`, met: null }];
}

const percent = (part: number): string => `${(100 * part).toFixed(2)} %`;
const of = (purpose: Purpose): readonly Family[] => FAMILIES.filter((family) => family.purpose === purpose);

/** Servers are named where the world has several that do not differ: then they only tell clumps from swings. */
const named = (family: Family): boolean => family.world.servers?.sd === 0;

/** A rate of errors beside its limit; a family outside the guarantees informs only. */
function errorFigure(family: Family, errors: number, releases: number, limit: number): Figure {
  const upper = upperLimit(errors, releases);
  return {
    name: `${family.title}${family.inside ? '' : ` (outside: ${family.why})`}`,
    value: `${errors} of ${releases.toLocaleString('en')}: ${percent(errors / releases)}, at most ${percent(upper)}`,
    ...(family.inside ? { target: `≤ ${percent(limit)}, upper limit ≤ ${percent(1.1 * limit)}` } : {}),
    met: family.inside ? errors / releases <= limit && upper <= 1.1 * limit : null,
  };
}

/** The releases of a family that the table counts, by the frozen default policy. */
async function playAll(pool: Pool, family: Family, until: 'worse' | 'not-worse') {
  const count = family.inside ? MANY : FEWER;
  const servers = named(family);
  const { outcomes } = await pool.play({
    family: family.id,
    from: FRESH,
    count,
    policy: {},
    until,
    servers,
    peers: false,
  });
  return { outcomes, count };
}

async function aborts(pool: Pool): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const family of of('false-abort')) {
    const { outcomes, count } = await playAll(pool, family, 'worse');
    const errors = outcomes.filter((one) => one.worseAt !== null).length;
    figures.push(errorFigure(family, errors, count, DEFAULT_POLICY.alpha));
    say(`false aborts, ${family.id}: ${errors} of ${count}`);
  }
  return prefixed('false aborts', figures);
}

async function promotions(pool: Pool): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const family of of('false-promotion')) {
    const { outcomes, count } = await playAll(pool, family, 'not-worse');
    // Beta is per step: the step with the most errors counts.
    const steps = 1 + Math.max(0, ...outcomes.flatMap((one) => one.passed));
    const perStep = Array.from(
      { length: steps },
      (_, step) => outcomes.filter((one) => one.passed.includes(step)).length,
    );
    const errors = Math.max(...perStep);
    figures.push(errorFigure(family, errors, count, DEFAULT_POLICY.beta));
    say(`false promotions, ${family.id}: ${errors} of ${count}`);
  }
  return prefixed('false promotions', figures);
}

function prefixed(what: string, figures: readonly Figure[]): readonly Figure[] {
  return figures.map((figure) => ({ ...figure, name: `${what}: ${figure.name}` }));
}

/** Seconds promised for 10, 5 and 3 times as bad at 1,000 requests/s. */
const CALM_SECONDS: Readonly<Record<number, number>> = { 10: 5, 5: 10, 3: 30 };
const TROUBLED_SECONDS: Readonly<Record<number, number>> = { 10: 30, 5: 60, 3: 180 };

async function speed(pool: Pool): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const sharpMedians = new Map<number, number>();
  for (const family of of('speed')) {
    const healthy = family.truth.kind === 'innocent';
    const { outcomes } = await pool.play({
      family: family.id,
      from: FRESH,
      count: SOME,
      policy: {},
      until: healthy ? 'not-worse' : 'worse',
      servers: named(family),
      peers: false,
    });
    figures.push(healthy ? clearedFigure(family, outcomes) : foundFigure(family, outcomes, sharpMedians));
  }
  return figures;
}

/** Seconds until an answer; the look at the end of interval t is at t + 1. */
function secondsOf(times: readonly (number | null)[]): readonly number[] {
  return times.map((t) => (t === null ? Number.POSITIVE_INFINITY : t + 1));
}

function spread(values: readonly number[], unit: string): string {
  const one = (value: number): string => (Number.isFinite(value) ? Math.round(value).toLocaleString('en') : 'never');
  return `median ${one(median(values))}, 90 % within ${one(quantile(values, 0.9))} ${unit}`;
}

function foundFigure(family: Family, outcomes: readonly Outcome[], sharp: Map<number, number>): Figure {
  const { world, truth } = family;
  const seconds = secondsOf(outcomes.map((one) => one.worseAt));
  const requests = outcomes.map((one) => (one.worseAt === null ? Number.POSITIVE_INFINITY : one.canaryRequests));
  const bound = waldRequests({ ...settingOf(family), ratio: truth.riskRatio });
  const value = `${spread(seconds, 's')}; ${spread(requests, 'canary requests')}, ${(median(requests) / bound).toFixed(2)} × Wald’s bound of ${Math.round(bound).toLocaleString('en')}`;
  if (world.requestsPerSecond < 1000) {
    const limit = 1.5 * sharpMedian(truth.riskRatio, sharp);
    return {
      name: family.title,
      value,
      target: `≤ ${Math.round(limit)} canary requests (1.5 × sharp)`,
      met: median(requests) <= limit,
    };
  }
  const calm = world.drift === null && world.clumps.size === 1;
  const limit = (calm ? CALM_SECONDS : TROUBLED_SECONDS)[truth.riskRatio] ?? Number.NaN;
  return { name: family.title, value, target: `≤ ${limit} s (median)`, met: median(seconds) <= limit };
}

function clearedFigure(family: Family, outcomes: readonly Outcome[]): Figure {
  const { share, baseRate } = family.world;
  const seconds = secondsOf(outcomes.map((one) => one.notWorseAt));
  const requests = outcomes.map((one) => (one.notWorseAt === null ? Number.POSITIVE_INFINITY : one.canaryRequests));
  const bound = waldRequestsNotWorse(DEFAULT_POLICY.beta, DEFAULT_POLICY.margin, share, baseRate);
  return {
    name: `not-worse: ${family.title}`,
    value: `${spread(seconds, 's')}; ${spread(requests, 'canary requests')}; Wald’s bound ${Math.round(bound).toLocaleString('en')}, after ${DEFAULT_POLICY.longestTimeoutSeconds} s in which nothing is cleared`,
    met: null,
  };
}

function settingOf({ world }: Family): { alpha: number; harmRatio: number; share: number; baseRate: number } {
  const { alpha, harmRatio } = DEFAULT_POLICY;
  return { alpha, harmRatio, share: world.share, baseRate: world.baseRate };
}

const SHARP_TARGETS: readonly (readonly [number, number])[] = [
  [10, 70],
  [5, 220],
  [3, 700],
];

function sharpRuns(ratio: number): readonly number[] {
  return Array.from({ length: SOME }, (_, run) =>
    requestsToWorse({ baseRate: 0.005, ratio, perCanary: 9 }, FRESH + run, 50_000),
  );
}

function sharpMedian(ratio: number, known: Map<number, number>): number {
  const value = known.get(ratio) ?? median(sharpRuns(ratio));
  known.set(ratio, value);
  return value;
}

async function sharp(): Promise<readonly Figure[]> {
  return SHARP_TARGETS.map(([ratio, target]) => {
    const runs = sharpRuns(ratio);
    const setting = { alpha: DEFAULT_POLICY.alpha, harmRatio: DEFAULT_POLICY.harmRatio, share: 0.1, baseRate: 0.005 };
    const bound = Math.round(waldRequests({ ...setting, ratio }));
    const known = Math.round(waldRequestsKnownRate({ ...setting, ratio }));
    const noHarm = Math.round(waldRequests({ ...setting, harmRatio: 1, ratio }));
    return {
      name: `sharp, every canary request looked at: ${ratio} times as bad`,
      value: `${spread(runs, 'canary requests')}; Wald’s bound ${bound} (${known} if the baseline’s rate were known and could not move; ${noHarm} at harm ratio 1)`,
      target: `≤ ${target}`,
      met: median(runs) <= target,
    };
  });
}

/** Each remedy against noise of servers: what the analysis is told, and under which policy. */
const REMEDIES: readonly {
  readonly name: string;
  /** Old and new servers. */
  readonly world: readonly [number, number];
  readonly servers: boolean;
  readonly policy: Partial<Policy>;
}[] = [
  { name: 'none', world: [9, 1], servers: false, policy: {} },
  { name: 'harm ratio 2', world: [9, 1], servers: false, policy: { harmRatio: 2 } },
  { name: 'two new servers, four old ones', world: [4, 2], servers: true, policy: {} },
  { name: 'measured on nine old servers', world: [9, 1], servers: true, policy: {} },
];

async function servers(pool: Pool): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const sd of [0.2, 0.5]) {
    for (const remedy of REMEDIES) {
      const values: string[] = [];
      for (const times of [1, 3, 10]) {
        const { outcomes } = await pool.play({
          family: serverNoiseId(...remedy.world, sd, times),
          from: FRESH,
          count: FEW,
          policy: remedy.policy,
          until: 'worse',
          servers: remedy.servers,
          peers: false,
        });
        const found = outcomes.filter((one) => one.worseAt !== null);
        values.push(
          times === 1
            ? `false aborts ${percent(found.length / FEW)} (at most ${percent(upperLimit(found.length, FEW))})`
            : `${times} times as bad: ${spread(
                outcomes.map((one) => (one.worseAt === null ? Number.POSITIVE_INFINITY : one.canaryRequests)),
                'canary requests',
              )}`,
        );
      }
      figures.push({ name: `servers ± ${sd} (log rate), remedy: ${remedy.name}`, value: values.join('; '), met: null });
    }
  }
  return figures;
}

async function cost(): Promise<readonly Figure[]> {
  const { updatesPerSecond, bytes, updates } = measureCost(4_000_000);
  return [
    {
      name: 'interval updates per second of processor time, one metric',
      value: `${(updatesPerSecond / 1e6).toFixed(2)} million`,
      target: '≥ 2 million',
      met: updatesPerSecond >= 2e6,
    },
    {
      name: 'bytes of a state as JSON',
      value: `${bytes[0]} after ${(updates / 10).toLocaleString('en')} intervals, ${bytes[1]} after ${(1.1 * updates).toLocaleString('en')}`,
      target: 'constant but for the digits of its numbers',
      met: bytes[1] <= 1.1 * bytes[0],
    },
  ];
}
