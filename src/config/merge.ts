import type { Located, LocatedMap } from './located.ts';

/**
 * What a child environment makes of an inherited value: maps are merged key by key, everything else (lists too) is replaced.
 * A map whose `kind` changes is replaced as a whole, since the keys of another kind would mean nothing.
 */
export function merge(inherited: Located, own: Located): Located {
  if (inherited.kind !== 'map' || own.kind !== 'map' || changesKind(inherited, own)) return own;
  const entries = new Map(inherited.entries);
  for (const [key, value] of own.entries) {
    const before = entries.get(key);
    entries.set(key, before === undefined ? value : merge(before, value));
  }
  return { ...own, entries };
}

function changesKind(inherited: LocatedMap, own: LocatedMap): boolean {
  const before = inherited.entries.get('kind');
  const after = own.entries.get('kind');
  if (before?.kind !== 'scalar' || after?.kind !== 'scalar') return false;
  return before.value !== after.value;
}
