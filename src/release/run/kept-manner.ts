import { z } from 'zod';
import type { Manner, MannerPlan, PlannedManner, StatementPlan } from '../../migrate/index.ts';
import type { Problem } from '../../model/problem.ts';

/** What of a manner is kept in a plan, and asserted when it is applied: estimates and counts may change, this may not. */

export const keptMannerSchema = z.strictObject({
  how: z.enum(['direct', 'gh-ost', 'pt-online-schema-change']),
  /** With its assertions; for a tool, what it does to the table. */
  sql: z.string(),
  algorithm: z.enum(['INSTANT', 'NOCOPY', 'INPLACE', 'COPY']).nullable(),
  lock: z.enum(['DEFAULT', 'NONE', 'SHARED', 'EXCLUSIVE']).nullable(),
  rebuilds: z.boolean(),
  /** For a tool alone. */
  table: z.string().exactOptional(),
});
export type KeptManner = Readonly<z.infer<typeof keptMannerSchema>>;

/** A statement by its place, and how it is run. */
export const keptPlaceSchema = z.strictObject({
  migration: z.string(),
  number: z.number().int().positive(),
  manner: keptMannerSchema,
});
export type KeptPlace = Readonly<z.infer<typeof keptPlaceSchema>>;

/** Object → SHA-256 of what it is made of after the plan; null: it is gone. */
export const afterSchema = z
  .record(
    z.string(),
    z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
  )
  .readonly();

/** The statements with their manners, as a plan keeps them. Pure. */
export function withManners(
  statements: readonly StatementPlan[],
  manners: MannerPlan | null,
): readonly (StatementPlan & { readonly manner?: KeptManner })[] {
  return statements.map((statement) => {
    const found = manners?.statements.find(
      ({ migration, number }) => migration === statement.migration && number === statement.number,
    );
    const manner = found === undefined ? undefined : keptManner(found.manner);
    return manner === undefined ? { ...statement } : { ...statement, manner };
  });
}

function keptManner(manner: PlannedManner['manner']): KeptManner | undefined {
  switch (manner.kind) {
    case 'direct': {
      const { sql, algorithm, lock, rebuilds } = manner;
      return { how: 'direct', sql, algorithm, lock, rebuilds };
    }
    case 'tool':
      return { how: manner.tool, sql: manner.alter, algorithm: null, lock: null, rebuilds: true, table: manner.table };
    case 'refused':
      return undefined;
  }
}

/** The other way: how the statements of a kept plan are applied; undefined for one that it says nothing about. Pure. */
export function mannersOf(places: readonly KeptPlace[]): (migration: string, number: number) => Manner | undefined {
  return (migration, number) => {
    const kept = places.find((place) => place.migration === migration && place.number === number)?.manner;
    if (kept === undefined) return undefined;
    const { how, sql, algorithm, lock, rebuilds, table = '' } = kept;
    const told = { estimateMs: null, why: 'as it was planned' };
    if (how !== 'direct') return { kind: 'tool', tool: how, alter: sql, table, ...told };
    return { kind: 'direct', sql, algorithm, lock, rebuilds, source: 'shadow', ...told };
  };
}

/** Everything that stands against it. Pure. */
export function mannerProblems(manners: MannerPlan | null): readonly Problem[] {
  return (manners?.statements ?? []).flatMap(({ manner }) => (manner.kind === 'refused' ? manner.problems : []));
}
