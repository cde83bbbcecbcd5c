import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface FilesOptions extends CommonOptions {
  readonly only?: string;
  readonly id?: string;
  readonly into: string;
  readonly dryRun?: boolean;
}

/** `shiplock restore files`: what was backed up beside the database. */
export function addRestoreFiles({ io, done }: Registry, restore: Command): void {
  withCommonOptions(restore.command('files'))
    .summary('restore files from the backups, beside those that are there')
    .description(
      'Restore configuration, static files and certificates out of the newest backup of files below a directory that is empty or not there, each under the path that it had. Every file is read back and compared with what was stored. Nothing is written over what is there.',
    )
    .argument('<environment>', 'whose files')
    .requiredOption('--into <directory>', 'below which they are laid down; empty, or not there yet')
    .option('--only <path>', 'only this file or directory, by the whole path that it had')
    .option('--id <backup>', 'of this backup of files, as `shiplock backup list` names it (default: the newest)')
    .option('--dry-run', 'say which backup it would be, and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock restore files production --into /srv/restored-files\n  $ shiplock restore files production --only /etc/nginx --into /srv/nginx --dry-run',
    )
    .action(async (environment: string, options: FilesOptions) => {
      const request = { environment, only: options.only, id: options.id };
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      const { planFiles, restoreFiles } = await import('../../release/backup/index.ts');
      const into = resolve(io.cwd, options.into);
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
