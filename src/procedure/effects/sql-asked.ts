import { type Problem, ProblemError } from '../../model/problem.ts';
import { LeaseLostError } from '../lease/fence.ts';
import type { EffectContext } from './context.ts';
import { refusalOf, sqlProblem } from './sql-problems.ts';

/** What we ask for ourselves beside the statements; an error of the driver becomes a problem. */
export async function asked<T>(what: string, asking: Promise<T>, ctx: EffectContext): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ProblemError || error instanceof LeaseLostError) throw error;
    throw new ProblemError(failure(error, what, ctx));
  }
}

/** The error of a driver as a problem, without secrets. */
export function failure(error: unknown, statement: string, { secrets }: EffectContext): Problem {
  const found = secrets.mask(error instanceof Error ? error.message : String(error));
  return sqlProblem(refusalOf(error), secrets.mask(statement.slice(0, 200)), found);
}
