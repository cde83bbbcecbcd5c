import { expect, test } from 'vitest';
import type { ChangeAsked, ChangeRecord } from '../../../src/model/change.ts';
import { type ChangeRun, stateOf } from '../../../src/release/change/course.ts';
import { objections, type Standing } from '../../../src/release/change/standing.ts';
import { requestDigest } from '../../../src/release/change/text.ts';

/** What speaks against carrying a change out now, and where it stands by what its runs did. */

const plan = `sha256:${'a'.repeat(64)}`;
const record: ChangeRecord = {
  head: {
    formatVersion: 1,
    change: 'CHG-20261123-3f2a',
    title: 'A new page',
    service: 'shop',
    environment: 'production',
    what: { kind: 'release', commit: 'c'.repeat(40) },
    plan,
    requestedBy: 'anna',
    requestedAt: '2026-11-23T08:00:00.000Z',
    window: { from: '2026-11-23T10:00:00.000Z', until: '2026-11-23T12:00:00.000Z' },
  },
  texts: { why: 'x', impact: 'x', verification: 'x' },
};
const asked: ChangeAsked = { id: record.head.change, request: requestDigest(record), plan };
const now = Date.parse('2026-11-23T11:00:00.000Z');
const closed = { by: 'anna', at: '2026-11-23T09:00:00.000Z', outcome: 'withdrawn', note: '' } as const;

const against = (more: Partial<Standing>): readonly string[] =>
  objections({ asked, environment: 'production', record, runs: [], now, ...more }).map(
    ({ never, problem }) => `${problem.code}${never ? '' : ' (later)'}`,
  );

test('nothing speaks against the plan that was asked for, in its window', () => {
  expect(against({})).toEqual([]);
  expect(
    against({
      runs: [
        { run: 'r1', outcome: 'refused' },
        { run: 'r2', outcome: 'rolled-back' },
      ],
    }),
  ).toEqual([]);
});

test.each<[string, Partial<Standing>]>([
  ['change.needed', { asked: { ...asked, id: null, request: null } }],
  ['change.unknown', { record: null }],
  ['change.closed', { record: { ...record, head: { ...record.head, closed } } }],
  ['change.edited', { record: { ...record, texts: { ...record.texts, why: 'y' } } }],
  ['change.other-plan', { asked: { ...asked, plan: `sha256:${'b'.repeat(64)}` } }],
  ['change.carried-out', { runs: [{ run: 'r1', outcome: 'done' }] }],
  ['change.under-way', { runs: [{ run: 'r1', outcome: null }] }],
  ['change.not-yet (later)', { now: Date.parse('2026-11-23T09:59:59.999Z') }],
  ['change.window-over', { now: Date.parse('2026-11-23T12:00:00.001Z') }],
])('%s', (code, more) => {
  expect(against(more)).toEqual([code]);
});

const run = (more: Partial<ChangeRun>): ChangeRun => ({
  ...{ run: 'r1', who: 'anna', startedAt: '', lastAt: '', outcome: null, begun: false, approval: null },
  ...{ overrides: [], waits: [], verification: [], takenBackBy: null },
  ...more,
});

test.each<[ReturnType<typeof stateOf>, readonly ChangeRun[]]>([
  ['requested', []],
  ['requested', [run({ outcome: 'refused' })]],
  ['waiting', [run({ approval: { passed: false, by: [] } })]],
  ['approved', [run({ approval: { passed: true, by: ['ben'] } })]],
  ['approved', [run({})]],
  ['running', [run({ begun: true, approval: { passed: true, by: ['ben'] } })]],
  ['failed', [run({ outcome: 'failed' })]],
  ['rolled-back', [run({ outcome: 'rolled-back' })]],
  ['verified', [run({ outcome: 'rolled-back' }), run({ outcome: 'done' })]],
  ['verified', [run({ outcome: 'done' }), run({ outcome: 'refused' })]],
  ['rolled-back', [run({ outcome: 'done', takenBackBy: 'r2' })]],
])('%s follows from its runs', (state, runs) => {
  expect(stateOf({}, runs)).toBe(state);
  expect(stateOf({ closed }, runs)).toBe('closed');
});
