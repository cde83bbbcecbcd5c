import { expect, test } from 'vitest';
import { scanPage } from '../../src/report/index.ts';
import { STYLE } from '../../src/report/page/style.ts';
import { scanView as page } from './scan-fixture.ts';

/** The page of a scan: what stands in it, that nothing gets through, and that it stays within a size. */

test('it says what was found, and leaves out what is empty', () => {
  const text = scanPage(page('lodash'));
  expect(text).toContain('<h2>Fails (1)</h2>');
  expect(text).toContain('1 critical, 2 high, 3 medium, 4 low open; 1 new, 0 gone');
  expect(text).not.toContain('Notes');
});

test.each([
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><svg onload=alert(1)>',
  '\u202Eevil\u0007\u001b[31m',
])('%j gets nowhere', (text) => {
  const body = scanPage(page(text)).replace(STYLE, '');
  expect(body).toContain("default-src 'none'");
  for (const one of text.match(/[\p{Cc}\p{Cf}]/gu) ?? []) expect(body).not.toContain(one);
  const tags = scanPage(page('x'.repeat(text.length)))
    .replace(STYLE, '')
    .match(/<[^>]*>/g);
  expect(body.match(/<[^>]*>/g)).toEqual(tags);
});

test('thousands of findings are cut, and the page says so', () => {
  const text = scanPage(page('x'.repeat(300), 5_000));
  expect(Buffer.byteLength(text)).toBeLessThan(300_000);
  expect(text).toMatch(/\d+ more left out here: <code>shiplock scan --json/);
});
