import { z } from 'zod';
import { textOrSecretSchema } from '../../model/scalars.ts';
import { parseRule } from './rules.ts';

const RULE = 'keep, null, hash, truncate N, truncate month, truncate year, or fake KIND';

const columnRule = z
  .string({ error: RULE })
  .refine((text) => parseRule(text).ok, RULE)
  .describe('`keep`, `null`, `hash`, `truncate 3`, `truncate month`, `fake email` …');

/** Group `database.desensitise`: what may leave this environment for others, column by column. */
export const desensitiseConfig = z
  .strictObject({
    key: textOrSecretSchema.describe(
      'Secret from which hashes and fakes are made; with the same key the same value always becomes the same one.',
    ),
    tables: z
      .record(z.string().min(1), z.union([z.literal('empty'), z.record(z.string().min(1), columnRule).readonly()]))
      .readonly()
      .describe(
        'Per table its columns, or `empty`: no row of it is copied. A column that is not listed is kept, unless it looks personal: then the copy is refused.',
      ),
  })
  .describe('How rows are made harmless on their way to an environment that must not see the real ones.');

export type DesensitiseConfig = z.infer<typeof desensitiseConfig>;
