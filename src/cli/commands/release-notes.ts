import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { openService, releaseNotes } from '../../release/index.ts';
import { notesMarkdown } from '../../report/index.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly output?: string;
}

export function addReleaseNotes({ program, io, done }: Registry): void {
  withCommonOptions(program.command('release-notes'))
    .summary('what a release brings, from git')
    .description(
      'Tell what lies between what serves an environment and what is released to it: breaking changes first, migrations with their phase, pull requests and commits by their kind, who wrote them. From git and the records alone; no forge is asked.',
    )
    .argument('<environment>', 'where it is released')
    .option('--from <version>', 'a version, tag or commit (default: what serves the environment)')
    .option(
      '--to <version>',
      'a version, tag or commit (default: what serves the environment before, else the commit that is checked out)',
    )
    .option('--output <file>', 'write into this file, a file of that name is replaced (default: standard output)')
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock release-notes production
  $ shiplock release-notes production --from 1.3.2 --to 1.4.0 --output notes.md
  $ shiplock release-notes production --json | jq '.entries[] | select(.breaking)'`,
    )
    .action(async (environment: string, options: Options) => {
      const service = await openService(await door(io, options, false));
      const { from, to, output } = options;
      const notes = await releaseNotes(service, { environment, from, to });
      const text = notesMarkdown(notes);
      const json = jsonSchema.parse(notes);
      if (output === undefined) {
        done({ exit: EXIT.done, text, json });
        return;
      }
      await writeOutput(io, output, text, '--output');
      done({ exit: EXIT.done, text: `${notes.entries.length} changes: ${output}`, json });
    });
}
