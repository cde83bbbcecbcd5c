import { ProblemError } from '../../model/problem.ts';
import { isRunbook, RUNBOOK_PREFIX } from '../../model/procedures.ts';
import { type ResumeOptions, readRun } from '../../procedure/index.ts';
import { type DoorOptions, openEnvironment, openService } from '../../release/index.ts';
import type { Runbook } from '../../release/runbook/index.ts';
import type { CommandResult, Io } from '../io.ts';
import { type CommonOptions, door, type PersonOptions } from '../session.ts';
import { ownPlace } from './place.ts';

/** Going on with a run of a runbook: `runbook resume`, and `resume` where the run is one. */

export interface Answered {
  readonly step?: string;
  readonly outcome?: 'applied' | 'not-applied';
  readonly evidence?: string;
  readonly allowChanged?: string;
}

type Answers = Pick<ResumeOptions, 'outcome' | 'allowChanged'>;

/** What a person says about a run that is gone on with. @throws ProblemError `cli.usage` when it is not whole */
export function answersOf({ step, outcome, evidence, allowChanged }: Answered): Answers {
  if ((step === undefined) !== (outcome === undefined) || (outcome !== undefined && evidence === undefined)) {
    throw new ProblemError({
      code: 'cli.usage',
      where: 'command line',
      found: 'only some of --step, --outcome and --evidence',
      expected: 'all three together',
      remedy: 'say which step, what you found, and how you found out',
    });
  }
  return {
    ...(step === undefined || outcome === undefined || evidence === undefined
      ? {}
      : { outcome: { step, outcome, evidence } }),
    ...(allowChanged === undefined ? {} : { allowChanged: { role: 'releaser', reason: allowChanged } }),
  };
}

/** Goes on with a run; its definition is looked for where `runbook run` looks. @param given a door that is open already */
export async function resumeRunbookRun(
  io: Io,
  options: CommonOptions & PersonOptions,
  { run, environment }: { readonly run: string; readonly environment: string },
  answers: Answers,
  given?: DoorOptions,
): Promise<CommandResult> {
  const [{ findRunbook }, { resumeRunbook }, { outcomeResult }] = await Promise.all([
    import('./registry.ts'),
    import('../../release/runbook/index.ts'),
    import('./texts.ts'),
  ]);
  const entry = given ?? (await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true));
  const place = await ownPlace(io, options);
  const find = async (name: string) => (await findRunbook(name, place)).runbook;
  const reach = await reachOf(entry, run, find);
  return outcomeResult(await resumeRunbook(await openEnvironment(entry, environment, reach), run, find, answers));
}

/** What must be there to go on with it, as its definition says. */
async function reachOf(
  entry: DoorOptions,
  run: string,
  find: (name: string) => Promise<Runbook>,
): Promise<Runbook['reach']> {
  const { store } = await openService(entry);
  const { procedure } = await readRun(store, run);
  return isRunbook(procedure) ? (await find(procedure.slice(RUNBOOK_PREFIX.length))).reach : undefined;
}
