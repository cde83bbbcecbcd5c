import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { type AnnouncedRun, announceAll, nobodyToTell, openEnvironment } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

export function addAnnounce({ program, io, done }: Registry): void {
  withCommonOptions(program.command('announce'))
    .summary('tell again what stands open')
    .description(
      'Tell Alertmanager, or the webhook, again what stands open in an environment, and take back what is over. Runs do this by themselves; from a timer this also finds a run whose process died, and teaches an Alertmanager that was started anew. Changes nothing else.',
    )
    .argument('<environment>', 'where')
    .addHelpText('after', '\nExamples:\n  $ shiplock announce production\n  $ shiplock announce production --json')
    .action(async (environment: string, options: CommonOptions) => {
      const service = await openEnvironment(await door(io, options, false), environment);
      if (service.environment.announce === null) throw new ProblemError(nobodyToTell(environment));
      const runs = await announceAll(service);
      const failed = runs.some(({ problems }) => problems.length > 0);
      done({ exit: failed ? EXIT.failed : EXIT.done, text: announceText(runs), json: jsonOf(runs) });
    });
}

function announceText(runs: readonly AnnouncedRun[]): string {
  const lines = runs.flatMap(({ run, told, problems }) => [
    ...told.map(
      ({ alert, state, via }) =>
        `${run}: ${state} at ${via}: ${alert.annotations['summary'] ?? alert.labels['alertname'] ?? ''}`,
    ),
    ...problems.map((problem) => `${run}: not told: ${problem}`),
  ]);
  return lines.length === 0 ? 'nothing stands open' : lines.join('\n');
}

function jsonOf(runs: readonly AnnouncedRun[]) {
  return jsonSchema.parse(
    runs.map(({ run, told, problems }) => ({
      run,
      told: told.map(({ alert, state, via }) => ({ state, via, labels: alert.labels, annotations: alert.annotations })),
      problems,
    })),
  );
}
