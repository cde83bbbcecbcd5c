import { Argument, Option } from 'commander';
import type { Registry } from '../registry.ts';
import type { LintCommandOptions } from './migrate-lint-judge.ts';

export function addMigrateLint({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  parent
    .command('lint')
    .summary('judge migration files by the rules')
    .description(
      'Judge migration files without a database: what blocks, loses data, breaks the release that runs, or fails. Without files those of shiplock.yaml. Files before a named one are read as well, so that the tables are known. Exit 1 with a finding of level error.',
    )
    .addArgument(new Argument('[files...]', 'SQL files or directories'))
    .addOption(new Option('--dialect <name>', 'family of the server').choices(['mysql', 'mariadb']))
    .option('--server-version <version>', 'version of the server, such as 8.0.36 or 10.11')
    .addOption(new Option('--format <form>', 'text, json, or SARIF 2.1.0').choices(['text', 'json', 'sarif']))
    .option('--fix', 'write the fixes that lead to the same schema into the files')
    .option('--rule <id>', 'explain a rule')
    .option('--config <file>', 'the configuration (default: shiplock.yaml here or in a directory above)')
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate lint\n  $ shiplock migrate lint migrations/0007_owner.sql --dialect mysql --server-version 8.0.36\n  $ shiplock migrate lint --format sarif > lint.sarif\n  $ shiplock migrate lint --rule D06',
    )
    .action(async (files: readonly string[], options: LintCommandOptions) => {
      // Grammar and rules are loaded only here: they are the larger part of the program.
      const { explainRule, judgeFiles } = await import('./migrate-lint-judge.ts');
      done(options.rule === undefined ? await judgeFiles(io, files, options) : explainRule(io, options.rule));
    });
}
