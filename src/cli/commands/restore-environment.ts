import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ChangeKind, Target } from '../../backup/replay/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, ProblemError } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import { formatSize } from '../../model/size.ts';
import type { RestoredDatabase, RestorePlan } from '../../release/backup/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface RunOptions extends CommonOptions {
  readonly to?: string;
  readonly gtid?: string;
  readonly before?: string;
  readonly latest?: boolean;
  readonly kind?: readonly ChangeKind[];
  readonly which?: string;
  readonly id?: string;
  readonly into?: string;
  readonly dryRun?: boolean;
}

/** `shiplock restore run`: from the catalogue of backups to a server as it was. */
export function addRestoreRun(
  { io, done }: Registry,
  restore: Command,
  kinds: (text: string) => readonly ChangeKind[],
): void {
  const targets = ['to', 'gtid', 'before', 'latest'];
  const target = (flags: string, about: string): Option =>
    new Option(flags, about).conflicts(targets.filter((name) => !new RegExp(`^--${name}\\b`).test(flags)));
  withCommonOptions(restore.command('run'))
    .summary('restore the database of an environment from its backups into a new server')
    .description(
      'Choose from the catalogue the full backup and the binary logs that lead to the target, restore them into a new server in a directory of its own, compare rows and sums, replay exactly the transactions up to the target, and shut the server down. Nothing that serves is touched, nothing is overwritten. Cut, the same words go on with it. Exit 1 also when an objective for restores was missed, 5 when no backup leads to the target.',
    )
    .argument('<environment>', 'whose database')
    .addOption(
      target('--to <moment>', 'up to this time, with its zone: 2026-11-22T14:03:07.250Z; MariaDB: whole seconds'),
    )
    .addOption(target('--gtid <id>', 'up to this transaction, with it'))
    .addOption(target('--before <table>', 'before the transaction that dropped or emptied database.table'))
    .addOption(target('--latest', 'everything that the backups hold'))
    .option('--kind <kinds>', 'with --before: insert, update, delete, drop, truncate or definition, with commas', kinds)
    .option('--which <id>', 'with --before: the one of several that is meant, by its GTID or file:byte')
    .option('--id <backup>', 'begin with this full backup, as `shiplock backup list` names it (default: the best)')
    .option('--into <directory>', 'where the new server is made; empty, or not there yet')
    .option('--dry-run', 'say what would be restored and lost and how long it may take, and start no server')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock restore run production --before shop.orders --dry-run\n  $ shiplock restore run production --to 2026-11-22T14:03:07Z --into /srv/restored',
    )
    .action(async (environment: string, options: RunOptions) => {
      const request = { environment, ...(await targetOf(options)), id: options.id };
      const { into } = options;
      const acts = options.dryRun !== true;
      if (acts && into === undefined) throw usage('no --into', 'a directory for the new server: --into DIR');
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      const { planRestore, restoreDatabase } = await import('../../release/backup/index.ts');
      if (!acts || into === undefined) {
        const plan = await planRestore(entry, request);
        done({
          exit: EXIT.done,
          text: planLines(plan).join('\n'),
          json: jsonSchema.parse(JSON.parse(JSON.stringify({ environment, ...plan }))),
        });
        return;
      }
      const restored = await restoreDatabase(entry, { ...request, into: resolve(io.cwd, into) });
      done({
        exit: restored.problems.length === 0 ? EXIT.done : EXIT.failed,
        text: restoredLines(restored).join('\n'),
        json: jsonSchema.parse(JSON.parse(JSON.stringify({ environment, ...restored }))),
      });
    });
}

async function targetOf({
  to,
  gtid,
  before,
  latest,
  kind,
  which,
}: RunOptions): Promise<{ readonly target: Target; readonly text: string }> {
  if (to !== undefined) {
    const { momentOf } = await import('./restore-run.ts');
    return { target: { kind: 'time', time: momentOf('--to', to) }, text: to };
  }
  if (gtid !== undefined) return { target: { kind: 'gtid', gtid }, text: gtid };
  if (before !== undefined) {
    const wanted = { ...(kind === undefined ? {} : { kinds: kind }), ...(which === undefined ? {} : { which }) };
    const words = [`before ${before}`, ...(kind === undefined ? [] : [kind.join(',')]), ...(which ? [which] : [])];
    return { target: { kind: 'before', table: before, ...wanted }, text: words.join(' ') };
  }
  if (latest === true) return { target: { kind: 'end' }, text: 'the latest' };
  throw usage('no target', 'one of --to, --gtid, --before and --latest');
}

function usage(found: string, expected: string): ProblemError {
  return new ProblemError({
    ...{ code: 'cli.usage', where: 'the command line', found, expected },
    remedy: 'see `shiplock restore run --help`',
  });
}

/** Pure. */
export function planLines({
  full,
  logs,
  restorableTo,
  ends,
  cut,
  prediction,
  objectives,
}: RestorePlan): readonly string[] {
  const { lost } = cut;
  const proof = full.state === 'verified' ? 'verified' : `${full.state}, never restored yet`;
  const span = lost.first === null || lost.last === null ? '' : `, from ${lost.first} to ${lost.last}`;
  const predicted =
    prediction.seconds === null ? 'not known' : `about ${formatDuration(Math.ceil(prediction.seconds) * 1000)}`;
  return [
    `begins with   ${full.id} (${full.form}, ${proof}), ${formatSize(full.bytes)}`,
    `binary logs   ${logs.count}, ${formatSize(logs.bytes)}`,
    `replays       ${cut.transactions} transactions`,
    `last of them  ${cut.last ?? 'none: as the full backup'}`,
    `is lost       ${lost.transactions} transactions that are backed up${span}`,
    ...lost.tables.slice(0, 20).map(({ table, transactions }) => `              ${transactions} change ${table}`),
    `              and what was committed after ${restorableTo ?? 'it'}, which is in no backup`,
    ...(ends === null ? [] : [`beware        not restorable past ${restorableTo ?? 'it'}: ${ends}`]),
    ...(cut.late === 0 ? [] : [`beware        ${cut.late} of the lost are stamped at or before that time`]),
    ...(lost.beyond === null ? [] : [`beware        ${lost.beyond}`]),
    `will take     ${predicted} (${prediction.from})${promised(objectives.rtoSeconds)}`,
  ];
}

/** Pure. */
export function restoredLines(restored: RestoredDatabase): readonly string[] {
  const { seconds, run, directory, start, problems, prediction, earlier, objectives, lostSeconds } = restored;
  const part = (name: string, value: number): string => `${name} ${value.toFixed(1)} s`;
  const took = [part('logs', seconds.fetch), part('base', seconds.base), part('replay', seconds.replay)].join(', ');
  return [
    ...(earlier === null ? [] : [`beware        this was done at ${earlier}, and nothing now: all below is of then`]),
    ...planLines(restored).filter((line) => !line.startsWith('will take')),
    `predicted     ${prediction.seconds === null ? 'not known' : `${prediction.seconds.toFixed(1)} s`} (${prediction.from})`,
    `took          ${seconds.whole.toFixed(1)} s (${took})${promised(objectives.rtoSeconds)}`,
    ...(lostSeconds === null
      ? []
      : [`may be lost   all of the last ${lostSeconds.toFixed(0)} s before it${promised(objectives.rpoSeconds)}`]),
    `restored in   ${directory}; the server is shut down. It has no accounts but its root. To start it:`,
    `  ${start.join(' ')}`,
    ...problems.map(formatProblem),
    `run ${run}`,
  ];
}

function promised(seconds: number | null): string {
  return seconds === null ? '' : `; promised ${formatDuration(seconds * 1000)}`;
}
