import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface UnitsOptions extends CommonOptions {
  readonly kind: 'systemd' | 'cron' | 'kubernetes' | 'prometheus';
  readonly metrics?: string;
  readonly secrets: string;
  readonly program?: string;
  readonly image: string;
  readonly output?: string;
}

/** `shiplock backup units`: what starts backups at their times. */
export function addBackupUnits({ io, done }: Registry, backup: Command): void {
  withCommonOptions(backup.command('units'))
    .summary('print what starts backups at their times')
    .description(
      'Print timers and services of systemd, a file for cron, or CronJobs of Kubernetes: a full backup every night, the binary logs every hour, a verification and `forget` every day, `status` every hour, drills as `backup.drill` says. With `--kind prometheus`: alert rules over the figures that `status --metrics` writes. Installs nothing.',
    )
    .argument('<environment>', 'whose backups')
    .addOption(
      new Option('--kind <kind>', 'for which scheduler, or the alert rules for Prometheus')
        .choices(['systemd', 'cron', 'kubernetes', 'prometheus'])
        .default('systemd'),
    )
    .option('--secrets <file>', 'file with the variables that hold the secrets', '/etc/shiplock/backup.env')
    .option('--metrics <file>', 'where `status` writes its figures')
    .option('--program <path>', 'how shiplock is started there (default: as it was started now)')
    .option('--image <image>', 'image of the CronJobs', 'shiplock:latest')
    .option('--output <dir>', 'write the files into this directory instead of printing them')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock backup units production\n  $ shiplock backup units production --kind cron --program /usr/local/bin/shiplock --output out',
    )
    .action(async (environment: string, options: UnitsOptions) => {
      const { backupUnits } = await import('../../release/backup/units.ts');
      const files = await backupUnits(await door(io, options, false), {
        ...{ environment, kind: options.kind, metrics: options.metrics ?? null, secretsFile: options.secrets },
        ...{ program: options.program, image: options.image },
      });
      const { output } = options;
      if (output !== undefined) {
        for (const { path, content } of files) {
          const file = join(resolve(io.cwd, output), path);
          await mkdir(dirname(file), { recursive: true });
          await writeOutput(io, file, content, '--output');
        }
      }
      done({
        exit: EXIT.done,
        text: files
          .map(({ path, content }) => (output === undefined ? `# ${path}\n${content}` : `wrote ${join(output, path)}`))
          .join('\n'),
        json: jsonSchema.parse({ environment, files }),
      });
    });
}
