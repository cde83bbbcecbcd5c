import type { Facts, Structure } from './structure.ts';

/** One difference between what a database should be made of and what it is made of. */
export interface StructureChange {
  /** `table users`, `trigger t`. */
  readonly object: string;
  /** `column email`; empty for the object itself. */
  readonly part: string;
  readonly change:
    | { readonly kind: 'added' }
    | { readonly kind: 'removed' }
    | { readonly kind: 'changed'; readonly fact: string; readonly from: string; readonly to: string };
}

/** What was done to `from` so that it is `to`. Pure. */
export function structureChanges(from: Structure, to: Structure): readonly StructureChange[] {
  const changes: StructureChange[] = [];
  for (const object of keysOf(from, to)) {
    const [before, after] = [from[object], to[object]];
    if (before === undefined || after === undefined) {
      changes.push({ object, part: '', change: { kind: before === undefined ? 'added' : 'removed' } });
      continue;
    }
    for (const part of keysOf(before, after)) {
      const [was, is] = [before[part], after[part]];
      if (was === undefined || is === undefined) {
        changes.push({ object, part, change: { kind: was === undefined ? 'added' : 'removed' } });
      } else {
        const isNeighbour = (name: string): boolean =>
          (before[`column ${name}`] === undefined) !== (after[`column ${name}`] === undefined);
        changes.push(...factChanges(was, is, isNeighbour).map((change) => ({ object, part, change })));
      }
    }
  }
  return changes;
}

type FactChange = Extract<StructureChange['change'], { kind: 'changed' }>;

function factChanges(was: Facts, is: Facts, comesOrGoes: (column: string) => boolean): readonly FactChange[] {
  return keysOf(was, is).flatMap((fact) => {
    const [from = '', to = ''] = [was[fact], is[fact]];
    if (from === to) return [];
    // A column between two others, or one taken away there, does not move what comes behind it.
    if (fact === 'after' && (comesOrGoes(from) || comesOrGoes(to))) return [];
    return [{ kind: 'changed' as const, fact, from, to }];
  });
}

function keysOf(...records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].toSorted();
}

/** One line for a person. Pure. */
export function changeText({ object, part, change }: StructureChange): string {
  const what = part === '' ? object : `${object}, ${part}`;
  if (change.kind === 'added') return `+ ${what}: no migration made it`;
  if (change.kind === 'removed') return `- ${what}: it is gone, and no migration dropped it`;
  return `~ ${what}: ${change.fact} is ${shown(change.to)}, was ${shown(change.from)}`;
}

const LONGEST = 120;

function shown(value: string): string {
  if (value === '') return 'empty';
  const line = value.replace(/\s+/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}
