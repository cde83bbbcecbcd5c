import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Engine } from './engine.ts';

/**
 * Before the effects of a forward step, and past a gate: waits until the shared store has all that is recorded, so that another machine
 * could go on. Empty when it has, or when this run does not wait for it; else why not.
 */
export async function whenCopied(engine: Engine): Promise<readonly Problem[]> {
  const { replicator, options } = engine;
  const { shared } = options;
  if (replicator === undefined || shared === undefined || !waitsForStore(engine)) return [];
  try {
    await replicator.flush(shared.settings.patienceMs);
    return [];
  } catch (error) {
    // Whatever the store says: it is no fault of the step, and nothing is taken back for it.
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

/** A way back never waits, and neither does a run for which somebody has broken the glass. */
export function waitsForStore({ options }: Pick<Engine, 'options'>): boolean {
  return options.shared !== undefined && options.urgent !== true && options.breakGlass === undefined;
}
