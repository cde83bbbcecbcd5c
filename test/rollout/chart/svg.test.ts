import { describe, expect, test } from 'vitest';
import { svgChart } from '../../../src/rollout/chart/index.ts';
import { calmStream, folded, sampleOf, worseStream } from './sample.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A strict reader of the XML that charts need: every element closed in its order, every attribute quoted, every `&` an entity. */
function elementsOf(xml: string): readonly Element[] {
  const found: Element[] = [];
  const open: string[] = [];
  const token = /<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<&]*")*)(\/?)>|([^<]+)/gy;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`not XML at ${at}: ${xml.slice(at, at + 60)}`);
    const [, closing, name = '', attributes = '', alone, text] = match;
    if (text !== undefined) {
      if (/&(?!(amp|lt|gt);)/.test(text)) throw new Error(`a bare & in ${text}`);
    } else if (closing === '/') {
      if (open.pop() !== name) throw new Error(`${name} closed out of order`);
    } else {
      const pairs = [...attributes.matchAll(/([a-zA-Z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]);
      found.push({ name, attributes: Object.fromEntries(pairs) });
      if (alone !== '/') open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return found;
}

/** The points that a path of M, H, V, h and v goes through. */
function pointsOf(path: string): readonly (readonly [x: number, y: number])[] {
  let [x, y] = [Number.NaN, Number.NaN];
  return [...path.matchAll(/([MHVhv])(-?[\d.]+)(?: (-?[\d.]+))?/g)].map(([, order, first, second]) => {
    if (order === 'M') [x, y] = [Number(first), Number(second)];
    else if (order === 'H') x = Number(first);
    else if (order === 'V') y = Number(first);
    else if (order === 'h') x += Number(first);
    else y += Number(first);
    return [x, y];
  });
}

const SAMPLES: readonly (readonly [string, string])[] = [
  ['worse', worseStream()],
  ['calm, two metrics', calmStream(700, ['errors', 'slow'])],
  ['a single row', calmStream(1)],
  ['a name that looks like markup', worseStream('<script>&amp;\u0007\ufffe')],
];

describe.each(SAMPLES)('%s', (_name, csv) => {
  test('is XML that loads and runs nothing, with a title and a description', async () => {
    const { chart } = await sampleOf(csv);
    const svg = svgChart(chart);
    const elements = elementsOf(svg);
    expect(new Set(elements.map(({ name }) => name))).toEqual(
      new Set(['svg', 'title', 'desc', 'style', 'rect', 'text', 'path']),
    );
    expect(elements[0]?.attributes).toMatchObject({ role: 'img', 'aria-labelledby': 'shiplock-title shiplock-desc' });
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|href|\bon[a-z]+=/);
    expect(svg).toContain('prefers-color-scheme:dark');
  });

  test('draws inside its own bounds', async () => {
    const { chart } = await sampleOf(csv);
    const elements = elementsOf(svgChart(chart));
    const [, , width = 0, height = 0] = (elements[0]?.attributes['viewBox'] ?? '').split(' ').map(Number);
    const points = [
      ...elements.flatMap(({ attributes }) => pointsOf(attributes['d'] ?? '')),
      ...elements
        .filter(({ name }) => name === 'text')
        .map(({ attributes }) => [Number(attributes['x']), Number(attributes['y'])] as const),
    ];
    expect(points.length).toBeGreaterThan(20);
    for (const [x, y] of points) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(height);
    }
  });
});

test('the decision is marked in each panel at its time, and said in words', async () => {
  const { chart, report } = await sampleOf(worseStream());
  const svg = svgChart(chart);
  const mark = elementsOf(svg).find(({ attributes }) => attributes['class'] === 'mark');
  const points = pointsOf(mark?.attributes['d'] ?? '');
  const share = (report.at ?? Number.NaN) / 39;
  expect(points).toHaveLength(6);
  for (const [x] of points) expect(x).toBeCloseTo(72 + share * 712, 1);
  expect(svg).toContain(`<title id="shiplock-title">Canary analysis: worse at t=${report.at}</title>`);
  expect(svg).toContain(report.reason.slice(0, 40));
});

test('100,000 rows make a chart as small as 1,000 rows do', () => {
  const [long, short] = [folded(50_000), folded(500)];
  expect(long.trace.buckets.length).toBeLessThanOrEqual(400);
  const [large, small] = [long, short].map(({ chart }) => svgChart(chart).length);
  expect(large).toBeLessThan(100_000);
  expect(large).toBeLessThan(2 * (small ?? 0));
});
