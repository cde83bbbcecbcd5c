import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { type AnalyseOptions, type AnalysisReport, analyseCsv, DEFAULT_POLICY } from '../../rollout/index.ts';
import type { Io } from '../io.ts';
import type { Registry } from '../registry.ts';

interface Options {
  readonly input: string;
  readonly baselineHistory?: string;
  readonly alpha: number;
  readonly beta: number;
  readonly harmRatio: number;
  readonly margin: number;
  readonly floor: number;
  readonly mode: 'dispersed' | 'robust' | 'sharp';
  readonly exitVerdict?: boolean;
}

export function numberArgument(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

export function addAnalyse({ program, io, done }: Registry): void {
  const { alpha, beta, harmRatio, margin, floor, mode } = DEFAULT_POLICY;
  program
    .command('analyse')
    .summary('judge a stream of counts')
    .description('Judge a stream of counts of a canary and its baseline: worse, not worse, or undecided.')
    .requiredOption(
      '--input <file>',
      'CSV with t,[metric,]baseline_requests,baseline_bad,canary_requests,canary_bad; `-` for standard input',
    )
    .option('--baseline-history <file>', 'the baseline’s own past: t,[metric,]baseline_requests,baseline_bad')
    .option('--alpha <p>', 'chance of a false `worse` for the whole stream', numberArgument, alpha)
    .option('--beta <p>', 'chance of a false `not-worse`', numberArgument, beta)
    .option('--harm-ratio <r>', 'up to this many times as bad is not called worse', numberArgument, harmRatio)
    .option('--margin <r>', '`not-worse` rules out an odds ratio of this much …', numberArgument, margin)
    .option('--floor <p>', '… unless the bad rate is below this', numberArgument, floor)
    .addOption(
      new Option('--mode <mode>', 'how bad events are taken').choices(['dispersed', 'robust', 'sharp']).default(mode),
    )
    .option('--exit-verdict', 'exit 0 for not-worse, 4 for worse, 6 for undecided')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock analyse --input counts.csv
  $ shiplock analyse --input - --json < counts.csv
  $ shiplock analyse --input counts.csv --baseline-history last-week.csv --mode sharp --exit-verdict`,
    )
    .action(async (options: Options, command: Command) => {
      const report = await analyse(options, io, command);
      done({
        exit: options.exitVerdict === true ? verdictExit(report.verdict) : EXIT.done,
        json: jsonSchema.parse(report),
        text: reportText(report),
      });
    });
}

async function analyse(options: Options, io: Io, _command: Command): Promise<AnalysisReport> {
  const { alpha, beta, harmRatio, margin, floor, mode } = options;
  const request: AnalyseOptions = {
    policy: { alpha, beta, harmRatio, margin, floor, mode },
    source: options.input === '-' ? 'standard input' : options.input,
    ...(options.baselineHistory === undefined
      ? {}
      : { baselineHistory: fileChunks(io, options.baselineHistory), historySource: options.baselineHistory }),
  };
  return analyseCsv(options.input === '-' ? textChunks(io.stdin) : fileChunks(io, options.input), request);
}

async function* fileChunks(io: Io, file: string): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(resolve(io.cwd, file), { encoding: 'utf8' })) yield String(chunk);
  } catch (error) {
    throw new ProblemError({
      code: 'cli.unreadable-file',
      where: file,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a CSV file that can be read',
      remedy: 'check the path, or give the counts on standard input with `--input -`',
    });
  }
}

async function* textChunks(stdin: Io['stdin']): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of stdin) yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
}

function verdictExit(verdict: AnalysisReport['verdict']): ExitCode {
  return verdict === 'worse' ? EXIT.rolledBack : verdict === 'undecided' ? EXIT.undecided : EXIT.done;
}

function reportText(report: AnalysisReport): string {
  const at = report.at === null ? '' : ` at t=${report.at}`;
  const ratio = report.riskRatio;
  const number = (value: number | null): string => (value === null ? '?' : value.toPrecision(3));
  return [
    `${report.verdict}${at}: ${report.reason}`,
    `evidence of harm: 10^${report.evidence.toFixed(2)} to 1`,
    `risk ratio: ${number(ratio.estimate)} (${number(ratio.low)} to ${number(ratio.high)})`,
    ...(report.requestsNeeded === null || report.requestsNeeded === 0
      ? []
      : [`about ${report.requestsNeeded} more canary requests until not-worse, if there is no difference`]),
  ].join('\n');
}
