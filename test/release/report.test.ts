import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import { createExec, fillGate, type RunResult, readRun, redactPayload } from '../../src/procedure/index.ts';
import { outcomeMarkdown, readReport } from '../../src/release/index.ts';
import { summarise } from '../../src/release/report/summary.ts';
import { type Bench, bench } from '../support/engine.ts';
import { type JudgedLab, judgedLab } from '../support/judged-release.ts';
import { terminal } from '../support/terminal.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

/** Reports of releases that were really judged, read from their journals. */

const HEALTHY = { perSecond: 10_000, stableBad: 0.005, candidateBad: 0.005 };
const QUIET = { ...HEALTHY, perSecond: 20 };
const GATE = 'release/canary/judged/judge-10-percent/no-verdict#1';

let on: Bench;
let clock: VirtualClock;
let lab: JudgedLab;
let healthy: RunResult;

beforeAll(async () => {
  on = bench();
  clock = virtualClock();
  lab = await judgedLab(on, clock);
  healthy = await lab.release('healthy', HEALTHY);
  await lab.release('bad', { ...HEALTHY, candidateBad: 0.03 });
  await lab.release('quiet', QUIET);
});
afterAll(() => on[Symbol.dispose]());

const cli = async (...args: readonly string[]) => {
  const io = terminal({ cwd: on.dir });
  const exit = await runCli([...args, '--config', lab.configFile, '--state', on.store], io);
  return { exit, ...io.written };
};

describe('the verdict in one sentence', () => {
  test.each([
    [
      'healthy',
      'promoted',
      'good',
      'shop 2.0.0 serves all traffic of production; 1.0.0 is stopped and stays installed.',
    ],
    ['bad', 'failed', 'bad', 'shop 2.0.0 failed in production: errors: '],
    [
      'quiet',
      'waits for a person',
      'waiting',
      'shop 2.0.0 waits at a gate of production: No verdict on 2.0.0 at 10 % after',
    ],
  ])('%s: %s', async (run, status, tone, sentence) => {
    const { head, facts } = await readReport(on.store, run);
    expect(head).toMatchObject({ status, tone, service: 'shop', version: '2.0.0', before: '1.0.0' });
    expect(head.sentence.slice(0, sentence.length)).toBe(sentence);
    expect(facts).toContainEqual({ name: 'why', value: 'a test' });
  });
});

describe('the evidence', () => {
  test('reaches its limit at the recorded verdict, and not before', async () => {
    const { course } = await readReport(on.store, 'bad');
    const { metrics } = { metrics: course?.judged };
    expect(metrics).toHaveLength(1);
    const [judged] = course?.judged ?? [];
    expect(judged).toMatchObject({ share: '10 %', verdict: 'failed', tone: 'bad' });
    const worse = judged?.evidence.find(({ name }) => name === 'evidence for worse')?.value ?? '';
    const [, value = '', limit = ''] = /^([\d.-]+), decides at ([\d.]+)/.exec(worse) ?? [];
    expect(Number(value)).toBeGreaterThanOrEqual(Number(limit));
    // The problem says the same number as the report: both come from the same counts.
    const { head } = await readReport(on.store, 'bad');
    const said = Number(/evidence ([\d.e+]+) to 1/.exec(head.sentence)?.[1]);
    expect(Math.log10(said)).toBeCloseTo(Number(value), 1);
  });

  test('of a healthy release clears it at each share', async () => {
    const { course } = await readReport(on.store, 'healthy');
    expect(course?.judged.map(({ share, verdict }) => [share, verdict])).toEqual([
      ['10 %', 'passed'],
      ['50 %', 'passed'],
    ]);
    for (const { evidence } of course?.judged ?? []) {
      const cleared = evidence.find(({ name }) => name === 'for not worse')?.value ?? '';
      const [, value = '', limit = ''] = /^([\d.-]+), decides at ([\d.]+)/.exec(cleared) ?? [];
      expect(Number(value)).toBeGreaterThanOrEqual(Number(limit));
    }
  });

  test('is left out, and the rest stays, where what it was counted from was redacted', async () => {
    const { entries } = await readRun(on.store, 'quiet');
    const past = entries.find(({ record }) => record.type === 'step.done' && record.node.endsWith('/past'));
    expect(await redactPayload(on.store, 'quiet', past?.record.seq ?? -1, 'tester', 'a test')).toMatchObject({
      ok: true,
    });
    const { course, journal } = await readReport(on.store, 'quiet');
    expect(course?.judged[0]).toMatchObject({ verdict: 'asked a person', evidence: [] });
    expect(course?.plots.map(({ kind }) => kind)).toEqual(['share', 'load', 'rates']);
    expect(journal).toContainEqual({ name: 'redacted', value: '1 payloads' });
  });
});

test('titles come from the journal, so a report needs no configuration of today', async () => {
  const { story } = await readReport(on.store, 'healthy');
  expect(story?.steps.map(({ title }) => title)).toEqual([
    'Learn how 1.0.0 behaves by itself for 20 s',
    'Judge 2.0.0 at 10 %',
    'Judge 2.0.0 at 50 %',
  ]);
});

test('who filled in a gate stands in the report', async () => {
  await fillGate(on.store, 'quiet', GATE, { decision: 'roll-back', reason: 'nobody comes at night' }, 'bea', clock);
  const { story, head } = await readReport(on.store, 'quiet');
  expect(story?.gates[0]?.given[0]).toMatchObject({
    by: 'bea',
    answers: [{ value: 'roll-back' }, { value: 'nobody comes at night' }],
  });
  expect(head.status).toBe('waits for a person');
});

describe('what a job summary holds', () => {
  const place = () => ({ store: on.store, exec: createExec(), baseDir: on.store });
  const summaryOf = (result: RunResult) =>
    summarise({
      service: 'shop',
      environment: 'production',
      kind: 'release',
      version: '2.0.0',
      before: '1.0.0',
      result,
    });

  test('is the report of the run', async () => {
    const text = await outcomeMarkdown(place(), summaryOf(healthy));
    expect(text).toContain('## ✅ `shop` `2.0.0` in `production`: `promoted`');
    expect(text).toContain('<details><summary>Steps (3)</summary>');
    expect(text).toContain(healthy.anchor.head);
  });

  test('is the ending alone when there is no journal, or one that cannot be read', async () => {
    const never = { ...healthy, run: 'never', outcome: 'lease-held', anchor: { ...healthy.anchor, count: 0 } } as const;
    const held = await outcomeMarkdown(place(), summaryOf(never));
    expect(held).toContain('`did not start`');
    expect(held).not.toContain('Steps');
    const gone = await outcomeMarkdown(place(), summaryOf({ ...healthy, run: 'gone' }));
    expect(gone).toContain('journal.missing');
  });
});

describe('shiplock report', () => {
  test('prints the page of the newest release, and Markdown where it is asked for', async () => {
    const page = await cli('report');
    expect(page.exit, page.err).toBe(0);
    expect(page.out.startsWith('<!doctype html>')).toBe(true);
    const text = await cli('report', 'bad', '--format', 'markdown');
    expect(text.out.startsWith('## ❌ `shop` `2.0.0` in `production`')).toBe(true);
  });

  test('writes it into a file and says the verdict', async () => {
    const said = await cli('report', 'healthy', '--output', 'report.html');
    expect(said).toMatchObject({ exit: 0, err: '' });
    expect(said.out).toBe(
      'shop 2.0.0 serves all traffic of production; 1.0.0 is stopped and stays installed.\nreport: report.html\n',
    );
    expect(readFileSync(join(on.dir, 'report.html'), 'utf8')).toBe((await cli('report', 'healthy')).out);
  });

  test('gives the same as data', async () => {
    const { out } = await cli('report', 'healthy', '--json');
    expect(JSON.parse(out)).toMatchObject({ head: { run: 'healthy', status: 'promoted' }, story: { gates: [] } });
  });

  test.each([
    [['report', 'never'], 2, 'cli.unknown-run'],
    [['report', 'healthy', '--format', 'pdf'], 2, 'cli.usage'],
    [['report', 'healthy', '--output', 'no/such/place.html'], 2, 'cli.unwritable-file'],
  ])('%j is refused', async (args, exit, id) => {
    const said = await cli(...args);
    expect(said.exit).toBe(exit);
    expect(said.err).toContain(id);
  });

  test('an empty state directory has nothing to report', async () => {
    const io = terminal({ cwd: on.dir });
    expect(await runCli(['report', '--config', lab.configFile, '--state', join(on.dir, 'none')], io)).toBe(2);
    expect(io.written.err).toContain('cli.unknown-run');
  });
});

test('a journal that was changed says so in its report', async () => {
  const file = join(on.store, 'runs', 'bad', 'journal.jsonl');
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  writeFileSync(
    file,
    [...lines.slice(0, 20), (lines[20] ?? '').replace('"attempt":1', '"attempt":2'), ...lines.slice(21)].join('\n'),
  );
  const { journal } = await readReport(on.store, 'bad');
  expect(journal[0]?.value).toMatch(/^broken at seq 2[01]/);
  writeFileSync(file, text);
});
