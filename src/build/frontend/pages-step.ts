import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import { WEB_FILES, type WebFiles, webFilesSchema } from '../../model/web-files.ts';
import { step } from '../../procedure/build.ts';
import type { Step } from '../../procedure/tree.ts';
import type { Locate } from '../cached.ts';
import type { FrontendSettings } from './config.ts';
import { judgeFaults } from './faults.ts';
import {
  budgetProblems,
  changedNames,
  type Earlier,
  type FrontendReport,
  frontendReportSchema,
  reportOf,
  sizeLines,
} from './sizes.ts';

/** What was built, judged: sizes beside budget and earlier release, names, policy. Nothing of it is part of the build's name: a raised budget builds nothing anew. */

export interface PagesFacts {
  readonly files: WebFiles | null;
  readonly earlier: Earlier | null;
}

export const pagesOutputsSchema = z.strictObject({
  report: frontendReportSchema,
  notes: z.array(z.string()).readonly(),
});
export type PagesOutputs = Readonly<z.infer<typeof pagesOutputsSchema>>;
export type PagesStep = Step<PagesFacts, PagesOutputs>;

export interface PagesOptions {
  readonly component: string;
  readonly locate: Locate;
  readonly settings: Pick<FrontendSettings, 'budget' | 'csp'>;
  /** Output directory in the sources: where somebody finds what a problem names. */
  readonly where: string;
  /** What serves now, if that is known. */
  earlier(): Promise<Earlier | null>;
}

export function pagesStep(options: PagesOptions): PagesStep {
  const { component, locate, settings, where, earlier } = options;
  return step<PagesFacts, PagesOutputs>({
    id: 'pages',
    title: `Judge the pages of ${component}`,
    // Limits are part of what was planned; what serves before is not: it may change while a build waits.
    inputs: { component, budget: budgetWords(settings.budget), policy: settings.csp?.mode ?? 'none' },
    read: async (ctx) => ({ files: await readWebFiles(await locate(ctx)), earlier: await earlier() }),
    decide: (facts) => {
      if (facts.files === null) return { kind: 'nothing', why: 'known once it is built' };
      const { problems, lines } = judge(facts.files, facts.earlier, settings, where);
      return problems.length > 0 ? { kind: 'refuse', problems } : { kind: 'nothing', why: lines.join('; ') };
    },
    outputs: pagesOutputsSchema,
    collect: (_results, facts) => outputsOf(facts, settings, where),
    planned: (facts) => outputsOf(facts, settings, where),
    probe: 'repeatable',
  });
}

/** Pure. */
export function judge(
  files: WebFiles,
  earlier: Earlier | null,
  { budget, csp }: PagesOptions['settings'],
  where: string,
): { readonly problems: readonly Problem[]; readonly lines: readonly string[] } {
  const report = reportOf(files, budget, earlier);
  const faults = judgeFaults(files, csp, where);
  const problems = [
    ...faults.problems,
    ...changedNames(files, earlier, where),
    ...budgetProblems(report, files, where),
  ];
  return { problems, lines: [...sizeLines(report), ...faults.notes] };
}

function outputsOf({ files, earlier }: PagesFacts, settings: PagesOptions['settings'], where: string): PagesOutputs {
  if (files === null) return { report: EMPTY, notes: [] };
  return {
    report: reportOf(files, settings.budget, earlier),
    notes: judgeFaults(files, settings.csp, where).notes,
  };
}

const EMPTY: FrontendReport = {
  unit: 'brotli',
  before: null,
  routes: [],
  files: { count: 0, size: 0, compressed: 0 },
};

/** What a directory of files says of itself; null: nothing, or nothing that can be read. */
export async function readWebFiles(dir: string): Promise<WebFiles | null> {
  const text = await readFile(join(dir, WEB_FILES), 'utf8').catch(() => undefined);
  if (text === undefined) return null;
  return webFilesSchema.safeParse(parsedJson(text)).data ?? null;
}

function budgetWords(budget: FrontendSettings['budget']): readonly string[] {
  if (budget === null) return [];
  const words = Object.entries(budget.routes).flatMap(([route, limits]) =>
    Object.entries(limits).map(([part, bytes]) => `${route} ${part} ${bytes}`),
  );
  return [budget.unit, ...words];
}
