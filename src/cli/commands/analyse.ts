import { Option } from 'commander';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { type Json, jsonSchema } from '../../model/json.ts';
import {
  type AnalysisReport,
  analyseCsv,
  chartOf,
  clean,
  type Ink,
  makePolicy,
  startTrace,
  svgChart,
  terminalChart,
} from '../../rollout/index.ts';
import { FALLBACK_COLUMNS, type Io, knowsUnicode, painter, type Style } from '../io.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { countChunks, countSource, fileChunks } from './counts.ts';
import { POLICY_DEFAULTS, type PolicyOptions, policyOf, withPolicyOptions } from './policy-options.ts';

interface Options extends PolicyOptions {
  readonly input: string;
  readonly baselineHistory?: string;
  readonly explain?: boolean;
  readonly svg?: string;
  readonly ascii?: boolean;
  readonly exitVerdict?: boolean;
}

export function addAnalyse({ program, io, done }: Registry): void {
  const command = program
    .command('analyse')
    .summary('judge a stream of counts')
    .description('Judge a stream of counts of a canary and its baseline: worse, not worse, or undecided.')
    .requiredOption(
      '--input <file>',
      'CSV with t,[metric,]baseline_requests,baseline_bad,canary_requests,canary_bad; `-` for standard input',
    )
    .option('--baseline-history <file>', 'the baseline’s own past: t,[metric,]baseline_requests,baseline_bad');
  withPolicyOptions(command, POLICY_DEFAULTS)
    .option('--explain', 'draw rates, evidence and limits over time; with --json: add them as `series`')
    .addOption(
      new Option('--svg <file>', 'draw into this SVG file instead, a file of that name is replaced').implies({
        explain: true,
      }),
    )
    .addOption(
      new Option('--ascii', 'draw with ASCII characters only (default where the locale is not UTF-8)').implies({
        explain: true,
      }),
    )
    .option('--exit-verdict', 'exit 0 for not-worse, 4 for worse, 6 for undecided')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock analyse --input counts.csv
  $ shiplock analyse --input - --json < counts.csv
  $ shiplock analyse --input counts.csv --explain
  $ shiplock analyse --input counts.csv --svg verdict.svg
  $ shiplock analyse --input counts.csv --baseline-history last-week.csv --mode sharp --exit-verdict`,
    )
    .action(async (options: Options) => {
      const { report, text, json } = await analyse(options, io);
      done({ exit: options.exitVerdict === true ? verdictExit(report.verdict) : EXIT.done, json, text });
    });
}

interface Analysed {
  readonly report: AnalysisReport;
  readonly text: string;
  readonly json: Json;
}

async function analyse(options: Options, io: Io): Promise<Analysed> {
  const settings = policyOf(options);
  const trace = options.explain === true ? startTrace() : undefined;
  const report = await analyseCsv(countChunks(io, options.input), {
    policy: settings,
    source: countSource(options.input),
    trace,
    ...(options.baselineHistory === undefined
      ? {}
      : { baselineHistory: fileChunks(io, options.baselineHistory), historySource: options.baselineHistory }),
  });
  if (trace === undefined) return { report, text: reportText(report), json: jsonSchema.parse(report) };
  const policy = makePolicy(settings);
  const chart = chartOf(report, trace, policy);
  const json = jsonSchema.parse({
    ...report,
    limits: { evidence: -Math.log10(policy.alpha), evidenceNotWorse: -Math.log10(policy.beta) },
    series: trace.buckets,
  });
  if (options.svg !== undefined) {
    await writeOutput(io, options.svg, svgChart(chart), '--svg');
    return { report, text: `${reportText(report)}\nchart: ${options.svg}`, json };
  }
  const paint = painter(io);
  const drawn = terminalChart(chart, {
    columns: io.columns ?? FALLBACK_COLUMNS,
    ascii: options.ascii === true || !knowsUnicode(io.env),
    paint: (ink, words) => paint(INKS[ink], words),
  });
  return { report, text: `${reportText(report)}\n\n${drawn}`, json };
}

const INKS: Readonly<Record<Ink, Style>> = {
  axis: 'dim',
  baseline: 'dim',
  canary: 'cyan',
  evidence: 'cyan',
  limit: 'yellow',
  mark: 'bold',
};

function verdictExit(verdict: AnalysisReport['verdict']): ExitCode {
  return verdict === 'worse' ? EXIT.rolledBack : verdict === 'undecided' ? EXIT.undecided : EXIT.done;
}

function reportText(report: AnalysisReport): string {
  const at = report.at === null ? '' : ` at t=${report.at}`;
  const ratio = report.riskRatio;
  const number = (value: number | null): string => (value === null ? '?' : value.toPrecision(3));
  return [
    `${report.verdict}${at}: ${clean(report.reason)}`,
    `evidence of harm: 10^${report.evidence.toFixed(2)} to 1`,
    `risk ratio: ${number(ratio.estimate)} (${number(ratio.low)} to ${number(ratio.high)})`,
    ...(report.requestsNeeded === null || report.requestsNeeded === 0
      ? []
      : [`about ${report.requestsNeeded} more canary requests until not-worse, if there is no difference`]),
  ].join('\n');
}
