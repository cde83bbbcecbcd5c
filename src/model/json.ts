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

/**
 * The value that a text says in JSON; undefined, which no JSON says, where it is none. For what others write, such as answers and files: a schema tells next
 * whether it is what was meant, and nothing is to be said of where the text stopped being JSON.
 */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

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
