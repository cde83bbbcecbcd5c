import { type Command, Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem } from '../../model/problem.ts';
import { formatSize } from '../../model/size.ts';
import { renderPlan } from '../../procedure/index.ts';
import type { VerifiedHost } from '../../release/backup/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { addBackupLook } from './backup-look.ts';
import { addBackupStream } from './backup-stream.ts';
import { backupSize, filesOf } from './backup-text.ts';
import { addBackupUnits } from './backup-units.ts';

interface RunOptions extends CommonOptions {
  readonly incremental?: boolean;
  readonly kind?: 'logical' | 'physical';
  readonly dryRun?: boolean;
}

interface VerifyOptions extends CommonOptions {
  readonly id?: string;
}

interface CheckOptions extends CommonOptions {
  readonly readData?: boolean;
}

interface ForgetOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

/** `shiplock backup …`: taken, stored, proven by restoring. */
export function addBackup(registry: Registry): void {
  const backup = registry.program
    .command('backup')
    .summary('backups that are proven by restoring them')
    .description(
      'Back up the database, its binary logs and files of an environment into repositories of restic, and prove the backups by restoring them into a throw-away server.',
    );
  addRun(registry, backup);
  addBackupLook(registry, backup);
  addVerify(registry, backup);
  addCheck(registry, backup);
  addForget(registry, backup);
  addBackupStream(registry, backup);
  addBackupUnits(registry, backup);
}

function addRun({ io, done }: Registry, backup: Command): void {
  withCommonOptions(backup.command('run'))
    .summary('take a backup')
    .description(
      'Take a full backup: rows in one moment (or, with --kind physical, the files of the whole server), with a sum of each table, the binary logs, and the files. With --incremental only the binary logs since the last one, and the files. A backup that is cut leaves nothing that counts; run it again.',
    )
    .argument('<environment>', 'whose database and files')
    .option('--incremental', 'only the binary logs since, and the files')
    .addOption(
      new Option('--kind <kind>', 'rows as SQL, or the files of the whole server (default: `backup.kind`)')
        .choices(['logical', 'physical'])
        .conflicts('incremental'),
    )
    .option('--dry-run', 'print what would be done, and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock backup run production\n  $ shiplock backup run production --incremental --quiet\n  $ shiplock backup run production --kind physical',
    )
    .action(async (environment: string, options: RunOptions) => {
      const quiet = options.quiet ?? options.json ?? false;
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet }, acts);
      const { planBackup, takeBackup } = await import('../../release/backup/index.ts');
      const kind = options.incremental === true ? 'incremental' : 'full';
      const request = { environment, kind, form: options.kind } as const;
      if (!acts) {
        const plan = await planBackup(entry, request);
        done({ exit: EXIT.done, text: renderPlan(plan), json: jsonSchema.parse(JSON.parse(JSON.stringify(plan))) });
        return;
      }
      const taken = await takeBackup(entry, request);
      const { full, segments } = taken;
      done({
        exit: EXIT.done,
        text: [
          ...(full === null
            ? []
            : [
                `full backup ${full.id}${full.form === 'physical' ? ' (physical)' : ''}: ${backupSize(full)}, stored, not verified yet`,
              ]),
          `${segments.length} binary logs stored`,
          ...filesOf(taken.files),
          ...taken.hosts.map(
            ({ host, entries, bytes }) => `${entries} files of ${host} stored (${formatSize(bytes)}), not verified yet`,
          ),
          `run ${taken.run}`,
        ].join('\n'),
        json: jsonSchema.parse({ environment, ...taken }),
      });
    });
}

function addVerify({ io, done }: Registry, backup: Command): void {
  withCommonOptions(backup.command('verify'))
    .summary('restore a backup into a throw-away server and compare')
    .description(
      'Restore the newest full backup (or the one that is named) into a server that is started for this and deleted, compare rows and sums of every table with those of the moment of the backup, and read back the binary logs behind it. The newest backup of files, of this machine and of each host, is read back too and compared. The answer stands in the catalogue. Exit 1 when it does not agree.',
    )
    .argument('<environment>', 'whose backup')
    .option('--id <backup>', 'which full backup, as `shiplock backup list` names it (default: the newest)')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock backup verify production\n  $ shiplock backup verify production --id 20260301T020000000Z --json',
    )
    .action(async (environment: string, options: VerifyOptions) => {
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true);
      const { hasDatabase, verifyBackup, verifyHosts } = await import('../../release/backup/index.ts');
      if (options.id === undefined && !(await hasDatabase(entry, environment))) {
        const { run, hosts } = await verifyHosts(entry, environment);
        done({
          exit: hosts.length > 0 && hosts.every(({ state }) => state === 'verified') ? EXIT.done : EXIT.failed,
          text: [...hostLines(hosts), hosts.length === 0 ? 'no backup of files' : `run ${run}`].join('\n'),
          json: jsonSchema.parse({ environment, run, hosts }),
        });
        return;
      }
      const found = await verifyBackup(entry, { environment, id: options.id });
      const { hosts } = options.id === undefined ? await verifyHosts(entry, environment) : { hosts: [] };
      const { id, state, why, tables, rows, segments, broken, seconds, run } = found;
      const good = state === 'verified' && broken.length === 0 && hosts.every((one) => one.state === 'verified');
      const verdict =
        state === 'verified'
          ? `${id} was restored and agrees: ${tables} tables, ${rows} rows, ${seconds.toFixed(1)} s`
          : `${id} is ${state}: ${why ?? ''}`;
      const logs =
        broken.length === 0
          ? `${segments} binary logs behind it came back as they were`
          : `not as they were: ${broken.join(', ')}; nothing can be restored past ${broken[0] ?? ''}`;
      done({
        exit: good ? EXIT.done : EXIT.failed,
        text: [verdict, logs, ...hostLines(hosts), `run ${run}`].join('\n'),
        json: jsonSchema.parse({ environment, ...found, hosts }),
      });
    });
}

function hostLines(hosts: readonly VerifiedHost[]): readonly string[] {
  return hosts.map(({ host, id, state, why, entries, seconds }) =>
    state === 'verified'
      ? `${host}: ${id} came back and agrees: ${entries} files, ${seconds.toFixed(1)} s`
      : `${host}: ${id} is ${state}: ${why ?? ''}`,
  );
}

function addCheck({ io, done }: Registry, backup: Command): void {
  withCommonOptions(backup.command('check'))
    .summary('look through the repositories')
    .description(
      'Have restic look through every repository, and compare what is there with the catalogue. With --read-data every byte is read. Says nothing about whether a backup can be restored: that is what `verify` is for. Exit 1 when something is wrong.',
    )
    .argument('<environment>', 'whose repositories')
    .option('--read-data', 'read every byte')
    .addHelpText('after', '\nExamples:\n  $ shiplock backup check production --read-data')
    .action(async (environment: string, options: CheckOptions) => {
      const entry = await door(io, options, false);
      const { checkBackups } = await import('../../release/backup/index.ts');
      const found = await checkBackups(entry, { environment, readData: options.readData === true });
      done({
        exit: found.problems.length === 0 ? EXIT.done : EXIT.failed,
        text:
          found.problems.length === 0
            ? `whole: ${found.repositories.join(', ')}`
            : found.problems.map(formatProblem).join('\n'),
        json: jsonSchema.parse({ environment, ...found }),
      });
    });
}

function addForget({ io, done }: Registry, backup: Command): void {
  withCommonOptions(backup.command('forget'))
    .summary('let old backups go')
    .description(
      'Let go what `backup.keep` does not name, in every repository. The backup that reaches furthest and the newest that was verified always stay, with the binary logs behind them.',
    )
    .argument('<environment>', 'whose backups')
    .option('--dry-run', 'print what would go, and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock backup forget production --dry-run\n  $ shiplock backup forget production',
    )
    .action(async (environment: string, options: ForgetOptions) => {
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      const { forgetBackups, planForget } = await import('../../release/backup/index.ts');
      const found = acts ? await forgetBackups(entry, environment) : await planForget(entry, environment);
      const stays = Object.entries(found.kept).map(([id, why]) => `stays: ${id} (${why})`);
      const goes = found.forget.map((name) => `${acts ? 'gone' : 'would go'}: ${name}`);
      done({
        exit: EXIT.done,
        text: [...stays, ...goes, ...(goes.length === 0 ? ['nothing goes'] : [])].join('\n'),
        json: jsonSchema.parse({ environment, ...found }),
      });
    });
}
