import { Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { newestRun, openService, readReport } from '../../release/index.ts';
import { reportMarkdown, reportPage } from '../../report/index.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { findRun } from './resume.ts';

interface Options extends CommonOptions {
  readonly format: 'html' | 'markdown';
  readonly output?: string;
}

export function addReport({ program, io, done }: Registry): void {
  withCommonOptions(program.command('report'))
    .summary('tell what a run did and why')
    .description(
      'Tell what a run did and why, from its journal alone: the verdict, traffic and evidence over time, gates with who and what, every step and every command. One page that needs no network and no script.',
    )
    .argument('[run]', 'the run (default: the newest release or rollback)')
    .addOption(
      new Option('--format <format>', 'a page for people, or text for a job summary')
        .choices(['html', 'markdown'])
        .default('html'),
    )
    .option('--output <file>', 'write into this file, a file of that name is replaced (default: standard output)')
    .addHelpText(
      'after',
      `
With --json the report comes as data.

Examples:
  $ shiplock report 20261121-071500-3f2a --output report.html
  $ shiplock report --format markdown >> "$GITHUB_STEP_SUMMARY"
  $ shiplock report --json | jq .head.sentence`,
    )
    .action(async (wanted: string | undefined, options: Options) => {
      const { store } = await openService(await door(io, options, false));
      const run = wanted === undefined ? await newestRun(store) : (await findRun(store, wanted)).run;
      const report = await readReport(store, run);
      const text = options.format === 'html' ? reportPage(report) : reportMarkdown(report);
      const json = jsonSchema.parse(report);
      if (options.output === undefined) {
        done({ exit: EXIT.done, text, json });
        return;
      }
      await writeOutput(io, options.output, text, '--output');
      done({ exit: EXIT.done, text: `${report.head.sentence}\nreport: ${options.output}`, json });
    });
}
