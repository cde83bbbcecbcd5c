import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { readConfig, resolveEnvironment } from '../../config/index.ts';
import { type Manifest, manifestsText, type Routing } from '../../gitops/rollouts/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { parseDuration } from '../../model/scalars.ts';
import { environmentManifests } from '../../release/index.ts';
import type { Io } from '../io.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { findConfig } from '../session.ts';

interface Options {
  readonly config?: string;
  readonly mode: 'pull' | 'push';
  readonly rollout?: string;
  readonly namespace?: string;
  readonly replicas?: number;
  readonly httpRoute?: string;
  readonly stableService?: string;
  readonly canaryService?: string;
  readonly previewPort: number;
  readonly judge: string;
  readonly tokenSecret: { readonly name: string; readonly key: string };
  readonly every: number;
  readonly output?: string;
}

export function addRollouts({ program, io, done }: Registry): void {
  const group =
    program.commands.find((command) => command.name() === 'gitops') ??
    program.command('gitops').summary('what stands in git about an environment').description('Manifests in git.');
  group
    .command('rollouts')
    .summary('strategy and AnalysisTemplates for Argo Rollouts')
    .description(
      'Print what Argo Rollouts must be told about an environment: the strategy as a patch of the Rollout, and AnalysisTemplates that ask the judge. Made from shiplock.yaml; the same every time.',
    )
    .argument('<environment>', 'environment of shiplock.yaml')
    .option('--config <file>', 'the configuration (default: shiplock.yaml here or in a directory above)')
    .addOption(
      new Option('--mode <mode>', 'pull: the controller asks the judge and goes on; push: the pipeline says when')
        .choices(['pull', 'push'])
        .default('pull'),
    )
    .option('--rollout <name>', 'name of the Rollout (default: the service)')
    .option('--namespace <name>', 'namespace to write into the manifests (default: none)')
    .option('--replicas <number>', 'pods of the Rollout: shares are counts of pods', whole)
    .option('--http-route <name>', 'HTTPRoute whose weights are the shares; instead of --replicas')
    .option('--stable-service <name>', 'Service of the old version (default: the Rollout’s name)')
    .option(
      '--canary-service <name>',
      'Service of the new version, or of the preview (default: NAME-canary, NAME-preview)',
    )
    .option('--preview-port <port>', 'port of the preview Service, for smoke requests', whole, 80)
    .option('--judge <url>', 'address of the judge', 'http://shiplock-judge.shiplock.svc:8484')
    .addOption(
      new Option('--token-secret <name/key>', 'secret beside the Rollout with the judge’s token')
        .argParser(secret)
        .default({ name: 'shiplock-judge', key: 'token' }, 'shiplock-judge/token'),
    )
    .addOption(new Option('--every <duration>', 'between two questions').argParser(span).default(5_000, '5s'))
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
  const rollout = options.rollout ?? environment.service;
  const stable = options.stableService ?? rollout;
  return unwrap(
    environmentManifests(environment, {
      mode: options.mode,
      rollout,
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      routing: routingOf(options, environment.rollout.strategy, rollout, stable),
      activeService: stable,
      previewService: options.canaryService ?? `${rollout}-preview`,
      previewPort: options.previewPort,
      judge: { url: options.judge, tokenSecret: options.tokenSecret, everyMs: options.every },
    }),
  );
}

function routingOf(options: Options, strategy: string, rollout: string, stableService: string): Routing {
  const { httpRoute, replicas } = options;
  if (httpRoute !== undefined && replicas === undefined) {
    const canaryService = options.canaryService ?? `${rollout}-canary`;
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
    remedy: 'give for instance --replicas 10',
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

function secret(text: string): Options['tokenSecret'] {
  const [, name, key] = /^([a-z0-9][a-z0-9.-]*)\/([A-Za-z0-9._-]+)$/.exec(text) ?? [];
  if (name === undefined || key === undefined)
    throw new InvalidArgumentError('a secret and its key, such as judge/token');
  return { name, key };
}
