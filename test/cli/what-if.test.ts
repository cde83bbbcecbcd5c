import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { calmStream, worseStream } from '../rollout/chart/sample.ts';
import { type Bench, bench } from '../support/engine.ts';
import { judgedLab } from '../support/judged-release.ts';
import { terminal } from '../support/terminal.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** `shiplock what-if` over a state directory with releases, and over files of counts. */

const ending = z.enum(['passed', 'rolled-back', 'undecided']);
const endings = z.strictObject({ passed: z.number(), 'rolled-back': z.number(), undecided: z.number() });
const decision = z.strictObject({
  answer: z.enum(['pass', 'fail', 'ask']),
  text: z.string(),
  at: z.iso.datetime(),
  afterSeconds: z.number(),
});
const answerSchema = z.strictObject({
  settings: z.record(z.string(), z.unknown()),
  releases: z.array(
    z.strictObject({
      run: z.string(),
      environment: z.string(),
      version: z.string(),
      startedAt: z.iso.datetime(),
      steps: z.array(
        z.strictObject({
          step: z.string(),
          share: z.number(),
          looks: z.number(),
          recorded: z.array(decision),
          again: z.array(decision),
          requestsNeeded: z.number().nullable(),
        }),
      ),
      recorded: ending,
      again: ending,
      same: z.boolean(),
    }),
  ),
  nothing: z.array(z.strictObject({ run: z.string(), why: z.string() })),
  totals: z.strictObject({
    releases: z.number(),
    same: z.number(),
    recorded: endings,
    again: endings,
    secondsToPass: z.strictObject({ steps: z.number(), recorded: z.number(), again: z.number() }),
  }),
});

const HEALTHY = { perSecond: 10_000, stableBad: 0.005, candidateBad: 0.005 };

let on: Bench;
beforeAll(async () => {
  on = bench();
  const lab = await judgedLab(on, virtualClock());
  await lab.release('20261121-060000-0001', HEALTHY);
  await lab.release('20261121-070000-0002', { ...HEALTHY, candidateBad: 0.03 });
  writeFileSync(join(on.dir, 'worse.csv'), worseStream());
  writeFileSync(join(on.dir, 'calm.csv'), calmStream(200));
  writeFileSync(join(on.dir, 'stricter.yaml'), 'analysis:\n  margin: 1.1\n  floor: 0.01%\n  past: 60s\n');
});
afterAll(() => on[Symbol.dispose]());

async function ask(...args: readonly string[]): Promise<string> {
  const io = terminal({ cwd: on.dir });
  expect(await runCli(['what-if', ...args], io), io.written.err).toBe(0);
  return io.written.out;
}
const asked = async (...args: readonly string[]) =>
  answerSchema.parse(JSON.parse(await ask('--json', '--state', on.store, ...args)));

describe('releases', () => {
  test('with nothing changed every release has its verdicts again', async () => {
    const { releases, totals, settings, nothing } = await asked();
    expect(settings).toEqual({});
    expect(nothing).toEqual([]);
    expect(releases.map(({ run, recorded, again, same }) => [run.slice(-1), recorded, again, same])).toEqual([
      ['1', 'passed', 'passed', true],
      ['2', 'rolled-back', 'rolled-back', true],
    ]);
    expect(totals).toMatchObject({ releases: 2, same: 2, again: { passed: 1, 'rolled-back': 1, undecided: 0 } });
    expect(totals.secondsToPass.again).toBe(totals.secondsToPass.recorded);
  });

  test('a file of settings as in shiplock.yaml, with an option over it', async () => {
    const file = await asked('--policy', 'stricter.yaml');
    expect(file.settings).toEqual({ margin: 1.1, floor: 0.0001 });
    expect(file.totals).toMatchObject({ same: 1, again: { passed: 0, undecided: 1 } });
    const over = await asked('--policy', 'stricter.yaml', '--margin', '3', '--floor', '0.001');
    expect(over.settings).toEqual({ margin: 3, floor: 0.001 });
    expect(over.totals.again.passed).toBe(1);
  });

  test('runs by name and the newest only', async () => {
    expect((await asked('20261121-060000-0001')).releases.map(({ run }) => run)).toEqual(['20261121-060000-0001']);
    expect((await asked('--last', '1')).releases.map(({ run }) => run)).toEqual(['20261121-070000-0002']);
  });

  test('as text: what changed, what was recorded, and the sums', async () => {
    const text = await ask('--state', on.store, '--margin', '1.1', '--floor', '0.0001');
    expect(text).toContain('20261121-060000-0001  production 2.0.0: undecided instead of passed\n');
    expect(text).toMatch(
      / {2}10 %: undecided at the last look, about \d+ more canary requests .+ \(recorded: passed after /,
    );
    expect(text).toContain('20261121-070000-0002  production 2.0.0: rolled-back, as recorded\n');
    expect(text).toContain('2 releases: 1 with the same verdicts; passed 1 → 0, rolled-back 1 → 1, undecided 0 → 1\n');
  });

  test('a state directory without releases', async () => {
    expect(await ask('--state', join(on.dir, 'empty'))).toBe('no release with counts in its journal\n');
  });

  test('a release of an environment that is gone is listed with the reason', async () => {
    const config = join(on.dir, 'other.yaml');
    writeFileSync(config, (await import('../config/sample.ts')).MINIMAL.replace('  production:', '  staging:'));
    const { releases, nothing } = await asked('--config', config);
    expect(releases).toEqual([]);
    expect(nothing.map(({ run }) => run.slice(-1))).toEqual(['1', '2']);
    expect(nothing[0]?.why).toContain('production');
  });
});

describe('files of counts', () => {
  test('each beside what the default policy says', async () => {
    const text = await ask('--input', 'worse.csv', 'calm.csv', '--alpha', '0.0001');
    expect(text).toMatch(/^worse\.csv: worse at t=\d+ \(default policy: worse at t=26\)\n/);
    expect(text).toContain('calm.csv: not-worse at t=');
    expect(text).toMatch(/\n2 streams: 1 with the same verdict\n$/);
  });

  test('standard input is read once and judged twice', async () => {
    const io = terminal({ cwd: on.dir }, worseStream());
    expect(await runCli(['what-if', '--input', '-', '--harm-ratio', '40', '--json'], io)).toBe(0);
    expect(JSON.parse(io.written.out)).toMatchObject({
      streams: [{ input: '-', recorded: { verdict: 'worse', at: 26 }, again: { verdict: 'undecided' }, same: false }],
      totals: { streams: 1, same: 0 },
    });
  });
});
