import { z } from 'zod';
import { besideFile, type CataloguePlace, readBeside } from '../catalogue/store.ts';

/** What a drill found: the whole way from the backups to a server, gone for practice. */

export const drillSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('drill'),
  /** The run of the drill. */
  run: z.string(),
  startedAt: z.string().datetime(),
  at: z.string().datetime(),
  /** `kept`: it came through, and no objective was missed. `missed`: it came through. `failed`: there is no server. */
  outcome: z.enum(['kept', 'missed', 'failed']),
  /** Null: it failed. */
  measured: z
    .strictObject({
      /** The full backup with which it began. */
      full: z.string(),
      form: z.enum(['logical', 'physical']),
      transactions: z.number(),
      /** From the beginning until the server was there and compared. */
      seconds: z.number(),
      /** What was predicted for it before; null: nothing was measured until then. */
      predictedSeconds: z.number().nullable(),
      /** What may be lost: from the last restorable time to the beginning of the drill. */
      lostSeconds: z.number().nullable(),
      /** What the restored server and its logs occupied. */
      diskBytes: z.number(),
      /** Of the full backup and its logs, as they are stored. */
      storedBytes: z.number(),
    })
    .nullable(),
  /** As promised when it was held; null: nothing was. */
  objectives: z.strictObject({ rtoSeconds: z.number().nullable(), rpoSeconds: z.number().nullable() }),
  /** What was missed, or why it failed. */
  problems: z.array(z.strictObject({ code: z.string(), found: z.string() })).readonly(),
});
export type DrillRecord = Readonly<z.infer<typeof drillSchema>>;

const KIND = 'drills';

/** File of a drill: beside the records of backups, and so in every repository too. Pure. */
export function drillFile(place: CataloguePlace, run: string): string {
  return besideFile(place, KIND, run);
}

/** Text of its file. Pure. */
export function drillText(drill: DrillRecord): string {
  return `${JSON.stringify(drillSchema.parse(drill), null, 2)}\n`;
}

/** Drills that are known, oldest first. One that cannot be read is as if it had not been: the next is then due sooner, never later. */
export async function readDrills(place: CataloguePlace): Promise<readonly DrillRecord[]> {
  return (await readBeside(place, KIND, drillSchema)).toSorted((a, b) => (a.at < b.at ? -1 : 1));
}
