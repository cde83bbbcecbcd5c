import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../src/model/problem.ts';
import type { AnalyseOptions, Chunks } from '../../../src/rollout/analysis/index.ts';
import { analyseCsv } from '../../../src/rollout/analysis/index.ts';
import { poisson, random } from './support.ts';

const HEADER = 't,baseline_requests,baseline_bad,canary_requests,canary_bad';

/** 1,000 requests/s, 10 % share, 0.5 % base errors. */
function csv(seconds: number, ratio: number, seed = 1): string {
  const next = random(seed);
  const lines = Array.from(
    { length: seconds },
    (_, t) => `${t},900,${poisson(next, 4.5)},100,${poisson(next, 0.5 * ratio)}`,
  );
  return [HEADER, ...lines, ''].join('\n');
}

function history(seconds: number): string {
  const next = random(99);
  const lines = Array.from({ length: seconds }, (_, t) => `${t},1000,${poisson(next, 5)}`);
  return ['t,baseline_requests,baseline_bad', ...lines].join('\n');
}

async function problemsIn(text: Chunks, options: AnalyseOptions = {}): Promise<string> {
  try {
    await analyseCsv(text, { source: 'counts.csv', ...options });
    return 'accepted';
  } catch (error) {
    if (error instanceof ProblemError)
      return error.problems.map((each) => `${each.where} ${each.code}: ${each.found}`).join(' | ');
    throw error;
  }
}

describe('analyse', () => {
  it('reports a bad canary as worse, with the row that decided', async () => {
    const report = await analyseCsv(csv(300, 10), { baselineHistory: history(600) });
    expect(report.verdict).toBe('worse');
    expect(report.at).toBeLessThan(8);
    expect(report.evidence).toBeGreaterThanOrEqual(2);
    expect(report.riskRatio.low).toBeGreaterThan(5);
    expect(report.riskRatio.estimate).toBeGreaterThan(7);
    expect(report.riskRatio.high).toBeLessThan(15);
    expect(report.requestsNeeded).toBe(0);
    expect(report.reason).toContain('more than 1.25 times as bad');
    expect(report.metrics.map((metric) => metric.metric)).toEqual(['errors']);
  });

  it('without history a bad canary takes longer: dispersion must first be seen in the rows read', async () => {
    const alone = await analyseCsv(csv(300, 10));
    const informed = await analyseCsv(csv(300, 10), { baselineHistory: history(600) });
    expect(alone.verdict).toBe('worse');
    expect(alone.at ?? 0).toBeGreaterThan(informed.at ?? 0);
    expect(alone.at).toBeLessThan(60);
  });

  it('rows before the canary has requests are history', async () => {
    const past = Array.from({ length: 600 }, (_, t) => `${t - 600},1000,5,0,0`);
    const [head = '', ...rest] = csv(300, 10).split('\n');
    const report = await analyseCsv([head, ...past, ...rest].join('\n'));
    expect(report.verdict).toBe('worse');
    expect(report.at).toBeLessThan(8);
  });

  it('reports a healthy canary as not-worse, an unclear one as undecided with the number of requests still needed', async () => {
    const report = await analyseCsv(csv(600, 1), { baselineHistory: history(600) });
    expect(report.verdict).toBe('not-worse');
    expect(report.at).toBeGreaterThanOrEqual(30);
    expect(report.at).toBeLessThan(200);
    expect(report.evidence).toBeLessThan(0);
    expect(report.requestsNeeded).toBe(0);
    const short = await analyseCsv(csv(33, 1), { baselineHistory: history(600) });
    expect(short.verdict).toBe('undecided');
    expect(short.at).toBeNull();
    expect(short.requestsNeeded).toBeGreaterThan(500);
    expect(short.requestsNeeded).toBeLessThan(20_000);
    expect(short.reason).toMatch(/needs about \d+ more canary requests/);
  });

  it('worse overrides an earlier not-worse', async () => {
    const later = csv(300, 10, 5)
      .split('\n')
      .slice(1, -1)
      .map((line, i) => line.replace(/^\d+/, String(600 + i)));
    const report = await analyseCsv(csv(600, 1) + later.join('\n'));
    expect(report.verdict).toBe('worse');
    expect(report.at).toBeGreaterThanOrEqual(600);
  });

  it('gives the same answer however the text is cut', async () => {
    const text = csv(200, 3).replaceAll('\n', '\r\n');
    async function* pieces() {
      for (let at = 0; at < text.length; at += 7) yield text.slice(at, at + 7);
    }
    const whole = await analyseCsv(`\uFEFF${text}`);
    expect(await analyseCsv(pieces())).toEqual(whole);
    expect(await analyseCsv([text.slice(0, 100), text.slice(100)])).toEqual(whole);
    expect(await analyseCsv(csv(200, 3))).toEqual(whole);
  });

  it('judges several metrics together, in any order of columns and rows, and each by itself', async () => {
    const lines = csv(300, 10).split('\n').slice(1, -1);
    const calm = csv(300, 1, 2).split('\n').slice(1, -1);
    const named = (line: string, metric: string): string => line.replace(',', `,${metric},`);
    const both = lines.flatMap((line, i) => [named(line, 'errors'), named(calm[i] ?? '', 'slow')]);
    const header = 't,metric,baseline_requests,baseline_bad,canary_requests,canary_bad';
    const report = await analyseCsv([header, ...both].join('\n'), {
      baselineHistory: `t,metric,baseline_requests,baseline_bad\n${Array.from({ length: 600 }, (_, t) => `${t},errors,1000,5\n${t},slow,1000,5\n${t},unused,1000,5`).join('\n')}`,
    });
    expect(report.verdict).toBe('worse');
    expect(report.metrics.map((metric) => metric.metric)).toEqual(['errors', 'slow']);
    expect(report.reason).toMatch(/^errors:/);
    expect(report.metrics[1]?.evidence).toBeLessThan(0);
    const shuffled = both.map((_, i) => both[i % 2 === 0 ? i + 1 : i - 1] ?? '');
    const again = await analyseCsv([header, ...shuffled].join('\n'), { baselineHistory: history(1) });
    expect(again.verdict).toBe('worse');
  });

  it('prints numbers and nulls only', async () => {
    const nothing = await analyseCsv(`${HEADER}\n0,0,0,0,0\n`);
    expect(JSON.parse(JSON.stringify(nothing))).toEqual(nothing);
    expect(nothing).toMatchObject({
      verdict: 'undecided',
      at: null,
      evidence: 0,
      riskRatio: { estimate: null, low: null, high: null },
      requestsNeeded: null,
    });
    expect(Object.keys(nothing)).toEqual([
      'verdict',
      'at',
      'evidence',
      'riskRatio',
      'requestsNeeded',
      'reason',
      'metrics',
    ]);
  });

  it('takes the settings of the policy', async () => {
    const text = csv(300, 3);
    const strict = await analyseCsv(text, { policy: { mode: 'sharp', alpha: 0.2 } });
    const careful = await analyseCsv(text, { policy: { mode: 'sharp', alpha: 1e-6 } });
    expect(strict.at ?? 0).toBeLessThan(careful.at ?? 0);
    expect((await analyseCsv(text, { policy: { harmRatio: 20 } })).verdict).not.toBe('worse');
  });
});

describe('analyse refuses', () => {
  const good = '1,900,5,100,1';
  it.each([
    ['nothing', '', 'counts.csv analysis.csv-empty'],
    ['a header alone', HEADER, 'a header without rows'],
    ['no header', good, 'counts.csv:1:1 analysis.csv-unknown-column: 1'],
    [
      'a misspelt column',
      `${HEADER.replace('canary_bad', 'canary_bed')}\n${good}`,
      'counts.csv:1:5 analysis.csv-unknown-column: canary_bed',
    ],
    ['a missing column', `${HEADER.replace(',canary_bad', '')}\n1,900,5,100`, 'analysis.csv-missing-column'],
    ['a column twice', `${HEADER},t\n${good},1`, 'counts.csv:1:6 analysis.csv-unknown-column: t twice'],
    ['a short row', `${HEADER}\n${good}\n2,900,5,100`, 'counts.csv:3 analysis.csv-width: 4 columns'],
    [
      'bad > requests',
      `${HEADER}\n${good}\n2,900,5,100,101`,
      'counts.csv:3:canary_bad analysis.csv-value: 101 bad of 100 requests',
    ],
    [
      'bad > requests in the baseline',
      `${HEADER}\n2,4,5,100,1`,
      'counts.csv:2:baseline_bad analysis.csv-value: 5 bad of 4',
    ],
    ['a negative count', `${HEADER}\n1,900,-5,100,1`, 'counts.csv:2:baseline_bad analysis.csv-value: "-5"'],
    ['a fraction', `${HEADER}\n1,900,5,100.5,1`, 'counts.csv:2:canary_requests analysis.csv-value: "100.5"'],
    ['a word', `${HEADER}\n1,900,many,100,1`, 'counts.csv:2:baseline_bad analysis.csv-value: "many"'],
    ['an empty cell', `${HEADER}\n1,900,,100,1`, 'counts.csv:2:baseline_bad analysis.csv-value: an empty cell'],
    [
      'a number beyond whole doubles',
      `${HEADER}\n1,9007199254740993,5,100,1`,
      'counts.csv:2:baseline_requests analysis.csv-value',
    ],
    ['no time', `${HEADER}\nnow,900,5,100,1`, 'counts.csv:2:t analysis.csv-value: "now"'],
    ['unsorted t', `${HEADER}\n2,900,5,100,1\n${good}`, 'counts.csv:3:t analysis.unsorted: t 1 after t 2'],
    ['t twice', `${HEADER}\n${good}\n${good}`, 'counts.csv:3:t analysis.duplicate: metric errors twice at t 1'],
    ['broken quotes', `${HEADER}\n${good}\n"2,900,5,100,1`, 'analysis.csv-syntax'],
  ])('%s', async (_, text, expected) => {
    expect(await problemsIn(text)).toContain(expected);
  });

  it('a broken history, by its own name', async () => {
    const text = `${HEADER}\n${good}`;
    const problems = (past: string): Promise<string> =>
      problemsIn(text, { baselineHistory: past, historySource: 'past.csv' });
    expect(await problems('t,baseline_requests\n1,5')).toContain('past.csv:1:1 analysis.csv-missing-column');
    expect(await problems('t,baseline_requests,baseline_bad\n2,5,1\n1,5,1')).toContain(
      'past.csv:3:t analysis.unsorted',
    );
    expect(await problems('t,baseline_requests,baseline_bad\n2,5,6')).toContain('past.csv:2:baseline_bad');
  });

  it('bad settings, and a metric that is not one of those named', async () => {
    expect(await problemsIn(`${HEADER}\n${good}`, { policy: { alpha: 2 } })).toContain('analysis.bad-setting');
    expect(await problemsIn(`${HEADER}\n${good}`, { metrics: ['slow'] })).toContain('analysis.unknown-metric');
  });
});
