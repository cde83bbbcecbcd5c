import { z } from 'zod';
import { problemSchema } from '../../model/problem.ts';

/** What the program `commit-main` reads and answers: the effect of a commit step. No secret is in it. */

const text = z.string();

/** Exit code of an answer that changed nothing although it should have. */
export const REFUSED = 5;

export const valuesRequestSchema = z.strictObject({
  repository: text,
  branch: text,
  workDir: text,
  baseDir: text,
  changes: z
    .array(
      z.strictObject({
        file: text,
        path: text,
        value: text,
        type: z.literal('number').exactOptional(),
        read: text.nullable().exactOptional(),
      }),
    )
    .min(1)
    .readonly(),
  /** Head at which the values were read. */
  readAt: text.nullable(),
  missingFile: z.enum(['make', 'refuse']),
  othersValue: z.enum(['conflict', 'change']),
  repeats: z.boolean().exactOptional(),
  origin: z.strictObject({
    service: text,
    environment: text,
    version: text.exactOptional(),
    run: text,
    node: text,
    fence: z.number(),
    actor: text.exactOptional(),
    verdict: text.exactOptional(),
  }),
  author: z.strictObject({ name: text, email: text }),
  time: z.number(),
  subject: text.exactOptional(),
  signingKey: text.exactOptional(),
  deadlineMs: z.number(),
});
export type ValuesRequest = Readonly<z.infer<typeof valuesRequestSchema>>;

export const valuesAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('committed'), commit: text, tries: z.number() }),
  z.strictObject({ kind: z.literal('was-committed'), commit: text }),
  z.strictObject({ kind: z.literal('nothing'), why: text, base: text.nullable() }),
  z.strictObject({ kind: z.literal('problems'), problems: z.array(problemSchema).min(1).readonly() }),
]);
export type ValuesAnswer = Readonly<z.infer<typeof valuesAnswerSchema>>;
