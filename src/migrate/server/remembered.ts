import { createHash } from 'node:crypto';
import { z } from 'zod';
import { quoted } from '../apply/bookkeeping.ts';
import { type AppliedMigration, schemaState } from '../files/pending.ts';
import { type Ask, type Parts, readStructure, STRUCTURE_TABLE, type Structure, textOfParts } from './structure.ts';
import { type StructureChange, structureChanges } from './structure-diff.ts';

/** The structure that the last migration left is remembered in the database itself, so that a later look can say what others changed. */

/** What is remembered. */
export interface Remembered {
  /** Newest migration at that time, or `empty`. */
  readonly schema: string;
  /** Digest of all that was applied then. */
  readonly applied: string;
  readonly structure: Structure;
  /** Objects that somebody changed without a migration; they stay as they were remembered until that is adopted. */
  readonly drifted: readonly string[];
}

/** A look at both. */
export interface StructureLook {
  readonly structure: Structure;
  /** Null before the first run that remembered one. */
  readonly remembered: Remembered | null;
}

export const CREATE_STRUCTURE_TABLE = `CREATE TABLE IF NOT EXISTS ${STRUCTURE_TABLE} (
  object VARCHAR(200) NOT NULL,
  parts MEDIUMTEXT NOT NULL,
  drifted BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (object)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** The row that is no object. */
const HEAD = '';
/** Parts of an object that was not there when it was last remembered. */
const ABSENT = 'null';

const headSchema = z.strictObject({ schema: z.string(), applied: z.string() });
const partsSchema = z.record(z.string(), z.record(z.string(), z.string()));
const storedRow = z.strictObject({ object: z.string(), parts: z.string(), drifted: z.number() });

/** Both, from one connection. */
export async function lookAtStructure(ask: Ask): Promise<StructureLook> {
  const structure = await readStructure(ask);
  const [table] = await ask(
    z.strictObject({ there: z.number() }),
    `SELECT COUNT(*) AS there FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${STRUCTURE_TABLE}'`,
  );
  if (table?.there !== 1) return { structure, remembered: null };
  const rows = await ask(storedRow, `SELECT object, parts, drifted FROM ${STRUCTURE_TABLE}`);
  const head = rows.find((row) => row.object === HEAD);
  if (head === undefined) return { structure, remembered: null };
  const objects = rows.filter((row) => row.object !== HEAD);
  const present = objects.filter((row) => row.parts !== ABSENT);
  return {
    structure,
    remembered: {
      ...headSchema.parse(JSON.parse(head.parts)),
      structure: Object.fromEntries(present.map((row) => [row.object, partsSchema.parse(JSON.parse(row.parts))])),
      drifted: objects.filter((row) => row.drifted !== 0).map((row) => row.object),
    },
  };
}

/** Identifies what is applied, half-applied migrations too. Pure. */
export function appliedDigest(applied: readonly AppliedMigration[]): string {
  const lines = applied.map(({ id, sha256, state, position }) => `${position} ${id} ${sha256} ${state}`);
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}

/**
 * What was changed without a migration. Undefined when nobody can tell: nothing is remembered yet, or migrations ran since then, perhaps
 * half-way. Pure.
 */
export function liveDrift(
  { structure, remembered }: StructureLook,
  applied: readonly AppliedMigration[],
): readonly StructureChange[] | undefined {
  if (remembered === null || remembered.applied !== appliedDigest(applied)) return undefined;
  return structureChanges(remembered.structure, structure);
}

/** The look, and what is applied at that time. */
export interface Seen extends StructureLook {
  readonly applied: readonly AppliedMigration[];
}

/** SQL that marks an object as changed by others; what is remembered of it stays. */
export function markDrifted(object: string): string {
  return `INSERT INTO ${STRUCTURE_TABLE} SET object = ${quoted(object)}, parts = '${ABSENT}', drifted = TRUE ON DUPLICATE KEY UPDATE drifted = TRUE`;
}

/** SQL that makes the rows what they should be; those that are it already are left alone. */
export function rowsFor({ structure, remembered, applied }: Seen, drifted: 'keep' | 'accept'): readonly string[] {
  const before = remembered?.structure ?? {};
  const marked = remembered?.drifted ?? [];
  const same = (a: Parts | undefined, b: Parts | undefined): boolean =>
    a === undefined || b === undefined ? a === b : textOfParts(a) === textOfParts(b);
  const rows: string[] = [];
  for (const object of new Set([...Object.keys(before), ...marked, ...Object.keys(structure)])) {
    const now = structure[object];
    const unchanged = same(before[object], now);
    if (marked.includes(object) ? drifted === 'keep' && !unchanged : unchanged) continue;
    rows.push(
      now === undefined
        ? `DELETE FROM ${STRUCTURE_TABLE} WHERE object = ${quoted(object)}`
        : `REPLACE INTO ${STRUCTURE_TABLE} SET object = ${quoted(object)}, parts = ${quoted(textOfParts(now))}, drifted = FALSE`,
    );
  }
  const head = JSON.stringify({ schema: schemaState(applied), applied: appliedDigest(applied) });
  return [...rows, `REPLACE INTO ${STRUCTURE_TABLE} SET object = '${HEAD}', parts = ${quoted(head)}, drifted = FALSE`];
}
