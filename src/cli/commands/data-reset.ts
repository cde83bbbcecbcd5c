import { type Command, Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { planDataReset, type ResetPlan, resetData, resetLines, resetUnits } from '../../release/data/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions, withPersonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly reason: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly allowDirty?: boolean;
  readonly units?: 'systemd' | 'cron';
  readonly secrets: string;
  readonly program?: string;
}

/** `shiplock data reset`: the rows of an environment are thrown away and made anew. */
export function addDataReset({ io, done }: Registry, data: Command): void {
  withPersonOptions(withCommonOptions(data.command('reset')))
    .summary('empty a development or testing database and fill it anew')
    .description(
      'Empty the tables of an environment, apply its pending expand migrations, and fill it as `database.reset` says: with made-up rows, harmless rows of another environment, or the seed data. The structure stays. Refused where `database.reset` does not stand, at the end of the promotion, where the rows are real, and where the database says that it holds the own rows of another environment. One that was cut is begun again when it is started again.',
    )
    .argument('<environment>', 'whose rows are thrown away')
    .option(
      '--yes',
      'yes, throw the rows away; without it only what would be done is printed, and the command is refused',
    )
    .option('--reason <text>', 'why; stands in the journal', 'reset')
    .option('--dry-run', 'print what would be done, and change nothing')
    .option('--allow-dirty', 'apply pending migrations although the working tree differs from its commit')
    .addOption(
      new Option('--units <kind>', 'print what starts it every Monday, and do nothing else').choices([
        'systemd',
        'cron',
      ]),
    )
    .option(
      '--secrets <file>',
      'with --units: file with the variables that hold the secrets',
      '/etc/shiplock/reset.env',
    )
    .option('--program <path>', 'with --units: how shiplock is started there (default: as it was started now)')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock data reset testing --dry-run\n  $ shiplock data reset testing --yes --reason "every Monday"\n  $ shiplock data reset testing --units systemd --program /usr/local/bin/shiplock',
    )
    .action(async (environment: string, options: Options) => {
      const quiet = options.quiet ?? options.json ?? false;
      if (options.units !== undefined) {
        const files = await resetUnits(await door(io, options, false), {
          ...{ environment, kind: options.units, secretsFile: options.secrets, program: options.program },
          why: options.reason,
        });
        const text = files.map(({ path, content }) => `# ${path}\n${content}`).join('\n');
        done({ exit: EXIT.done, text, json: jsonSchema.parse({ environment, files }) });
        return;
      }
      const acts = options.dryRun !== true && options.yes === true;
      const entry = await door(io, { ...options, quiet }, acts);
      const request = { environment, why: options.reason, allowDirty: options.allowDirty === true };
      if (!acts) {
        const plan = await planDataReset(entry, request);
        if (options.dryRun !== true) throw notConfirmed(environment, plan);
        done({ exit: EXIT.done, text: resetLines(plan).join('\n'), json: jsonSchema.parse({ environment, ...plan }) });
        return;
      }
      const reset = await resetData(entry, request, (line) => {
        if (!quiet) io.err(`${line}\n`);
      });
      const rows = reset.tables.reduce((sum, table) => sum + table.rows, 0);
      done({
        exit: EXIT.done,
        text: `${reset.emptied.length} tables of ${environment} were emptied, and ${rows} rows are there now (run ${reset.run})`,
        json: jsonSchema.parse({ environment, ...reset }),
      });
    });
}

function notConfirmed(environment: string, plan: ResetPlan): ProblemError {
  return new ProblemError({
    code: 'data.not-confirmed',
    where: environment,
    found: `no --yes, and this would ${resetLines(plan).join(', ')}`,
    expected: 'to be told that these rows are thrown away',
    remedy: 'look at it with --dry-run, then say --yes',
  });
}
