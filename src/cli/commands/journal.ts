import { type Command, Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { RECORD_TYPES } from '../../model/journal.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, type Problem, ProblemError } from '../../model/problem.ts';
import { readRun, verifyRun } from '../../procedure/index.ts';
import { makeGitTrue, openEnvironment, openService, replayRun } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { findOrFetchRun } from './resume.ts';

export function addJournal(registry: Registry): void {
  const journal = registry.program
    .command('journal')
    .summary('read and check the record of a run')
    .description('Read, verify, replay and import the journal of a run.');
  addShow(journal, registry);
  addVerify(journal, registry);
  addReplay(journal, registry);
  addImport(journal, registry);
}

function addShow(journal: Command, { io, done }: Registry): void {
  withCommonOptions(journal.command('show'))
    .description('Print every record of a run with its payload.')
    .argument('[run]', 'the run (default: the only unfinished one)')
    .addOption(new Option('--type <type>', 'only records of this type').choices(RECORD_TYPES))
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock journal show 20261121-071500-3f2a\n  $ shiplock journal show 20261121-071500-3f2a --type analysis.verdict --json',
    )
    .action(async (wanted: string | undefined, options: CommonOptions & { readonly type?: string }) => {
      const service = await openService(await door(io, options, false));
      const { store } = service;
      const { run } = await findOrFetchRun(service, wanted);
      const recorded = await readRun(store, run);
      const entries = recorded.entries.filter(
        ({ record }) => options.type === undefined || record.type === options.type,
      );
      const lines = entries.map(({ record, payload }) => {
        const text = payload === undefined ? '(redacted)' : JSON.stringify(payload);
        return `${record.seq}\t${record.time}\t${record.type}\t${record.node || '-'}\t${text.length > 400 ? `${text.slice(0, 400)}…` : text}`;
      });
      done({ exit: EXIT.done, text: lines.join('\n'), json: jsonSchema.parse(entries) });
    });
}

function addVerify(journal: Command, { io, done }: Registry): void {
  withCommonOptions(journal.command('verify'))
    .description('Check the chain of a journal and compare its end with the anchor that is kept elsewhere.')
    .argument('[run]', 'the run (default: the only unfinished one)')
    .addHelpText('after', '\nExamples:\n  $ shiplock journal verify 20261121-071500-3f2a')
    .action(async (wanted: string | undefined, options: CommonOptions) => {
      const service = await openService(await door(io, options, false));
      const { store } = service;
      const { run } = await findOrFetchRun(service, wanted);
      const check = await verifyRun(store, run);
      done({
        exit: check.kind === 'broken' ? EXIT.failed : EXIT.done,
        text: `${run}: ${check.text}`,
        json: jsonSchema.parse({ run, ...check }),
      });
    });
}

function addReplay(journal: Command, { io, done }: Registry): void {
  withCommonOptions(journal.command('replay'))
    .description('Judge the recorded counts of a run again, offline: the verdicts must be the same.')
    .argument('[run]', 'the run (default: the only unfinished one)')
    .addHelpText('after', '\nExamples:\n  $ shiplock journal replay 20261121-071500-3f2a --json')
    .action(async (wanted: string | undefined, options: CommonOptions) => {
      const entry = await door(io, options, false);
      const { run, environment } = await findOrFetchRun(await openService(entry), wanted);
      const verdicts = await replayRun(await openEnvironment(entry, environment), run);
      const same = verdicts.every((one) => one.same);
      done({
        exit: same ? EXIT.done : EXIT.failed,
        text:
          verdicts
            .map((one) => `${one.node}: ${one.replayed}${one.same ? '' : ` (recorded: ${one.recorded})`}`)
            .join('\n') || 'no watch in this run',
        json: jsonSchema.parse({ run, same, verdicts }),
      });
    });
}

function addImport(journal: Command, { io, done }: Registry): void {
  withCommonOptions(journal.command('import'))
    .description('Copy to the git store what was recorded while it did not answer. What is there stays as it is.')
    .argument('[run]', 'only this run (default: every run of this state directory)')
    .addHelpText('after', '\nExamples:\n  $ shiplock journal import\n  $ shiplock journal import 20261121-071500-3f2a')
    .action(async (run: string | undefined, options: CommonOptions) => {
      const { shared, store } = await openService(await door(io, options, false));
      if (shared === undefined) throw new ProblemError(noGitStore());
      const imported = await makeGitTrue(shared, store, run);
      const problems = imported.flatMap((one) => one.problems);
      const lines = imported.map((one) =>
        one.problems.length === 0
          ? `${one.run}: ${one.records} records copied to ${shared.where}`
          : `${one.run}: not copied\n${one.problems.map((problem) => `  ${formatProblem(problem)}`).join('\n')}`,
      );
      done({
        exit: problems.length === 0 ? EXIT.done : EXIT.failed,
        text: lines.join('\n') || `${shared.where} has every record`,
        json: jsonSchema.parse(imported),
      });
    });
}

function noGitStore(): Problem {
  return {
    code: 'store.none',
    where: 'shiplock.yaml',
    found: 'no `store.git`',
    expected: 'a git store to copy journals to',
    remedy: 'name the operations repository under `store.git.url`',
  };
}
