import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { type ResolvedEnvironment, readConfig, resolveEnvironment } from '../../config/index.ts';
import { type JudgeAddress, type Manifest, manifestsText, type Routing } from '../../gitops/rollouts/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { parseDuration } from '../../model/scalars.ts';
import { type ClusterNames, environmentManifests } from '../../release/index.ts';
import type { Io } from '../io.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { findConfig } from '../session.ts';

interface Options {
  readonly config?: string;
  readonly mode?: 'pull' | 'push';
  readonly rollout?: string;
  readonly namespace?: string;
  readonly replicas?: number;
  readonly httpRoute?: string;
  readonly stableService?: string;
  readonly canaryService?: string;
  readonly previewPort?: number;
  readonly judge?: string;
  readonly tokenSecret?: JudgeAddress['tokenSecret'];
  readonly every?: number;
  readonly output?: string;
}

const JUDGE = 'http://shiplock-judge.shiplock.svc:8484';

export function addRollouts({ program, io, done }: Registry): void {
  const group =
    program.commands.find((command) => command.name() === 'gitops') ??
    program.command('gitops').summary('what stands in git about an environment').description('Manifests in git.');
  group
    .command('rollouts')
    .summary('strategy and AnalysisTemplates for Argo Rollouts')
    .description(
      'Print what Argo Rollouts must be told about an environment: the strategy as a patch of the Rollout, and AnalysisTemplates that ask the judge. Made from shiplock.yaml; the same every time. Names come from `platform` and `traffic.manifests` there; an option goes before them.',
    )
    .argument('<environment>', 'environment of shiplock.yaml')
    .option('--config <file>', 'the configuration (default: shiplock.yaml here or in a directory above)')
    .addOption(
      new Option(
        '--mode <mode>',
        'pull: the controller asks the judge and goes on; push: the pipeline says when (default: pull)',
      ).choices(['pull', 'push']),
    )
    .option('--rollout <name>', 'name of the Rollout (default: that of the platform, else the service)')
    .option('--namespace <name>', 'namespace to write into the manifests (default: that of the platform, else none)')
    .option('--replicas <number>', 'pods of the Rollout: shares are counts of pods', whole)
    .option('--http-route <name>', 'HTTPRoute whose weights are the shares; instead of --replicas')
    .option('--stable-service <name>', 'Service of the old version (default: the Rollout’s name)')
    .option(
      '--canary-service <name>',
      'Service of the new version, or of the preview (default: NAME-canary, NAME-preview)',
    )
    .option('--preview-port <port>', 'port of the preview Service, for smoke requests (default: 80)', whole)
    .option('--judge <url>', `address of the judge (default: ${JUDGE})`)
    .option(
      '--token-secret <name/key>',
      'secret beside the Rollout with the judge’s token (default: shiplock-judge/token)',
      secret,
    )
    .option('--every <duration>', 'between two questions (default: 5s)', span)
    .option('--output <dir>', 'write rollout-strategy.yaml and analysis-templates.yaml there instead of printing')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock gitops rollouts production --replicas 10\n  $ shiplock gitops rollouts production --http-route certkeeper --namespace certkeeper --output apps/certkeeper/overlays/production',
    )
    .action(async (name: string, options: Options) => {
      const manifests = await make(name, options, io);
      const text = options.output === undefined ? manifestsText(manifests) : await write(manifests, options.output, io);
      done({ exit: EXIT.done, text, json: jsonSchema.parse({ manifests }) });
    });
}

async function make(name: string, options: Options, io: Io): Promise<readonly Manifest[]> {
  const file = options.config === undefined ? await findConfig(io.cwd) : resolve(io.cwd, options.config);
  const config = unwrap(await readConfig(file));
  const environment = unwrap(resolveEnvironment(config, name, { baseDir: resolve(file, '..') }));
  return unwrap(environmentManifests(environment, namesOf(options, environment)));
}

/** What is written as an option, else what shiplock.yaml names, else what is usual. */
function namesOf(
  options: Options,
  { service, platform, traffic, rollout: { strategy } }: ResolvedEnvironment,
): ClusterNames {
  const cluster = platform.kind === 'kubernetes' ? platform : null;
  const known = traffic.kind === 'argo-rollouts' ? (traffic.manifests ?? {}) : {};
  const rollout = options.rollout ?? cluster?.rollout ?? service;
  const namespace = options.namespace ?? cluster?.namespace;
  const stable = options.stableService ?? known.stableService ?? rollout;
  const canary = options.canaryService ?? known.canaryService;
  const { url, every } = known.judge ?? {};
  const token = { name: known.judge?.secret ?? 'shiplock-judge', key: known.judge?.key ?? 'token' };
  // Either of both options says how shares are made, so the file is not asked.
  const told = options.httpRoute !== undefined || options.replicas !== undefined;
  const httpRoute = told ? options.httpRoute : known.httpRoute;
  const replicas = told ? options.replicas : known.pods;
  return {
    mode: options.mode ?? known.mode ?? 'pull',
    rollout,
    ...(namespace === undefined ? {} : { namespace }),
    routing: routingOf(httpRoute, replicas, strategy, stable, canary ?? `${rollout}-canary`),
    activeService: stable,
    previewService: canary ?? `${rollout}-preview`,
    previewPort: options.previewPort ?? known.previewPort ?? 80,
    judge: {
      url: options.judge ?? url ?? JUDGE,
      tokenSecret: options.tokenSecret ?? token,
      everyMs: options.every ?? every ?? 5_000,
    },
  };
}

function routingOf(
  httpRoute: string | undefined,
  replicas: number | undefined,
  strategy: string,
  stableService: string,
  canaryService: string,
): Routing {
  if (httpRoute !== undefined && replicas === undefined) {
    return { kind: 'gateway-api', httpRoute, stableService, canaryService };
  }
  if (replicas !== undefined && httpRoute === undefined) return { kind: 'pods', replicas };
  // A switch needs neither.
  if (replicas === undefined && strategy !== 'canary') return { kind: 'pods', replicas: 1 };
  throw new ProblemError({
    code: 'cli.usage',
    where: '--replicas, --http-route',
    found: replicas === undefined ? 'neither' : 'both',
    expected: 'one of them: shares are counts of pods, or weights of an HTTPRoute',
    remedy: 'give for instance --replicas 10, or write `traffic.manifests.httpRoute`',
  });
}

async function write(manifests: readonly Manifest[], directory: string, io: Io): Promise<string> {
  const files = [
    { name: 'rollout-strategy.yaml', wanted: (kind: string) => kind === 'Rollout' },
    { name: 'analysis-templates.yaml', wanted: (kind: string) => kind !== 'Rollout' },
  ];
  const written: string[] = [];
  for (const { name, wanted } of files) {
    const file = join(directory, name);
    await writeOutput(io, file, manifestsText(manifests.filter(({ kind }) => wanted(kind))), '--output');
    written.push(file);
  }
  return written.join('\n');
}

function whole(text: string): number {
  const count = Number(text);
  if (!/^\d{1,5}$/.test(text) || count < 1) throw new InvalidArgumentError('a whole number from 1 to 99999');
  return count;
}

function span(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1_000) throw new InvalidArgumentError('a duration of at least 1s, such as 5s');
  return ms;
}

function secret(text: string): JudgeAddress['tokenSecret'] {
  const [, name, key] = /^([a-z0-9][a-z0-9.-]*)\/([A-Za-z0-9._-]+)$/.exec(text) ?? [];
  if (name === undefined || key === undefined)
    throw new InvalidArgumentError('a secret and its key, such as judge/token');
  return { name, key };
}
