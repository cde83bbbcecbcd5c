import { z } from 'zod';

/**
 * One reading of one source: raw cumulative counters per server, as the source gave them. Stored in the journal as they are;
 * everything that is concluded from them is a pure fold, so that a replay gives the same verdicts.
 */
export const serverCountersSchema = z.strictObject({
  version: z.string(),
  /** Name of the server in the source; counters of one server are compared with its own earlier ones. */
  server: z.string(),
  /** Per metric: cumulative requests and how many of them were bad. Each metric has its own denominator. */
  metrics: z.record(z.string(), z.strictObject({ requests: z.number().nonnegative(), bad: z.number().nonnegative() })),
});

export const countersSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('counters'),
    source: z.string(),
    /** Wall clock of the reading, milliseconds. */
    time: z.number(),
    /** Changes whenever the source itself restarted (its counters began again). */
    epoch: z.string(),
    servers: z.array(serverCountersSchema).readonly(),
    /** Metrics that this reading lacks, each with its reason in words; left out when it is whole. */
    missing: z
      .array(z.strictObject({ metric: z.string(), reason: z.string() }))
      .readonly()
      .exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('missing'),
    source: z.string(),
    time: z.number(),
    /** What is missing, in words an operator can act on. */
    reason: z.string(),
  }),
]);

export type ServerCounters = Readonly<z.infer<typeof serverCountersSchema>>;
export type Counters = Readonly<z.infer<typeof countersSchema>>;
