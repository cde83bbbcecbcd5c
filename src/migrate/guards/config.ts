import { z } from 'zod';
import type { Windows } from '../../model/people.ts';
import { argvSchema, duration } from '../../model/scalars.ts';
import { hoursFields } from '../../procedure/gate/hours-config.ts';

/** Fields of `database.apply` that say what is looked at before a change begins. */

const bytes = 'a whole number of bytes';
const factor = 'a number from 0 to 10';

export const guardFields = {
  maxLatency: duration({ min: 1 })
    .exactOptional()
    .describe(
      'No statement is begun, and a backfill pauses, while the statements of the application take longer than this on average. Seen in performance_schema, else by a query of our own. Left out: not looked at.',
    ),
  windows: z
    .strictObject(hoursFields({ may: 'a statement or a range may begin', mayNot: 'none may begin' }))
    .exactOptional()
    .describe(
      'When statements of migrations and ranges of backfills may begin; outside of it the run waits. The windows of the policy count besides. Left out: only those.',
    ),
  diskFree: z
    .union([z.number({ error: bytes }).int(bytes).min(0, bytes), argvSchema])
    .exactOptional()
    .describe(
      'Free space where the server keeps its data: bytes, or a command whose last printed number is that. Left out: asked of this machine where the server runs on it, else unknown.',
    ),
  headroom: z
    .number({ error: factor })
    .min(0, factor)
    .max(10, factor)
    .default(1.2)
    .describe(
      'A rebuild begins only while so many times the size of the table is free. 0: free space is not looked at.',
    ),
  requireKnownHeadroom: z
    .boolean({ error: 'true or false' })
    .default(false)
    .describe('Refuse a rebuild where nobody can say how much space is free.'),
  requireRestorePoint: z
    .boolean({ error: 'true or false' })
    .default(false)
    .describe('Refuse a statement that takes something away where the place in the binary log cannot be seen.'),
};

const guardConfig = z.strictObject(guardFields);
type GuardConfig = z.infer<typeof guardConfig>;

/** What is looked at before a change, as plain figures. */
export interface GuardLimits {
  /** Null: not looked at. */
  readonly maxLatencyMs: number | null;
  /** Null: at any time, as far as the policy allows. */
  readonly windows: Windows | null;
  readonly disk: {
    /** Bytes, a command that prints them, or null: asked of this machine. */
    readonly free: number | readonly string[] | null;
    /** 0: not looked at. */
    readonly factor: number;
    readonly mustKnow: boolean;
  };
  readonly mustRestore: boolean;
}

/** Pure. */
export function guardLimits(config: GuardConfig): GuardLimits {
  return {
    maxLatencyMs: config.maxLatency ?? null,
    windows: config.windows ?? null,
    disk: { free: config.diskFree ?? null, factor: config.headroom, mustKnow: config.requireKnownHeadroom },
    mustRestore: config.requireRestorePoint,
  };
}
