import { z } from 'zod';
import { ProblemError } from '../model/problem.ts';
import { type Procedure, type ResumeOptions, readRun, replay, resumeProcedure } from '../procedure/index.ts';
import { announced } from './announce.ts';
import { buildProcedureFrom } from './build.ts';
import { releaseInputsSchema, releaseProcedure, rollbackProcedure } from './procedure.ts';
import { outcomeOf, type ReleaseOutcome } from './release.ts';
import { engineOptions, type ServiceEnvironment } from './service.ts';

/** Builds the tree of a recorded run again, from its recorded inputs. */
export async function procedureOf(service: ServiceEnvironment, run: string): Promise<Procedure> {
  const recorded = await readRun(service.store, run);
  switch (recorded.procedure) {
    case 'release':
      return releaseProcedure(parseInputs(recorded.inputs, run), service.target);
    case 'rollback':
      return rollbackProcedure(parseInputs(recorded.inputs, run), service.target);
    case 'build':
      return buildProcedureFrom(service, recorded.inputs);
    default:
      throw new ProblemError({
        code: 'release.unknown-procedure',
        where: `run ${run}`,
        found: recorded.procedure,
        expected: 'build, release or rollback',
        remedy: 'resume it with the program that started it',
      });
  }
}

function parseInputs(inputs: unknown, run: string) {
  const parsed = releaseInputsSchema.safeParse(inputs);
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    code: 'release.inputs-unreadable',
    where: `run ${run}`,
    found: z.prettifyError(parsed.error).replaceAll('\n', '; '),
    expected: 'inputs as this version of the program records them',
    remedy: 'resume with the version that started the run, or start a new one',
  });
}

/** Goes on with a run where it stopped: after a crash, a signal, or an answered gate. */
export async function resume(
  service: ServiceEnvironment,
  run: string,
  answers: Pick<ResumeOptions, 'outcome' | 'allowChanged'> = {},
): Promise<ReleaseOutcome> {
  const procedure = await procedureOf(service, run);
  const result = await announced(service, run, (observing) =>
    resumeProcedure(procedure, run, { ...engineOptions(service, observing), ...answers }),
  );
  const kind = procedure.id === 'rollback' ? 'rollback' : 'release';
  return outcomeOf(service, kind, parseInputs(procedure.inputs, run), result);
}

/** Judges the recorded samples of a run again, offline. */
export async function replayRun(service: ServiceEnvironment, run: string) {
  return replay(await procedureOf(service, run), service.store, run);
}
