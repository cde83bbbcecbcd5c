import { z } from 'zod';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Any JSON value; what may be stored in a journal payload or hashed. */
export const jsonSchema: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string(),
    z.array(jsonSchema).readonly(),
    z.record(z.string(), jsonSchema).readonly(),
  ]),
);

/** Nearest of `known` to `word`, or undefined when none is near: for "did you mean". Distance is given, so that this stays pure. */
export function nearest(
  word: string,
  known: readonly string[],
  distance: (a: string, b: string) => number,
): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}
