import { z } from 'zod';
import { duration } from '../../model/scalars.ts';
import { size } from '../size.ts';

/** Fragment `database.plan`: what a migration may cost before it is handed to a tool or refused. */

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
