import type { z } from 'zod';
import { ledgerSchema } from '../../model/ledger.ts';
import { environmentRecordSchema } from '../record.ts';

/**
 * One record of two that were written on different machines: everything that either remembers, once. A record of a release never
 * changes, so ours stands. Pure.
 */
export function mergeRecords(name: string, ours: string, theirs: string): string {
  if (name.startsWith('environments/')) {
    return both(ours, theirs, environmentRecordSchema, (a, b) => ({
      ...a,
      history: union([...b.history, ...a.history], (entry) => `${entry.run} ${entry.outcome}`).toSorted((x, y) =>
        x.time.localeCompare(y.time),
      ),
    }));
  }
  if (name.startsWith('ledgers/')) {
    // The newest row about a pair decides.
    return both(ours, theirs, ledgerSchema, (a, b) => ({
      ...a,
      rows: union([...b.rows, ...a.rows], (row) => JSON.stringify(row)).toSorted((x, y) =>
        x.time.localeCompare(y.time),
      ),
    }));
  }
  return ours;
}

function both<T extends object>(ours: string, theirs: string, schema: z.ZodType<T>, merge: (a: T, b: T) => T): string {
  const [a, b] = [ours, theirs].map((text) => schema.safeParse(parseJson(text)).data);
  // What cannot be read is told where it is needed.
  if (a === undefined || b === undefined) return ours;
  return `${JSON.stringify(merge(a, b), null, 2)}\n`;
}

function union<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
