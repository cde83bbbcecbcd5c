import { z } from 'zod';
import { versionSchema } from './release.ts';

/** The ledger: which application versions run on which schema states, and how we know. docs/formats/ledger.schema.json. */
export const ledgerRowSchema = z.strictObject({
  version: versionSchema,
  /** Schema state: id of the newest applied migration, or `empty`. */
  schema: z.string().min(1),
  answer: z.enum(['yes', 'no', 'unknown']),
  /** How we know: `declared by 0007`, `ran there since …`, a test run. */
  proof: z.string().min(1),
  /** Somebody tried it with the suite of this very version, instead of believing a header. */
  proven: z.literal(true).exactOptional(),
  time: z.string(),
});

export const ledgerSchema = z.strictObject({
  formatVersion: z.literal(1),
  service: z.string().min(1),
  rows: z.array(ledgerRowSchema).readonly(),
});

export type LedgerRow = Readonly<z.infer<typeof ledgerRowSchema>>;
export type Ledger = Readonly<z.infer<typeof ledgerSchema>>;
export type LedgerAnswer = LedgerRow['answer'];

/**
 * May `version` run while the database is in `schema`? The newest proof that names both decides; without one the newest row. No row is
 * `unknown`: that blocks a promotion and opens an override gate for a rollback.
 */
export function schemaAllows(ledger: Ledger, version: string, schema: string): LedgerAnswer {
  const rows = ledger.rows.filter((candidate) => candidate.version === version && candidate.schema === schema);
  const row = rows.findLast(({ proven }) => proven === true) ?? rows.at(-1);
  return row?.answer ?? 'unknown';
}
