import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { openEnvironment, writeUndo } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

export function addMigrateUndo({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  withCommonOptions(parent.command('undo'))
    .summary('write the migration that takes an applied one back')
    .description(
      'Write a new contract migration from the down file of an applied one. Refused while what it would drop holds something: then it goes forward, with `migrate retire`. Looks at the database and applies nothing: the new file is judged, planned and applied like any other (`migrate ENV --contract`), and only when no version that serves needs what goes.',
    )
    .argument('<environment>', 'whose database is looked at')
    .argument('<migration>', 'its id or its number, 0006_renewals or 0006')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate undo staging 0006\n  $ shiplock migrate undo production 0006_renewals',
    )
    .action(async (environment: string, migration: string, options: CommonOptions) => {
      const service = await openEnvironment(await door(io, options, false), environment);
      const file = await writeUndo(service, migration);
      done({ exit: EXIT.done, text: `wrote ${file}`, json: jsonSchema.parse({ file }) });
    });
}
