import { z } from 'zod';
import { duration, textOrSecretSchema } from '../../model/scalars.ts';
import { guardFields, guardLimits } from '../guards/config.ts';
import type { ApplyLimits } from './choose.ts';

/** Fragment `database.apply`: how a change is made without holding up the application. */

const rows = 'a whole number of rows';
const size = 'a number of mebibytes';
const threads = 'a whole number of threads';

export const applyConfig = z.strictObject({
  copyBelowRows: z
    .number({ error: rows })
    .int(rows)
    .min(0, rows)
    .default(10_000)
    .describe(
      'A table of at most so many rows may be changed in a way that keeps others from writing to it meanwhile (ALGORITHM=COPY, LOCK=SHARED).',
    ),
  copyBelowMebibytes: z
    .number({ error: size })
    .min(0, size)
    .default(16)
    .describe('And of at most this size with its indexes, in MiB.'),
  patience: duration({ min: 1000 })
    .prefault('10m')
    .describe('How long transactions that hold a table are waited for, before a change of that table is given up.'),
  killBlockersAfter: duration({ min: 1000 })
    .exactOptional()
    .describe(
      'Close a connection that holds a table once it was waited for this long. Without it nothing is ever closed. The user needs the right to do so.',
    ),
  batchTime: duration({ min: 10, max: 10_000 })
    .prefault('300ms')
    .describe('How long one range of a backfill should take; the number of rows follows from it.'),
  backfillTimeout: duration({ min: 1000 })
    .prefault('24h')
    .describe('How long one statement of a backfill may take in all.'),
  replicaDsns: z
    .array(textOrSecretSchema)
    .default([])
    .describe(
      'Connection strings of replicas: a backfill pauses while one of them is behind. Their users need to read the table shiplock_migration_statements.',
    ),
  maxLag: duration({ min: 100 }).prefault('1s').describe('How far a replica may be behind before a backfill pauses.'),
  maxThreadsRunning: z
    .number({ error: threads })
    .int(threads)
    .min(1, threads)
    .exactOptional()
    .describe('A backfill pauses while the server shows more Threads_running than this.'),
  ...guardFields,
});

export type ApplyConfig = z.infer<typeof applyConfig>;

/** The same as plain figures. Pure. */
export function applyLimits(config: ApplyConfig): ApplyLimits {
  return {
    copyBelowRows: config.copyBelowRows,
    copyBelowBytes: config.copyBelowMebibytes * 1024 * 1024,
    patienceMs: config.patience,
    killBlockersAfterMs: config.killBlockersAfter ?? null,
    batch: {
      targetMs: config.batchTime,
      timeoutMs: config.backfillTimeout,
      replicas: config.replicaDsns,
      maxLagMs: config.maxLag,
      maxThreadsRunning: config.maxThreadsRunning ?? null,
    },
    guards: guardLimits(config),
  };
}
