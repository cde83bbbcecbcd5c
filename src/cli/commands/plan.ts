import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { renderPlan } from '../../procedure/index.ts';
import { openEnvironment, planRelease, rulesText } from '../../release/index.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { door, withCommonOptions } from '../session.ts';
import { type ReleaseOptions, releaseRequest } from './requests.ts';
import { type UnitOption, unitRelease, withUnitOption } from './unit.ts';

export async function planText(io: Io, environment: string, options: ReleaseOptions): Promise<CommandResult> {
  const service = await openEnvironment(await door(io, options, false), environment);
  const plan = await planRelease(service, releaseRequest(options));
  return {
    exit: EXIT.done,
    text: `${renderPlan(plan.build)}\n${renderPlan(plan.release)}\nGates: ${rulesText(plan.rules)}`,
    json: jsonSchema.parse({ build: plan.build, release: plan.release, gates: rulesText(plan.rules) }),
  };
}

export function addPlan({ program, io, done }: Registry): void {
  withUnitOption(withCommonOptions(program.command('plan')))
    .summary('say what a release would do')
    .description(
      'Say exactly what `shiplock release` would do now, and how long a verdict will take at the traffic seen. Only looks.',
    )
    .argument('<environment>', 'where to')
    .option('--release <version>', 'name of the release')
    .option('--reason <text>', 'why', 'release')
    .option('--seed', 'with the seed data of a first release')
    .option('--change <id>', 'the change record that asks for it')
    .option('--allow-dirty', 'although the working tree differs from its commit')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock plan production\n  $ shiplock plan production --json | jq .release.planHash',
    )
    .action(async (environment: string, options: ReleaseOptions & UnitOption) =>
      done(
        (await unitRelease(io, environment, { ...options, dryRun: true })) ??
          (await planText(io, environment, options)),
      ),
    );
}
