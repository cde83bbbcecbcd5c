import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { type GenerateTablePlan, generateData, planDataGenerate } from '../../release/data/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions, withPersonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly rows?: number;
  readonly scale?: number;
  readonly seed?: string;
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** `shiplock data generate`: made-up rows for an environment that may be filled. */
export function addDataGenerate({ io, done }: Registry, data: Command): void {
  withPersonOptions(withCommonOptions(data.command('generate')))
    .summary('fill empty tables with made-up rows')
    .description(
      'Fill the empty tables of an environment with rows that fit to every key and every check that is read, and look real. The same seed gives the same rows. Nothing is deleted. A run that was cut goes on where it was when it is started again. Refused where `database.reset` does not stand, and where the rows are real.',
    )
    .argument('<environment>', 'whose database is filled')
    .option('--rows <n>', 'rows of each table that says nothing itself in `database.generate`', wholeNumber)
    .option('--scale <factor>', 'so many times the rows of all tables', factor)
    .option('--seed <text>', 'another seed than that of `database.generate`')
    .option('--reason <text>', 'why; stands in the journal', 'made-up data')
    .option('--dry-run', 'print what becomes of each table, and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock data generate testing --dry-run\n  $ shiplock data generate testing --scale 10 --seed "load test"',
    )
    .action(async (environment: string, options: Options) => {
      const quiet = options.quiet ?? options.json ?? false;
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet }, acts);
      const { rows, scale, seed, reason: why } = options;
      const request = { environment, why, rows, scale, seed };
      if (!acts) {
        const tables = await planDataGenerate(entry, request);
        done({ exit: EXIT.done, text: planText(tables), json: jsonSchema.parse({ environment, tables }) });
        return;
      }
      const filled = await generateData(entry, request, (line) => {
        if (!quiet) io.err(`${line}\n`);
      });
      const all = filled.tables.reduce((sum, table) => sum + table.rows, 0);
      done({
        exit: EXIT.done,
        text: `${all} made-up rows in ${filled.tables.length} tables are in ${environment} (run ${filled.run})`,
        json: jsonSchema.parse({ environment, ...filled }),
      });
    });
}

function planText(tables: readonly GenerateTablePlan[]): string {
  return tables
    .flatMap(({ table, what, rows, notes }) => [
      `${table}: ${what === 'fill' ? `${rows} rows` : what === 'keep' ? `keep its ${rows} rows` : 'empty'}`,
      ...notes.map((note) => `  ${note}`),
    ])
    .join('\n');
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number below 1000000000');
}

function factor(text: string): number {
  const number = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && number > 0 && number <= 100_000) return number;
  throw new InvalidArgumentError('a number above 0, such as 10 or 0.5');
}
