import { z } from 'zod';
import { parsedJson } from '../model/json.ts';

/** What a program of ours says of a machine: a line of JSON per thing, and a last one that says that nothing is missing. */

/** Every line, the last one too; undefined for an answer that is not whole, or has a line that nobody knows. What is no JSON is left out. Pure. */
export function wholeLines<T extends { readonly kind: string }>(
  stdout: string,
  line: z.ZodType<T>,
): readonly T[] | undefined {
  const lines = stdout
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => line.safeParse(parsedJson(text)).data);
  if (lines.at(-1)?.kind !== 'end' || lines.includes(undefined)) return undefined;
  return lines.filter((one) => one !== undefined);
}

/** Of an answer whose lines are `{"kind":KIND,"text":…}`: the texts of one kind, in their order. Undefined as above. Pure. */
export function textLines<K extends string>(
  stdout: string,
  kinds: readonly K[],
): ((kind: K) => readonly string[]) | undefined {
  const line = z.union([
    z.strictObject({ kind: z.enum(kinds), text: z.string() }),
    z.strictObject({ kind: z.literal('end') }),
  ]);
  const lines = wholeLines(stdout, line);
  if (lines === undefined) return undefined;
  return (wanted) => lines.flatMap((one) => ('text' in one && one.kind === wanted ? [one.text] : []));
}
