import { type EngineOptions, listRuns, type Procedure, type RunResult, runProcedure } from '../../procedure/index.ts';

/**
 * Runs a procedure of which every step looks whether it is done already: what died or was stopped of it is begun again, never gone on with.
 * A run of it that is at work elsewhere is left alone, also where somebody resumes it just now, and so is any other procedure that has the environment.
 *
 * @param alike ids of other procedures of which the same holds: what died of them is ended, and what they had left to do is done by their next run
 */
export async function runAgain(
  procedure: Procedure,
  options: EngineOptions,
  alike: readonly string[] = [],
): Promise<RunResult> {
  const result = await runProcedure(procedure, options);
  const { problems, heldBy } = result;
  if (heldBy === undefined || problems[0]?.code !== 'lease.reserved') return result;
  // The one that has the environment, not the newest in the list: clocks jump. What it had taken over is ended with it.
  const dead = (await listRuns(options.store)).find(({ run }) => run === heldBy);
  if (dead === undefined || ![procedure.id, ...alike].includes(dead.procedure)) return result;
  return runProcedure(procedure, { ...options, preempt: heldBy, onlyDead: true });
}
