/** Lists that stay within a size. Pure. */

export interface Bounded {
  readonly first: readonly string[];
  /** Items between `first` and `last` that had no room. */
  readonly left: number;
  readonly last: readonly string[];
}

/**
 * Renders items until `bytes` are used, from both ends: what a run began with and what it ended with say more than what lies between.
 */
export function bounded<T>(items: readonly T[], bytes: number, render: (item: T, index: number) => string): Bounded {
  const first: string[] = [];
  const last: string[] = [];
  let [low, high, room] = [0, items.length - 1, bytes];
  for (let turn = 0; low <= high; turn++) {
    const index = turn % 2 === 0 ? low : high;
    const item = items[index];
    if (item === undefined) break;
    const text = render(item, index);
    room -= Buffer.byteLength(text);
    if (room < 0) break;
    if (turn % 2 === 0) {
      first.push(text);
      low++;
    } else {
      last.unshift(text);
      high--;
    }
  }
  return { first, left: high - low + 1, last };
}

/** The parts in order, with a line for what was left out. */
export function withLeft({ first, left, last }: Bounded, line: (count: number) => string): readonly string[] {
  return left <= 0 ? [...first, ...last] : [...first, line(left), ...last];
}
