import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReport } from '../../src/release/index.ts';
import { reportMarkdown, reportPage, scanPage } from '../../src/report/index.ts';
import { addSecondShare, CANARY, reportOf, storyJournal, takenBack, WORSE, wholeStory } from '../report/fixture.ts';
import { scanView } from '../report/scan-fixture.ts';
import { type Bench, bench } from '../support/engine.ts';
import { judgedLab } from '../support/judged-release.ts';
import { lookAtReport, openBrowser } from '../support/report-page.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** Reports in Chromium: on a phone, on a desk, in the dark and on paper. SHIPLOCK_KEEP=<directory> keeps the pictures. */

let browser: Browser;
let dir: string;
let on: Bench;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-report-'));
  on = bench();
  // Before the browser: the clock of these runs waits until no process is busy.
  const lab = await judgedLab(on, virtualClock());
  const healthy = { perSecond: 10_000, stableBad: 0.005, candidateBad: 0.005 };
  expect((await lab.release('healthy', healthy)).outcome).toBe('done');
  expect((await lab.release('worse', { ...healthy, candidateBad: 0.03 })).outcome).toBe('failed');
  expect((await lab.release('quiet', { ...healthy, perSecond: 20 })).outcome).toBe('waiting');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  on?.[Symbol.dispose]();
  await rm(dir, { recursive: true, force: true });
});

const kept = process.env['SHIPLOCK_KEEP'];
const look = (name: string, html: string) =>
  lookAtReport(browser, join(dir, `${name}.html`), html, kept === undefined ? undefined : join(kept, name));

test('a run with a little of everything', async () => {
  const { bytes, sheets, rules } = await look('story', reportPage(wholeStory()));
  console.log(`${bytes} bytes, ${sheets} sheets of A4, ${rules} rules of axe-core`);
  expect(rules).toBeGreaterThan(15);
  expect(sheets).toBeGreaterThan(1);
});

test('10,000 looks, and thousands of commands and decisions as long as they come', async () => {
  const from = addSecondShare(storyJournal({ seconds: 10_000 }));
  for (let index = 0; index < 3_000; index++) {
    const node = `${CANARY}/host-${index}`;
    from
      .add(0.01, 'step.intent', node, {
        what: 'do',
        effects: [{ kind: 'exec', argv: ['&<>"'.repeat(500)], okExitCodes: [0], timeoutMs: 1 }],
        facts: '',
      })
      .add(0.01, 'step.done', node, { outputs: {}, results: [], note: '<'.repeat(2_000) })
      .add(0, 'gate.override', node, { role: '"'.repeat(900), reason: '&'.repeat(900), by: 'eve' })
      .add(0, 'lease.lost', '', { why: '&'.repeat(900) });
  }
  const looks = takenBack(from).entries.filter(({ record }) => record.type === 'analysis.sample').length;
  expect(looks).toBeGreaterThan(10_000);
  const begun = performance.now();
  const long = { ...WORSE, found: '&'.repeat(5_000), remedy: "'".repeat(5_000) };
  const report = reportOf(from, { problems: new Array(500).fill(long) });
  const [page, markdown] = [reportPage(report), reportMarkdown(report)];
  const ms = performance.now() - begun;
  const size = Buffer.byteLength(markdown);
  console.log(`${looks} looks: page ${Buffer.byteLength(page)} bytes, Markdown ${size}, ${ms.toFixed(0)} ms`);
  // GitHub takes one megabyte.
  expect(size).toBeLessThan(600_000);
  // What was left out is said, and the end of a long run is there.
  expect(page).toMatch(/\d+ steps left out here/);
  expect(page).toContain('Send the traffic back to 1.0.0');
  await look('long', page);
});

test('names and texts as long as they come', async () => {
  const long = 'an-extraordinarily-long-name-without-a-single-blank-in-it'.repeat(12);
  const story = wholeStory();
  const { head, facts, course } = story;
  await look(
    'wide',
    reportPage({
      ...story,
      head: {
        ...head,
        service: long,
        environment: long,
        version: long,
        sentence: long,
        problems: head.problems.map((one) => ({ ...one, found: long, where: long })),
      },
      facts: [...facts, { name: long, value: long }],
      course: course === null ? null : { ...course, candidate: long, stable: long },
    }),
  );
});

test.each(['healthy', 'worse', 'quiet'])('a release that the engine carried out: %s', async (run) => {
  await look(run, reportPage(await readReport(on.store, run)));
});

test('a scan with thousands of findings', async () => {
  const { rules } = await look(
    'scan',
    scanPage(scanView('GHSA-35jh-r3h4-6jhm: lodash 4.17.20 in web/package-lock.json', 2_000)),
  );
  expect(rules).toBeGreaterThan(10);
});
