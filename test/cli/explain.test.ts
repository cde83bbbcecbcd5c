import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { worseStream } from '../rollout/chart/sample.ts';
import { terminal } from '../support/terminal.ts';

/** `shiplock analyse --explain` on terminals of all kinds, into files, and for scripts. */

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-explain-'));
  writeFileSync(join(dir, 'counts.csv'), worseStream());
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const UTF8 = { LANG: 'en_US.UTF-8' };

async function explain(io: Parameters<typeof terminal>[0], ...args: readonly string[]): Promise<string> {
  const on = terminal({ cwd: dir, env: UTF8, ...io });
  expect(await runCli(['analyse', '--input', 'counts.csv', ...args], on)).toBe(0);
  expect(on.written.err).toBe('');
  return on.written.out;
}

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length));
/** Without the sentences above the chart, which break where the terminal breaks them. */
const chartIn = (text: string): string => text.slice(text.indexOf('bad rate of'));

describe('on a terminal', () => {
  test('the answer comes first, the chart after it, as wide as the terminal', async () => {
    const text = await explain({ terminal: true, columns: 100, env: { ...UTF8, NO_COLOR: '1' } }, '--explain');
    expect(text).toMatch(/^worse at t=26: /);
    expect(text).toContain('evidence for worse, log10');
    expect(text).toContain('┄');
    expect(widest(chartIn(text))).toBe(100);
  });

  test('colours only where they are seen and wanted', async () => {
    expect(await explain({ terminal: true, columns: 80 }, '--explain')).toContain('\u001b[');
    for (const io of [
      { terminal: false },
      { terminal: true, columns: 80, env: { ...UTF8, NO_COLOR: '1' } },
      { terminal: true, columns: 80, env: { ...UTF8, TERM: 'dumb' } },
    ])
      expect(await explain(io, '--explain')).not.toContain('\u001b');
  });

  test('80 columns where nobody says how many', async () => {
    expect(widest(chartIn(await explain({}, '--explain')))).toBe(80);
  });

  test.each([
    [{ LANG: 'C' }, false],
    [{}, false],
    [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, false],
    [{ LC_ALL: '', LANG: 'de_DE.utf8' }, true],
    [{ LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
  ])('the locale %o: more than ASCII is %s', async (env, unicode) => {
    expect(/[^\n -~]/.test(chartIn(await explain({ env }, '--explain')))).toBe(unicode);
  });

  test('--ascii means a chart in ASCII', async () => {
    expect(chartIn(await explain({}, '--ascii'))).toMatch(/^[\n -~]+$/);
  });

  test('without any of it the text is what it was', async () => {
    const plain = await explain({});
    expect(plain.split('\n')).toHaveLength(4);
    expect((await explain({}, '--explain')).startsWith(plain)).toBe(true);
  });
});

describe('into a file', () => {
  test('the whole chart, and nothing is left beside it', async () => {
    const text = await explain({}, '--svg', 'verdict.svg');
    expect(text).toMatch(/\nchart: verdict\.svg\n$/);
    expect(text).not.toContain('bad rate of');
    expect(readFileSync(join(dir, 'verdict.svg'), 'utf8')).toMatch(/^<svg [\s\S]+<\/svg>\n$/);
    expect(readdirSync(dir).filter((name) => name.includes('verdict'))).toEqual(['verdict.svg']);
  });

  test('a file of that name is replaced, a link is followed', async () => {
    mkdirSync(join(dir, 'kept'));
    writeFileSync(join(dir, 'kept', 'old.svg'), 'old');
    symlinkSync(join('kept', 'old.svg'), join(dir, 'link.svg'));
    await explain({}, '--explain', '--svg', 'link.svg');
    expect(readFileSync(join(dir, 'kept', 'old.svg'), 'utf8')).toContain('<svg');
    expect(statSync(join(dir, 'link.svg')).isFile()).toBe(true);
  });

  test('what cannot be written is refused, and the old file stays', async () => {
    mkdirSync(join(dir, 'taken', 'verdict.svg'), { recursive: true });
    const io = terminal({ cwd: dir, env: UTF8 });
    expect(await runCli(['analyse', '--input', 'counts.csv', '--svg', 'taken/verdict.svg'], io)).toBe(2);
    expect(io.written.err).toContain('[cli.unwritable-file]');
    expect(statSync(join(dir, 'taken', 'verdict.svg')).isDirectory()).toBe(true);
  });
});

const extent = z.strictObject({ least: z.number(), greatest: z.number(), last: z.number() });
const counts = z.strictObject({ requests: z.number(), bad: z.number() });
const explained = z.looseObject({
  verdict: z.string(),
  limits: z.strictObject({ evidence: z.number(), evidenceNotWorse: z.number() }),
  series: z.array(
    z.strictObject({
      from: z.number(),
      to: z.number(),
      intervals: z.number(),
      evidence: extent,
      evidenceNotWorse: extent,
      metrics: z.array(
        z.strictObject({
          metric: z.string(),
          baseline: counts,
          canary: counts,
          evidence: extent,
          evidenceNotWorse: extent,
          dispersion: z.number(),
        }),
      ),
    }),
  ),
});

describe('for scripts', () => {
  test('--json --explain adds the series and the limits; what was there stays', async () => {
    const [plain, full] = [await explain({}, '--json'), await explain({}, '--json', '--explain')];
    const { limits, series, ...rest } = explained.parse(JSON.parse(full));
    expect(rest).toEqual(JSON.parse(plain));
    expect(limits.evidence).toBeCloseTo(2, 12);
    expect(series).toHaveLength(40);
    const decided = series.find(({ from, to }) => from <= 26 && 26 <= to);
    expect(decided?.evidence.last).toBeGreaterThanOrEqual(limits.evidence);
    expect(series.find(({ to }) => to === 25)?.evidence.greatest).toBeLessThan(limits.evidence);
  });

  test('--alpha moves the limit that is drawn', async () => {
    const { limits } = explained.parse(JSON.parse(await explain({}, '--json', '--explain', '--alpha', '0.001')));
    expect(limits.evidence).toBeCloseTo(3, 12);
    expect(await explain({}, '--explain', '--alpha', '0.001')).toContain('limit 3.0');
  });
});
