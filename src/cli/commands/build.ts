import { Option } from 'commander';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem } from '../../model/problem.ts';
import {
  buildComponents,
  madeText,
  openEnvironment,
  pagesText,
  reproduceBuild,
  reproduceText,
  type ServiceEnvironment,
  summaryText,
} from '../../release/index.ts';
import type { CommandResult } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly release?: string;
  readonly allowDirty?: boolean;
  readonly reproduce?: boolean;
}

export function addBuild({ program, io, done }: Registry): void {
  withCommonOptions(program.command('build'))
    .summary('build what a release would release')
    .description(
      'Build every component of the commit that is checked out, as a release to the environment would. A release of the same commit and version then takes what was built, by digest. Takes no lease, and needs no secret but the account of a registry that it pushes an image to.',
    )
    .argument('<environment>', 'environment it is built for')
    .option('--release <version>', 'name of the release (default: the tag, else 0.0.0-<commit>)')
    .option('--allow-dirty', 'although the working tree differs from its commit')
    .addOption(
      new Option(
        '--reproduce',
        'build the commit a second time from nothing, at another place, and compare; exit 1 and the first difference when the bytes are not the same',
      ).conflicts('allowDirty'),
    )
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock build development\n  $ shiplock build production --release 2.4.1 --json\n  $ shiplock build production --reproduce',
    )
    .action(async (environment: string, options: Options) => {
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true);
      const service = await openEnvironment(entry, environment);
      done(await (options.reproduce === true ? reproduced(service, options) : built(service, options)));
    });
}

async function built(service: ServiceEnvironment, { release: version, allowDirty }: Options): Promise<CommandResult> {
  const outcome = await buildComponents(service, { version, allowDirty: allowDirty === true });
  const { exit, summary, made } = outcome;
  return {
    exit,
    text: [summaryText(summary), ...madeText(made), ...pagesText(made)].join('\n'),
    json: jsonSchema.parse({ ...summary, made }),
  };
}

async function reproduced(service: ServiceEnvironment, { release: version }: Options): Promise<CommandResult> {
  const outcome = await reproduceBuild(service, { version });
  return {
    exit: outcome.exit,
    text: [reproduceText(outcome), ...outcome.problems.map(formatProblem)].join('\n'),
    json: jsonSchema.parse(outcome),
  };
}
