import { z } from 'zod';
import type { FullBackup, Segment } from '../catalogue/record.ts';

/** How long a restore will take, from what earlier ones took. Pure. */

/** What one restore did and took; seconds. */
export const timesSchema = z.strictObject({
  at: z.string().datetime(),
  /** Of the full backup: left out: SQL. */
  form: z.literal('physical').exactOptional(),
  /** Of the full backup. */
  bytes: z.number(),
  /** It became a server, rows and sums compared. */
  baseSeconds: z.number(),
  /** Of the binary logs that were fetched. */
  logBytes: z.number(),
  fetchSeconds: z.number(),
  /** Transactions that were replayed. */
  transactions: z.number(),
  replaySeconds: z.number(),
  /** What belongs to none of these: logs read once more, the shut-down. Left out: it was not measured. */
  otherSeconds: z.number().exactOptional(),
});
export type RestoreTimes = Readonly<z.infer<typeof timesSchema>>;

export const predictionSchema = z.strictObject({
  /** Null: nothing was measured yet from which it could be told. */
  baseSeconds: z.number().nullable(),
  /** Fetching and replaying the logs; 0 where there are none. */
  logSeconds: z.number().nullable(),
  /** Null where a part is. */
  seconds: z.number().nullable(),
  /** What it was told from, for people. */
  from: z.string(),
});
export type Prediction = Readonly<z.infer<typeof predictionSchema>>;

/**
 * In proportion to bytes: the base by the newest restore of a backup of the same form (a drill is one), the logs by the newest restore
 * that replayed some. A verification tells of the base where no restore was measured lately: it goes another way, and replays none of the logs.
 *
 * @param transactions null: the logs were not read yet; then by their bytes
 */
export function predictTime(
  full: Pick<FullBackup, 'bytes' | 'form'>,
  logs: readonly Pick<Segment, 'bytes'>[],
  known: { readonly fulls: readonly FullBackup[]; readonly restores: readonly RestoreTimes[] },
  transactions: number | null,
): Prediction {
  const base = newestBase(known, full.form === 'physical');
  const baseSeconds = base === null ? null : (base.seconds * full.bytes) / base.bytes;
  const replayed = known.restores
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .findLast((one) => one.transactions > 0 && one.logBytes > 0);
  const bytes = logs.reduce((sum, one) => sum + one.bytes, 0);
  const logSeconds = bytes === 0 ? 0 : replayed === undefined ? null : ofLogs(replayed, bytes, transactions);
  return {
    ...{ baseSeconds, logSeconds },
    seconds: baseSeconds === null || logSeconds === null ? null : baseSeconds + logSeconds + (base?.otherSeconds ?? 0),
    from: [
      base === null ? 'no restore or verification was measured yet' : `the base by ${base.name}`,
      ...(bytes === 0
        ? []
        : [replayed === undefined ? 'no replay was measured yet' : `the logs by the restore of ${replayed.at}`]),
    ].join(', '),
  };
}

function ofLogs(measured: RestoreTimes, bytes: number, transactions: number | null): number {
  const fetch = (measured.fetchSeconds * bytes) / measured.logBytes;
  const share = transactions === null ? bytes / measured.logBytes : transactions / measured.transactions;
  return fetch + measured.replaySeconds * share;
}

/** What a restore took tells more than a verification, unless that is so much newer that the machines may be others. */
const LATELY_MS = 100 * 24 * 3_600_000;

interface Measured {
  readonly name: string;
  readonly at: string;
  readonly seconds: number;
  readonly bytes: number;
  readonly otherSeconds: number;
}

/** Files come back at another pace than SQL, so each form is told from its own. */
function newestBase(
  { fulls, restores }: { readonly fulls: readonly FullBackup[]; readonly restores: readonly RestoreTimes[] },
  physical: boolean,
): Measured | null {
  const newest = (measured: readonly Measured[]): Measured | undefined =>
    measured
      .filter(({ bytes }) => bytes > 0)
      .toSorted((a, b) => (a.at < b.at ? -1 : 1))
      .at(-1);
  const verification = newest(
    fulls.flatMap(({ id, bytes, verified, form }) =>
      verified === null || (form === 'physical') !== physical
        ? []
        : [{ name: `the verification of ${id}`, at: verified.at, seconds: verified.seconds, bytes, otherSeconds: 0 }],
    ),
  );
  const restore = newest(
    restores
      .filter(({ form }) => (form === 'physical') === physical)
      .map(({ at, baseSeconds, bytes, otherSeconds = 0 }) => ({
        ...{ name: `the restore of ${at}`, at, seconds: baseSeconds, bytes, otherSeconds },
      })),
  );
  if (restore === undefined || verification === undefined) return restore ?? verification ?? null;
  return Date.parse(verification.at) - Date.parse(restore.at) > LATELY_MS ? verification : restore;
}
