import { z } from 'zod';
import { addressSchema, duration, filePathSchema, httpPathSchema, nameSchema, rateSchema } from '../model/scalars.ts';

/** Fragment `traffic` of an environment: who decides which version gets which share of the requests. */

const PREFIX = 'the beginning of a path, such as /api, without query';
/** `/api` means `/api` itself and everything below it. */
const pathPrefixSchema = z
  .string({ error: PREFIX })
  .regex(/^\/[A-Za-z0-9/._~-]*$/, PREFIX)
  .meta({ title: 'path prefix' });

const PORT = 'a port from 1 to 65535';

export const filesConfig = z.strictObject({
  component: nameSchema.describe('Component that is only files; its `current` release is served.'),
  service: z
    .array(pathPrefixSchema)
    .default(['/api'])
    .describe('Paths, and what lies below them, that go to the service. Everything else goes to the files.'),
  port: z
    .number({ error: PORT })
    .int(PORT)
    .min(1, PORT)
    .max(65_535, PORT)
    .exactOptional()
    .describe('Port of the static server on this machine. Left out: the last one of `platform.ports`.'),
  singlePage: z
    .boolean({ error: 'true or false' })
    .default(false)
    .describe('Unknown pages get index.html, for applications that route in the browser.'),
});

/** The same for every proxy of ours. */
const shared = {
  component: nameSchema
    .exactOptional()
    .describe('Component that gets the traffic: the one with a process. May be left out.'),
  directory: filePathSchema.describe('Directory for its configuration, sockets and state.'),
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
    .prefault([])
    .describe('Limits per endpoint, for all users together.'),
  files: filesConfig
    .exactOptional()
    .describe('Static files behind the same proxy. Left out: every request goes to the service.'),
  private: z
    .array(pathPrefixSchema)
    .default(['/metrics'])
    .describe('Paths, and what lies below them, that the proxy answers 404: for the machine itself, not for users.'),
};

export const haproxyTrafficConfig = z.strictObject({
  kind: z.literal('haproxy').describe('HAProxy 2.4 or newer on this machine, steered through its runtime socket.'),
  ...shared,
});

export const nginxTrafficConfig = z.strictObject({
  kind: z
    .literal('nginx')
    .describe('Nginx 1.20 or newer on this machine, steered by a generated configuration and graceful reloads.'),
  ...shared,
});

export const trafficConfig = z
  .discriminatedUnion('kind', [haproxyTrafficConfig, nginxTrafficConfig])
  .describe('Who gives which version its share of the requests.');

export type HaproxyTrafficConfig = z.infer<typeof haproxyTrafficConfig>;
export type NginxTrafficConfig = z.infer<typeof nginxTrafficConfig>;
export type TrafficConfig = z.infer<typeof trafficConfig>;
