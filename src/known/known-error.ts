import { z } from 'zod';

/** A common error that somebody has met before: how it is recognised, where it comes from, and what to do about it. */

const line = z.string().min(1).max(400);
const text = z.string().min(1).max(2_000);

export const SEVERITIES = ['error', 'warning'] as const;

/** What stands at the top of a page of docs/known-errors. */
export const frontMatterSchema = z.strictObject({
  /** The name of the file, without `.md`. */
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'small letters and digits, with single - between them'),
  title: line,
  severity: z.enum(SEVERITIES),
  /** Each is looked for in every line; one is enough (see pattern.ts). */
  patterns: z.array(z.string().min(1)).max(20).default([]),
  /** Codes of problems that mean this, where no pattern of any known error is found in them. */
  codes: z
    .array(z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, 'a code as docs/problems.md lists it'))
    .max(20)
    .default([]),
});

/** A page as it is used: what it says, without its examples. */
export const knownErrorSchema = z.strictObject({
  ...frontMatterSchema.shape,
  cause: text,
  fix: text,
  /** To be typed; words in <…> are to be filled in. Null: there is none. */
  command: text.nullable(),
});

export type KnownError = Readonly<z.infer<typeof knownErrorSchema>>;
