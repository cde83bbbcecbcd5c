/** Axes: where a value lies between the ends of a chart, and which values are written beside it. Pure. */

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface Scale {
  readonly kind: 'linear' | 'log';
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
}

/** Rates that differ by this factor or more are drawn on a log scale: on a linear one the smaller would lie on the axis. */
const LOG_FROM = 20;

/** Part of the way from the low to the high end, not cut off: below 0 and above 1 lie outside. */
export function positionOf(scale: Scale, value: number): number {
  if (scale.kind === 'linear') return (value - scale.low) / (scale.high - scale.low);
  // A rate of zero has no logarithm; it is drawn on the lower end.
  if (value <= scale.low) return 0;
  return Math.log(value / scale.low) / Math.log(scale.high / scale.low);
}

/** An axis for rates (parts of 1): from 0, or by decades where they differ too much for that. */
export function rateScale(rates: readonly number[]): Scale {
  const positive = rates.filter((rate) => rate > 0);
  const greatest = extreme(positive, Math.max) ?? 0.01;
  const least = extreme(positive, Math.min) ?? greatest;
  if (greatest / least >= LOG_FROM) return decades(least, greatest);
  const step = stepFor(greatest / 3);
  const high = step * Math.ceil(greatest / step - 1e-9);
  return { kind: 'linear', low: 0, high, ticks: linearTicks(0, high, step, percent) };
}

/** An axis for numbers of things, from 0. */
export function countScale(counts: readonly number[]): Scale {
  const greatest = extreme(counts, Math.max) ?? 0;
  const step = stepFor((greatest > 0 ? greatest : 1) / 3);
  const high = step * Math.max(1, Math.ceil(greatest / step - 1e-9));
  return { kind: 'linear', low: 0, high, ticks: linearTicks(0, high, step, plain) };
}

/** The whole of something, in halves. */
export const WHOLE: Scale = {
  kind: 'linear',
  low: 0,
  high: 1,
  ticks: [0, 0.5, 1].map((value) => ({ value, label: percent(value) })),
};

function decades(least: number, greatest: number): Scale {
  const from = Math.floor(Math.log10(least) + 1e-9);
  const to = Math.ceil(Math.log10(greatest) - 1e-9);
  const powers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const ticks = powers.map((power) => ({ value: 10 ** power, label: percent(10 ** power) }));
  return { kind: 'log', low: 10 ** from, high: 10 ** to, ticks };
}

/**
 * An axis for log10 evidence around its limit. It ends three limits above and one below zero: what lies beyond is drawn on the
 * edge, since the course up to the decision is what matters.
 */
export function evidenceScale(values: readonly number[], limit: number): Scale {
  const greatest = extreme(values, Math.max) ?? 0;
  const least = extreme(values, Math.min) ?? 0;
  const high = Math.min(3 * limit, Math.max(1.25 * limit, greatest));
  const low = Math.max(-limit, Math.min(0, least));
  return { kind: 'linear', low, high, ticks: linearTicks(low, high, stepFor((high - low) / 3), plain) };
}

/** Round values along a stretch of time, both ends included. */
export function timeTicks(from: number, to: number, about: number): readonly Tick[] {
  if (!(to > from)) return [{ value: from, label: plain(from) }];
  const step = stepFor((to - from) / Math.max(1, about));
  const inner = linearTicks(from, to, step, plain).filter(
    ({ value }) => value - from > step / 2 && to - value > step / 2,
  );
  return [{ value: from, label: plain(from) }, ...inner, { value: to, label: plain(to) }];
}

function linearTicks(low: number, high: number, step: number, label: (value: number) => string): readonly Tick[] {
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step).map((value) => ({
    value,
    label: label(value),
  }));
}

/** The round number (1, 2 or 5 times a power of ten) that is nearest above `wanted`. */
function stepFor(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const lead = wanted / power;
  return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/** `0.5 %` of 0.005. Three digits: more cannot be seen in a chart. */
export function percent(part: number): string {
  return `${plain(Number((part * 100).toPrecision(3)))} %`;
}

/** A number without binary noise: nine digits, and times to the millisecond. */
export function plain(value: number): string {
  const rounded = Math.abs(value) >= 1e6 ? Math.round(value * 1000) / 1000 : Number(value.toPrecision(9));
  return String(rounded === 0 ? 0 : rounded);
}

/** Without a call per value: a list may be longer than an argument list can be. */
function extreme(values: readonly number[], choose: (a: number, b: number) => number): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => choose(a, b));
}
