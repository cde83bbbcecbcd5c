import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CYCLONEDX_FILE, SPDX_FILE } from '../../build/sbom/names.ts';
import { jsonSchema } from '../../model/json.ts';
import { openEnvironment } from '../../release/index.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { commitDigits, door, withCommonOptions } from '../session.ts';
import { type ReleaseOptions, releaseRequest, runResult } from './requests.ts';

interface Options extends ReleaseOptions {
  readonly output?: string;
}

export function addAttest({ program, io, done }: Registry): void {
  withCommonOptions(program.command('attest'))
    .summary('build and sign what a release would release')
    .description(
      'Build what a release to the environment would bring, and sign how that was done: an in-toto statement with SLSA provenance, in a DSSE envelope. A release of the same commit then takes both, also where no key is in reach. Changes nothing in the environment.',
    )
    .argument('<environment>', 'environment it is built for')
    .option('--release <version>', 'name of the release (default: the tag, else 0.0.0-<commit>)')
    .option('--commit <digits>', 'first digits of the commit that is meant (12 or more)', commitDigits)
    .option('--allow-dirty', 'although the working tree differs from its commit; the statement says so')
    .option('--output <dir>', 'also write release.json, provenance.json and the bill of materials into this directory')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock attest development\n  $ shiplock attest staging --release 2.4.1 --output dist --json',
    )
    .action(async (environment: string, options: Options) => {
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true);
      const { attest } = await import('../../release/attest/attest.ts');
      const service = await openEnvironment(entry, environment);
      const made = await attest(service, releaseRequest({ ...options, reason: 'attest' }));
      if (made.kind === 'failed') {
        done(runResult(made.outcome));
        return;
      }
      const { version, commit, release, releaseFile, envelope, envelopeFile, sboms } = made.made;
      if (options.output !== undefined) {
        const bills =
          sboms === null ? [] : [CYCLONEDX_FILE, SPDX_FILE].map((name) => [name, join(sboms, name)] as const);
        const files = [['release.json', releaseFile], ['provenance.json', envelopeFile], ...bills] as const;
        for (const [name, path] of files) {
          await writeOutput(io, join(resolve(io.cwd, options.output), name), await readFile(path, 'utf8'), '--output');
        }
      }
      done({
        exit: made.exit,
        text: [
          `${made.made.service} ${version} of commit ${commit.slice(0, 12)} is built and signed.`,
          `release.json ${release}: ${releaseFile}`,
          `attestation ${envelope ?? ''}: ${envelopeFile}`,
        ].join('\n'),
        json: jsonSchema.parse(made.made),
      });
    });
}
