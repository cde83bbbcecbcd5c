import { z } from 'zod';
import { type Chain as BackupChain, type FullBackup, fetchSegments } from '../../backup/index.ts';
import {
  type Base,
  type Chain,
  type Cut,
  cutAt,
  placeText,
  readChain,
  type Target,
} from '../../backup/replay/index.ts';
import type { Clock } from '../../model/ports.ts';
import type { BackupEnvironment } from './open.ts';
import { baseOf } from './restore-server.ts';

/** The binary logs of a choice, out of the repository, and what the target means in them. */

export interface Logs {
  readonly chain: Chain;
  readonly base: Base;
  readonly cut: Cut;
  readonly target: Target;
}

/** For a person, and for the journal. */
export const cutSchema = z.strictObject({
  transactions: z.number(),
  /** The last that is there afterwards; null: the base itself. */
  last: z.string().nullable(),
  lost: z.strictObject({
    transactions: z.number(),
    first: z.string().nullable(),
    last: z.string().nullable(),
    tables: z.array(z.strictObject({ table: z.string(), transactions: z.number() })).readonly(),
    /** Whether there may be more that nobody knows of. */
    beyond: z.string().nullable(),
  }),
  /** Behind the place, but stamped before the time that was asked for. */
  late: z.number(),
});
export type CutSummary = Readonly<z.infer<typeof cutSchema>>;

/** Nothing of the logs is there, and nothing is known of what follows the full backup. */
export const NO_LOGS: CutSummary = {
  transactions: 0,
  last: null,
  lost: { transactions: 0, first: null, last: null, tables: [], beyond: 'no binary log behind it was taken' },
  late: 0,
};

/** Fetches them. @throws ProblemError when the repository does not give one back as it was */
export function fetchLogs(
  { repository, service }: BackupEnvironment,
  { segments }: Pick<BackupChain, 'segments'>,
  { directory, clock, signal }: { readonly directory: string; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  return fetchSegments(segments, { repository, secrets: service.secrets, clock, signal, directory });
}

/** Reads them. Null: there are none. @throws ProblemError when the target is not one place in them, or cannot be reached exactly */
export async function readLogs(full: FullBackup, paths: readonly string[], target: Target): Promise<Logs | null> {
  if (paths.length === 0) return null;
  const chain = await readChain(paths);
  const base = baseOf(full, chain);
  return { chain, base, target, cut: cutAt(chain, base, target) };
}

/** Pure. */
export function cutSummary({ transactions, last, lost, late }: Cut): CutSummary {
  const text = (placed: Cut['last']): string | null => (placed === null ? null : placeText(placed));
  return {
    ...{ transactions, last: text(last), late },
    lost: {
      ...{ transactions: lost.transactions, first: text(lost.first), last: text(lost.last), beyond: lost.beyond },
      tables: lost.tables.map(({ table, transactions: count }) => ({ table, transactions: count })),
    },
  };
}
