import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { openEnvironment, writeRetirement } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly drop?: boolean;
}

export function addMigrateRetire({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  withCommonOptions(parent.command('retire'))
    .summary('write a migration that takes a table or column out of use, or drops it later')
    .description(
      'Write a contract migration that renames a table or column, so that its rows stay. With --drop: write the one that drops it, refused before `database.quarantine` has passed since the day in its name. Asks no database and applies nothing.',
    )
    .argument('<environment>', 'whose migrations and quarantine count')
    .argument('<name>', 'TABLE or TABLE.COLUMN')
    .option('--drop', 'the second step: drop what was retired')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate retire production servers.owner\n  $ shiplock migrate retire production servers.owner --drop',
    )
    .action(async (environment: string, what: string, options: Options) => {
      const service = await openEnvironment(await door(io, options, false), environment);
      const file = await writeRetirement(service, { what, drop: options.drop === true });
      done({ exit: EXIT.done, text: `wrote ${file}`, json: jsonSchema.parse({ file }) });
    });
}
