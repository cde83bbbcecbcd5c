import { openEnvironment, release } from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import type { Registry } from '../registry.ts';
import { commitDigits, door, withCommonOptions, withPersonOptions } from '../session.ts';
import { planText } from './plan.ts';
import { type ReleaseOptions, releaseRequest, runResult } from './requests.ts';
import { type UnitOption, unitRelease, withUnitOption } from './unit.ts';

export function addRelease({ program, io, done }: Registry): void {
  openToChat(withUnitOption(withPersonOptions(withCommonOptions(program.command('release')))), {
    as: 'deploy',
    kind: 'forward',
    about: 'environment',
    options: ['commit', 'release', 'reason', 'change'],
  })
    .summary('build, migrate, roll out, judge, promote or take back')
    .description(
      'Release the commit that is checked out: build it, apply expand migrations, send it traffic share by share, and promote it or take it back by evidence.',
    )
    .argument('<environment>', 'where to')
    .option('--release <version>', 'name of the release (default: the tag, else 0.0.0-<commit>)')
    .option('--commit <digits>', 'first digits of the commit that is meant (12 or more)', commitDigits)
    .option('--reason <text>', 'why; stands in the journal', 'release')
    .option('--seed', 'load the seed data on a first release')
    .option('--allow-dirty', 'release although the working tree differs from its commit')
    .option(
      '--await-override',
      'begin although the scan does not let it pass, or without a change record: the run waits at the gate for an override',
    )
    .option(
      '--change <id>',
      'the change record that asks for this, needed where the policy says so; of a unit NAME=CHG-… of its members, with commas between them',
    )
    .option('--dry-run', 'print the plan and change nothing (the same as `shiplock plan`)')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      `
The run can be stopped with Ctrl-C at any time and goes on with \`shiplock resume\`.

Examples:
  $ shiplock release development --seed
  $ shiplock release production --reason "faster search"
  $ shiplock release production --release 2.4.1 --json
  $ shiplock release development --unit shop/ --dry-run`,
    )
    .action(async (environment: string, options: ReleaseOptions & UnitOption) => {
      const together = await unitRelease(io, environment, options);
      if (together !== undefined) {
        done(together);
        return;
      }
      if (options.dryRun === true) {
        done(await planText(io, environment, options));
        return;
      }
      const service = await openEnvironment(
        await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true),
        environment,
      );
      done(runResult(await release(service, releaseRequest(options))));
    });
}
