import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { type CopyTablePlan, copyData, planDataCopy } from '../../release/data/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions, withPersonOptions } from '../session.ts';
import { addDataGenerate } from './data-generate.ts';
import { addDataReset } from './data-reset.ts';

interface CopyOptions extends CommonOptions {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** `shiplock data …`: rows for environments that must not see the real ones. */
export function addData(registry: Registry): void {
  const { program, io, done } = registry;
  const data = program
    .command('data')
    .summary('rows for environments that must not see the real ones')
    .description(
      'What the databases of environments hold: copied from another environment and made harmless on the way, or made up.',
    );
  withPersonOptions(withCommonOptions(data.command('copy')))
    .summary('fill a database with harmless rows of another environment')
    .description(
      'Empty the database of one environment and fill it with the rows of another, column by column as `database.desensitise` of the other says. Nothing is touched while a rule does not fit, or a column looks personal that has no rule. The other database is only read. Rows never go towards production.',
    )
    .requiredOption('--from <environment>', 'whose rows; they are only read')
    .requiredOption('--to <environment>', 'whose database is emptied and filled')
    .option('--reason <text>', 'why; stands in the journal', 'fresh data')
    .option('--dry-run', 'print what becomes of each column, and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock data copy --from production --to staging --dry-run\n  $ shiplock data copy --from production --to staging --reason "load test of Friday"',
    )
    .action(async (options: CopyOptions) => {
      const quiet = options.quiet ?? options.json ?? false;
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet }, acts);
      const request = { from: options.from, to: options.to, why: options.reason };
      if (!acts) {
        const plan = await planDataCopy(entry, request);
        done({ exit: EXIT.done, text: planText(plan), json: jsonSchema.parse({ ...request, tables: plan }) });
        return;
      }
      const copied = await copyData(entry, request, (line) => {
        if (!quiet) io.err(`${line}\n`);
      });
      const rows = copied.tables.reduce((sum, table) => sum + table.rows, 0);
      done({
        exit: EXIT.done,
        text: `${rows} rows of ${copied.tables.length} tables of ${request.from} are in ${request.to} (run ${copied.run})`,
        json: jsonSchema.parse({ ...request, ...copied }),
      });
    });
  addDataGenerate(registry, data);
  addDataReset(registry, data);
}

function planText(plan: readonly CopyTablePlan[]): string {
  return plan
    .flatMap(({ table, columns }) =>
      columns === null
        ? [`${table}: empty`]
        : [`${table}`, ...columns.map(({ column, rule }) => `  ${column}: ${rule}`)],
    )
    .join('\n');
}
