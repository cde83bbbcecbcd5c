import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DrillRecord } from '../../backup/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatDuration } from '../../model/scalars.ts';
import { renderPlan } from '../../procedure/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface DrillOptions extends CommonOptions {
  readonly into?: string;
  readonly dryRun?: boolean;
}

/** `shiplock restore drill`: the whole way, for practice. */
export function addRestoreDrill({ io, done }: Registry, restore: Command): void {
  withCommonOptions(restore.command('drill'))
    .summary('restore everything for practice, measure it, and delete it again')
    .description(
      'Restore everything that the backups hold into a new server, as after a loss: the best full backup, compared, and all binary logs behind it. Hold the time against what was predicted and against `objectives`, record the drill in the catalogue, and delete the server. Nothing that serves is touched. Exit 1 when it failed or an objective was missed.',
    )
    .argument('<environment>', 'whose database')
    .option('--into <directory>', 'where the server is made and deleted again (default: `backup.drill.directory`)')
    .option('--dry-run', 'print what would be done, and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock restore drill production\n  $ shiplock restore drill production --into /srv/drill --json',
    )
    .action(async (environment: string, options: DrillOptions) => {
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      const { holdDrill, planDrill } = await import('../../release/backup/index.ts');
      const into = options.into === undefined ? undefined : resolve(io.cwd, options.into);
      if (!acts) {
        const plan = await planDrill(entry, { environment, into });
        done({ exit: EXIT.done, text: renderPlan(plan), json: jsonSchema.parse(JSON.parse(JSON.stringify(plan))) });
        return;
      }
      const drill = await holdDrill(entry, { environment, into });
      done({
        exit: drill.outcome === 'kept' ? EXIT.done : EXIT.failed,
        text: [...drillLines(drill), `run ${drill.run}`].join('\n'),
        json: jsonSchema.parse({ environment, ...drill }),
      });
    });
}

/** Pure. */
export function drillLines({ at, outcome, measured, objectives, problems }: DrillRecord): readonly string[] {
  const told = problems.map(({ code, found }) => `  ${found} (${code})`);
  if (measured === null) return [`drill of ${at}: failed; nothing was restored`, ...told];
  const { full, form, transactions, seconds, predictedSeconds, lostSeconds } = measured;
  const predicted = predictedSeconds === null ? 'predicted was nothing' : `predicted ${predictedSeconds.toFixed(1)} s`;
  return [
    `drill of ${at}: ${outcome === 'kept' ? 'came through' : 'came through, but missed what was promised'}`,
    `  ${full} (${form}) and ${transactions} transactions behind it, compared`,
    `  took ${seconds.toFixed(1)} s, ${predicted}${promised(objectives.rtoSeconds)}`,
    ...(lostSeconds === null
      ? []
      : [`  all of the last ${lostSeconds.toFixed(0)} s before it would be lost${promised(objectives.rpoSeconds)}`]),
    ...told,
  ];
}

function promised(seconds: number | null): string {
  return seconds === null ? ', nothing was promised' : `, promised ${formatDuration(seconds * 1000)}`;
}
