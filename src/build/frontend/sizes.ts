import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { formatSize } from '../../model/size.ts';
import { cachePolicy, type Encoding, pageOf, type WebFile, type WebFiles } from '../../model/web-files.ts';
import type { BudgetConfig } from './config.ts';

/** How much each page loads, beside its budget and beside the release before. Pure. */

const partsSchema = z.strictObject({
  js: z.number(),
  css: z.number(),
  /** The page itself, scripts, styles and preloads together. */
  total: z.number(),
});
type Parts = Readonly<z.infer<typeof partsSchema>>;
const PARTS = ['js', 'css', 'total'] as const;

export const frontendReportSchema = z.strictObject({
  unit: z.enum(['brotli', 'zstd', 'gzip', 'none']),
  /** Version that it is compared with; null: nothing is known of an earlier one. */
  before: z.string().nullable(),
  routes: z
    .array(
      z.strictObject({
        route: z.string(),
        /** File that answers it; null: none does. */
        page: z.string().nullable(),
        size: partsSchema,
        /** What the earlier version had; null: it had no such page. */
        was: partsSchema.nullable(),
        limit: partsSchema.partial(),
      }),
    )
    .readonly(),
  /** All files that are served. */
  files: z.strictObject({ count: z.number(), size: z.number(), compressed: z.number() }),
});
export type FrontendReport = Readonly<z.infer<typeof frontendReportSchema>>;
type Route = FrontendReport['routes'][number];

export interface Earlier {
  readonly version: string;
  readonly files: WebFiles;
}

const CODING: Readonly<Record<BudgetConfig['unit'], Encoding | null>> = {
  brotli: 'br',
  zstd: 'zstd',
  gzip: 'gzip',
  none: null,
};

export function reportOf(files: WebFiles, budget: BudgetConfig | null, earlier: Earlier | null): FrontendReport {
  const unit = budget?.unit ?? 'brotli';
  const limits = budget?.routes ?? {};
  const own = Object.keys(files.pages).map(routeOf);
  const routes = [...new Set([...Object.keys(limits), ...own])].toSorted();
  const all = Object.values(files.files);
  return {
    unit,
    before: earlier?.version ?? null,
    routes: routes.map((route) => {
      const page = pageOf(route, files) ?? null;
      return {
        route,
        page,
        size: page === null ? { js: 0, css: 0, total: 0 } : sizeOf(page, files, unit),
        was:
          earlier === null || page === null || earlier.files.pages[page] === undefined
            ? null
            : sizeOf(page, earlier.files, unit),
        limit: limitOf(limits[route]),
      };
    }),
    files: {
      count: all.length,
      size: sum(all.map((file) => file.size)),
      compressed: sum(all.map((file) => sizeIn(file, unit))),
    },
  };
}

/** One problem for each limit that is exceeded, with the files that weigh most. */
export function budgetProblems(report: FrontendReport, files: WebFiles, where: string): readonly Problem[] {
  return report.routes.flatMap((route) => {
    if (route.page === null) return [noPage(route.route, where)];
    const { page } = route;
    return PARTS.flatMap((part) => {
      const limit = route.limit[part];
      if (limit === undefined || route.size[part] <= limit) return [];
      return [overBudget({ route, part, limit, unit: report.unit, where, files, page })];
    });
  });
}

/** The sizes as lines for people, one for each page. */
export function sizeLines(report: FrontendReport): readonly string[] {
  const { unit, before } = report;
  const form = unit === 'none' ? 'uncompressed' : unit;
  return report.routes.map(({ route, size, was, limit }) => {
    const words = PARTS.map((part) => {
      const change = was === null ? '' : ` (${signed(size[part] - was[part])})`;
      const most = limit[part] === undefined ? '' : ` of ${formatSize(limit[part])}`;
      return `${part} ${formatSize(size[part])}${change}${most}`;
    });
    return `${route}: ${words.join(', ')} ${form}${before === null ? '' : `, beside ${before}`}`;
  });
}

/** The same as a Markdown table, for the summary of a job. */
export function sizeTable(report: FrontendReport): string {
  const { unit, before, files } = report;
  const cell = ({ size, was, limit }: Route, part: (typeof PARTS)[number]): string => {
    const change = was === null ? '' : ` (${signed(size[part] - was[part])})`;
    const most = limit[part];
    const mark = most === undefined ? '' : ` of ${formatSize(most)}${size[part] > most ? ' **over**' : ''}`;
    return `${formatSize(size[part])}${change}${mark}`;
  };
  const rows = report.routes.map(
    (route) => `| \`${route.route}\` | ${PARTS.map((part) => cell(route, part)).join(' | ')} |`,
  );
  const form = unit === 'none' ? 'as they are' : `in ${unit}`;
  return [
    `What a page loads, ${form}${before === null ? '' : `, and the change since ${before}`}:`,
    '',
    '| page | scripts | styles | together |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `${files.count} files, ${formatSize(files.size)}, ${formatSize(files.compressed)} ${form}.`,
    '',
  ].join('\n');
}

/** Names that browsers keep for a year, with other bytes than in the release before: they would go on with the old ones. */
export function changedNames(files: WebFiles, earlier: Earlier | null, where: string): readonly Problem[] {
  if (earlier === null) return [];
  const changed = Object.entries(files.files).filter(([path, file]) => {
    const before = earlier.files.files[path];
    return before !== undefined && before.digest !== file.digest && cachePolicy(path) !== 'no-cache';
  });
  return changed.map(([path, { digest }]) => ({
    code: 'build.same-name-other-content',
    where: `${where}/${path}`,
    found: `${digest.slice(0, 19)}…, and ${earlier.version} has a file of this name with other content`,
    expected: 'another name for another content: browsers keep a file whose name has a hash for a year',
    remedy:
      'let the bundler make the hash from the content; if the name only looks as if it had a hash, give it another',
  }));
}

function routeOf(page: string): string {
  return `/${page.replace(/(^|\/)index\.html$/, '$1')}`;
}

function sizeOf(page: string, { files, pages }: WebFiles, unit: BudgetConfig['unit']): Parts {
  const loaded = [page, ...(pages[page]?.loads ?? [])];
  const sizes = [...new Set(loaded)].flatMap((path) => {
    const file = files[path];
    return file === undefined ? [] : [{ type: file.type, size: sizeIn(file, unit) }];
  });
  const of = (type: string): number => sum(sizes.filter((one) => one.type.startsWith(type)).map(({ size }) => size));
  return { js: of('text/javascript'), css: of('text/css'), total: sum(sizes.map(({ size }) => size)) };
}

function sizeIn(file: WebFile, unit: BudgetConfig['unit']): number {
  const coding = CODING[unit];
  return (coding === null ? undefined : file.encodings[coding]?.size) ?? file.size;
}

function limitOf(limit: BudgetConfig['routes'][string] | undefined): Route['limit'] {
  const { js, css, total } = limit ?? {};
  return {
    ...(js === undefined ? {} : { js }),
    ...(css === undefined ? {} : { css }),
    ...(total === undefined ? {} : { total }),
  };
}

function signed(bytes: number): string {
  return bytes === 0 ? '±0' : `${bytes > 0 ? '+' : '−'}${formatSize(Math.abs(bytes))}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function overBudget(over: {
  readonly route: Route;
  readonly part: (typeof PARTS)[number];
  readonly limit: number;
  readonly unit: BudgetConfig['unit'];
  readonly where: string;
  readonly page: string;
  readonly files: WebFiles;
}): Problem {
  const { route, part, limit, unit, where, page, files } = over;
  const type = part === 'js' ? 'text/javascript' : part === 'css' ? 'text/css' : '';
  const heaviest = [page, ...(files.pages[page]?.loads ?? [])]
    .flatMap((path) => {
      const file = files.files[path];
      return file?.type.startsWith(type) === true ? [{ path, size: sizeIn(file, unit) }] : [];
    })
    .toSorted((a, b) => b.size - a.size)
    .slice(0, 3)
    .map(({ path, size }) => `${path} ${formatSize(size)}`);
  return {
    code: 'build.over-budget',
    where: `${where}/${page}`,
    found: `${route.route} loads ${formatSize(route.size[part])} (${part}, ${unit}): ${heaviest.join(', ')}`,
    expected: `at most ${formatSize(limit)}`,
    remedy: 'load less with the page (`import()` what is needed later), or raise `budget.routes` of the component',
  };
}

function noPage(route: string, where: string): Problem {
  return {
    code: 'build.no-page',
    where,
    found: `no page answers ${route}`,
    expected: 'a page for every path of `budget.routes`',
    remedy: 'mend the path in `budget.routes`, or `output` of the component',
  };
}
