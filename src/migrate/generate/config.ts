import { z } from 'zod';
import { share } from '../../model/scalars.ts';
import { FAKE_KINDS } from '../desensitise/rules.ts';

/** Fragment `database.generate`: how many rows are made, and of what. */

const ROWS = 'a whole number from 0 to 100000000';
const SKEW = 'a number from 0 to 20';
const rows = z.number({ error: ROWS }).int(ROWS).min(0, ROWS).max(100_000_000, ROWS);
const skew = z.number({ error: SKEW }).min(0, SKEW).max(20, SKEW);
// With titles they stay apart in the schema for editors, which knows one type at each place.
const scalar = z.union([
  z.string().meta({ title: 'text' }),
  z.number().meta({ title: 'number' }),
  z.boolean().meta({ title: 'true or false' }),
]);

const columnConfig = z
  .strictObject({
    null: share({}).exactOptional().describe('Share of rows that have NULL here; only where NULL is allowed.'),
    values: z.array(scalar).min(1).readonly().exactOptional().describe('Nothing but these.'),
    skew: skew
      .exactOptional()
      .describe(
        '0: all alike. Of n values, or rows that are pointed to, the one at place n·u^(1+skew) is taken, u being uniform: the first ones come more often.',
      ),
    fake: z.enum(FAKE_KINDS).exactOptional().describe('What it looks like, whatever its name says.'),
    min: scalar.exactOptional().describe('The least number, or the first moment.'),
    max: scalar.exactOptional().describe('The greatest number, or the last moment.'),
  })
  .readonly();

const tableConfig = z.union([
  z.literal('keep'),
  z.literal('empty'),
  z
    .strictObject({
      rows: rows.exactOptional().describe('How many; left out, as many as in other tables.'),
      columns: z.record(z.string().min(1), columnConfig).readonly().default({}).describe('By name.'),
    })
    .readonly(),
]);

export const generateConfig = z
  .strictObject({
    rows: rows.default(1000).describe('Rows of each table that says nothing itself.'),
    seed: z.string().min(1).default('shiplock').describe('The same seed gives the same rows.'),
    tables: z
      .record(z.string().min(1), tableConfig)
      .readonly()
      .default({})
      .describe(
        'Per table: `keep` (its rows stay and others point to them), `empty`, or how many rows and what stands in its columns.',
      ),
  })
  .describe('What `shiplock data generate` fills the tables of this environment with.');

const FILL = 'generate, copy, seed or nothing';

export const resetConfig = z
  .strictObject({
    fill: z
      .enum(['generate', 'copy', 'seed', 'nothing'], { error: FILL })
      .default('generate')
      .describe(
        'With what: made-up rows (`generate`), harmless rows of another environment (`copy`), the file of `seed`, or nothing.',
      ),
    from: z.string().min(1).exactOptional().describe('For `copy`: the environment whose rows come, with its rules.'),
  })
  .refine(({ fill, from }) => (fill === 'copy') === (from !== undefined), {
    error: '`from:` together with `fill: copy`, and only then',
  })
  .describe(
    'This database may be emptied and filled anew, by `shiplock data reset` and `data generate`. Refused where the promotion ends and where `desensitise:` stands.',
  );

export type ResetConfig = z.infer<typeof resetConfig>;
export type GenerateConfig = z.infer<typeof generateConfig>;
export type GenerateTable = GenerateConfig['tables'][string];
export type GenerateColumn = z.infer<typeof columnConfig>;
