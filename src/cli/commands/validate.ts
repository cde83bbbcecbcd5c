import { environmentNames, resolveEnvironment } from '../../config/index.ts';
import { EXIT } from '../../model/exit.ts';
import { unwrap } from '../../model/problem.ts';
import { openService } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

export function addValidate({ program, io, done }: Registry): void {
  withCommonOptions(program.command('validate'))
    .summary('check shiplock.yaml')
    .description(
      'Check shiplock.yaml: every problem with its line, what was found, what is expected, and how to mend it. Reads the file only.',
    )
    .argument('[environment]', 'only this environment (default: all that are not abstract)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock validate\n  $ shiplock validate production --config deploy/shiplock.yaml',
    )
    .action(async (environment: string | undefined, options: CommonOptions) => {
      const { config, configFile, baseDir } = await openService(await door(io, options, false));
      const names = environment === undefined ? environmentNames(config) : [environment];
      for (const name of names) unwrap(resolveEnvironment(config, name, { baseDir }));
      done({
        exit: EXIT.done,
        text: `${configFile}: valid (${names.join(', ')})`,
        json: { file: configFile, valid: true, environments: [...names] },
      });
    });
}
