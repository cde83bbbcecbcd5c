import { z } from 'zod';
import { complain, duration, filePathSchema, nameSchema, portsSchema } from '../model/scalars.ts';

/** Fragment `platform` of an environment: where a release runs. */

const REPLICAS = 'a whole number from 1 to 100';
const RESTARTS = 'a whole number from 1 to 1000';

const HOSTS = 'names of hosts, each once, at most 32';

/** Names of hosts on one machine; the words are the same for hosts elsewhere. */
const hostNames = z
  .array(nameSchema, { error: HOSTS })
  .min(1, HOSTS)
  .max(32, HOSTS)
  .check((ctx) => {
    for (const [index, name] of ctx.value.entries()) {
      if (ctx.value.indexOf(name) === index) continue;
      complain(ctx, {
        path: [index],
        code: 'config.host-twice',
        found: `\`${name}\` a second time`,
        expected: 'each host once',
        remedy: 'delete the repeated host',
      });
    }
  });

export const localPlatformConfig = z.strictObject({
  kind: z.literal('local').describe('Supervised processes on this machine.'),
  root: filePathSchema.describe('Directory of the service on the machine: releases/, current, shared/, logs/, run/.'),
  replicas: z
    .number({ error: REPLICAS })
    .int(REPLICAS)
    .min(1, REPLICAS)
    .max(100, REPLICAS)
    .default(1)
    .describe('Instances of each version on each host.'),
  hosts: hostNames
    .exactOptional()
    .describe(
      'Lets this machine play several hosts, to try a rolling release without any: each has its own root, `<root>/hosts/<name>`, and its part of the ports. Left out: one host.',
    ),
  startTimeout: duration({ max: 3_600_000 }).prefault('30s').describe('How long an instance may take to become ready.'),
  stopTimeout: duration({ max: 3_600_000 })
    .prefault('15s')
    .describe('How long an instance may take to finish its requests after SIGTERM; then it is killed.'),
  ports: portsSchema.prefault('20000-20999').describe('Ports that instances may be given.'),
  crashLoop: z
    .strictObject({
      restarts: z
        .number({ error: RESTARTS })
        .int(RESTARTS)
        .min(1, RESTARTS)
        .max(1000, RESTARTS)
        .default(3)
        .describe('This many restarts …'),
      within: duration({ min: 1000, max: 86_400_000 }).prefault('60s').describe('… within this time are a crash loop.'),
    })
    .prefault({})
    .describe('When an instance that keeps dying is given up. A crash loop rolls back.'),
});

export const platformConfig = z.discriminatedUnion('kind', [localPlatformConfig]).describe('Where a release runs.');

export type LocalPlatformConfig = z.infer<typeof localPlatformConfig>;
export type PlatformConfig = z.infer<typeof platformConfig>;
