import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Clock } from '../../../model/ports.ts';
import { ProblemError } from '../../../model/problem.ts';
import { findBrowser, startBrowser } from './browser.ts';
import { type AuditLimits, judgeVisits, type PageAudit } from './judge.ts';
import { type Conditions, type Visit, visit } from './visit.ts';

export { type AuditFinding, type AuditLimits, GOOD, type PageAudit, passes } from './judge.ts';
export { type Conditions, SLOW_PHONE, THIS_MACHINE } from './visit.ts';

export interface AuditOptions {
  readonly urls: readonly string[];
  /** Each page is visited so often; the figures are the middle ones. */
  readonly visits: number;
  readonly conditions: Conditions;
  readonly limits: AuditLimits;
  readonly accessibility: boolean;
  /** File of the browser; undefined: the one on PATH. */
  readonly browser?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Called after each visit. */
  readonly onVisit?: (url: string, number: number) => void;
}

/**
 * Visits pages in Chromium and says what it saw: errors, failed requests, what the policy refused, speed on a slow telephone, and what keeps
 * people out (axe-core). Only looks.
 * @throws ProblemError `audit.…` when it could not look: that is no good answer
 */
export async function auditPages(options: AuditOptions): Promise<readonly PageAudit[]> {
  const { urls, visits, conditions, limits, clock, signal, env } = options;
  const axe = options.accessibility ? await axeSource() : null;
  const program = options.browser ?? (await findBrowser(env['PATH'] ?? ''));
  await using browser = await startBrowser(program, env, clock);
  const audits: PageAudit[] = [];
  for (const url of urls) {
    const seen: Visit[] = [];
    while (seen.length < visits) {
      const first = seen.length === 0;
      // Accessibility does not change from visit to visit.
      seen.push(await visit(browser.connection, url, { conditions, clock, signal, axe: first ? axe : null }));
      options.onVisit?.(url, seen.length);
    }
    audits.push(judgeVisits(url, seen, limits));
  }
  return audits;
}

/** @throws ProblemError `audit.no-axe` */
async function axeSource(): Promise<string> {
  try {
    return await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  } catch (error) {
    throw new ProblemError({
      code: 'audit.no-axe',
      where: 'axe-core',
      found: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      expected: 'the package axe-core beside shiplock, as npm installs it',
      remedy: 'install shiplock with npm, or leave accessibility out with --no-accessibility',
    });
  }
}
