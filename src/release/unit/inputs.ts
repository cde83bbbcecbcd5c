import type { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';

/** What a unit run was begun with. @throws ProblemError when this version of the program records something else */
export function inputsIn<T>(schema: z.ZodType<T>, recorded: unknown, run: string): T {
  const inputs = schema.safeParse(recorded);
  if (inputs.success) return inputs.data;
  throw unreadable(run, inputs.error.issues[0]?.message ?? 'other inputs');
}

export function unreadable(run: string, found: string): ProblemError {
  return new ProblemError({
    code: 'unit.inputs-unreadable',
    where: `run ${run}`,
    found,
    expected: 'a unit run as this version of the program records it',
    remedy: 'resume with the version that started the run',
  });
}
