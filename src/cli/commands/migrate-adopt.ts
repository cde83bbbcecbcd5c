import { resolve } from 'node:path';
import { Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import {
  acceptStructure,
  adopt,
  IMPORT_TOOLS,
  importMigrations,
  isImportTool,
  openEnvironment,
} from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface AdoptOptions extends CommonOptions {
  readonly at?: string;
  readonly server?: string;
  readonly structure?: boolean;
  readonly reason: string;
}

interface ImportOptions {
  readonly to: string;
  readonly json?: boolean;
}

export function addMigrateAdopt(registry: Registry): void {
  const { program, io, done } = registry;
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  withCommonOptions(parent.command('adopt'))
    .summary('take over a database that others have migrated until now')
    .description(
      'Record migrations as applied without running them, up to --at, or as far as the history of an imported tool says. Refused when these files, applied on a throw-away server, do not make the structure that the database has. With --structure only: take what others changed in the live schema for what it should be.',
    )
    .argument('<environment>', 'whose database')
    .option('--at <file>', 'number or id of the newest file whose changes it has')
    .option('--server <address>', 'a throw-away server of the same family and version: mysql://root@127.0.0.1:3399/')
    .addOption(new Option('--structure', 'only accept the live structure as it is').conflicts(['at', 'server']))
    .requiredOption('--reason <text>', 'why; stands in the journal')
    .option('--quiet', 'no progress, only the result')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate adopt production --at 0012 --server mysql://root@127.0.0.1:3399/ --reason "until now by hand"\n  $ shiplock migrate adopt production --structure --reason "index of the incident of Monday stays"',
    )
    .action(async (environment: string, options: AdoptOptions) => {
      const quiet = options.quiet ?? options.json ?? false;
      const service = await openEnvironment(await door(io, { ...options, quiet }, true), environment);
      const { reason, server } = options;
      if (options.structure !== true && server === undefined) throw new ProblemError(noServer());
      const adopted =
        options.structure === true || server === undefined
          ? await acceptStructure(service, reason)
          : await adopt(service, { at: options.at ?? null, server, why: reason });
      const what =
        options.structure === true
          ? 'the structure is accepted as it is'
          : `taken for applied: ${adopted.applied.join(', ')}`;
      done({ exit: EXIT.done, text: `${what} (run ${adopted.run})`, json: jsonSchema.parse({ ...adopted }) });
    });
  addImport(registry);
}

function addImport({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  parent
    .command('import')
    .summary('write the migrations of another tool as files of ours')
    .description(
      `Reads the directory of ${IMPORT_TOOLS.join(', ')} and writes the same statements as numbered files, with imported.json, from which \`adopt\` knows what the history of the tool means. Asks no database.`,
    )
    .argument('<tool>', IMPORT_TOOLS.join(', '))
    .argument('<directory>', 'where the files of the tool lie')
    .requiredOption('--to <directory>', 'where ours are written; it holds no migration yet')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', '\nExamples:\n  $ shiplock migrate import goose db/migrations --to migrations')
    .action(async (tool: string, directory: string, options: ImportOptions) => {
      if (!isImportTool(tool)) throw new ProblemError(noTool(tool));
      const files = await importMigrations({ tool, from: resolve(io.cwd, directory), to: resolve(io.cwd, options.to) });
      done({
        exit: EXIT.done,
        text: files.map((name) => `wrote ${name}`).join('\n'),
        json: jsonSchema.parse({ files }),
      });
    });
}

function noServer() {
  return {
    code: 'cli.usage',
    where: '--server',
    found: 'no throw-away server',
    expected: 'one, on which the files are applied to compare the structures',
    remedy: 'give its address: --server mysql://root@127.0.0.1:3399/',
  };
}

function noTool(found: string) {
  return {
    code: 'cli.usage',
    where: 'shiplock migrate import',
    found,
    expected: `one of ${IMPORT_TOOLS.join(', ')}`,
    remedy: 'name the tool that wrote the files',
  };
}
