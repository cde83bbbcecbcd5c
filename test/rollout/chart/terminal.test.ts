import { describe, expect, test } from 'vitest';
import { terminalChart, wrap } from '../../../src/rollout/chart/index.ts';
import { calmStream, sampleOf, worseStream } from './sample.ts';

const plainText = (columns: number, ascii = false) => ({ columns, ascii, paint: (_: string, text: string) => text });

describe('a small stream', () => {
  test('in 72 columns', async () => {
    const { chart } = await sampleOf(worseStream());
    expect(`${terminalChart(chart, plainText(72))}\n`).toMatchInlineSnapshot(`
      "bad rate of errors: ● canary, ○ baseline, ◉ both
           6 % ┤                ●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●
               │                                         ┊
           4 % ┤                                         ┊
               │                                         ┊
               │                                         ┊
           2 % ┤                                         ┊
               │○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○○
           0 % ┤                                         ┊
               └──────────────────────────────────────────────────────────────

      evidence for worse, log10: 5.4 at the end, limit 2.0
               │                                         ┊                 ╭──
               │                                         ┊             ╭───╯
             4 ┤                                         ┊        ╭────╯
               │                                         ┊   ╭────╯
           2.0 ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╭─────╯┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
               │                               ╭───────╯ ┊
               │                      ╭────────╯         ┊
             0 ┤──────────────────────╯                  ┊
               └──────────────────────────────────────────────────────────────

      evidence for not worse, log10: 0.0 at the end, limit 1.3
               │                                         ┊
           1.3 ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┊┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
               │                                         ┊
             1 ┤                                         ┊
               │                                         ┊
               │                                         ┊
               │                                         ┊
             0 ┤──────────────────────────────────────────────────────────────
               └──────────────────────────────────────────────────────────────
                t=0                           20                            39
                                                         ▲ worse at t=26

      errors: canary 180 bad of 3000 (6 %), baseline 150 bad of 27000 (0.556
      %); dispersion 7.69: each bad event counts as 1/7.69
      "
    `);
  });

  test('in 48 columns of ASCII', async () => {
    const { chart } = await sampleOf(worseStream());
    expect(`${terminalChart(chart, plainText(48, true))}\n`).toMatchInlineSnapshot(`
      "bad rate of errors: x canary, o baseline, % both
           6 % +         xxxxxxxxxxxxxxxxxxxxxxxxxxxxx
               |                         :
           4 % +                         :
               |                         :
               |                         :
           2 % +                         :
               |oooooooooooooooooooooooooooooooooooooo
           0 % +                         :
               +--------------------------------------

      evidence for worse, log10: 5.4 at the end, limit
      2.0
               |                         :          +-
               |                         :       +--+
             4 +                         :    +--+
               |                         :  +-+
           2.0 +........................+---+.........
               |                   +----+:
               |             +-----+     :
             0 +-------------+           :
               +--------------------------------------

      evidence for not worse, log10: 0.0 at the end,
      limit 1.3
               |                         :
           1.3 +.........................:............
               |                         :
             1 +                         :
               |                         :
               |                         :
               |                         :
             0 +--------------------------------------
               +--------------------------------------
                t=0               20                39
                           worse at t=26 ^

      errors: canary 180 bad of 3000 (6 %), baseline
      150 bad of 27000 (0.556 %); dispersion 7.69:
      each bad event counts as 1/7.69
      "
    `);
  });
});

describe('what every chart keeps', () => {
  test.each([0, 40, 61, 80, 133, 250])('no line is wider than %i columns (40 at least)', async (columns) => {
    for (const csv of [worseStream(), calmStream(700, ['errors', 'slow']), calmStream(1)]) {
      const { chart } = await sampleOf(csv);
      const widest = Math.max(
        ...terminalChart(chart, plainText(columns))
          .split('\n')
          .map((line) => [...line].length),
      );
      expect(widest).toBeLessThanOrEqual(Math.max(40, columns));
    }
  });

  test('ASCII means ASCII, names of metrics included', async () => {
    const { chart } = await sampleOf(worseStream('fehler-größe'));
    expect(terminalChart(chart, plainText(80, true))).toMatch(/^[\x20-\x7e\n]+$/);
    expect(terminalChart(chart, plainText(80))).toContain('fehler-größe');
  });

  test('a name cannot give orders to the terminal', async () => {
    const { chart } = await sampleOf(worseStream('\u001b[2Jgone\u202e'));
    const text = terminalChart(chart, plainText(80));
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(text).toContain('?[2Jgone?');
  });

  test('each part is painted in its own ink, and without paint nothing is left of it', async () => {
    const { chart } = await sampleOf(worseStream());
    const painted = terminalChart(chart, { ...plainText(80), paint: (ink, text) => `<${ink}>${text}</>` });
    for (const ink of ['axis', 'baseline', 'canary', 'evidence', 'limit', 'mark'])
      expect(painted).toContain(`<${ink}>`);
    expect(painted.replaceAll(/<[a-z]*>|<\/>/g, '')).toBe(terminalChart(chart, plainText(80)));
  });

  test('where nothing was read, nothing is drawn', async () => {
    const rows = calmStream(300)
      .split('\n')
      .filter((line) => !/^1\d\d,/.test(line));
    const { chart } = await sampleOf(rows.join('\n'));
    const [, ...panel] = terminalChart(chart, plainText(90)).split('\n').slice(0, 9);
    const drawn = panel.map((line) => line.slice(10));
    const hole = drawn.map((line) => line.slice(29, 51).trim()).join('');
    expect(hole.replaceAll('┊', '')).toBe('');
    expect(drawn.map((line) => line.slice(0, 28)).join('')).toMatch(/[○●◉]/);
  });
});

test('lines are broken at blanks; what is longer than a line is cut', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k']);
});
