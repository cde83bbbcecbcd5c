import { distance } from 'fastest-levenshtein';

/** Which well-known name another one could be taken for. Pure. */

export interface KnownNames {
  readonly names: ReadonlySet<string>;
  /** Names with one letter less → names that it comes from. */
  readonly near: ReadonlyMap<string, readonly string[]>;
  /** Without what only separates → the name. */
  readonly squeezed: ReadonlyMap<string, string>;
}

/** Shorter ones are near to everything. */
const SHORTEST = 5;

/**
 * Prepared once: each name is found by itself, and by itself with any one letter left out. `others` are known well enough to be meant, but not so well
 * that somebody would imitate them.
 */
export function knownNames(list: readonly string[], others: readonly string[] = []): KnownNames {
  const near = new Map<string, string[]>();
  for (const name of list) for (const less of lessOne(name)) near.set(less, [...(near.get(less) ?? []), name]);
  return { names: new Set([...list, ...others]), near, squeezed: new Map(list.map((name) => [squeeze(name), name])) };
}

/**
 * The well-known name that this one could be taken for: one letter more, less or other, two letters swapped, or other separators. Null: none, or
 * it is well known itself.
 */
export function lookalikeOf(name: string, known: KnownNames): string | null {
  if (known.names.has(name)) return null;
  const same = known.squeezed.get(squeeze(name));
  if (same !== undefined && same.length >= SHORTEST - 1) return same;
  if (name.length < SHORTEST) return null;
  // Two names at this distance have a name in common that both become when they lose one letter, or one becomes the other.
  for (const less of lessOne(name))
    for (const other of known.near.get(less) ?? []) if (other.length >= SHORTEST && isNear(name, other)) return other;
  return null;
}

/** One letter more, less or other, or two neighbours swapped; but no other number at the end, which people choose on purpose. */
export function isNear(one: string, other: string): boolean {
  if (one.replace(/[\d.]+$/, '') === other.replace(/[\d.]+$/, '')) return false;
  // The plural is a name of its own too often.
  if (isPlural(one, other) || isPlural(other, one)) return false;
  return distance(one, other) <= 1 || isSwap(one, other);
}

function isPlural(one: string, other: string): boolean {
  return !one.endsWith('s') && other === `${one}s`;
}

function isSwap(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  return at >= 0 && one.slice(0, at) + (one[at + 1] ?? '') + (one[at] ?? '') + one.slice(at + 2) === other;
}

function lessOne(name: string): readonly string[] {
  return [...new Set([name, ...[...name].map((_, at) => name.slice(0, at) + name.slice(at + 1))])];
}

function squeeze(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '');
}
