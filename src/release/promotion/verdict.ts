import { z } from 'zod';
import type { RecordedRun } from '../../procedure/index.ts';
import { payloadSchema } from '../../procedure/journal/records.ts';

/** What the run that brought a release somewhere has shown of it. */
export interface RunVerdict {
  /** `done`, `failed`, … ; null: it has not ended. */
  readonly outcome: string | null;
  /** By watch, in the order of the journal: `not-worse`, `smoke-only`, `decided-by-person`. */
  readonly shares: readonly { readonly node: string; readonly verdict: string }[];
}

const outputsSchema = z.looseObject({ verdict: z.string() });

/** Pure. */
export function verdictOf({ finished, entries }: Pick<RecordedRun, 'finished' | 'entries'>): RunVerdict {
  const shares = entries.flatMap(({ record, payload: data }) => {
    if (record.type !== 'step.done') return [];
    const payload = payloadSchema.safeParse({ type: record.type, data: data ?? null }).data;
    if (payload?.type !== 'step.done') return [];
    const outputs = outputsSchema.safeParse(payload.data.outputs);
    return outputs.success ? [{ node: record.node, verdict: outputs.data.verdict }] : [];
  });
  return { outcome: finished?.outcome ?? null, shares };
}

/** In a few words, for people: the weakest of what was found. */
export function verdictText({ outcome, shares }: RunVerdict): string {
  if (outcome !== 'done') return outcome ?? 'not over';
  if (shares.length === 0) return 'ended well, nothing was judged';
  const others = [...new Set(shares.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'not-worse'))];
  return others.length === 0 ? 'not worse' : `ended well, ${others.join(', ')}`;
}
