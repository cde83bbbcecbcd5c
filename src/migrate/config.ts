import { z } from 'zod';
import { duration, filePathSchema, textOrSecretSchema } from '../model/scalars.ts';
import { applyConfig } from './apply/config.ts';
import { compatibilityConfig } from './compat/config.ts';
import { desensitiseConfig } from './desensitise/config.ts';
import { generateConfig, resetConfig } from './generate/config.ts';
import { lintConfig } from './lint/config.ts';
import { planConfig } from './plan/config.ts';
import { shadowConfig } from './shadow/config.ts';

/** Fragment `database` of shiplock.yaml: which database, where its migrations lie, how long a statement may wait. */

const DSN = 'mysql://user@host:port/database, user@tcp(host:port)/database, or { secret: env:NAME }';
const DSN_FORM = /^(?:mysql:\/\/[^\s/]+|(?:[^\s:/@]+@)?(?:tcp|unix)\([^\s)]+\))\/[^\s/?]+/;

const attempts = 'a whole number from 1 to 100';

export const migrateConfig = z.strictObject({
  engine: z
    .enum(['mysql', 'mariadb'])
    .describe(
      'Family of the server. Migrations are refused when another one answers; what the server can do is asked from itself.',
    ),
  migrations: filePathSchema.describe('Directory of numbered SQL files.'),
  dsn: textOrSecretSchema
    .refine((value) => typeof value !== 'string' || DSN_FORM.test(value), DSN)
    .describe(
      'Connection of the migrations, `mysql://user:password@host:port/database` kept as a secret. Its user may change the structure; the one of the application need not.',
    ),
  seed: filePathSchema
    .exactOptional()
    .describe(
      'SQL file with data for an empty database; loaded on a first release that asks for it (`shiplock release --seed`).',
    ),
  connectTimeout: duration({ min: 100, max: 300_000 }).prefault('10s').describe('How long a connection may take.'),
  lockWaitTimeout: duration({ min: 1000, max: 300_000 })
    .prefault('1s')
    .describe(
      'How long a statement may wait for a metadata lock; whole seconds. Short, so that it never queues the application behind it.',
    ),
  lockAttempts: z
    .number({ error: attempts })
    .int(attempts)
    .min(1, attempts)
    .max(100, attempts)
    .default(10)
    .describe('How often a statement that did not get its lock is tried.'),
  statementTimeout: duration({ min: 1000 }).prefault('30m').describe('How long one statement may run.'),
  apply: applyConfig.prefault({}).describe('How a change is made without holding up the application.'),
  quarantine: duration({ min: 0 })
    .prefault('30d')
    .describe(
      'How long a retired table or column lies renamed before `shiplock migrate retire --drop` writes the migration that drops it.',
    ),
  compatibility: compatibilityConfig.exactOptional(),
  desensitise: desensitiseConfig.exactOptional(),
  generate: generateConfig.prefault({}),
  reset: resetConfig.exactOptional(),
  plan: planConfig,
  shadow: shadowConfig.exactOptional(),
  lint: lintConfig.exactOptional(),
});

export type { ApplyLimits } from './apply/choose.ts';
export { applyLimits } from './apply/config.ts';
export type MigrateConfig = z.infer<typeof migrateConfig>;
