import { z } from 'zod';

/** One result of any linter or scanner. docs/formats/finding.schema.json. */
export const findingSchema = z.strictObject({
  rule: z.string().min(1),
  level: z.enum(['error', 'warning', 'note']),
  message: z.string().min(1),
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  /** What to do instead. */
  remedy: z.string().optional(),
  documentation: z.string().optional(),
  /** Stable when lines move: lets a baseline and a waiver find it again. */
  fingerprint: z.string().min(1),
});

export type Finding = Readonly<z.infer<typeof findingSchema>>;
