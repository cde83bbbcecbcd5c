import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillGate, readRun, redactPayload } from '../../src/procedure/index.ts';
import { type WhatIfRelease, whatIf } from '../../src/release/index.ts';
import { type Bench, bench } from '../support/engine.ts';
import { type JudgedLab, judgedLab } from '../support/judged-release.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

/** Journals of releases that were really judged, judged again. */

const HEALTHY = { perSecond: 10_000, stableBad: 0.005, candidateBad: 0.005 };
const BAD = { ...HEALTHY, candidateBad: 0.03 };
const QUIET = { ...HEALTHY, perSecond: 20 };

let on: Bench;
let clock: VirtualClock;
let lab: JudgedLab;

beforeAll(async () => {
  on = bench();
  clock = virtualClock();
  lab = await judgedLab(on, clock);
  expect((await lab.release('healthy', HEALTHY)).outcome).toBe('done');
  expect((await lab.release('bad', BAD)).outcome).toBe('failed');
  expect((await lab.release('quiet', QUIET)).outcome).toBe('waiting');
});
afterAll(() => on[Symbol.dispose]());

async function judged(run: string, settings: object = {}): Promise<WhatIfRelease> {
  const answer = await whatIf(lab.target, run, settings);
  if (answer.kind === 'nothing') throw new Error(answer.why);
  return answer.release;
}

const answers = (release: WhatIfRelease): readonly string[] =>
  release.steps.map(({ again }) => again.map(({ answer }) => answer).join(' '));

describe('the policy of the release gives its verdicts', () => {
  test.each([
    ['healthy', 'passed', ['pass', 'pass']],
    ['bad', 'rolled-back', ['fail']],
    ['quiet', 'undecided', ['ask']],
  ])('%s: %s, word for word and look for look', async (run, ending, expected) => {
    const release = await judged(run);
    expect(answers(release)).toEqual(expected);
    expect(release).toMatchObject({ same: true, recorded: ending, again: ending, version: '2.0.0' });
    for (const { recorded, again } of release.steps) expect(again).toEqual(recorded);
  });

  test('the recorded policy counts, not that of today', async () => {
    const today = {
      ...lab.target,
      policy: { ...lab.target.policy, analysis: { ...lab.target.policy.analysis, beta: 1e-9 } },
    };
    expect(await whatIf(today, 'healthy', {})).toMatchObject({ kind: 'judged', release: { same: true } });
    expect(await judged('healthy', { alpha: 0.01, margin: 2 })).toEqual(await judged('healthy'));
  });

  test('a step that is no longer configured is judged all the same', async () => {
    const other = { ...lab.target, policy: { ...lab.target.policy, steps: [{ share: 0.25, bakeMs: 60_000 }] } };
    expect(await whatIf(other, 'healthy', {})).toMatchObject({ kind: 'judged', release: { same: true } });
  });
});

describe('another policy', () => {
  test('a stricter margin comes later or not at all, and says what is missing', async () => {
    const strict = await judged('healthy', { margin: 1.1, floor: 0.0001 });
    expect(strict).toMatchObject({ same: false, recorded: 'passed', again: 'undecided' });
    expect(strict.steps[0]?.again).toEqual([]);
    expect(strict.steps[0]?.requestsNeeded).toBeGreaterThan(0);
    expect(strict.steps[0]?.recorded).toHaveLength(1);
  });

  test('a wider one comes earlier, but not before the least time at a share', async () => {
    const wide = await judged('healthy', { margin: 100 });
    const [first] = wide.steps;
    expect(first?.again[0]?.afterSeconds).toBeLessThan(first?.recorded[0]?.afterSeconds ?? 0);
    expect(first?.again[0]?.afterSeconds).toBeGreaterThanOrEqual(5);
    expect(wide).toMatchObject({ same: false, again: 'passed' });
  });

  test('what is allowed is not called worse, and is undecided where its counts end', async () => {
    const lenient = await judged('bad', { harmRatio: 50 });
    expect(lenient).toMatchObject({ same: false, recorded: 'rolled-back', again: 'undecided' });
  });
});

test('an answered gate is judged with its answer', async () => {
  const gate = 'release/canary/judged/judge-10-percent/no-verdict#1';
  const evidence = { decision: 'roll-back', reason: 'nobody comes at night' };
  expect(await fillGate(on.store, 'quiet', gate, evidence, 'tester', clock)).toMatchObject({ ok: true });
  expect((await lab.resume('quiet', QUIET)).outcome).toBe('failed');
  const release = await judged('quiet');
  expect(answers(release)).toEqual(['ask fail']);
  expect(release).toMatchObject({ same: true, recorded: 'rolled-back' });
  expect(release.steps[0]?.again).toEqual(release.steps[0]?.recorded);
  // Under a policy that had let it pass, nobody would have been asked.
  const easy = await judged('quiet', { floor: 0.9, beta: 0.4, clumpSize: 1 });
  expect(answers(easy)).toEqual(['pass']);
});

test('a run with a look that was redacted is not judged and says why; one that is not there is refused', async () => {
  const { entries } = await readRun(on.store, 'bad');
  const sample = entries.find(({ record }) => record.type === 'analysis.sample' && record.node.includes('judge-'));
  expect(await redactPayload(on.store, 'bad', sample?.record.seq ?? -1, 'tester', 'a name in it')).toMatchObject({
    ok: true,
  });
  expect(await whatIf(lab.target, 'bad', {})).toEqual({ kind: 'nothing', run: 'bad', why: 'a redacted sample' });
  await expect(whatIf(lab.target, 'never', {})).rejects.toThrow('never');
});
