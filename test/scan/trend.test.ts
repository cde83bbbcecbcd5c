import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sparkline } from '../../src/cli/commands/scan-trend.ts';
import { type TrendEntry, trendDays } from '../../src/scan/trend/entry.ts';
import { appendTrend, readTrend, trendFile } from '../../src/scan/trend/file.ts';

/** Which findings came and went, and what a crash leaves of the file. */

function entry(time: string, high: readonly string[], more: Partial<TrendEntry> = {}): TrendEntry {
  return {
    ...{ v: 1, time: `${time}:00.000Z`, commit: null, verdict: 'findings', complete: true, waived: 0 },
    open: { critical: [], high: [...high], medium: [], low: [] },
    ...more,
  };
}

describe('days', () => {
  test('the last whole scan of a day counts, beside the day before it that has one', () => {
    const days = trendDays([
      entry('2026-11-20T09:00', ['a', 'b']),
      entry('2026-11-20T17:00', ['a', 'b', 'c']),
      entry('2026-11-22T08:00', ['c', 'd'], { waived: 2 }),
    ]);
    expect(days.map(({ day, open, appeared, gone }) => [day, open.high, appeared?.high, gone?.high])).toEqual([
      ['2026-11-20', 3, undefined, undefined],
      ['2026-11-22', 2, 1, 2],
    ]);
    expect(days[1]?.waived).toBe(2);
  });

  test('a scan in which somebody was missing mends nothing', () => {
    const days = trendDays([
      entry('2026-11-20T09:00', ['a']),
      entry('2026-11-20T10:00', [], { complete: false }),
      entry('2026-11-21T10:00', [], { complete: false }),
    ]);
    expect(days.map(({ day, open, incomplete }) => [day, open.high, incomplete])).toEqual([['2026-11-20', 1, 1]]);
  });

  test('a finding that is rated anew is no new one', () => {
    const medium = { open: { critical: [], high: [], medium: ['a'], low: [] } };
    const [, second] = trendDays([entry('2026-11-20T09:00', ['a']), entry('2026-11-21T09:00', [], medium)]);
    expect([second?.appeared?.medium, second?.gone?.high]).toEqual([0, 0]);
  });
});

describe('the file', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shiplock-trend-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('where there is none there are no scans', async () => {
    expect(await readTrend(join(dir, 'none'))).toEqual({ entries: [], torn: 0 });
  });

  test('a line that a crash has cut spoils only itself', async () => {
    const file = trendFile(join(dir, 'state'));
    const [one, two, three] = ['20', '21', '22'].map((day) => entry(`2026-11-${day}T09:00`, ['a']));
    if (one === undefined || two === undefined || three === undefined) throw new Error('three days');
    await appendTrend(file, one);
    const whole = JSON.stringify(two);
    for (const cut of [1, 20, whole.length - 1]) {
      await appendFile(file, whole.slice(0, cut));
      await appendTrend(file, three);
    }
    const { entries, torn } = await readTrend(file);
    expect(entries).toEqual([one, three, three, three]);
    expect(torn).toBe(3);
    expect((await readFile(file, 'utf8')).endsWith('}\n')).toBe(true);
  });

  test('a whole line in another form is refused, with its place', async () => {
    const file = join(dir, 'other.jsonl');
    await writeFile(file, `${JSON.stringify({ v: 2 })}\n`);
    await expect(readTrend(file)).rejects.toThrow(`${file}:1`);
  });
});

test('bars go from nothing to the most', () => {
  expect(sparkline([0, 4, 8])).toBe('▁▅█');
  expect(sparkline([0, 0])).toBe('▁▁');
  expect(sparkline([])).toBe('');
});
