import { z } from 'zod';

/** What is remembered in the database of a change by a tool, before the tool is started: what lies there under these names is ours. */

const markSchema = z.strictObject({
  rewrite: z.strictObject({
    tool: z.enum(['gh-ost', 'pt-online-schema-change']),
    table: z.string(),
    attempt: z.number().int().positive(),
  }),
});
export type RewriteMark = Readonly<z.infer<typeof markSchema>['rewrite']>;

/** As it is kept in the column `progress` of the statement. */
export function markText(rewrite: RewriteMark): string {
  return JSON.stringify({ rewrite });
}

/** Null: the statement was never given to a tool. */
export function readMark(text: string | null): RewriteMark | null {
  try {
    return markSchema.parse(JSON.parse(text ?? '')).rewrite;
  } catch {
    return null;
  }
}
