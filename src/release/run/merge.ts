import type { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { ledgerSchema } from '../../model/ledger.ts';
import { unitHistorySchema } from '../../model/unit.ts';
import { environmentRecordSchema } from '../record.ts';

/**
 * One record of two that were written on different machines, of a service or of a unit: everything that either remembers, once. A record of a release never
 * changes, so ours stands. What reads records of changes is loaded where there is one.
 */
export function mergeRecords(name: string, ours: string, theirs: string): string | Promise<string> {
  if (name.startsWith('environments/')) {
    const merged = both(ours, theirs, environmentRecordSchema, (a, b) => ({ ...a, history: histories(a, b) }));
    return merged ?? both(ours, theirs, unitHistorySchema, (a, b) => ({ ...a, history: histories(a, b) })) ?? ours;
  }
  if (name.startsWith('ledgers/')) {
    // The newest row about a pair decides.
    const merged = both(ours, theirs, ledgerSchema, (a, b) => ({
      ...a,
      rows: union([...b.rows, ...a.rows], (row) => JSON.stringify(row)).toSorted((x, y) =>
        x.time.localeCompare(y.time),
      ),
    }));
    return merged ?? ours;
  }
  if (name.startsWith('changes/')) return mergeChanges(name, ours, theirs);
  return ours;
}

/** Words of people are not mixed: ours stand, unless only theirs were closed since. */
async function mergeChanges(name: string, ours: string, theirs: string): Promise<string> {
  const { readChangeText } = await import('../change/text.ts');
  const [a, b] = [ours, theirs].map((text) => readChangeText(text, name));
  if (a?.ok !== true || b?.ok !== true) return ours;
  return a.value.head.closed === undefined && b.value.head.closed !== undefined ? theirs : ours;
}

interface Happened {
  readonly run: string;
  readonly outcome: string;
  readonly time: string;
}

/** Every entry of both, once, the oldest first. */
function histories<E extends Happened>(a: { readonly history: readonly E[] }, b: { readonly history: readonly E[] }) {
  const all = union([...b.history, ...a.history], (entry) => `${entry.run} ${entry.outcome}`);
  return all.toSorted((x, y) => x.time.localeCompare(y.time));
}

/** Undefined where one of them is no such record: what cannot be read is told where it is needed. */
function both<T extends object>(
  ours: string,
  theirs: string,
  schema: z.ZodType<T>,
  merge: (a: T, b: T) => T,
): string | undefined {
  const [a, b] = [ours, theirs].map((text) => schema.safeParse(parsedJson(text)).data);
  if (a === undefined || b === undefined) return undefined;
  return `${JSON.stringify(merge(a, b), null, 2)}\n`;
}

function union<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
