import { expect, test } from 'vitest';
import type { Json } from '../../../src/model/json.ts';
import { jsonSchema } from '../../../src/model/json.ts';
import { courseChart, courseOf } from '../../../src/rollout/course/index.ts';
import { CANARY, type Journal, journal, NOTHING, storyJournal, takenBack } from '../../report/fixture.ts';
import { counters } from '../../support/rollout.ts';

/** What a rollout went through, out of its journal. */

const VERSIONS = { candidate: '2.0.0', stable: '1.0.0' };

function look(to: Journal, node: string, sample: object): Journal {
  const data: Json = jsonSchema.parse({ time: to.now() + 1_000, ...sample });
  return to.add(1, 'analysis.sample', node, { sample: data });
}

test('a run in which nothing was watched has no course', () => {
  expect(courseOf([], VERSIONS)).toBeNull();
  expect(courseOf(journal().add(0, 'step.done', 'release/check', NOTHING).entries, VERSIONS)).toBeNull();
});

test('the counts of each share are those between its first and its last look', () => {
  const course = courseOf(storyJournal().entries, VERSIONS);
  // 60 looks a second apart at 200 requests/s, a tenth of them to the new version.
  expect(course?.judged).toMatchObject([
    { share: 0.1, looks: 60, baseline: { requests: 59 * 180 }, canary: { requests: 59 * 20 } },
  ]);
  expect(course?.traffic).toHaveLength(19 + 59);
  expect(course?.limits).toEqual({ worse: 2, notWorse: expect.closeTo(1.301) });
});

test('the share is what steps set and what looks saw, up to the way back', () => {
  const course = courseOf(takenBack(storyJournal()).entries, VERSIONS);
  expect(course?.shares.map(({ share }) => share)).toEqual([0.1, 0]);
});

test('a first release has no version beside it: one line, no evidence', () => {
  const to = journal().add(0, 'step.done', 'release/initial/open', NOTHING);
  for (let second = 0; second < 5; second++) {
    look(to, 'release/initial/observe', {
      counters: counters(to.now(), { '2.0.0': [100 * second, second] }),
      instances: [],
    });
  }
  const course = courseOf(to.entries, { candidate: '2.0.0', stable: null });
  expect(course).toMatchObject({ limits: null, evidence: [], judged: [], shares: [{ share: 1 }] });
  if (course === null) throw new Error('no course');
  const chart = courseChart(course, { candidate: '2.0.0', stable: null, axis: { at: () => 0, ticks: [] } });
  expect(chart.panels.map(({ kind }) => kind)).toEqual(['share', 'load', 'rates']);
  expect(chart.words).toEqual(['canary 2.0.0: 4 bad of 400 (1 %)']);
});

test('a drain says the share of the version that ends, unless the router is silent', () => {
  const to = journal();
  look(to, `${CANARY}/rollback/drain`, { share: 0.3, open: 4, reachable: true });
  look(to, `${CANARY}/rollback/drain`, { share: 0, open: 0, reachable: false });
  look(to, 'release/canary/drain-old', { share: 0.2, open: 0, reachable: true });
  expect(courseOf(to.entries, VERSIONS)?.shares.map(({ share }) => share)).toEqual([0.3, 0.8]);
});

test('a silent source leaves a hole that the next reading covers', () => {
  const to = journal();
  const node = `${CANARY}/past`;
  look(to, node, { counters: [counters(to.now(), { '1.0.0': [100, 0] })] });
  look(to, node, { counters: [{ kind: 'missing', source: 'proxy', time: 0, reason: 'no answer' }] });
  look(to, node, { counters: [counters(to.now(), { '1.0.0': [300, 2] })] });
  const [span, ...others] = courseOf(to.entries, VERSIONS)?.traffic ?? [];
  expect(others).toEqual([]);
  expect(span).toMatchObject({ baseline: { requests: 200, bad: 2 } });
  expect((span?.until ?? 0) - (span?.from ?? 0)).toBe(2_000);
});

test('looks that were redacted, or have another form, are left out', () => {
  const { entries } = storyJournal();
  const spoiled = entries.map((entry, index) => {
    if (entry.record.type !== 'analysis.sample') return entry;
    if (index % 3 === 0) return { record: entry.record };
    return index % 3 === 1 ? { record: entry.record, payload: { sample: { time: 'never' } } } : entry;
  });
  const course = courseOf(spoiled, VERSIONS);
  expect(course?.judged[0]?.looks).toBe(20);
  expect(course?.judged[0]?.evidence?.worse).toBeLessThan(2);
});

test('blue-green: everything at the switch, and what the lease takes back is seen', () => {
  const to = journal().add(0, 'step.done', 'release/blue-green/judged/switch', NOTHING);
  const node = 'release/blue-green/judged/bake';
  for (const share of [1, 1, 0, 1]) look(to, node, { counters: counters(to.now(), {}), instances: [], share });
  to.add(1, 'step.done', 'release/blue-green/judged/promote', NOTHING);
  expect(courseOf(to.entries, VERSIONS)?.shares.map(({ share }) => share)).toEqual([1, 0, 1]);
});
