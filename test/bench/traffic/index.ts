import { parseArgs } from 'node:util';
import type { LoadResult } from '../../../scripts/components/load.ts';
import { type Figure, say } from '../support/figure.ts';
import { addTallies, lost, lostInWords, type Tally, tally } from '../support/hits.ts';
import { median, quantile } from '../support/statistics.ts';
import { measureCapacity, workingRate } from './capacity.ts';
import { killController } from './dead-man.ts';
import { TEN_TIMES, turnBad } from './detection.ts';
import { expectExit, openTrafficLab, type TrafficLab, type TrafficLabOptions } from './lab.ts';
import { promote, takeBackByCommand, takeBackByVerdict, underLoad } from './releases.ts';
import { openShiftBench, shiftUnderLoad } from './shifts.ts';
import { openSpeedLab } from './speeds.ts';
import { CANARY, type MeasuredStrategy, STRATEGIES } from './strategies.ts';

/**
 * What releases do to traffic, in figures: `npm run bench traffic [--proxy nginx] [--strategy blue-green|rolling] [--rounds N] [PART…]`.
 * For longer series of releases: `--rate N` requests per second instead of 60 % of the capacity, `--control N` seconds of control instead of as long as the round.
 */

type Proxy = 'haproxy' | 'nginx';

/** What was asked for on the command line. */
interface Wish {
  readonly proxy: Proxy;
  /** Of `releases`. */
  readonly strategy: MeasuredStrategy;
  readonly rounds: number;
  /** Requests per second; null: 60 % of the capacity. */
  readonly rate: number | null;
  /** Length of the control run of a round, seconds; null: as long as the round. */
  readonly control: number | null;
}

const PARTS: Readonly<Record<string, (wish: Wish) => Promise<readonly Figure[]>>> = {
  shifts,
  releases,
  detection,
  'dead-man': deadMan,
  speeds,
};

export async function trafficBench(words: readonly string[]): Promise<readonly Figure[]> {
  const { values, positionals: names } = parseArgs({
    args: [...words],
    options: {
      proxy: { type: 'string', default: 'haproxy' },
      strategy: { type: 'string', default: 'canary' },
      rounds: { type: 'string', default: '10' },
      rate: { type: 'string' },
      control: { type: 'string' },
    },
    allowPositionals: true,
  });
  const proxy = values.proxy === 'nginx' ? 'nginx' : 'haproxy';
  if (proxy !== values.proxy) throw new Error(`there is no proxy ${values.proxy}; there are haproxy and nginx`);
  const strategy = STRATEGIES[values.strategy];
  if (strategy === undefined) {
    throw new Error(`there is no strategy ${values.strategy}; there are ${Object.keys(STRATEGIES).join(' and ')}`);
  }
  const rounds = positive('rounds', values.rounds);
  const rate = values.rate === undefined ? null : positive('rate', values.rate);
  const control = values.control === undefined ? null : positive('control', values.control);
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    throw new Error(`there is no part ${unknown.join(', ')}; the parts are ${Object.keys(PARTS).join(', ')}`);
  }
  const figures: Figure[] = [];
  for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
    say(`traffic ${name}, ${proxy}, ${values.strategy}`);
    figures.push(...((await PARTS[name]?.({ proxy, strategy, rounds, rate, control })) ?? []));
  }
  return figures;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name} ${text}: a number from 1 is expected`);
}

/** The lab's settings with this proxy. */
function behind(proxy: Proxy, options: TrafficLabOptions): TrafficLabOptions {
  return { ...options, traffic: { ...options.traffic, kind: proxy } };
}

const ms = (value: number): string => `${Math.round(value).toLocaleString('en')} ms`;
const spread = (values: readonly number[]): string =>
  `median ${ms(median(values))}, p95 ${ms(quantile(values, 0.95))}, max ${ms(Math.max(...values))} (n = ${values.length})`;
const count = (value: number): string => value.toLocaleString('en');

function lossFigure(name: string, one: Tally, control: Tally, rate: number): Figure {
  const words = `${one.connectionErrors} connection errors, ${one.serverErrors} 5xx, ${one.others} others`;
  const beside = `control run: ${lost(control)} of ${count(control.requests)}`;
  const valid = lost(control) === 0;
  return {
    name,
    value: `${words} in ${count(one.requests)} requests at ${count(rate)}/s (${count(one.injected)} ordered failures left out); ${beside}${valid ? '' : ', so both are discarded'}`,
    target: '0, and 0 in the control run',
    met: valid ? lost(one) === 0 : null,
  };
}

async function shifts({ proxy }: Wish): Promise<readonly Figure[]> {
  await using bench = await openShiftBench(proxy);
  const capacity = await measureCapacity(bench.url);
  const rate = workingRate(capacity);
  say(`capacity ${capacity.rate}/s (then ${capacity.limit}); working at ${rate}/s`);
  const begun = performance.now();
  const shifted = await shiftUnderLoad(bench, { rate, shifts: 100, everyMs: 150 });
  const seconds = (performance.now() - begun) / 1000;
  const control = await shiftUnderLoad(bench, { rate, shifts: 0, everyMs: 0, seconds });
  say(lostInWords(shifted.hits));
  return [
    {
      name: 'capacity (open loop, generator on the same machine)',
      value: `${count(capacity.rate)}/s; at ${capacity.limit}`,
      met: null,
    },
    lossFigure('lost in 100 weight shifts', tally(shifted.hits), tally(control.hits), rate),
    {
      name: 'latency during the shifts / in the control run',
      value: `p99 ${shifted.latencyMs.p99.toFixed(1)} / ${control.latencyMs.p99.toFixed(1)} ms, max ${shifted.latencyMs.max.toFixed(0)} / ${control.latencyMs.max.toFixed(0)} ms`,
      met: null,
    },
  ];
}

/** A lab in which 1.0.0 serves. */
export async function servingLab(options: TrafficLabOptions, errorRate: number | null = null): Promise<TrafficLab> {
  const traffic = await openTrafficLab(options);
  try {
    if (errorRate === null) await traffic.healthy('1.0.0');
    else await traffic.faulty('1.0.0', errorRate);
    expectExit(await traffic.release().ended, 0);
    return traffic;
  } catch (error) {
    await traffic[Symbol.asyncDispose]();
    throw error;
  }
}

/** Tally of a load; what was lost is shown at once. */
function counted(load: LoadResult): Tally {
  const one = tally(load.hits);
  if (lost(one) > 0) say(lostInWords(load.hits));
  return one;
}

async function releases({ proxy, strategy, rounds, rate: asked, control: seconds }: Wish): Promise<readonly Figure[]> {
  await using traffic = await servingLab(behind(proxy, strategy.options));
  const rate = asked ?? (await ofCapacity(traffic));
  say(`working at ${rate}/s`);
  const promoted: Tally[] = [];
  const rollbacks: Tally[] = [];
  const control: Tally[] = [];
  const verdicts: number[] = [];
  const commands: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const begun = performance.now();
    for (const minor of [1, 2]) {
      const back = await takeBackByVerdict(traffic, `${round}.${minor}.0`, rate);
      verdicts.push(back.ms);
      rollbacks.push(counted(back.load));
    }
    const byCommand = await takeBackByCommand(traffic, `${round}.3.0`, rate, strategy.begun);
    commands.push(byCommand.ms);
    rollbacks.push(counted(byCommand.load));
    for (const minor of [4, 5]) {
      promoted.push(counted(await promote(traffic, `${round}.${minor}.0`, rate, strategy.inspected)));
    }
    // The control run stands beside each round, so that both meet the same machine.
    const took = seconds === null ? performance.now() - begun : seconds * 1_000;
    const { load } = await underLoad(traffic, rate, () => new Promise((resolve) => setTimeout(resolve, took)));
    control.push(counted(load));
    const losses = `lost ${lost(addTallies([...promoted, ...rollbacks]))}, control ${lost(addTallies(control))}`;
    say(
      `round ${round}: verdict → zero ${verdicts.slice(-2).map(ms).join(', ')}; command ${ms(byCommand.ms)}; ${losses}`,
    );
  }
  return [
    lossFigure(`lost in ${promoted.length} releases promoted`, addTallies(promoted), addTallies(control), rate),
    lossFigure(`lost in ${rollbacks.length} rollbacks`, addTallies(rollbacks), addTallies(control), rate),
    {
      name: 'verdict → last answer of the bad version',
      value: spread(verdicts),
      target: '≤ 300 ms (p95)',
      met: quantile(verdicts, 0.95) <= 300,
    },
    { name: '`shiplock rollback` started → last answer of the new version', value: spread(commands), met: null },
  ];
}

async function ofCapacity(traffic: TrafficLab): Promise<number> {
  const capacity = await measureCapacity(traffic.url);
  say(`capacity ${capacity.rate}/s (then ${capacity.limit})`);
  return workingRate(capacity);
}

async function detection({ proxy }: Wish): Promise<readonly Figure[]> {
  // The defaults of the analysis, with its 60 s of past.
  await using traffic = await servingLab(behind(proxy, {}), TEN_TIMES.base);
  const found: number[] = [];
  const verdicts: number[] = [];
  for (let n = 1; n <= 10; n++) {
    const one = await turnBad(traffic, `${n}.1.0`, TEN_TIMES);
    found.push(one.ms);
    verdicts.push(one.fromVerdictMs);
    say(`run ${n}: share ${(one.share * 100).toFixed(2)} %, first bad answer → zero ${ms(one.ms)}`);
  }
  return [
    {
      name: 'first bad answer → zero traffic (1,000/s, 10 %, 0.5 % → 5 %)',
      value: spread(found),
      target: '≤ 10 s (median)',
      met: median(found) <= 10_000,
    },
    { name: 'of that, verdict → last answer', value: spread(verdicts), met: null },
  ];
}

async function deadMan({ proxy }: Wish): Promise<readonly Figure[]> {
  await using traffic = await servingLab(behind(proxy, CANARY.options));
  const alone: number[] = [];
  const both: number[] = [];
  for (let n = 1; n <= 5; n++) {
    alone.push((await killController(traffic, `${n}.1.0`, { rate: 1_000, guardToo: false })).ms);
    both.push((await killController(traffic, `${n}.2.0`, { rate: 1_000, guardToo: true })).ms);
    say(`run ${n}: controller killed ${ms(alone.at(-1) ?? 0)}, with the guard ${ms(both.at(-1) ?? 0)}`);
  }
  return [
    {
      name: 'controller killed (N = 5 s) → last answer of the version',
      value: spread(alone),
      target: '≤ 7,000 ms',
      met: Math.max(...alone) <= 7_000,
    },
    {
      name: 'controller and guard killed → last answer',
      value: spread(both),
      target: '≤ 1,000 ms',
      met: Math.max(...both) <= 1_000,
    },
  ];
}

async function speeds({ proxy }: Wish): Promise<readonly Figure[]> {
  // It freezes and kills processes by HAProxy's own words.
  if (proxy !== 'haproxy') return [];
  await using lab = await openSpeedLab();
  const plan = await lab.traffic.lab.shiplock(['plan', 'production']);
  if (plan.code !== 0) throw new Error(`plan ended with ${plan.code}: ${plan.stderr}`);
  const times: number[] = [];
  for (let n = 0; n < 10; n++) {
    const begun = performance.now();
    await lab.traffic.lab.shiplock(['plan', 'production']);
    times.push(performance.now() - begun);
  }
  const seen = await lab.measure(['status', 'production'], 10);
  return [
    ...seen.map((one) => ({
      name: `\`status\`, ${one.what}`,
      value: spread(one.ms),
      target: '≤ 2 s',
      met: Math.max(...one.ms) <= 2_000,
    })),
    { name: '`plan`, everything up', value: spread(times), met: null },
  ];
}
