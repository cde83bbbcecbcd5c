/** One change of a text. */
export interface Splice {
  readonly at: number;
  /** Characters taken away there. */
  readonly remove: number;
  readonly insert: string;
}

/** Applies changes that stand in the order of the text. Pure. */
export function splice(text: string, splices: readonly Splice[]): string {
  let out = '';
  let from = 0;
  for (const { at, remove, insert } of splices) {
    out += text.slice(from, at) + insert;
    from = at + remove;
  }
  return out + text.slice(from);
}
