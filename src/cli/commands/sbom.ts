import { Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { openEnvironment, releaseSbom, type SbomFormat } from '../../release/index.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly format: SbomFormat;
  readonly output?: string;
}

export function addSbom({ program, io, done }: Registry): void {
  withCommonOptions(program.command('sbom'))
    .summary('show what a release is made of')
    .description(
      'Show the bill of materials of a release: its artefacts, the Go modules and npm packages in them, and their files. It was written when the release was built, and is checked against the digest in release.json.',
    )
    .argument('<environment>', 'environment that the release is in')
    .argument('[version]', 'the release (default: what serves)')
    .addOption(
      new Option('--format <format>', 'CycloneDX 1.6 or SPDX 2.3, both JSON')
        .choices(['cyclonedx', 'spdx'])
        .default('cyclonedx'),
    )
    .option('--output <file>', 'write into this file, a file of that name is replaced (default: standard output)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock sbom production --output sbom.cdx.json\n  $ shiplock sbom production 2.4.1 --format spdx',
    )
    .action(async (environment: string, version: string | undefined, options: Options) => {
      const service = await openEnvironment(await door(io, options, false), environment);
      const { version: found, digest, text } = await releaseSbom(service, version, options.format);
      const { output } = options;
      const json = {
        version: found,
        digest,
        format: options.format,
        ...(output === undefined ? { text } : { output }),
      };
      if (output === undefined) {
        done({ exit: EXIT.done, text: text.trimEnd(), json });
        return;
      }
      await writeOutput(io, output, text, '--output');
      done({ exit: EXIT.done, text: `bill of materials of ${found}: ${output}`, json });
    });
}
