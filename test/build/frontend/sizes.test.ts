import { describe, expect, it } from 'vitest';
import {
  budgetProblems,
  changedNames,
  frontendReportSchema,
  reportOf,
  sizeLines,
  sizeTable,
} from '../../../src/build/frontend/sizes.ts';
import { cachePolicy, contentType, type WebFiles } from '../../../src/model/web-files.ts';

/** Files by path: size, and the size in brotli. The page loads all of them. */
function site(files: Readonly<Record<string, readonly [number, number?]>>, salt = '0'): WebFiles {
  return {
    formatVersion: 1,
    files: Object.fromEntries(
      Object.entries(files).map(([path, [size, br]]) => [
        path,
        {
          digest: `sha256:${salt.repeat(64)}`,
          ...{ size, type: contentType(path), cache: cachePolicy(path) },
          encodings: br === undefined ? {} : { br: { digest: `sha256:${'1'.repeat(64)}`, size: br } },
        },
      ]),
    ),
    pages: { 'index.html': { loads: Object.keys(files).filter((path) => path !== 'index.html'), faults: [] } },
  };
}

const before = site({ 'index.html': [500], 'a-B3xk9a1Q.js': [90_000, 30_000], 'b.css': [2000, 700] });
const now = site({ 'index.html': [500], 'a-C4xk9a1Q.js': [99_000, 33_500], 'b.css': [2000, 700], 'f.woff2': [9000] });
const budget = { unit: 'brotli' as const, routes: { '/': { js: 32_000, total: 50_000 } } };

describe('sizes of pages', () => {
  it('stand beside the budget and beside the release before', () => {
    const report = reportOf(now, budget, { version: '1.3.0', files: before });
    expect(frontendReportSchema.parse(report)).toEqual(report);
    expect(report.routes).toEqual([
      {
        ...{ route: '/', page: 'index.html' },
        size: { js: 33_500, css: 700, total: 43_700 },
        was: { js: 30_000, css: 700, total: 31_200 },
        limit: { js: 32_000, total: 50_000 },
      },
    ]);
    expect(sizeLines(report)).toEqual([
      '/: js 33.5 kB (+3.5 kB) of 32.0 kB, css 700 B (±0), total 43.7 kB (+12.5 kB) of 50.0 kB brotli, beside 1.3.0',
    ]);
    expect(sizeTable(report)).toContain('| `/` | 33.5 kB (+3.5 kB) of 32.0 kB **over** | 700 B (±0) | 43.7 kB');
    expect(budgetProblems(report, now, 'dist')).toEqual([
      expect.objectContaining({
        code: 'build.over-budget',
        where: 'dist/index.html',
        found: '/ loads 33.5 kB (js, brotli): a-C4xk9a1Q.js 33.5 kB',
        expected: 'at most 32.0 kB',
      }),
    ]);
  });

  it('exactly the limit is within it, and the unit decides', () => {
    const exact = { unit: 'none' as const, routes: { '/': { js: 99_000 } } };
    expect(budgetProblems(reportOf(now, exact, null), now, 'dist')).toEqual([]);
    const less = { unit: 'none' as const, routes: { '/': { js: 98_999 } } };
    expect(budgetProblems(reportOf(now, less, null), now, 'dist')).toHaveLength(1);
  });

  it('a path that no page answers is told; one of an application that routes in the browser is its page', () => {
    const routes = { unit: 'brotli' as const, routes: { '/orders': { total: 1 } } };
    expect(budgetProblems(reportOf(now, routes, null), now, 'dist').map(({ code }) => code)).toEqual([
      'build.over-budget',
    ]);
    const bare: WebFiles = { ...now, pages: {} };
    expect(budgetProblems(reportOf(bare, routes, null), bare, 'dist').map(({ code }) => code)).toEqual([
      'build.no-page',
    ]);
  });

  it('a name that browsers keep may not get other content', () => {
    const other = site({ 'index.html': [500], 'a-B3xk9a1Q.js': [90_000], 'b.css': [1] }, 'f');
    const told = changedNames(other, { version: '1.3.0', files: before }, 'dist');
    expect(told.map(({ code, where }) => [code, where])).toEqual([
      ['build.same-name-other-content', 'dist/a-B3xk9a1Q.js'],
    ]);
    expect(changedNames(before, { version: '1.3.0', files: before }, 'dist')).toEqual([]);
    expect(changedNames(other, null, 'dist')).toEqual([]);
  });
});
