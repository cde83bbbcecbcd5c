import { z } from 'zod';
import type { PromotionRules } from '../../model/promotion.ts';
import type { ObjectivesConfig } from '../config.ts';
import type { PromotionRulesConfig } from './config.ts';

/** Rules of a promotion as the policy has them, with what it leaves out put in. Pure. */
export function promotionRules(
  { verdict, soak, ticket, acceptance, budget, parity }: PromotionRulesConfig,
  { availability }: Pick<ObjectivesConfig, 'availability'>,
): PromotionRules {
  return {
    verdict,
    soakMs: soak,
    ticket: ticket ?? null,
    acceptance: acceptance ?? null,
    budget:
      budget === undefined
        ? null
        : {
            url: budget.url,
            timeoutMs: budget.timeout,
            total: overWindow(budget.total, budget.window),
            bad: overWindow(budget.bad, budget.window),
            windowMs: budget.window,
            // The configuration is checked for one of the two; without any nothing would be left, ever.
            objective: budget.objective ?? availability ?? 1,
            left: budget.left,
          },
    parity: parity ?? null,
  };
}

/** Prometheus knows no days with fractions, so the window is given in seconds. */
function overWindow(promql: string, windowMs: number): string {
  return promql.replaceAll('{window}', `${Math.max(1, Math.round(windowMs / 1000))}s`);
}

/** The same, as it stands in the journal of a run. */
export const promotionRulesSchema = z.strictObject({
  verdict: z.enum(['ended-well', 'not-worse']),
  soakMs: z.number(),
  ticket: z.strictObject({ role: z.string(), pattern: z.string() }).nullable(),
  acceptance: z.strictObject({ role: z.string(), items: z.array(z.string()).readonly() }).nullable(),
  budget: z
    .strictObject({
      url: z.string(),
      timeoutMs: z.number(),
      total: z.string(),
      bad: z.string(),
      windowMs: z.number(),
      objective: z.number(),
      left: z.number(),
    })
    .nullable(),
  parity: z
    .strictObject({
      replicaRatio: z.number(),
      waivers: z
        .array(z.strictObject({ key: z.string(), owner: z.string(), reason: z.string(), until: z.string() }))
        .readonly(),
    })
    .nullable(),
});
