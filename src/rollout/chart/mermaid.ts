import type { Chart, Line, Panel } from './chart.ts';

/**
 * The chart for where Markdown is shown and pictures are drawn from text: GitHub shows no image that is written into a summary or a comment itself, but
 * it draws Mermaid. Its `xychart` knows values at equal steps: no gaps, no legend, no log scale. The drawing in characters says more; this is quicker to
 * see. Where nothing was read the last value goes on. No word from outside stands in it. Pure.
 */

/** Columns that a line has room for, and its values: one at each end of a column. */
export const MERMAID_COLUMNS = 40;
const POINTS = MERMAID_COLUMNS + 1;
/** From here on minutes are written. */
const LONG_S = 600;

/** One diagram for each panel that has anything to show; how many asked is told in words. @param seconds time that the width stands for */
export function mermaidCharts(chart: Chart, seconds: number): readonly string[] {
  const time =
    seconds > LONG_S
      ? `"minutes at work" 0 --> ${short(seconds / 60)}`
      : `"seconds at work" 0 --> ${short(Math.max(seconds, 1))}`;
  return chart.panels.flatMap((panel) => {
    const { kind, limit } = panel;
    const lines = panel.lines.filter(({ stretches }) => stretches.length > 0);
    if (lines.length === 0 || kind === 'load') return [];
    const { title, unit, times } = WORDS[kind];
    const form = lines.length === 2 ? FORMS : { baseline: 'line', canary: 'line', evidence: 'line' };
    const [low, high] = [kind === 'evidence' ? panel.scale.low : 0, panel.scale.high];
    const at = (value: number): string => short(times * Math.min(high, Math.max(low, value)));
    const row = (kind: string, values: readonly number[]): string => `  ${kind} [${values.map(at).join(', ')}]`;
    return [
      [
        'xychart-beta',
        `  title "${kind === 'evidence' ? panel.title : `${title}${lines.length === 2 ? BOTH : ''}`}"`,
        `  x-axis ${time}`,
        `  y-axis "${unit}" ${short(times * low)} --> ${short(times * high)}`,
        // Bars lie behind lines only when they come first.
        ...lines.toSorted(baselineFirst).map((line) => row(form[line.name], valuesOf(line, chart))),
        ...(limit === null
          ? []
          : [
              row(
                'line',
                Array.from({ length: POINTS }, () => limit),
              ),
            ]),
      ].join('\n'),
    ];
  });
}

const FORMS: Readonly<Record<Line['name'], string>> = { baseline: 'bar', canary: 'line', evidence: 'line' };
const BOTH = ' (line: new version, bars: the one before)';
const WORDS: Readonly<
  Record<Exclude<Panel['kind'], 'load'>, { readonly title: string; readonly unit: string; readonly times: number }>
> = {
  share: { title: 'Share of traffic to the new version', unit: '%', times: 100 },
  rates: { title: 'Bad answers', unit: '%', times: 100 },
  evidence: { title: '', unit: 'log10', times: 1 },
};

function baselineFirst(a: Line, b: Line): number {
  return Number(b.name === 'baseline') - Number(a.name === 'baseline');
}

/** At equal steps from the first moment to the last; 0 before anything was read. */
function valuesOf({ stretches }: Line, { from, to }: Chart): readonly number[] {
  return Array.from({ length: POINTS }, (_, index) => {
    const t = from + ((to - from) * index) / (POINTS - 1);
    return stretches.findLast((one) => one.from <= t)?.last ?? 0;
  });
}

/** Three digits: more cannot be seen. */
function short(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return String(Math.abs(rounded) < 1e-6 ? 0 : rounded);
}
