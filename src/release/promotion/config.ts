import { z } from 'zod';
import { dateSchema, duration, httpUrlSchema, nameSchema, share, wordsSchema } from '../../model/scalars.ts';

/** The order of environments, and what a promotion must show. The gates count only as they stand on the protected branch. */

/** Fragment `promotion` of an environment. */
export const promotionConfig = z.strictObject({
  from: nameSchema.describe(
    'Environment in which a release must have proven itself; it comes here by `shiplock promote` only, not by `shiplock release`.',
  ),
});

const PATTERN_HINT = 'a regular expression such as CHG-[0-9]+';
const patternSchema = z
  .string({ error: PATTERN_HINT })
  .min(1, PATTERN_HINT)
  .refine((text) => compiles(text), PATTERN_HINT);

function compiles(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

const ticketConfig = z.strictObject({
  role: nameSchema.describe('Who fills it in.'),
  pattern: patternSchema.describe('What the whole number of a ticket looks like.'),
});

const acceptanceConfig = z.strictObject({
  role: nameSchema.describe('Who may accept it: a user, not who made it.'),
  items: z.array(wordsSchema).default([]).describe('What must have been tried; each is ticked.'),
});

const budgetConfig = z.strictObject({
  url: httpUrlSchema.describe('Address of Prometheus.'),
  timeout: duration({ max: 60_000 }).prefault('5s').describe('How long one query may take.'),
  total: wordsSchema.describe(
    'PromQL of the number of requests over the window; `{window}` stands for it, for instance `sum(increase(http_requests_total[{window}]))`.',
  ),
  bad: wordsSchema.describe('PromQL of the number of bad ones over the window.'),
  window: duration({ min: 60_000 }).prefault('30d').describe('Over how long the objective is kept.'),
  objective: share({ above: 0, below: 1 })
    .exactOptional()
    .describe('Promised share of good answers. Left out: `objectives.availability`.'),
  left: share().prefault('10%').describe('Share of the budget that must be left.'),
});

const KEY_HINT = 'the key of a difference, or its beginning and a * at the end';
const parityConfig = z.strictObject({
  replicaRatio: z
    .number({ error: 'a number from 1' })
    .min(1, 'a number from 1')
    .default(10)
    .describe('Greatest ratio of replicas between the two environments.'),
  waivers: z
    .array(
      z.strictObject({
        key: z
          .string({ error: KEY_HINT })
          .regex(/^[^\s*]+\*?$/, KEY_HINT)
          .describe('Key of the difference as the report prints it; a `*` at the end stands for any rest.'),
        owner: wordsSchema.describe('Who answers for it.'),
        reason: wordsSchema.describe('Why it may be.'),
        until: dateSchema.describe('Last day on which it counts, in UTC.'),
      }),
    )
    .default([])
    .describe('Differences that are known.'),
});

/** Part `promotion` of `policy.environments.<name>`. */
export const promotionRulesConfig = z.strictObject({
  verdict: z
    .enum(['ended-well', 'not-worse'])
    .default('ended-well')
    .describe(
      '`ended-well`: its run in the earlier environment went to its end. `not-worse`: and each share of traffic was judged with that verdict.',
    ),
  soak: duration({ min: 0, max: 90 * 86_400_000 })
    .prefault('0s')
    .describe('How long it must have served in the earlier environment without being taken back.'),
  ticket: ticketConfig.exactOptional().describe('A change ticket whose number somebody fills in. Left out: none.'),
  acceptance: acceptanceConfig
    .exactOptional()
    .describe('Users have tried it in the earlier environment, and one of them says so. Left out: nobody is asked.'),
  budget: budgetConfig.exactOptional().describe('Error budget that must be left here. Left out: it is not asked.'),
  parity: parityConfig
    .exactOptional()
    .describe('Report of what differs between the earlier environment and this one. Left out: none.'),
});

export type PromotionConfig = z.infer<typeof promotionConfig>;
export type PromotionRulesConfig = z.infer<typeof promotionRulesConfig>;
