import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileName, isMissing, replaceFile } from '../procedure/store.ts';

/**
 * What was told of a run and to whom, beside its journal in the state directory. The journal says what there is to tell; this only
 * saves telling it twice, and remembers what must be taken back. Losing it costs repeated alerts, which Alertmanager makes one.
 */

export const receiptSchema = z.strictObject({
  id: z.string(),
  labels: z.record(z.string(), z.string()),
  startsAt: z.number(),
  /** It had no end yet when it was first told: somebody has to tell one. */
  lasts: z.boolean(),
  alertmanager: z
    .strictObject({
      /** Until when it is an alert by what was told. */
      endsAt: z.number(),
      /** RFC 3339. */
      at: z.string(),
      /** False: sent, and no answer came. It may be there or not. */
      sure: z.boolean(),
    })
    .nullable(),
  webhook: z.strictObject({ state: z.enum(['firing', 'resolved']), at: z.string() }).nullable(),
  /** Why the last attempt did not reach somebody. */
  problem: z.string().nullable(),
});
export type Receipt = Readonly<z.infer<typeof receiptSchema>>;

const fileSchema = z.strictObject({ formatVersion: z.literal(1), run: z.string(), receipts: z.array(receiptSchema) });

function receiptsPath(store: string, run: string): string {
  return join(store, 'announcements', `${fileName(run)}.json`);
}

/** What was told of a run; nothing when there is no file, or none that can be read: then it is told again. */
export async function readReceipts(store: string, run: string): Promise<readonly Receipt[]> {
  try {
    const parsed: unknown = JSON.parse(await readFile(receiptsPath(store, run), 'utf8'));
    const file = fileSchema.safeParse(parsed);
    return file.success ? file.data.receipts : [];
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return [];
    throw error;
  }
}

export async function writeReceipts(store: string, run: string, receipts: readonly Receipt[]): Promise<void> {
  await replaceFile(receiptsPath(store, run), `${JSON.stringify({ formatVersion: 1, run, receipts }, null, 2)}\n`);
}
