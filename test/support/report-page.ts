import { writeFile } from 'node:fs/promises';
import axe from 'axe-core';
import { type Browser, chromium } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';

/** Looks at a report in a real browser, as people and printers do. */

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

/** A phone in the dark and a desk by day: the place of things does not depend on colours, and colours not on the place. */
const VIEWS = [
  { width: 360, colorScheme: 'dark' },
  { width: 1_280, colorScheme: 'light' },
] as const;
/** Largest size of a page, bytes. */
const LIMIT = 300_000;
/** A4 without its margins of 12 mm, in CSS pixels. */
const A4_WIDTH = Math.floor(((210 - 24) / 25.4) * 96);

/** What reaches beyond the page at its right, and texts that are smaller than can be read. */
const LOOK = `(() => {
  const wide = document.documentElement.clientWidth;
  const outside = [...document.querySelectorAll('body *')].filter((one) => {
    if (one.closest('svg') !== null && one.tagName !== 'svg' && one.tagName !== 'text') return false;
    if (one.classList.contains('hidden')) return false;
    const box = one.getBoundingClientRect();
    return box.width > 0 && (box.right > wide + 1 || box.left < -1);
  });
  const sizes = [...document.querySelectorAll('body *')]
    .filter((one) => [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim() !== ''))
    .map((one) => parseFloat(getComputedStyle(one).fontSize));
  return {
    scrolls: document.documentElement.scrollWidth > wide,
    outside: outside.slice(0, 5).map((one) => one.outerHTML.slice(0, 160)),
    smallest: Math.min(...sizes),
    heading: document.querySelector('h1').getBoundingClientRect().top,
  };
})()`;
const lookSchema = z.object({
  scrolls: z.boolean(),
  outside: z.array(z.string()),
  smallest: z.number(),
  heading: z.number(),
});
const AXE = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations, passes }) => ({
  passes: passes.length,
  violations: violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.html.slice(0, 120) + ' ' + node.failureSummary).join(' | ')),
}))`;
const axeSchema = z.object({ passes: z.number(), violations: z.array(z.string()) });

export interface Seen {
  readonly bytes: number;
  readonly sheets: number;
  /** Rules of axe-core that were tried and hold. */
  readonly rules: number;
}

/**
 * Small, whole at every width, readable, without a violation that axe-core knows in light and in dark, and on A4. No request leaves the
 * page, and its own policy is never broken.
 *
 * @param keep where pictures are written, for people to look at
 */
export async function lookAtReport(browser: Browser, file: string, html: string, keep?: string): Promise<Seen> {
  await writeFile(file, html);
  const bytes = Buffer.byteLength(html);
  expect(bytes).toBeLessThanOrEqual(LIMIT);
  let rules = 0;
  for (const { width, colorScheme } of VIEWS) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    await page.goto(`file://${file}`);
    const seen = lookSchema.parse(await page.evaluate(LOOK));
    expect(seen, `${width} px`).toMatchObject({ scrolls: false, outside: [] });
    expect(seen.smallest).toBeGreaterThanOrEqual(11);
    // The verdict is the first thing one sees.
    expect(seen.heading).toBeLessThan(160);
    if (keep !== undefined) await page.screenshot({ path: `${keep}-${width}-${colorScheme}.png`, fullPage: true });
    // The page's policy does not let scripts in by a tag; the browser's own console may.
    await page.evaluate(axe.source);
    const found = axeSchema.parse(await page.evaluate(AXE));
    expect(found.violations, `${width} px, ${colorScheme}`).toEqual([]);
    rules = Math.max(rules, found.passes);
    expect(asked).toEqual([`file://${file}`]);
    expect(said).toEqual([]);
    await page.close();
  }
  return { bytes, sheets: await print(browser, file, keep), rules };
}

/** Number of sheets of A4. */
async function print(browser: Browser, file: string, keep?: string): Promise<number> {
  // Paper is white, whatever the screen is set to.
  const page = await browser.newPage({ colorScheme: 'dark', viewport: { width: A4_WIDTH, height: 1_000 } });
  await page.goto(`file://${file}`);
  await page.emulateMedia({ media: 'print' });
  const seen = lookSchema.parse(await page.evaluate(LOOK));
  expect(seen, 'on paper').toMatchObject({ scrolls: false, outside: [] });
  const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
  expect(paper).toBe('rgb(255, 255, 255)');
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  if (keep !== undefined) await writeFile(`${keep}.pdf`, pdf);
  await page.close();
  const text = pdf.toString('latin1');
  // A4 in points, up to rounding.
  for (const [, width = '', height = ''] of text.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)) {
    expect(Math.abs(Number(width) - 595) + Math.abs(Number(height) - 842)).toBeLessThan(3);
  }
  return text.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}
