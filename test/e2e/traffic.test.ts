import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lost, lostInWords, tally } from '../bench/support/hits.ts';
import { BRIEF, servingLab } from '../bench/traffic/index.ts';
import type { TrafficLab } from '../bench/traffic/lab.ts';
import { promote, takeBackByCommand, takeBackByVerdict } from '../bench/traffic/releases.ts';
import { openShiftBench, shiftUnderLoad } from '../bench/traffic/shifts.ts';

/** A small part of `npm run bench traffic`: the same code, fewer rounds. */

const RATE = 1_000;

describe('nothing is lost at 1,000 requests/s that do not wait', () => {
  let traffic: TrafficLab;
  beforeAll(async () => {
    traffic = await servingLab(BRIEF);
  });
  afterAll(() => traffic[Symbol.asyncDispose]());

  it('in 20 weight shifts', async () => {
    await using bench = await openShiftBench();
    const shifted = await shiftUnderLoad(bench, { rate: RATE, shifts: 20, everyMs: 150 });
    const control = await shiftUnderLoad(bench, { rate: RATE, shifts: 0, everyMs: 0, seconds: 3 });
    console.log(`${shifted.requests} requests during 20 shifts, ${control.requests} without`);
    expect(lost(tally(control.hits)), lostInWords(control.hits)).toBe(0);
    expect(lost(tally(shifted.hits)), lostInWords(shifted.hits)).toBe(0);
    // The shifts were real: both versions answered.
    expect(new Set(shifted.hits.map((hit) => hit.headers['x-certkeeper-version'])).size).toBe(2);
  });

  it('when a bad version is taken back by a verdict, and the bad version gets nothing from then on', async () => {
    const { load, ms } = await takeBackByVerdict(traffic, '1.1.0', RATE);
    console.log(`verdict → last answer of the bad version: ${ms.toFixed(0)} ms`);
    expect(lost(tally(load.hits)), lostInWords(load.hits)).toBe(0);
    expect(tally(load.hits).injected).toBeGreaterThan(0);
    // Promised: 300 ms (p95 of many, docs/benchmarks.md). One run on a busy machine gets more room.
    expect(ms).toBeLessThan(1_500);
  });

  it('when somebody takes a version back in the middle of its bake', async () => {
    const { load, ms } = await takeBackByCommand(traffic, '1.2.0', RATE);
    console.log(`shiplock rollback → last answer of the new version: ${ms.toFixed(0)} ms`);
    expect(lost(tally(load.hits)), lostInWords(load.hits)).toBe(0);
    // Mostly the start of a process, which costs what the machine leaves it.
    expect(ms).toBeLessThan(30_000);
  });

  it('when a canary is promoted', async () => {
    const load = await promote(traffic, '2.0.0', RATE);
    console.log(`${load.requests} requests during the canary, p99 ${load.latencyMs.p99.toFixed(1)} ms`);
    expect(lost(tally(load.hits)), lostInWords(load.hits)).toBe(0);
    expect(load.hits.at(-1)?.headers['x-certkeeper-version']).toBe('2.0.0');
  });

  it('and `what-if` gives every one of these verdicts again, at the same look', async () => {
    const ran = await traffic.lab.shiplock(['what-if', '--json']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const { releases, totals } = JSON.parse(ran.stdout);
    expect(releases).toMatchObject([
      { version: '1.1.0', recorded: 'rolled-back', again: 'rolled-back', same: true },
      { version: '1.2.0', recorded: 'undecided', again: 'undecided', same: true },
      { version: '2.0.0', recorded: 'passed', again: 'passed', same: true },
    ]);
    expect(totals).toMatchObject({ releases: 3, same: 3 });
  });
});
