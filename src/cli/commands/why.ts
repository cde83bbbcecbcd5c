import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { LogPlace } from '../../model/effect.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, type Problem, ProblemError } from '../../model/problem.ts';
import { logPlaceText } from '../../model/sql.ts';
import { cleanLine } from '../../model/text.ts';
import { knownIn, openService, ownErrors, ownErrorsOf, readReport, type Service } from '../../release/index.ts';
import { explainScan } from '../../release/scan/why.ts';
import type { KnownStory, Report } from '../../report/index.ts';
import type { Explained } from '../../scan/result.ts';
import { openToChat } from '../chat/view.ts';
import { findAnyRun } from '../find-run.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly log?: string;
}

export function addWhy({ program, io, done }: Registry): void {
  openToChat(withCommonOptions(program.command('why')), { kind: 'looks', about: 'run', options: [], needs: ['run'] })
    .summary('why a run ended, or stands, as it does')
    .description(
      'Say why a run ended, or stands, as it does: what failed, what was found, and what to do about it, from its journal alone. Errors that are known are named with their cause. With --log the same for what any program wrote.',
    )
    .argument('[run]', 'the run, or its environment for the newest one there')
    .option('--log <file>', 'look through this file instead, `-` for standard input')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock why production\n  $ shiplock why 20261121-071500-3f2a --json\n  $ go build ./... 2>&1 | shiplock why --log -',
    )
    .action(async (wanted: string | undefined, options: Options) => {
      if ((wanted === undefined) === (options.log === undefined)) throw new ProblemError(runOrLog());
      done(
        options.log === undefined ? await whyRun(io, wanted ?? '', options) : await whyLog(io, options.log, options),
      );
    });
}

interface Why {
  readonly run: string;
  readonly status: string;
  readonly sentence: string;
  /** Steps that failed or were refused, oldest first. */
  readonly failed: readonly {
    readonly step: string;
    readonly attempts: number;
    readonly problems: readonly Problem[];
  }[];
  readonly waits: readonly { readonly gate: string; readonly role: string }[];
  /** What took something away from a database, and where the binary log stood before it. */
  readonly restore: readonly { readonly step: string; readonly before: LogPlace }[];
  /** Who stands behind what was released; null: nobody was asked. */
  readonly provenance: string | null;
  readonly problems: readonly Problem[];
  readonly known: readonly KnownStory[];
  /** Findings of the scan that keep it from going on. */
  readonly scan: readonly Explained[];
  /** Pages of the service's repository that could not be read. */
  readonly unread: readonly Problem[];
}

async function whyRun(io: Io, wanted: string, options: Options): Promise<CommandResult> {
  const service = await openService(await door(io, options, false));
  const { run } = await findAnyRun(service, wanted);
  const own = await ownErrorsOf(service, run);
  const why = whyOf(await readReport(service.store, run, own.errors), await explainScan(service, run), own.problems);
  return { exit: EXIT.done, text: whyText(why), json: jsonSchema.parse(why) };
}

/** Pure. */
function whyOf({ head, story, known }: Report, scan: readonly Explained[], unread: readonly Problem[]): Why {
  const steps = story?.steps ?? [];
  const failed = steps
    .filter(({ state, problems }) => (state === 'failed' || state === 'refused') && problems.length > 0)
    .map(({ path, attempts, problems }) => ({ step: path, attempts, problems }));
  const told = failed.flatMap(({ problems }) => problems.map(formatProblem));
  return {
    run: head.run,
    status: head.status,
    sentence: head.sentence,
    failed,
    restore: steps.flatMap(({ path, restore }) => (restore === undefined ? [] : [{ step: path, before: restore }])),
    provenance: steps.findLast(({ path, note }) => path.endsWith('/provenance') && note !== '')?.note ?? null,
    waits: (story?.gates ?? []).filter(({ passed }) => !passed).map(({ path, role }) => ({ gate: path, role })),
    problems: head.problems.filter((problem) => !told.includes(formatProblem(problem))),
    known,
    scan,
    unread,
  };
}

const NONE_KNOWN = 'no known error is recognised in it';

function whyText({
  run,
  status,
  sentence,
  failed,
  waits,
  restore,
  provenance,
  problems,
  known,
  scan,
  unread,
}: Why): string {
  const broken = failed.length + problems.length > 0;
  const lines = [
    sentence,
    `run ${run}: ${status}`,
    ...failed.flatMap(({ step, attempts, problems: said }) => [
      `${step}${attempts > 1 ? `, ${attempts} attempts` : ''}:`,
      ...said.map((problem) => `  ${formatProblem(problem).replaceAll('\n', '\n  ')}`),
    ]),
    ...problems.map(formatProblem),
    ...waits.map(({ gate, role }) => `it waits at ${gate} for ${role}: shiplock gate show ${run}`),
    ...(provenance === null ? [] : [`what was released: ${provenance}`]),
    ...restore.map(({ step, before }) => `${step}: restore point ${logPlaceText(before)}`),
    ...(broken && scan.length === 0 ? knownLines(known) : []),
    ...scan.flatMap(findingLines),
    ...unread.map(formatProblem),
  ];
  return broken || waits.length > 0 || unread.length > 0
    ? lines.join('\n')
    : [...lines, 'nothing in it failed'].join('\n');
}

function knownLines(known: readonly KnownStory[]): readonly string[] {
  if (known.length === 0) return [NONE_KNOWN];
  return known.flatMap(({ id, title, where, seen, cause, fix, command }) => [
    '',
    `known error ${id}: ${title}`,
    ...(seen === null ? [`  at ${where}`] : [`  seen: ${seen} (${where})`]),
    `  cause: ${cause}`,
    `  what to do: ${fix}`,
    ...(command === null ? [] : [`  command: ${command.replaceAll('\n', '\n           ')}`]),
  ]);
}

/** A finding in full: a person who did not ask for a scanner must be able to decide. */
function findingLines(one: Explained): readonly string[] {
  const { rule, place, severity, scanners, message, matters, reach, mend, documentation, waiver } = one;
  return [
    '',
    `${rule} at ${cleanLine(place, LONGEST_LINE)} (${severity}, by ${scanners.join(' and ')})`,
    `  what: ${cleanLine(message, LONGEST_LINE)}`,
    `  why it matters: ${matters}`,
    ...(reach === null ? [] : [`  reachable: ${reach}`]),
    `  how to mend it: ${cleanLine(mend, LONGEST_LINE)}`,
    ...(documentation === null ? [] : [`  more: ${cleanLine(documentation, LONGEST_LINE)}`]),
    '  how to let it pass for a time: merge this into the protected branch, with owner and reason',
    ...waiver.split('\n').map((line) => `    ${line}`),
  ];
}

const LONGEST_LINE = 400;

/** What is looked at of a file: errors stand at its end. */
const LONGEST_LOG = 4 * 1024 * 1024;

/** Needs no configuration; where there is one, the pages of the commit that is checked out count too. */
async function whyLog(io: Io, file: string, options: Options): Promise<CommandResult> {
  const service = await serviceHere(io, options);
  const text = file === '-' ? await endOf(io.stdin) : await endOfFile(resolve(io.cwd, file));
  const own = service === undefined ? { errors: [], problems: [] } : await ownErrors(service, 'HEAD');
  const where = file === '-' ? 'standard input' : file;
  const { known, unfinished } = await knownIn([{ where, text, code: null }], own.errors);
  const lines = [
    ...(known.length === 0 ? [`${where}: ${NONE_KNOWN}`] : knownLines(known).slice(1)),
    ...(unfinished ? ['the text is too long to be looked through as a whole: more may be in it'] : []),
    ...own.problems.map(formatProblem),
  ];
  return {
    exit: EXIT.done,
    text: lines.join('\n'),
    json: jsonSchema.parse({ log: where, known, unfinished, unread: own.problems }),
  };
}

async function serviceHere(io: Io, options: Options): Promise<Service | undefined> {
  try {
    return await openService(await door(io, options, false));
  } catch (error) {
    const none = error instanceof ProblemError && error.problems.some(({ code }) => code === 'config.not-found');
    if (none) return undefined;
    throw error;
  }
}

async function endOfFile(path: string): Promise<string> {
  try {
    await using handle = await open(path, 'r');
    const { size } = await handle.stat();
    const length = Math.min(size, LONGEST_LOG);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    throw new ProblemError({
      code: 'cli.unreadable-file',
      where: path,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a file with what a program wrote',
      remedy: 'name one that can be read, or give it on standard input with `--log -`',
    });
  }
}

async function endOf(stdin: Io['stdin']): Promise<string> {
  const held: Buffer[] = [];
  let length = 0;
  for await (const part of stdin) {
    const bytes = Buffer.from(part);
    held.push(bytes);
    length += bytes.length;
    // Whole parts that lie before the end; what is left over is cut off once.
    while (length - (held[0]?.length ?? 0) >= LONGEST_LOG) length -= held.shift()?.length ?? 0;
  }
  return Buffer.concat(held)
    .subarray(Math.max(0, length - LONGEST_LOG))
    .toString('utf8');
}

function runOrLog(): Problem {
  return {
    code: 'cli.run-or-log',
    where: 'shiplock why',
    found: 'both a run and --log, or neither',
    expected: 'one of the two',
    remedy: 'name a run or an environment, or a file with --log',
  };
}
