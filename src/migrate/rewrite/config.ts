import { z } from 'zod';
import { duration } from '../../model/scalars.ts';

/** Fragment `database.rewrite`: which program copies a table that is too large for the server itself, and how. */

const TOOLS = 'never, auto, gh-ost or pt-online-schema-change';
const program = z.string({ error: 'a program' }).min(1, 'a program');
const rows = 'a whole number of rows from 10 to 100000';

export const rewriteConfig = z
  .strictObject({
    tool: z
      .enum(['never', 'auto', 'gh-ost', 'pt-online-schema-change'], { error: TOOLS })
      .default('never')
      .describe(
        'What changes tables that are too large for the server itself. `auto`: gh-ost where it can, else pt-online-schema-change. `never`: such statements are refused.',
      ),
    ghOst: program.default('gh-ost').describe('The program gh-ost, 1.1.8 or newer: a name on PATH, or a path.'),
    ptOnlineSchemaChange: program
      .default('pt-online-schema-change')
      .describe('The program pt-online-schema-change, 3.2 or newer: a name on PATH, or a path.'),
    chunkRows: z
      .number({ error: rows })
      .int(rows)
      .min(10, rows)
      .max(100_000, rows)
      .default(1000)
      .describe(
        'How many rows are copied at once; pt-online-schema-change begins with so many and aims at half a second.',
      ),
    oldTable: z
      .enum(['keep', 'drop'], { error: 'keep or drop' })
      .default('keep')
      .describe(
        'What becomes of the table as it was: `keep` renames it to `_shiplock_old_…`, `drop` drops it once the new one is in its place.',
      ),
    foreignKeys: z
      .enum(['refuse', 'rename'], { error: 'refuse or rename' })
      .default('refuse')
      .describe(
        'A table with foreign keys of its own: `rename` lets pt-online-schema-change copy it, after which their names begin with one more underscore (or one less).',
      ),
    cutOverPatience: duration({ min: 1000 })
      .prefault('1h')
      .describe(
        'How long transactions that hold the table are waited for, before it is begun and before the tables are swapped.',
      ),
    timeout: duration({ min: 1000 }).prefault('24h').describe('How long one change may take in all.'),
  })
  .prefault({})
  .describe('Changes of tables that are too large for the server itself.');

export type RewriteConfig = Readonly<z.infer<typeof rewriteConfig>>;
