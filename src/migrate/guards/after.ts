import { createHash } from 'node:crypto';
import type { Problem } from '../../model/problem.ts';
import { action } from '../../procedure/build.ts';
import type { Step } from '../../procedure/tree.ts';
import type { MigrationDatabase } from '../server/database.ts';
import { type Parts, type Structure, textOfParts } from '../server/structure.ts';

/** After the migrations of a plan the live structure is what the throw-away server had after them. */

/** Object → SHA-256 of what it is made of; null: it is gone. Only what the migrations change. */
export type Expected = Readonly<Record<string, string | null>>;

export function digestOfParts(parts: Parts): string {
  return createHash('sha256').update(textOfParts(parts)).digest('hex');
}

/**
 * What the throw-away server made of the structure, for every object that it changed. What it had otherwise than the target before is left
 * out: nothing can be compared there. Pure.
 */
export function expectedAfter(target: Structure, before: Structure, after: Structure): Expected {
  const text = (parts: Parts | undefined): string => (parts === undefined ? '' : textOfParts(parts));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const changed = names.filter(
    (name) => text(before[name]) !== text(after[name]) && text(before[name]) === text(target[name]),
  );
  return Object.fromEntries(
    changed.map((name) => {
      const parts = after[name];
      return [name, parts === undefined ? null : digestOfParts(parts)];
    }),
  );
}

/** What is otherwise than it was planned. Pure. */
export function unlikePlanned(expected: Expected, live: Structure, where: string): readonly Problem[] {
  const wrong = Object.entries(expected).flatMap(([name, digest]) => {
    const parts = live[name];
    const now = parts === undefined ? null : digestOfParts(parts);
    if (now === digest) return [];
    return [now === null ? `${name} is not there` : digest === null ? `${name} is still there` : `${name} is another`];
  });
  if (wrong.length === 0) return [];
  return [
    {
      code: 'migrate.not-as-planned',
      where,
      found: wrong.join('; '),
      expected: 'the structure that the plan had on its throw-away server',
      remedy:
        'compare the two (`shiplock migrate status` names what was changed by others); the ledger was not told that this schema is good. Mend it, then resume the run',
    },
  ];
}

/** Compares them once the last migration is recorded. Nothing is remembered or written into the ledger when they differ. */
export function asPlannedStep(database: MigrationDatabase, expected: Expected): Step<Structure, object> {
  return action<Structure>({
    id: 'as-planned',
    title: 'Compare the structure with the one of the plan',
    inputs: { database: database.resource, objects: Object.keys(expected).toSorted() },
    read: async () => (await database.bothStructures()).structure,
    decide: (live, ctx) => {
      const problems = ctx.mode === 'plan' ? [] : unlikePlanned(expected, live, database.resource);
      if (problems.length > 0) return { kind: 'refuse', problems };
      return { kind: 'nothing', why: `${Object.keys(expected).length} objects are as they were planned` };
    },
    probe: 'repeatable',
    timeoutMs: 60_000,
  });
}
