import { EXIT } from '../../model/exit.ts';
import type { Registry } from '../program.ts';
import { type CommonOptions, environmentOf, openSession, withCommonOptions } from '../session.ts';

export function addValidate({ program, io, done }: Registry): void {
  withCommonOptions(program.command('validate'))
    .summary('check shiplock.yaml')
    .description(
      'Check shiplock.yaml: every problem with its line, what was found, what is expected, and how to mend it.',
    )
    .argument('[environment]', 'only this environment (default: all that are not abstract)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock validate\n  $ shiplock validate production --config deploy/shiplock.yaml',
    )
    .action(async (environment: string | undefined, options: CommonOptions) => {
      const session = await openSession(io, options);
      const names = environment === undefined ? environmentNames(session.config) : [environment];
      const resolved = names.map((name) => environmentOf(session, name));
      done({
        exit: EXIT.done,
        text: `${session.configFile}: valid (${resolved.map((one) => one.environment).join(', ')})`,
        json: { file: session.configFile, valid: true, environments: resolved.map((one) => one.environment) },
      });
    });
}
