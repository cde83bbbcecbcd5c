import { z } from 'zod';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { duration, nameSchema, share } from '../../model/scalars.ts';

/** What an AnalysisRun asks. All values may be texts, since a template puts texts in. */

const LABEL = 'a value of a label: letters, digits and . _ + -, at most 128 characters';
const label = z.string({ error: LABEL }).regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/, LABEL);
const OBJECT = 'a name of Kubernetes: lower-case letters, digits, dots and dashes';
const objectName = z.string({ error: OBJECT }).regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, OBJECT);

const SINCE = 'a time such as 2026-11-21T20:00:00Z, or seconds since 1970';
const time = z
  .union([z.string(), z.number()], { error: SINCE })
  .transform((value) => milliseconds(String(value)))
  .refine(Number.isFinite, SINCE);

function milliseconds(text: string): number {
  if (/^\d{1,11}(?:\.\d{1,9})?$/.test(text)) return Number(text) * 1000;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

const NUMBER = 'a whole number';
const whole = z
  .union([z.string().regex(/^\d{1,9}$/, NUMBER), z.number().int(NUMBER).nonnegative(NUMBER)], { error: NUMBER })
  .transform(Number);

const questionSchema = z.strictObject({
  service: nameSchema,
  environment: nameSchema,
  /** `step`: may this share go on? `watch`: is it worse so far? `alone`: is it within the absolute limit, with all traffic? */
  ask: z.enum(['step', 'watch', 'alone'], { error: 'one of step, watch, alone' }).default('step'),
  canary: label,
  stable: label,
  /** Share that the canary should have. */
  share: share({ above: 0 }).exactOptional(),
  bake: duration({ min: 0, max: 86_400_000 }).prefault('0s'),
  /** When the share began. */
  since: time.exactOptional(),
  /** Or: the AnalysisRun that asks, so that its start can be looked up. */
  run: z
    .strictObject({
      namespace: objectName,
      rollout: objectName,
      revision: z.string({ error: NUMBER }).regex(/^\d{1,9}$/, NUMBER),
      /** Number of the step, from 0; needed for `step`. */
      step: whole.exactOptional(),
    })
    .exactOptional(),
});

export type Question = z.infer<typeof questionSchema>;

/** @param text the body of a request */
export function parseQuestion(text: string): Result<Question> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return bad(problem('body', error instanceof Error ? error.message : String(error), 'a JSON object'));
  }
  const parsed = questionSchema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    return bad(
      ...parsed.error.issues.map((issue) =>
        problem(
          issue.path.join('.') || 'body',
          issue.code === 'unrecognized_keys' ? `unknown ${issue.keys.join(', ')}` : (excerpt(issue.input) ?? 'nothing'),
          issue.code === 'unrecognized_keys' ? `one of ${Object.keys(questionSchema.shape).join(', ')}` : issue.message,
        ),
      ),
    );
  }
  const { since, run, ask } = parsed.data;
  if ((since === undefined) === (run === undefined)) {
    return bad(problem('since', since === undefined ? 'no start' : 'both since and run', 'either since or run'));
  }
  if (ask === 'step' && run !== undefined && run.step === undefined) {
    return bad(problem('run.step', 'nothing', 'the number of the step'));
  }
  return ok(parsed.data);
}

function excerpt(value: unknown): string | undefined {
  return JSON.stringify(value)?.slice(0, 200);
}

function problem(where: string, found: string, expected: string): Problem {
  return {
    code: 'judge.bad-question',
    where,
    found,
    expected,
    remedy: 'make the AnalysisTemplate anew with `shiplock gitops rollouts`, see docs/judge.md',
  };
}
