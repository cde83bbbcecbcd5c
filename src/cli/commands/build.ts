import { buildComponents, openEnvironment } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { runResult } from './requests.ts';

interface Options extends CommonOptions {
  readonly release?: string;
  readonly allowDirty?: boolean;
}

export function addBuild({ program, io, done }: Registry): void {
  withCommonOptions(program.command('build'))
    .summary('build what a release would release')
    .description(
      'Build every component of the commit that is checked out, as a release to the environment would. A release of the same commit and version then takes what was built, by digest. Takes no lease and needs no secret.',
    )
    .argument('<environment>', 'environment it is built for')
    .option('--release <version>', 'name of the release (default: the tag, else 0.0.0-<commit>)')
    .option('--allow-dirty', 'although the working tree differs from its commit')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock build development\n  $ shiplock build production --release 2.4.1 --json',
    )
    .action(async (environment: string, options: Options) => {
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true);
      const service = await openEnvironment(entry, environment);
      const { release: version, allowDirty } = options;
      done(runResult(await buildComponents(service, { version, allowDirty: allowDirty === true })));
    });
}
