import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { listRuns } from '../../procedure/index.ts';
import { openEnvironment, openService, type WhatIf, whatIf } from '../../release/index.ts';
import { analyseCsv, makePolicy, policySettings } from '../../rollout/index.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { countChunks, countSource } from './counts.ts';
import { type PolicyOptions, policyOf, withPolicyOptions } from './policy-options.ts';
import { findRun } from './resume.ts';
import { type StreamAgain, streamsText, totalsOf, whatIfText } from './what-if-text.ts';

interface Options extends CommonOptions, PolicyOptions {
  readonly last?: number;
  readonly input?: readonly string[];
  readonly policy?: string;
}

/** Releases that are looked at when nobody says how many. */
const USUAL = 20;

function countArgument(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 999999.');
  return Number(text);
}

export function addWhatIf({ program, io, done }: Registry): void {
  const command = withCommonOptions(program.command('what-if'))
    .summary('judge past releases under another policy')
    .description(
      'Judge past releases again, offline, from the counts in their journals, under another policy. What is not given stays as the release had it; with nothing given, the verdicts must be the same. Changes nothing.',
    )
    .argument('[run...]', `the runs (default: the newest ${USUAL} releases)`)
    .option('--last <n>', 'the newest n releases', countArgument)
    .option('--input <file...>', 'streams of counts as for `analyse` instead of releases; compared with the defaults')
    .option('--policy <file>', 'settings as under `analysis` in shiplock.yaml; options have precedence');
  withPolicyOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock what-if --alpha 0.001
  $ shiplock what-if 20261121-071500-3f2a --margin 1.5 --json
  $ shiplock what-if --last 50 --policy stricter.yaml
  $ shiplock what-if --input monday.csv tuesday.csv --mode sharp`,
    )
    .action(async (runs: readonly string[], options: Options) => {
      const settings = await settingsOf(io, options);
      if (options.input === undefined) done(await judgeReleases(io, options, runs, settings));
      else if (runs.length > 0 || options.last !== undefined) throw twoSources(runs.length > 0 ? 'a run' : '--last');
      else done(await judgeStreams(io, options.input, settings));
    });
}

function twoSources(other: string): ProblemError {
  return new ProblemError({
    code: 'cli.usage',
    where: 'command line',
    found: `--input and ${other}`,
    expected: 'either files of counts, or releases',
    remedy: 'leave one of them out',
  });
}

/** What is to be changed: the file's settings, and the options over them. Each is checked under the name it has for the user. */
async function settingsOf(io: Io, options: Options): Promise<object> {
  const inFile = options.policy === undefined ? {} : await readPolicy(io, options.policy);
  const given = policyOf(options);
  makePolicy(given, 'arguments');
  return { ...inFile, ...given };
}

async function readPolicy(io: Io, file: string): Promise<object> {
  let content: unknown;
  try {
    content = parse(await readFile(resolve(io.cwd, file), 'utf8'));
  } catch (error) {
    throw unreadable(file, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  const settings = policySettings(content ?? {});
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw unreadable(file, 'something else than settings by name');
  makePolicy(settings, file);
  return settings;
}

function unreadable(file: string, found: string): ProblemError {
  return new ProblemError({
    code: 'cli.unreadable-policy',
    where: file,
    found,
    expected: 'settings by name, in YAML or JSON, as under `rollout.analysis` in shiplock.yaml',
    remedy: 'write for instance `alpha: 0.1%`, one setting a line',
  });
}

async function judgeReleases(
  io: Io,
  options: Options,
  wanted: readonly string[],
  settings: object,
): Promise<CommandResult> {
  const entry = await door(io, options, false);
  const { store } = await openService(entry);
  const runs = wanted.length === 0 ? await newest(store, options.last ?? USUAL) : await named(store, wanted);
  const seen: WhatIf[] = [];
  for (const { run, environment } of runs) {
    try {
      const { target } = await openEnvironment(entry, environment);
      seen.push(await whatIf(target, run, settings));
    } catch (error) {
      // One environment that is gone from shiplock.yaml must not hide what the others say.
      if (!(error instanceof ProblemError)) throw error;
      seen.push({ kind: 'nothing', run, why: error.problems.map(({ found }) => found).join('; ') });
    }
  }
  const releases = seen.flatMap((one) => (one.kind === 'judged' ? [one.release] : []));
  const nothing = seen.flatMap((one) => (one.kind === 'nothing' ? [{ run: one.run, why: one.why }] : []));
  const totals = totalsOf(releases);
  return {
    exit: EXIT.done,
    text: whatIfText(releases, nothing, totals),
    json: jsonSchema.parse({ settings, releases, nothing, totals }),
  };
}

type Run = Awaited<ReturnType<typeof findRun>>;

/** Newest last, as in every list of runs. */
async function newest(store: string, count: number): Promise<readonly Run[]> {
  return (await listRuns(store)).filter(({ procedure }) => procedure === 'release').slice(-count);
}

async function named(store: string, wanted: readonly string[]): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const run of new Set(wanted)) runs.push(await findRun(store, run));
  return runs;
}

async function judgeStreams(io: Io, files: readonly string[], settings: object): Promise<CommandResult> {
  const policy = makePolicy(settings);
  const streams: StreamAgain[] = [];
  for (const input of files) {
    // Standard input can be read once only, so both judges get the same text.
    const chunks = input === '-' ? await collected(countChunks(io, input)) : undefined;
    const judge = async (changed: boolean) =>
      analyseCsv(chunks ?? countChunks(io, input), {
        source: countSource(input),
        ...(changed ? { policy } : {}),
      });
    const [before, again] = [await judge(false), await judge(true)];
    streams.push({
      input,
      recorded: { verdict: before.verdict, at: before.at },
      again: { verdict: again.verdict, at: again.at, requestsNeeded: again.requestsNeeded },
      same: before.verdict === again.verdict && before.at === again.at,
    });
  }
  return {
    exit: EXIT.done,
    text: streamsText(streams),
    json: jsonSchema.parse({
      settings,
      streams,
      totals: { streams: streams.length, same: streams.filter((one) => one.same).length },
    }),
  };
}

async function collected(chunks: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
