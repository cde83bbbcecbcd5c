import { type Command, Option } from 'commander';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { isRunbook } from '../../model/procedures.ts';
import { openService } from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import type { Registry } from '../registry.ts';
import { type Answered, answersOf, resumeRunbookRun } from '../runbook/resume-run.ts';
import { type CommonOptions, door, type PersonOptions, withCommonOptions, withPersonOptions } from '../session.ts';
import { findOrFetchRun } from './resume.ts';

type Options = CommonOptions & PersonOptions & Answered;

export function addRunbookResume(runbook: Command, { io, done }: Registry): void {
  // A second time is the same one: a run that is over tells what it told.
  const opened = openToChat(runbook.command('resume'), { kind: 'changes', about: 'run', options: [], needs: ['run'] });
  withPersonOptions(withCommonOptions(opened))
    .summary('go on with a run of a runbook')
    .description(
      'Go on with a run of a runbook where it stopped: after a crash, Ctrl-C, or an answered gate. `shiplock resume` does the same.',
    )
    .argument('[run]', 'the run (default: the only unfinished one)')
    .option('--step <path>', 'with --outcome: a step of which nobody can tell whether its effects happened')
    .addOption(
      new Option('--outcome <outcome>', 'what you found out about that step').choices(['applied', 'not-applied']),
    )
    .option('--evidence <text>', 'how you found out')
    .option('--allow-changed <reason>', 'go on although the runbook changed since; gates in changed parts open again')
    .option('--quiet', 'no progress, only the result')
    .addHelpText('after', '\nExamples:\n  $ shiplock runbook resume\n  $ shiplock runbook resume 20261121-071500-3f2a')
    .action(async (wanted: string | undefined, options: Options) => {
      const entry = await door(io, options, false);
      const { run, environment, procedure } = await findOrFetchRun(await openService(entry), wanted);
      // A comment has the role for runbooks only; a release has commands, and roles, of its own.
      if (io.acting !== undefined && !isRunbook(procedure)) throw new ProblemError(notOne(run, procedure));
      done(await resumeRunbookRun(io, options, { run, environment }, answersOf(options)));
    });
}

function notOne(run: string, procedure: string): Problem {
  return {
    code: 'runbook.not-one',
    where: `run ${run}`,
    found: `a run of ${procedure}, asked for by a comment`,
    expected: 'a run of a runbook',
    remedy: `\`/gate fill\` and \`/rollout resume\` go on with it, or \`shiplock resume ${run}\` at a terminal`,
  };
}
