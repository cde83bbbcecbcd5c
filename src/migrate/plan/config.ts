import { z } from 'zod';
import { duration } from '../../model/scalars.ts';

/** Fragment `database.plan`: what a migration may cost before it is handed to a tool or refused. */

const SIZE = 'a size such as 500MiB or 2GiB';
const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
const FORM = /^(\d{1,6})(KiB|MiB|GiB|TiB)$/;

const size = z
  .string({ error: SIZE })
  .regex(FORM, SIZE)
  .transform((text) => {
    const [, count, unit = ''] = FORM.exec(text) ?? [];
    return Number(count) * (UNITS[unit] ?? Number.NaN);
  });

export const planConfig = z
  .strictObject({
    rebuildBelow: size
      .prefault('1GiB')
      .describe('A table up to this size may be written anew by the server itself while others read and write.'),
    blockBelow: duration({ min: 100, max: 3_600_000 })
      .prefault('1s')
      .describe('How long a statement may keep others from writing, as estimated.'),
    rebuildRate: size
      .prefault('20MiB')
      .describe('What the server writes anew in a second: what estimates are made of. Measure it on a copy.'),
    questionTimeout: duration({ min: 100, max: 3_600_000 })
      .prefault('10s')
      .describe('How long one look at the rows of the target may take, for instance for duplicates.'),
  })
  .prefault({})
  .describe('What a migration may cost before it is handed to a tool or refused.');

export type PlanConfig = z.infer<typeof planConfig>;
