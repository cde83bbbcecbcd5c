import type { Command } from 'commander';
import type { BackupStatus } from '../../backup/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem } from '../../model/problem.ts';
import { formatSize } from '../../model/size.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { backupSize } from './backup-text.ts';
import { drillLines } from './restore-drill.ts';

interface StatusOptions extends CommonOptions {
  readonly metrics?: string;
  readonly announce?: boolean;
}

/** `shiplock backup list|status`: what is there, and how good it is. They read the catalogue alone. */
export function addBackupLook({ io, done }: Registry, backup: Command): void {
  withCommonOptions(backup.command('list'))
    .summary('what backups there are')
    .description('Print every backup that the catalogue names, newest first, with its state.')
    .argument('<environment>', 'whose backups')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock backup list production\n  $ shiplock backup list production --json',
    )
    .action(async (environment: string, options: CommonOptions) => {
      const { listBackups } = await import('../../release/backup/index.ts');
      const { fulls, segments, files, drills } = await listBackups(await door(io, options, false), environment);
      const lines = [
        ...fulls.map(
          (one) =>
            [
              one.takenAt,
              `${one.form === 'physical' ? 'physical' : 'full'} ${one.id}`,
              one.state,
              backupSize(one),
              one.why ?? '',
            ] as const,
        ),
        ...segments.map(
          (one) => [one.takenAt, `log ${one.file}`, one.state, formatSize(one.bytes), one.why ?? ''] as const,
        ),
        ...files.map(
          (one) =>
            [
              one.takenAt,
              `files ${one.host === undefined ? '' : `of ${one.host.name} `}${one.id}`,
              one.state,
              one.paths.join(', '),
              one.why ?? '',
            ] as const,
        ),
        ...drills.map(
          ({ at, run, outcome, measured }) =>
            [at, `drill ${run}`, outcome, measured === null ? '' : `${measured.seconds.toFixed(1)} s`, ''] as const,
        ),
      ].toSorted(([a], [b]) => (a < b ? 1 : a > b ? -1 : 0));
      done({
        exit: EXIT.done,
        text:
          lines.length === 0
            ? 'no backup'
            : lines.map((line) => line.filter((word) => word !== '').join('  ')).join('\n'),
        json: jsonSchema.parse({ environment, fulls, segments, files, drills }),
      });
    });
  withCommonOptions(backup.command('status'))
    .summary('what can be restored now, and what speaks against it')
    .description(
      'Print up to when everything can be restored, when that was proven last, and what is wrong: a gap in the binary logs, a verified backup that is older than `objectives.rpo`, no verification within `backup.verifiedWithin`, a drill that is overdue, failed or took longer than `objectives.rto`. Exit 1 when something is. Reads the catalogue alone.',
    )
    .argument('<environment>', 'whose backups')
    .option('--metrics <file>', 'also write them for the textfile collector of Prometheus’ node exporter')
    .option('--announce', 'tell Alertmanager or the webhook what is wrong, and take back what is no longer')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock backup status production\n  $ shiplock backup status production --metrics /var/lib/node_exporter/shiplock.prom',
    )
    .action(async (environment: string, options: StatusOptions) => {
      const { backupStatusOf } = await import('../../release/backup/index.ts');
      const entry = await door(io, options, false);
      const { status, metrics, announced } = await backupStatusOf(entry, environment, options.announce === true);
      const untold = announced?.problems ?? [];
      if (options.metrics !== undefined) await writeOutput(io, options.metrics, metrics, '--metrics');
      done({
        exit: status.problems.length === 0 && untold.length === 0 ? EXIT.done : EXIT.failed,
        text: [...statusLines(status), ...untold.map((why) => `not told: ${why}`)].join('\n'),
        json: jsonSchema.parse({ environment, ...status, ...(announced === null ? {} : { untold }) }),
      });
    });
}

/** Pure. */
export function statusLines({
  restorableTo,
  verifiedTo,
  verified,
  fulls,
  problems,
  prediction,
  drill,
  hosts,
}: BackupStatus): readonly string[] {
  const predicted = prediction === null || prediction.seconds === null ? null : `${prediction.seconds.toFixed(1)} s`;
  return [
    `restorable: everything committed before ${restorableTo ?? '(nothing)'}`,
    `from a verified backup: before ${verifiedTo ?? '(nothing)'}`,
    verified === null ? 'never verified' : `last verified: ${verified.id}, restored and compared at ${verified.at}`,
    ...fulls.map(
      ({ id, form, state, segments, restorableTo: to, ends }) =>
        `  ${id} ${form}, ${state}, ${segments} binary logs, to ${to ?? '(not restorable)'}${ends === null ? '' : `; not restorable past here: ${ends}`}`,
    ),
    ...hosts.map(({ host, id, takenAt, state, verifiedTakenAt }) =>
      id === null
        ? `files of ${host}: never backed up`
        : `files of ${host}: ${id}, ${state}, taken at ${takenAt}${verifiedTakenAt === null ? ', never verified' : `, verified ones up to ${verifiedTakenAt}`}`,
    ),
    ...(drill === null ? ['no drill was held'] : drillLines(drill)),
    ...(prediction === null
      ? []
      : [`a restore of everything would take ${predicted ?? 'a time that is not known'} now (${prediction.from})`]),
    ...problems.map(formatProblem),
  ];
}
