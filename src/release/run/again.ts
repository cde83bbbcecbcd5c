import { type EngineOptions, listRuns, type Procedure, type RunResult, runProcedure } from '../../procedure/index.ts';

/**
 * Runs a procedure of which every step looks whether it is done already: what died or was stopped of it is begun again, never gone on with.
 * A run of it that is at work elsewhere is left alone, and so is any other procedure that has the environment.
 */
export async function runAgain(procedure: Procedure, options: EngineOptions): Promise<RunResult> {
  const result = await runProcedure(procedure, options);
  if (result.outcome !== 'lease-held' || result.problems[0]?.code !== 'lease.reserved') return result;
  const dead = (await listRuns(options.store)).findLast(
    (run) => run.environment === procedure.environment && run.procedure === procedure.id && run.finished === null,
  );
  return dead === undefined ? result : runProcedure(procedure, { ...options, preempt: dead.run });
}
