import { z } from 'zod';
import { makePolicy, policySchema } from './policy.ts';
import type { AnalysisState } from './types.ts';

const counts = z.strictObject({ requests: z.number(), bad: z.number() });
const wealth = z.array(z.number());

const dispersion = z.strictObject({
  origin: z.number().nullable(),
  last: z.number().nullable(),
  busy: z.number().nullable(),
  seconds: z.number(),
  total: counts,
  largest: z.number(),
  windows: z.array(z.number()),
});

const servers = z.strictObject({
  split: z.strictObject({
    origin: z.number().nullable(),
    windows: z.array(z.number()),
    open: z.array(z.strictObject({ server: z.string(), counts: z.array(z.number()) })),
  }),
  baseline: z.array(z.strictObject({ server: z.string(), requests: z.number(), bad: z.number() })),
  canary: z.array(z.strictObject({ server: z.string(), stake: z.number(), upper: wealth })),
});

const metric = z.strictObject({
  name: z.string(),
  stake: z.number(),
  upper: wealth,
  lower: wealth,
  robust: wealth,
  margin: wealth,
  floor: wealth,
  mantelHaenszel: z.tuple([z.number(), z.number()]),
  share: z.number().nullable(),
  eventful: z.number(),
  baseline: counts,
  canary: counts,
  dispersion,
  servers,
  pending: z
    .strictObject({
      baseline: counts,
      canary: counts,
      serves: z.union([z.literal(1), z.literal(2)]),
      clump: z.number(),
    })
    .nullable(),
  lastBet: z.number().nullable(),
});

/** A state that comes back from a journal. */
export const analysisStateSchema: z.ZodType<AnalysisState> = z.strictObject({
  v: z.literal(1),
  policy: policySchema.transform((policy) => makePolicy(policy)),
  open: z.boolean(),
  metrics: z.array(metric),
  waiting: z.array(z.strictObject({ name: z.string(), dispersion, servers })),
  t: z.number().nullable(),
  stepStart: z.number().nullable(),
  worse: z.strictObject({ at: z.number(), metric: z.string(), logEvidence: z.number() }).nullable(),
  notWorse: z.number().nullable(),
});
