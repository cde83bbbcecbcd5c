import type { Connection } from 'mysql2/promise';
import { z } from 'zod';

/** How far a statement that runs in ranges has come: kept in the database, committed with the rows of the range. */

const progressSchema = z.strictObject({
  /** The last key that is done, each column as SQL text; null: a pass begins. */
  key: z.array(z.string()).nullable(),
  rows: z.number(),
  /** Counts the batches: a replica that has this number has them all. */
  batch: z.number(),
  /** Milliseconds since 1970, by the clock of the runner: for the lag of replicas. */
  at: z.number(),
});
export type Progress = Readonly<z.infer<typeof progressSchema>>;

/** Pure: from what is kept in the database; anything else begins at the beginning. */
export function progressFrom(text: string | null): Progress {
  try {
    return progressSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return { key: null, rows: 0, batch: 0, at: 0 };
  }
}

/** The first value of the first row, as text. */
export async function oneText(connection: Connection, sql: string): Promise<string | null> {
  const [rows] = await connection.query({ sql, rowsAsArray: true });
  const value = z.array(z.array(z.union([z.string(), z.number().transform(String), z.null()]))).parse(rows)[0]?.[0];
  return value ?? null;
}
