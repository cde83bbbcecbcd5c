import { z } from 'zod';
import { duration, wordsSchema } from '../model/scalars.ts';

/** Fragment `store` of the service: where leases and journals are kept beside the state directory. */

const PREFIX = 'the beginning of branch names, such as shiplock or shiplock/certkeeper';

export const gitStoreConfig = z.strictObject({
  url: wordsSchema.describe(
    'Operations repository: a path, or an address that `git push` takes. Private, and only ever pushed to by fast-forward.',
  ),
  prefix: z
    .string({ error: PREFIX })
    .regex(/^[a-z0-9][a-z0-9_-]*(?:\/[a-z0-9][a-z0-9_-]*)*$/, PREFIX)
    .default('shiplock')
    .describe('Branches begin with this. Services that share a repository have one each.'),
  timeout: duration({ min: 1000, max: 600_000 }).prefault('10s').describe('How long one git command may take.'),
  patience: duration({ min: 0, max: 3_600_000 })
    .prefault('30s')
    .describe('How long a forward step waits for git; then the run pauses. A way back never waits.'),
  every: duration({ min: 1000, max: 3_600_000 })
    .prefault('10s')
    .describe('Records are pushed at least this often while a run works.'),
  lease: duration({ min: 1000, max: 3_600_000 })
    .prefault('60s')
    .describe('How long a silent holder keeps an environment. Renewed every third of it, one commit each.'),
});

/** The same of a unit, whose environments are called as those of its members: its branches begin with its own name. */
export const unitGitStoreConfig = gitStoreConfig.extend({
  prefix: gitStoreConfig.shape.prefix
    .unwrap()
    .exactOptional()
    .describe('Branches begin with this; another one than for any member. Left out: shiplock/units/<unit>.'),
});

export const storeConfig = z.strictObject({
  git: gitStoreConfig
    .exactOptional()
    .describe(
      'Leases and copies of journals on branches of a git repository, so that several machines see them. Left out: the state directory is all there is.',
    ),
});

export type StoreConfig = z.infer<typeof storeConfig>;
export type GitStoreConfig = z.infer<typeof gitStoreConfig>;
