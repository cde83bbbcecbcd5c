import { expect, test } from 'vitest';
import { mermaidCharts } from '../../../src/rollout/chart/index.ts';
import { sampleOf, worseStream } from './sample.ts';

/** Diagrams that a forge draws from text. Their form was checked by mermaid itself, see docs/report.md. */

test('bars for the version that was there, a line for the new one, and the limit of the evidence', async () => {
  const { chart } = await sampleOf(worseStream());
  const [rates = '', worse = '', notWorse = '', ...more] = mermaidCharts(chart, 55);
  expect(more).toEqual([]);
  const lines = rates.split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'xychart-beta',
    '  title "Bad answers (line: new version, bars: the one before)"',
    '  x-axis "seconds at work" 0 --> 55',
    '  y-axis "%" 0 --> 6',
  ]);
  expect(lines.slice(4).map((line) => line.trim().split(' ')[0])).toEqual(['bar', 'line']);
  expect(worse).toContain('title "evidence for worse, log10: 5.4 at the end, limit 2.0"');
  expect(notWorse).toContain('title "evidence for not worse, log10: 0.0 at the end, limit 1.3"');
  const rows = [rates, worse, notWorse].flatMap((text) => [...text.matchAll(/^ {2}(?:bar|line) \[(.*)\]$/gm)]);
  expect(rows).toHaveLength(6);
  for (const [, row = ''] of rows) {
    const values = row.split(', ').map(Number);
    expect(values).toHaveLength(41);
    expect(values.every(Number.isFinite), row).toBe(true);
  }
  expect(worse).toMatch(/line \[(?:2, )+2\]$/);
});

test('no value lies beyond its axis, a long course has minutes, and an empty one no picture', async () => {
  const { chart } = await sampleOf(worseStream());
  for (const text of mermaidCharts(chart, 5_400)) {
    expect(text).toContain('x-axis "minutes at work" 0 --> 90');
    const [, low = '', high = ''] = /y-axis "[^"]+" (\S+) --> (\S+)/.exec(text) ?? [];
    const values = [...text.matchAll(/\[(.*)\]/g)].flatMap(([, row = '']) => row.split(', ').map(Number));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(Number(low));
    expect(Math.max(...values)).toBeLessThanOrEqual(Number(high));
  }
  expect(mermaidCharts({ ...chart, panels: chart.panels.map((panel) => ({ ...panel, lines: [] })) }, 5)).toEqual([]);
});

test('what others wrote stands in no diagram', async () => {
  const { chart } = await sampleOf(worseStream());
  const hostile = '"]\n```\n# head <img src=x>';
  const named = {
    ...chart,
    title: hostile,
    reason: hostile,
    words: [hostile],
    panels: chart.panels.map((panel) => (panel.kind === 'evidence' ? panel : { ...panel, title: hostile })),
  };
  expect(mermaidCharts(named, 55)).toEqual(mermaidCharts(chart, 55));
});
