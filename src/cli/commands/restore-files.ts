import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface FilesOptions extends CommonOptions {
  readonly only?: string;
  readonly id?: string;
  readonly into?: string;
  readonly host?: string;
  readonly reload: readonly string[];
  readonly undo?: string;
  readonly dryRun?: boolean;
}

/** `shiplock restore files`: what was backed up beside the database. */
export function addRestoreFiles({ io, done }: Registry, restore: Command): void {
  withCommonOptions(restore.command('files'))
    .summary('restore files from the backups: beside those that are here, or on a host')
    .description(
      'Restore configuration, static files and certificates out of the newest backup of files. With --into: those of this machine, below a directory that is empty or not there, each under the path that it had; nothing is written over what is there. With --host: those of a host over ssh, in place of those that it has; what was there is kept and can be brought back, and files that are not in the backup stay. Every file is compared with what was stored.',
    )
    .argument('<environment>', 'whose files')
    .addOption(
      new Option(
        '--into <directory>',
        'below which those of this machine are laid down; empty, or not there yet',
      ).conflicts(['host', 'reload', 'undo']),
    )
    .option('--host <name>', 'the host on which its own files are put in place')
    .option(
      '--reload <unit>',
      'with --host: a unit of systemd that reads its files again; may be given several times',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--undo <set>',
        'with --host: bring back what a restore has replaced, by the name that it told',
      ).conflicts(['only', 'id', 'reload']),
    )
    .option('--only <path>', 'only this file or directory, by the whole path that it had')
    .option('--id <backup>', 'of this backup of files, as `shiplock backup list` names it (default: the newest)')
    .option('--dry-run', 'say which backup it would be and, with --host, what would change; change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock restore files production --into /srv/restored-files\n  $ shiplock restore files production --only /etc/nginx --into /srv/nginx --dry-run\n  $ shiplock restore files production --host web1 --only /etc/nginx/nginx.conf --dry-run\n  $ shiplock restore files production --host web1 --only /etc/ssl/shop --reload nginx.service',
    )
    .action(async (environment: string, options: FilesOptions) => {
      const request = { environment, only: options.only, id: options.id };
      const acts = options.dryRun !== true;
      if (
        options.host === undefined &&
        (options.into === undefined || options.undo !== undefined || options.reload.length > 0)
      )
        throw new ProblemError(noPlace(options));
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      if (options.host !== undefined) {
        const { onHost } = await import('./restore-files-host.ts');
        done(await onHost(entry, { ...options, environment, host: options.host }, acts));
        return;
      }
      const { planFiles, restoreFiles } = await import('../../release/backup/index.ts');
      const into = resolve(io.cwd, options.into ?? '');
      if (!acts) {
        const { id, takenAt, paths } = await planFiles(entry, request);
        done({
          exit: EXIT.done,
          text: `would restore ${options.only ?? paths.join(', ')} as of ${takenAt} (${id}) below ${into}`,
          json: jsonSchema.parse({ environment, id, takenAt, paths, directory: into }),
        });
        return;
      }
      const restored = await restoreFiles(entry, { ...request, into });
      const { files, takenAt, id, directory, seconds, run } = restored;
      done({
        exit: EXIT.done,
        text: `${files} files as of ${takenAt} (${id}) below ${directory}, compared, ${seconds.toFixed(1)} s\nrun ${run}`,
        json: jsonSchema.parse({ environment, ...restored }),
      });
    });
}

function collect(unit: string, before: readonly string[]): readonly string[] {
  return [...before, unit];
}

function noPlace({ into, undo }: FilesOptions) {
  return {
    code: 'cli.restore-where',
    where: into === undefined ? '--into' : undo === undefined ? '--reload' : '--undo',
    found: into === undefined ? 'neither --into nor --host' : 'no --host',
    expected: '--into DIRECTORY for files of this machine, --host NAME for those of a host',
    remedy: 'see `shiplock restore files --help`',
  };
}
