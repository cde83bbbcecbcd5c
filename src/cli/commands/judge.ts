import { dirname, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { readConfig } from '../../config/index.ts';
import { EXIT } from '../../model/exit.ts';
import { unwrap } from '../../model/problem.ts';
import { parseAddress, parseDuration } from '../../model/scalars.ts';
import { httpClient, systemClock } from '../../procedure/index.ts';
import { judgedEnvironments, startJudge } from '../../release/index.ts';
import type { Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { findConfig } from '../session.ts';

interface Options {
  readonly config?: readonly string[];
  readonly listen: { readonly host: string; readonly port: number };
  readonly tokenFile: string;
  readonly settle: number;
  readonly lookBack: number;
  readonly deadline: number;
  readonly atOnce: number;
  readonly series: number;
}

export function addJudge({ program, io, done }: Registry): void {
  const group = program
    .command('judge')
    .summary('evidence for Argo Rollouts')
    .description('Answer the AnalysisRuns of Argo Rollouts from the counts that Prometheus has.');
  group
    .command('serve')
    .summary('answer AnalysisRuns over HTTP until SIGTERM')
    .description(
      'Answer POST /v1/judge with worse, not-worse or undecided. Keeps nothing: each answer is folded anew from Prometheus, by the same analysis as a rollout’s. Also GET /healthz, /readyz and /metrics. Ends at SIGTERM, after what was asked is answered.',
    )
    .option('--config <file...>', 'shiplock.yaml of each service (default: here or in a directory above)')
    .requiredOption('--token-file <file>', 'who asks must know a token: one a line, read anew at each question')
    .addOption(
      new Option('--listen <address>', 'where to listen')
        .argParser(address)
        .default({ host: '0.0.0.0', port: 8484 }, '*:8484'),
    )
    .addOption(
      new Option('--settle <duration>', 'counts younger than this are left for the next question')
        .argParser(span)
        .default(2_000, '2s'),
    )
    .addOption(
      new Option('--look-back <duration>', 'a share that began earlier is not judged')
        .argParser(span)
        .default(6 * 3_600_000, '6h'),
    )
    .addOption(new Option('--deadline <duration>', 'longest time for one answer').argParser(span).default(8_000, '8s'))
    .option('--at-once <number>', 'questions that are answered side by side', whole, 4)
    .option('--series <number>', 'series of one metric', whole, 200)
    .option('--json', 'problems at the start as one JSON document; the log is JSON anyhow')
    .addHelpText(
      'after',
      '\nExamples:\n  $ openssl rand -base64 32 > token\n  $ shiplock judge serve --token-file token --listen 127.0.0.1:8484\n  $ shiplock judge serve --config cart/shiplock.yaml pay/shiplock.yaml --token-file /etc/judge/token',
    )
    .action(async (options: Options) => {
      await serve(options, io);
      done({ exit: EXIT.done, text: '', json: {} });
    });
}

async function serve(options: Options, io: Io): Promise<void> {
  const files = options.config ?? [await findConfig(io.cwd)];
  const configs = await Promise.all(
    files.map(async (file) => {
      const path = resolve(io.cwd, file);
      return { config: unwrap(await readConfig(path)), baseDir: dirname(path) };
    }),
  );
  const judge = await startJudge({
    environments: judgedEnvironments(configs),
    listen: options.listen,
    tokenFile: resolve(io.cwd, options.tokenFile),
    limits: {
      pointsAtOnce: 600,
      series: options.series,
      characters: 16_000_000,
      backMs: options.lookBack,
      settleMs: options.settle,
    },
    most: options.atOnce,
    deadlineMs: options.deadline,
    clock: systemClock,
    http: httpClient,
    log: (line) => io.out(`${line}\n`),
  });
  await new Promise<void>((stop) => {
    process.once('SIGTERM', () => stop());
    process.once('SIGINT', () => stop());
  });
  await judge.stop();
}

function address(text: string): Options['listen'] {
  const at = parseAddress(text);
  if (at === undefined) throw new InvalidArgumentError('an address such as 127.0.0.1:8484 or *:8484');
  return { host: at.host === '*' ? '0.0.0.0' : at.host, port: at.port };
}

function span(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms > 86_400_000) throw new InvalidArgumentError('a duration such as 2s or 6h, at most 24h');
  return ms;
}

function whole(text: string): number {
  const count = Number(text);
  if (!/^\d{1,5}$/.test(text) || count < 1) throw new InvalidArgumentError('a whole number from 1 to 99999');
  return count;
}
