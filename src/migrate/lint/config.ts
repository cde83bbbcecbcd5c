import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { nearest } from '../../model/json.ts';
import { complain } from '../../model/scalars.ts';
import { RULE_IDS } from './ids.ts';
import { LINT_LEVELS } from './levels.ts';

/** Group `database.lint` of shiplock.yaml. */

const VERSION = 'a version such as 8.4 or 10.11.6';

const rules = z.record(z.string(), z.enum(LINT_LEVELS)).check((ctx) => {
  for (const id of Object.keys(ctx.value)) {
    if (RULE_IDS.includes(id)) continue;
    const near = nearest(id.toUpperCase(), RULE_IDS, distance);
    complain(ctx, {
      path: [id],
      code: 'config.unknown-rule',
      found: `no rule \`${id}\``,
      expected: 'the id of a rule, such as S05; docs/rules lists them',
      remedy: near === undefined ? 'take it out' : `write \`${near}\` if that is meant`,
    });
  }
});

export const lintConfig = z
  .strictObject({
    rules: rules
      .default({})
      .describe(
        'Level of single rules by their id: off, note, warning or error. Errors refuse a release (docs/rules).',
      ),
    serverVersion: z
      .string()
      .regex(/^\d{1,3}(\.\d{1,3}){0,2}$/, VERSION)
      .exactOptional()
      .describe('Version of the server that migrations are judged for. Left out: 8.4 (MySQL) or 10.11 (MariaDB).'),
    from: z
      .number()
      .int()
      .min(1)
      .exactOptional()
      .describe(
        'Number of the first migration that is judged. Those before are applied everywhere and only tell what is there.',
      ),
  })
  .describe('How migration files are judged (`shiplock migrate lint`, and before each release).');

export type LintConfig = z.infer<typeof lintConfig>;
