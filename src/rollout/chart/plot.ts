import type { Chart, Line, Panel } from './chart.ts';
import { rangePath, stairPath, tenth } from './path.ts';
import { percent, plain, positionOf } from './scale.ts';

/** The panels of a chart for a page of any width: paths in a frame that may be stretched, labels by their part of the height. Pure. */

/** Frame of the paths. */
export const PLOT_WIDTH = 1000;
export const PLOT_HEIGHT = 100;

export interface Plot {
  readonly kind: Panel['kind'];
  readonly title: string;
  /** What a picture cannot say to everybody: the values of each line. */
  readonly words: string;
  readonly lines: readonly {
    readonly name: Line['name'];
    readonly path: string;
    /** Bars from the least to the greatest value; empty where each stretch has one value. */
    readonly range: string;
  }[];
  /** From the top, parts of 1. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly limit: { readonly at: number; readonly label: string } | null;
}

export function plotsOf(chart: Chart): readonly Plot[] {
  const span = chart.to - chart.from;
  const x = (t: number): string => tenth(span > 0 ? ((t - chart.from) / span) * PLOT_WIDTH : 0);
  return chart.panels.map((panel) => {
    const top = (value: number): number => 1 - Math.min(1, Math.max(0, positionOf(panel.scale, value)));
    const y = (value: number): number => Number(tenth(top(value) * PLOT_HEIGHT));
    return {
      kind: panel.kind,
      title: panel.title,
      words: panel.lines.flatMap((line) => wordsOf(panel, line)).join('; '),
      lines: panel.lines
        .filter(({ stretches }) => stretches.length > 0)
        .map(({ name, stretches }) => ({ name, path: stairPath(stretches, x, y), range: rangePath(stretches, x, y) })),
      ticks: panel.scale.ticks.map(({ value, label }) => ({ at: top(value), label })),
      limit: panel.limit === null ? null : { at: top(panel.limit), label: `limit ${panel.limit.toFixed(1)}` },
    };
  });
}

function wordsOf({ kind }: Panel, { name, stretches }: Line): readonly string[] {
  const last = stretches.at(-1);
  if (last === undefined) return [];
  const least = stretches.reduce((low, one) => Math.min(low, one.least), last.least);
  const greatest = stretches.reduce((high, one) => Math.max(high, one.greatest), last.greatest);
  const say = kind === 'rates' || kind === 'share' ? percent : (value: number) => plain(Number(value.toPrecision(3)));
  return [`${name}: from ${say(least)} to ${say(greatest)}, ${say(last.last)} at the end`];
}
