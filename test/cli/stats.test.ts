import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moment } from '../../src/cli/commands/stats.ts';
import { runCli } from '../../src/cli/main.ts';
import { MINIMAL } from '../config/sample.ts';
import { HAND_COUNT, STORIES } from '../release/delivery/fixture.ts';
import { writeDelivery } from '../support/delivery-journals.ts';
import { type Bench, bench } from '../support/engine.ts';
import { type Terminal, terminal } from '../support/terminal.ts';

let on: Bench;
beforeAll(async () => {
  on = bench();
  writeFileSync(join(on.dir, 'shiplock.yaml'), MINIMAL);
  for (const story of STORIES) await writeDelivery(on.store, story);
});
afterAll(() => on[Symbol.dispose]());

async function ask(...args: readonly string[]): Promise<Terminal & { readonly code: number }> {
  const io = terminal({ cwd: on.dir });
  const code = await runCli(['stats', ...args, '--state', on.store], io);
  return { ...io, code };
}
const WINDOW = ['--since', '2026-11-02', '--until', '2026-11-16'] as const;

test('the example in the documentation is what is printed', async () => {
  const page = readFileSync('docs/delivery-counts.md', 'utf8');
  const [, example = ''] = /```\n\$ shiplock stats [^\n]+\n([^`]+)```/.exec(page) ?? [];
  const { written, code } = await ask('production', ...WINDOW);
  expect(code, written.err).toBe(0);
  expect(written.out).toBe(example);
});

test('as JSON: the same counts, with what is not known as such', async () => {
  const { written } = await ask('production', ...WINDOW, '--json');
  expect(JSON.parse(written.out)).toMatchObject({
    since: '2026-11-02T00:00:00.000Z',
    counts: [HAND_COUNT],
    damaged: [{ run: 'r11' }],
  });
  const empty = await ask('production', '--since', '2026-11-18', '--until', '2026-11-19', '--json');
  expect(JSON.parse(empty.written.out)).toMatchObject({
    counts: [
      {
        leadTime: { kind: 'unknown', n: 0 },
        changes: { n: 0, failureRate: { kind: 'unknown' } },
        timeToRestore: { kind: 'unknown' },
      },
    ],
  });
});

test('where there is no journal nothing is known', async () => {
  expect((await ask('moon', ...WINDOW)).written.out).toContain('no journal of a release: nothing is known\n');
  expect((await ask('--service', 'other', ...WINDOW)).written.out).toContain('nothing is known');
});

test.each([['30'], ['yesterday'], ['2026-13-01'], ['2026-11-02T08:00:00']])('%s is no time', async (text) => {
  const { code, written } = await ask('--since', text);
  expect(code).toBe(2);
  expect(written.err).toContain(`--since: found ${text}`);
});

test('a window that ends before it begins is refused', async () => {
  const { code, written } = await ask('--since', '2026-11-16', '--until', '2026-11-02');
  expect(code).toBe(2);
  expect(written.err).toContain('a beginning before the end');
});

test('moments', () => {
  const now = Date.UTC(2026, 10, 21, 6);
  expect(moment('30d', now, '--since')).toBe(Date.UTC(2026, 9, 22, 6));
  expect(moment('2026-11-01', now, '--since')).toBe(Date.UTC(2026, 10, 1));
  expect(moment('2026-11-01T08:00:00+01:00', now, '--since')).toBe(Date.UTC(2026, 10, 1, 7));
});
