import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { svgChart } from '../../src/rollout/index.ts';
import { calmStream, sampleOf, worseStream } from '../rollout/chart/sample.ts';

/** The SVG of `analyse --explain` in a real browser: it is XML, fits its frame, and can be read in both colour schemes. */

let browser: Browser;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-chart-'));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});
afterAll(async () => {
  await browser?.close();
  await rm(dir, { recursive: true, force: true });
});

/** What a browser makes of the document, asked inside it. */
const LOOK = `(() => {
  const svg = document.documentElement;
  const frame = svg.viewBox.baseVal;
  const outside = [...svg.querySelectorAll('path,text,rect')].filter((one) => {
    const box = one.getBBox();
    return box.x < -0.5 || box.y < -0.5 || box.x + box.width > frame.width + 0.5 || box.y + box.height > frame.height + 0.5;
  });
  const number = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
  const light = (colour) => number(colour)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const paper = light(getComputedStyle(svg.querySelector('.paper')).fill);
  const contrast = (colour) => {
    const ink = light(colour);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  };
  const texts = [...svg.querySelectorAll('text')].map((one) => contrast(getComputedStyle(one).fill));
  const lines = [...svg.querySelectorAll('.canary,.baseline,.evidence')].map((one) => contrast(getComputedStyle(one).stroke));
  return {
    root: svg.nodeName,
    errors: document.querySelectorAll('parsererror').length,
    outside: outside.map((one) => one.outerHTML.slice(0, 120)),
    texts: Math.min(...texts),
    lines: Math.min(...lines),
    paper,
  };
})()`;

test.each([
  ['worse', worseStream()],
  ['two metrics', calmStream(700, ['errors', 'slow'])],
  ['a long name', worseStream(`<b>${'wide '.repeat(40)}`)],
  ['a single row', calmStream(1)],
])('%s', async (name, csv) => {
  const file = join(dir, `${name}.svg`);
  await writeFile(file, svgChart((await sampleOf(csv)).chart));
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme });
    await page.goto(pathToFileURL(file).href);
    const seen = await page.evaluate(LOOK);
    expect(seen).toMatchObject({ root: 'svg', errors: 0, outside: [] });
    // WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is drawn.
    expect(seen).toSatisfy((one: { texts: number; lines: number }) => one.texts >= 4.5 && one.lines >= 3);
    expect(seen).toSatisfy((one: { paper: number }) => (colorScheme === 'dark' ? one.paper < 0.1 : one.paper > 0.9));
    await page.close();
  }
});
