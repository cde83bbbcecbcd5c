import { Option } from 'commander';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { isOpen, isRunbook, traitsOf } from '../../model/procedures.ts';
import { listRuns } from '../../procedure/index.ts';
import { fetchRun, openEnvironment, openService, resume, type Service } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type Answered, answersOf, resumeRunbookRun } from '../runbook/resume-run.ts';
import { type CommonOptions, door, type PersonOptions, withCommonOptions, withPersonOptions } from '../session.ts';
import { runResult } from './requests.ts';
import { type UnitOption, unitResume, withUnitOption } from './unit.ts';

type Options = CommonOptions & PersonOptions & UnitOption & Answered;

/** A run by its id, or the only one that has not ended. */
export async function findRun(
  store: string,
  wanted: string | undefined,
): Promise<{ readonly run: string; readonly environment: string; readonly procedure: string }> {
  const runs = await listRuns(store);
  const open = runs.filter(isOpen);
  const found =
    wanted === undefined ? (open.length === 1 ? open[0] : undefined) : runs.find((run) => run.run === wanted);
  if (found !== undefined) return { run: found.run, environment: found.environment, procedure: found.procedure };
  const list = (wanted === undefined ? open : runs).slice(-5).map((run) => run.run);
  throw new ProblemError({
    code: 'cli.unknown-run',
    where: store,
    found: wanted ?? (open.length === 0 ? 'no unfinished run' : `${open.length} unfinished runs`),
    expected: list.length === 0 ? 'a run in this state directory' : `one of ${list.join(', ')}`,
    remedy: 'name the run; `shiplock status` lists those of an environment',
  });
}

/** The same; a run that is named and not here is taken from the git store, where there is one. */
export async function findOrFetchRun(
  service: Service,
  wanted: string | undefined,
): Promise<Awaited<ReturnType<typeof findRun>>> {
  const { store } = service;
  if (wanted !== undefined && !(await listRuns(store)).some((run) => run.run === wanted)) {
    await fetchRun(service, wanted);
  }
  return findRun(store, wanted);
}

function notResumed(run: string, procedure: string): Problem {
  return procedure === 'build' ? onlyBuilt(run) : begunAgain(run, procedure);
}

function begunAgain(run: string, procedure: string): Problem {
  return {
    code: 'cli.not-resumed',
    where: `run ${run}`,
    found: `a run of ${procedure}, which is never gone on with`,
    expected: 'a release, a rollback or a migration',
    remedy: 'give the command again that began it: it takes what is done already',
  };
}

function onlyBuilt(run: string): Problem {
  return {
    code: 'cli.build-not-resumed',
    where: `run ${run}`,
    found: 'a build: it holds no environment, and nothing waits for it',
    expected: 'a release or a rollback',
    remedy: '`shiplock release` builds again, and takes what is built already',
  };
}

export function addResume({ program, io, done }: Registry): void {
  withUnitOption(withPersonOptions(withCommonOptions(program.command('resume'))))
    .summary('go on with a run')
    .description(
      'Go on with a run where it stopped: after a crash, Ctrl-C, or an answered gate. A run of another machine is taken from the git store.',
    )
    .argument('[run]', 'the run (default: the only unfinished one)')
    .option('--step <path>', 'with --outcome: a step of which nobody can tell whether its effects happened')
    .addOption(
      new Option('--outcome <outcome>', 'what you found out about that step').choices(['applied', 'not-applied']),
    )
    .option('--evidence <text>', 'how you found out')
    .option('--allow-changed <reason>', 'go on although the procedure changed since; gates in changed parts open again')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock resume\n  $ shiplock resume 20261121-071500-3f2a --step release/migrate/0007/1 --outcome applied --evidence "column is there"',
    )
    .action(async (wanted: string | undefined, options: Options) => {
      const answers = answersOf(options);
      const together = await unitResume(io, wanted, options, answers);
      if (together !== undefined) {
        done(together);
        return;
      }
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true);
      const { run, environment, procedure } = await findOrFetchRun(await openService(entry), wanted);
      if (isRunbook(procedure)) {
        done(await resumeRunbookRun(io, options, { run, environment }, answers, entry));
        return;
      }
      if (traitsOf(procedure).stopped !== 'resumed') throw new ProblemError(notResumed(run, procedure));
      const result = await resume(await openEnvironment(entry, environment), run, answers);
      done(runResult(result));
    });
}
