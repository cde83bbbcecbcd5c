import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, type Problem, ProblemError } from '../../model/problem.ts';
import { systemClock } from '../../procedure/index.ts';
import type { Verified } from '../../release/attest/verify.ts';
import { openEnvironment } from '../../release/index.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly key: readonly string[];
  readonly files?: string;
}

export function addVerify({ program, io, done }: Registry): void {
  withCommonOptions(program.command('verify'))
    .summary('is a release what a trusted key has vouched for?')
    .description(
      'Compare a release with its attestation, as every release does before it changes anything: the bytes of its artefacts, release.json, signature, signer, builder, commit, service and version. Only looks. With --key the policy is not asked; with --files no configuration and no state is needed.',
    )
    .argument('[environment]', 'environment that has a record of it')
    .argument('[version]', 'which release (default: what serves there by its record)')
    .option(
      '--key <file>',
      'a public key in PEM to trust instead of those of the policy; can be given again',
      (file, all: readonly string[]) => [...all, file],
      [],
    )
    .option('--files <dir>', 'release.json, provenance.json and artefacts by their name, in this directory')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock verify production\n  $ shiplock verify production 2.4.1 --json\n  $ shiplock verify --files dist --key release-key.pub',
    )
    .action(async (environment: string | undefined, version: string | undefined, options: Options) => {
      if ((environment === undefined) === (options.files === undefined)) throw new ProblemError(oneOfTwo());
      if (options.files !== undefined && options.key.length === 0) throw new ProblemError(keyNeeded());
      const keys = await Promise.all(options.key.map((file) => keyIn(io, file)));
      const { verifyFiles, verifyRelease } = await import('../../release/attest/verify.ts');
      if (environment === undefined) {
        done(resultOf(await verifyFiles(resolve(io.cwd, options.files ?? '.'), keys, systemClock)));
        return;
      }
      const service = await openEnvironment(await door(io, options, false), environment);
      done(resultOf(await verifyRelease(service, version, keys)));
    });
}

async function keyIn(io: Io, file: string) {
  const pem = await readFile(resolve(io.cwd, file), 'utf8').catch((error: unknown) => {
    throw new ProblemError({
      code: 'cli.unreadable-file',
      where: `--key ${file}`,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a public key in PEM',
      remedy: 'name a file that can be read',
    });
  });
  return { name: file, pem };
}

function resultOf(verified: Verified): CommandResult {
  const { service, version, commit, compared, absent, attested, problems } = verified;
  const good = problems.length === 0 && attested !== null;
  const lines = [
    good
      ? `${service} ${version} is what ${attested.signer} has vouched for.`
      : `${service} ${version} is not what a trusted key has vouched for.`,
    ...(attested === null
      ? []
      : [
          `signed by ${attested.signer} (key ${attested.keyId})`,
          `built by ${attested.builder} until ${attested.finishedOn}: ${attested.invocation}`,
        ]),
    `commit ${commit}`,
    `bytes compared: ${compared.join(', ') || 'none'}${absent.length === 0 ? '' : `; not here: ${absent.join(', ')}`}`,
    ...problems.map(formatProblem),
  ];
  return { exit: good ? EXIT.done : EXIT.refused, text: lines.join('\n'), json: jsonSchema.parse(verified) };
}

function oneOfTwo(): Problem {
  return {
    code: 'cli.usage',
    where: 'shiplock verify',
    found: 'both an environment and --files, or neither',
    expected: 'one of the two',
    remedy: 'name the environment that has a record of the release, or the directory of its files',
  };
}

function keyNeeded(): Problem {
  return {
    code: 'cli.usage',
    where: '--key',
    found: 'no key',
    expected: 'the public key to trust: files alone say nothing of whom to believe',
    remedy: 'give it with --key FILE',
  };
}
