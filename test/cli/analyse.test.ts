import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { terminal } from '../support/terminal.ts';

/** `shiplock analyse` as a script uses it: what it prints, what it exits with, what each option changes. */

const reportSchema = z.strictObject({
  verdict: z.enum(['worse', 'not-worse', 'undecided']),
  at: z.number().nullable(),
  evidence: z.number(),
  riskRatio: z.strictObject({
    estimate: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
  }),
  requestsNeeded: z.number().nullable(),
  reason: z.string(),
  metrics: z.array(z.looseObject({ metric: z.string() })).min(1),
});

const HEADER = 't,baseline_requests,baseline_bad,canary_requests,canary_bad\n';

/** Rows of a second each; `bad` gives the bad events of second i. */
function csv(seconds: number, bad: (i: number) => readonly [baseline: number, canary: number]): string {
  const rows = Array.from({ length: seconds }, (_, i) => {
    const [baseline, canary] = bad(i);
    return `${i},900,${baseline},100,${canary}\n`;
  });
  return HEADER + rows.join('');
}

/** As many bad events in a hundred requests as in nine hundred: nine times the rate. */
const WORSE = csv(60, () => [5, 5]);
/** The same rate, 0.5 %, for eleven minutes. */
const SAME = csv(700, (i) => [i % 2 === 0 ? 4 : 5, i % 2]);
const LITTLE = csv(3, () => [1, 0]);

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-analyse-'));
  writeFileSync(join(dir, 'worse.csv'), WORSE);
  writeFileSync(
    join(dir, 'past.csv'),
    `t,baseline_requests,baseline_bad\n${Array.from({ length: 300 }, (_, i) => `${i},900,${i % 30 === 0 ? 130 : 0}\n`).join('')}`,
  );
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function analyse(stdin: string, ...args: readonly string[]) {
  const io = terminal({ cwd: dir }, stdin);
  const exit = await runCli(['analyse', '--json', ...(args.includes('--input') ? [] : ['--input', '-']), ...args], io);
  expect(io.written.err).toBe('');
  return { exit, report: reportSchema.parse(JSON.parse(io.written.out)) };
}

describe('verdicts and exit codes', () => {
  test.each([
    ['worse', WORSE, 4],
    ['not-worse', SAME, 0],
    ['undecided', LITTLE, 6],
  ] as const)('%s: exit 0, and %# with --exit-verdict its own code', async (verdict, stream, code) => {
    const plain = await analyse(stream);
    expect(plain.report.verdict).toBe(verdict);
    expect(plain.exit).toBe(0);
    expect((await analyse(stream, '--exit-verdict')).exit).toBe(code);
    expect(plain.report.at === null).toBe(verdict === 'undecided');
  });

  test('a file and standard input give the same answer', async () => {
    const [file, stdin] = [await analyse('', '--input', 'worse.csv'), await analyse(WORSE)];
    expect(file.report).toEqual(stdin.report);
    expect(file.report.metrics.map((one) => one.metric)).toEqual(['errors']);
  });

  test('worse is final: what comes later does not take it back', async () => {
    const later = SAME.split('\n')
      .slice(1, 400)
      .map((row, i) => row.replace(/^\d+/, String(60 + i)));
    const { report } = await analyse(`${WORSE}${later.join('\n')}\n`);
    expect(report).toMatchObject({ verdict: 'worse', at: (await analyse(WORSE)).report.at });
  });

  test('two metrics are judged each with its own counts', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i},errors,900,5,100,5\n${i},slow,900,9,100,1\n`);
    const { report } = await analyse(
      `t,metric,baseline_requests,baseline_bad,canary_requests,canary_bad\n${rows.join('')}`,
    );
    expect(report.verdict).toBe('worse');
    expect(report.metrics.map((one) => one.metric)).toEqual(['errors', 'slow']);
    expect(report.reason).toContain('errors');
  });

  test('the text says the verdict, the evidence and the risk ratio', async () => {
    const io = terminal({ cwd: dir });
    expect(await runCli(['analyse', '--input', 'worse.csv'], io)).toBe(0);
    expect(io.written.out).toMatch(
      /^worse at t=\d+: .+\nevidence of harm: 10\^[\d.]+ to 1\nrisk ratio: [\d.]+ \([\d.]+ to [\d.]+\)\n/,
    );
  });
});

describe('each option changes what it says', () => {
  const atOf = async (...args: readonly string[]): Promise<number> =>
    (await analyse(WORSE, ...args)).report.at ?? Number.POSITIVE_INFINITY;

  test('--alpha: a smaller chance of a false alarm needs more evidence', async () => {
    expect(await atOf('--alpha', '0.000001')).toBeGreaterThan(await atOf('--alpha', '0.05'));
  });

  test('--harm-ratio: what is allowed is not called worse', async () => {
    expect((await analyse(WORSE, '--harm-ratio', '20')).report.verdict).not.toBe('worse');
  });

  test('--beta, --margin, --floor: the stricter, the later not-worse', async () => {
    const when = async (...args: readonly string[]): Promise<number> =>
      (await analyse(SAME, ...args)).report.at ?? Number.POSITIVE_INFINITY;
    const plain = await when();
    expect(await when('--beta', '0.0001')).toBeGreaterThan(plain);
    expect(await when('--margin', '1.3')).toBeGreaterThan(plain);
    expect(await when('--floor', '0.02')).toBeLessThan(plain);
  });

  test('--mode: independent events are believed sooner than means', async () => {
    expect(await atOf('--mode', 'sharp')).toBeLessThanOrEqual(await atOf('--mode', 'robust'));
    expect((await analyse(WORSE, '--mode', 'dispersed')).report).toEqual((await analyse(WORSE)).report);
  });

  test('--baseline-history: a past full of bursts asks for more evidence', async () => {
    const [with_, without] = [await analyse(WORSE, '--baseline-history', 'past.csv'), await analyse(WORSE)];
    expect(with_.report.evidence).toBeLessThan(without.report.evidence);
  });
});
