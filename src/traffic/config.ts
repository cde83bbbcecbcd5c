import { z } from 'zod';
import { addressSchema, duration, filePathSchema, httpPathSchema, nameSchema, rateSchema } from '../model/scalars.ts';

/** Fragment `traffic` of an environment: who decides which version gets which share of the requests. */

export const haproxyTrafficConfig = z.strictObject({
  kind: z.literal('haproxy').describe('HAProxy 2.4 or newer on this machine, steered through its runtime socket.'),
  component: nameSchema
    .exactOptional()
    .describe('Component that gets the traffic. May be left out where only one component has a process.'),
  directory: filePathSchema.describe('Directory for its configuration, socket and server state.'),
  bind: addressSchema.describe('Where users arrive, `host:port`.'),
  deadMan: duration({ min: 1000, max: 600_000 })
    .prefault('5s')
    .describe('Without a heartbeat for this long the proxy takes a new version out by itself.'),
  longestTimeout: duration({ max: 3_600_000 })
    .prefault('30s')
    .describe('Longest time a request may take. After a weight change, counts wait this long before they are judged.'),
  rateLimits: z
    .array(
      z.strictObject({
        path: httpPathSchema.describe('Paths that begin with this.'),
        rate: rateSchema.describe('Requests let through; the rest is answered 429 with Retry-After.'),
      }),
    )
    .default([])
    .describe('Limits per endpoint, for all users together.'),
});

export const trafficConfig = z
  .discriminatedUnion('kind', [haproxyTrafficConfig])
  .describe('Who gives which version its share of the requests.');

export type HaproxyTrafficConfig = z.infer<typeof haproxyTrafficConfig>;
export type TrafficConfig = z.infer<typeof trafficConfig>;
