/** In which order the members of a unit go. Pure. */

export interface Ordered {
  /** Names of members that must be released before this one. */
  readonly after: readonly string[];
}

export type Order =
  | { readonly ok: true; readonly names: readonly string[] }
  /** The members that wait for each other, each after the next, the first again at the end. */
  | { readonly ok: false; readonly circle: readonly string[] };

/**
 * Each member after all that it names, and among those that may go, the one that stands first in the file. The same file has the same order
 * on every machine. Names that are not there are passed over: they are told elsewhere.
 */
export function memberOrder(members: ReadonlyMap<string, Ordered>): Order {
  const waiting = new Map(members);
  const names: string[] = [];
  while (waiting.size > 0) {
    const next = [...waiting].find(([, { after }]) => !after.some((name) => waiting.has(name)));
    if (next === undefined) return { ok: false, circle: circleIn(waiting) };
    names.push(next[0]);
    waiting.delete(next[0]);
  }
  return { ok: true, names };
}

/** Everybody left waits for somebody left: who follows them comes back to one that was seen. */
function circleIn(waiting: ReadonlyMap<string, Ordered>): readonly string[] {
  const way: string[] = [];
  let at = waiting.keys().next().value;
  while (at !== undefined && !way.includes(at)) {
    way.push(at);
    at = waiting.get(at)?.after.find((name) => waiting.has(name));
  }
  return at === undefined ? way : [...way.slice(way.indexOf(at)), at];
}

/** The environments before this one, the first first, and itself at the end; a circle ends where it closes. */
export function unitWayTo(
  environments: ReadonlyMap<string, { readonly from?: string | undefined }>,
  name: string,
): readonly string[] {
  const way = [name];
  for (
    let from = environments.get(name)?.from;
    from !== undefined && !way.includes(from);
    from = environments.get(from)?.from
  ) {
    way.unshift(from);
  }
  return way;
}
