import { jsonSchema } from '../../model/json.ts';
import { openEnvironment, release, type ReleaseOutcome, summaryText } from '../../release/index.ts';
import type { CommandResult } from '../io.ts';
import type { Registry } from '../program.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { planText } from './plan.ts';

export interface ReleaseOptions extends CommonOptions {
  readonly release?: string;
  readonly reason: string;
  readonly seed?: boolean;
  readonly allowDirty?: boolean;
  readonly dryRun?: boolean;
}

export function releaseRequest(options: ReleaseOptions) {
  return {
    version: options.release,
    why: options.reason,
    seed: options.seed === true,
    allowDirty: options.allowDirty === true,
  };
}

/** How every run is reported: the summary as text, or as JSON. */
export function runResult(outcome: ReleaseOutcome): CommandResult {
  return { exit: outcome.exit, text: summaryText(outcome.summary), json: jsonSchema.parse(outcome.summary) };
}

export function addRelease({ program, io, done }: Registry): void {
  withCommonOptions(program.command('release'))
    .summary('build, migrate, roll out, judge, promote or take back')
    .description(
      'Release the commit that is checked out: build it, apply expand migrations, send it traffic share by share, and promote it or take it back by evidence.',
    )
    .argument('<environment>', 'where to')
    .option('--release <version>', 'name of the release (default: the tag, else 0.0.0-<commit>)')
    .option('--reason <text>', 'why; stands in the journal', 'release')
    .option('--seed', 'load the seed data on a first release')
    .option('--allow-dirty', 'release although the working tree differs from its commit')
    .option('--dry-run', 'print the plan and change nothing (the same as `shiplock plan`)')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      `
The run can be stopped with Ctrl-C at any time and goes on with \`shiplock resume\`.

Examples:
  $ shiplock release development --seed
  $ shiplock release production --reason "faster search"
  $ shiplock release production --release 2.4.1 --json`,
    )
    .action(async (environment: string, options: ReleaseOptions) => {
      if (options.dryRun === true) {
        done(await planText(io, environment, options));
        return;
      }
      const service = await openEnvironment(await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true), environment);
      done(runResult(await release(service, releaseRequest(options))));
    });
}
