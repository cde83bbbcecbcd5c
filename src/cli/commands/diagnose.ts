import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { environmentNames } from '../../config/index.ts';
import type { Collected } from '../../diagnose/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { formatSize, parseSize } from '../../model/size.ts';
import { installStopSignals } from '../../procedure/index.ts';
import type { Destination, Diagnosed, DiagnosePlan } from '../../release/diagnose/diagnose.ts';
import { openService } from '../../release/index.ts';
import { type Io, painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, whoAmI, withCommonOptions } from '../session.ts';
import { wholeNumber } from '../whole.ts';
import { findRun } from './resume.ts';

interface Options extends CommonOptions {
  readonly host?: readonly string[];
  readonly minutes: number;
  readonly out?: string;
  readonly maxBytes: number;
  readonly run?: string;
  readonly keepEmails?: boolean;
  readonly machine?: boolean;
  readonly plan?: boolean;
}

export function addDiagnose({ program, io, done }: Registry): void {
  withCommonOptions(program.command('diagnose'))
    .summary('collect the facts of an incident in one bundle, masked')
    .description(
      'Collect the facts of an incident in one bundle: hosts, services, proxy, database and what was delivered. Only looks, each question bounded in time and bytes and asked with the lowest priority. Secrets are blanked before anything is written, and a source that does not answer never stops the others.',
    )
    .argument('[environment]', 'where (default: the only environment; with --machine: none)')
    .option('--host <name...>', 'only these hosts; `here` is this machine')
    .option('--minutes <n>', 'how far back logs are read', wholeNumber(1, 7 * 24 * 60), 60)
    .option(
      '--out <path>',
      'a file that ends with .tar.gz, or a new directory (default: an archive here, named by the time)',
    )
    .option('--max-bytes <size>', 'most that is kept, before it is packed', size, 20_000_000)
    .option('--run <run>', 'put it beside the journal of this run; its report names it')
    .option('--keep-emails', 'leave the addresses of people in')
    .option('--machine', 'only this machine; no configuration is read')
    .option('--plan', 'print every question, and ask none')
    .addHelpText(
      'after',
      `
The bundle is readable for you alone. README.txt in it says what it holds, manifest.json how each answer came about.

Examples:
  $ shiplock diagnose production
  $ shiplock diagnose production --host web1 --minutes 15 --out /dev/shm/incident.tar.gz
  $ shiplock diagnose production --run 20261121-071500-3f2a
  $ shiplock diagnose --machine --plan`,
    )
    .action(async (given: string | undefined, options: Options) => {
      const doorOptions = options.machine === true ? null : await door(io, options, true);
      const environment = doorOptions === null ? null : (given ?? (await onlyEnvironment(doorOptions)));
      const { bundlePath, diagnose, planDiagnosis, planLines } = await import('../../release/diagnose/diagnose.ts');
      const plan = await planDiagnosis(
        { env: io.env, who: whoAmI(io.env), service: doorOptions },
        {
          environment,
          hosts: options.host ?? null,
          minutes: options.minutes,
          maxBytes: options.maxBytes,
          keepEmails: options.keepEmails === true,
        },
      );
      if (options.plan === true) {
        const lines = planLines(plan);
        const width = Math.max(...lines.map(({ file }) => file.length));
        const text = lines.map(({ file, asked }) => `${file.padEnd(width)}  ${asked.replaceAll(/\s*\n\s*/g, ' ')}`);
        done({ exit: EXIT.done, text: text.join('\n'), json: jsonSchema.parse({ questions: lines }) });
        return;
      }
      const path = options.out === undefined ? bundlePath(plan, io.cwd) : resolve(io.cwd, options.out);
      const destination = await destinationOf(options, plan, path);
      const stop = doorOptions?.signal ?? installStopSignals(() => io.err('stopping; what is there is kept\n'));
      const ended = await diagnose(plan, destination, { signal: stop.signal, onEnd: teller(io) });
      const { requested } = stop;
      done({
        exit: requested === undefined ? EXIT.done : requested === 'SIGINT' ? EXIT.interrupted : EXIT.terminated,
        text: diagnosedText(ended, io),
        json: jsonSchema.parse({ path: ended.path, bytes: ended.bytes, manifest: ended.manifest }),
      });
    });
}

async function onlyEnvironment(options: NonNullable<Awaited<ReturnType<typeof door>>>): Promise<string> {
  const names = environmentNames((await openService(options)).config);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new ProblemError({
    code: 'cli.usage',
    where: 'shiplock diagnose',
    found: `no environment, and there are ${names.length}`,
    expected: `one of ${names.join(', ')}`,
    remedy: `name it: \`shiplock diagnose ${names.at(-1) ?? 'ENVIRONMENT'}\``,
  });
}

async function destinationOf({ run, out }: Options, plan: DiagnosePlan, path: string): Promise<Destination> {
  if (run !== undefined) {
    if (out !== undefined) throw both('--out', '--run');
    if (plan.store === null) throw both('--machine', '--run');
    return { kind: 'run', store: plan.store, run: (await findRun(plan.store, run)).run };
  }
  return { kind: 'path', path };
}

function both(one: string, other: string): ProblemError {
  return new ProblemError({
    code: 'cli.usage',
    where: one,
    found: `${one} together with ${other}`,
    expected: 'one of the two',
    remedy: `leave ${one} out: a bundle of a run lies beside its journal`,
  });
}

/** A line for each answer that did not come as it should; the others are in the bundle. */
function teller(io: Io): (collected: Collected) => void {
  const paint = painter(io);
  return ({ file, problem }) => {
    if (problem !== null) io.err(`${paint('dim', `${file}: ${problem}`)}\n`);
  };
}

function diagnosedText({ manifest, path, bytes }: Diagnosed, io: Pick<Io, 'terminal' | 'env'>): string {
  const paint = painter(io);
  const { collected, masked, startedAt, endedAt } = manifest;
  const answers = collected.filter((one) => one.bytes > 0).length;
  const cut = collected.filter((one) => one.truncated && one.bytes > 0).length;
  const failed = collected.filter(({ problem }) => problem !== null).length;
  const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 100) / 10;
  return [
    `${paint('bold', path)}: ${formatSize(bytes)}, ${answers} of ${collected.length} questions answered in ${seconds} s`,
    ...(cut === 0 ? [] : [`  ${cut} answers were cut at their limit`]),
    ...(failed === 0 ? [] : [paint('yellow', `  ${failed} questions had a problem; README.txt lists them`)]),
    `  ${masked.secrets} secrets blanked by value, and whatever looks like one`,
    ...(masked.unread.length === 0
      ? []
      : [
          paint(
            'yellow',
            `  these secrets could not be read here, and are blanked only where they look like one: ${masked.unread.join(', ')}`,
          ),
        ]),
  ].join('\n');
}

const LEAST_BYTES = 100_000;
const MOST_BYTES = 500_000_000;

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined && bytes >= LEAST_BYTES && bytes <= MOST_BYTES) return bytes;
  throw new InvalidArgumentError('expected a size from 100kB to 500MB, such as 20MB');
}
