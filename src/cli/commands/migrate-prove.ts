import type { Tried } from '../../migrate/index.ts';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { openEnvironment, type Proven, proveCompatibility } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions, withPersonOptions } from '../session.ts';

interface ProveOptions extends CommonOptions {
  readonly server?: string;
  readonly release?: string;
  readonly contract?: boolean;
  readonly allowDirty?: boolean;
  readonly dryRun?: boolean;
}

export function addMigrateProve({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  withPersonOptions(withCommonOptions(parent.command('prove')))
    .summary('find out which versions run on which schema, by trying')
    .description(
      'Run the test suite of what serves on the schema to come, replay every statement of it there, and run the new suite on the old schema: all on a throw-away server. What comes out is written into the ledger, which releases, rollbacks and contract migrations ask. Needs `database.compatibility` in shiplock.yaml and the history of the repository.',
    )
    .argument('<environment>', 'whose release serves, and whose ledger it is')
    .option(
      '--server <address>',
      'a throw-away server that runs already, mysql://root:password@127.0.0.1:3399/ (default: one is started here, `database.shadow.program`)',
    )
    .option('--release <version>', 'what the release will be called (default: as `shiplock release` would name it)')
    .option('--contract', 'with the backfill and contract migrations that are pending too')
    .option('--allow-dirty', 'although the working tree differs from its commit')
    .option('--dry-run', 'try, and leave the ledger as it is')
    .option('--quiet', 'no progress, only the result')
    .addHelpText(
      'after',
      '\nExit codes: 0 what serves runs on the new schema · 1 it does not · 6 nobody can say\n\nExamples:\n  $ shiplock migrate prove production\n  $ shiplock migrate prove staging --server mysql://root@127.0.0.1:3399/ --contract --json',
    )
    .action(async (environment: string, options: ProveOptions) => {
      const quiet = options.quiet ?? options.json ?? false;
      const service = await openEnvironment(await door(io, { ...options, quiet }, true), environment);
      const proven = await proveCompatibility(service, {
        server: options.server,
        version: options.release,
        contract: options.contract === true,
        allowDirty: options.allowDirty === true,
        dryRun: options.dryRun === true,
        tell: (line) => {
          if (!quiet) io.err(`${line}\n`);
        },
      });
      done({ exit: exitOf(proven), text: provenText(proven), json: jsonSchema.parse(jsonOf(proven)) });
    });
}

/** What serves must go on serving while the release comes: its row decides. */
function exitOf({ rows, serving, to }: Proven): ExitCode {
  const row = rows.find(({ version, schema }) => version === serving && schema === to);
  if (row === undefined || row.answer === 'yes') return EXIT.done;
  return row.answer === 'no' ? EXIT.failed : EXIT.undecided;
}

function provenText({ rows, tried, server, run }: Proven): string {
  const wide = Math.max(...rows.map(({ version }) => version.length));
  const deep = Math.max(...rows.map(({ schema }) => schema.length));
  const table = rows.map(
    ({ version, schema, answer, proof }) =>
      `  ${version.padEnd(wide)} on ${schema.padEnd(deep)}  ${answer.padEnd(7)}  ${proof}`,
  );
  const differ = tried.flatMap((one) => differencesText(one));
  return [
    `tried on ${server}`,
    ...table,
    ...(differ.length === 0 ? [] : ['statements that answer otherwise:', ...differ]),
    run === null ? 'the ledger was left as it is' : `written into the ledger by run ${run}`,
  ].join('\n');
}

const MOST = 5;

/** What is refused comes first: other answers after it may follow from it. */
function differencesText({ version, schema, replayed }: Tried): readonly string[] {
  const differences = replayed?.differences ?? [];
  const refused = differences.filter(({ kind }) => kind === 'refused');
  const shown = (refused.length > 0 ? refused : differences).slice(0, MOST);
  const rest = differences.length - shown.length;
  return [
    ...shown.map(
      ({ kind, shape, count, before, after }) =>
        `  ${version} on ${schema}, ${kind}${count === 1 ? '' : ` (${count} times)`}: ${shape}\n    before: ${before}\n    after:  ${after}`,
    ),
    ...(rest === 0
      ? []
      : [`  and ${rest} more${refused.length > 0 ? ', which may follow from these' : ''} (--json has all)`]),
  ];
}

function jsonOf({ tried, ...proven }: Proven) {
  return {
    ...proven,
    tried: tried.map(({ replayed, ...one }) => ({
      ...one,
      replayed:
        replayed === null
          ? null
          : {
              statements: replayed.recording.statements.length,
              differences: replayed.differences,
            },
    })),
  };
}
