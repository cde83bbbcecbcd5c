import { EXIT, type ExitCode } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { type MigrationStatus, migrateStatus, openEnvironment, statusLines } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

const EXITS: Readonly<Record<MigrationStatus['state'], ExitCode>> = {
  'in-step': EXIT.done,
  pending: EXIT.failed,
  drift: EXIT.refused,
};

export function addMigrateStatus({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  withCommonOptions(parent.command('status'))
    .summary('whether files and database are in step, and who changed what outside migrations')
    .description(
      'Compare the migration files with what is applied, and the structure of the database with what the last migration left: tables, columns, indexes, keys, checks, partitions, views, triggers, routines, events and sequences. Only looks. Exit code 0: in step, 1: something is pending, 5: files or database drifted.',
    )
    .argument('<environment>', 'whose database')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate status production\n  $ shiplock migrate status production --json',
    )
    .action(async (environment: string, options: CommonOptions) => {
      const service = await openEnvironment(await door(io, options, false), environment);
      const status = await migrateStatus(service);
      done({
        exit: EXITS[status.state],
        text: statusLines(status).join('\n'),
        json: jsonSchema.parse(JSON.parse(JSON.stringify(status))),
      });
    });
}
