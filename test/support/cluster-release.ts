import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { z } from 'zod';
import { startPrometheus } from '../../scripts/components/prometheus.ts';
import { command, type Ran } from '../../scripts/lab/lab.ts';
import { podMetrics } from './pod-metrics.ts';

/** A certkeeper in a real cluster: a GitOps repository that Argo CD brings, its counts in Prometheus, and the command. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const IMAGE = 'registry.example.com/certkeeper/api';
/** What stands in git before the first release. */
const NO_DIGEST = `sha256:${'0'.repeat(64)}`;

/** What a cluster must offer; the lab of the tests does. */
export interface LabCluster {
  readonly kubeconfig: string;
  readonly address: string;
  must(args: readonly string[], input?: string): Promise<string>;
}

export interface ClusterLab extends AsyncDisposable {
  readonly dir: string;
  readonly service: string;
  readonly gitops: string;
  readonly state: string;
  readonly namespace: string;
  /** How users arrive. */
  readonly entry: string;
  shiplock(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** Arguments and surroundings of the command, for tests that start and kill it themselves. */
  readonly spawn: { readonly argv: readonly string[]; readonly cwd: string };
  /** Changes a file of the branch as somebody else would. */
  edit(file: string, change: (text: string) => string): Promise<void>;
  /** A file at the head of the branch. */
  shown(file: string): Promise<string>;
  /** The newest commit of the branch. */
  headCommit(): Promise<string>;
  /** How many commits the branch has. */
  commits(): Promise<number>;
  /** Digest that the head of the branch names. */
  head(): Promise<string>;
  /** Writes a digest as somebody else would: a bot, or a person. */
  bump(digest: string, who: string): Promise<void>;
  /** Digest of the pods that answer: stable of the Rollout when nothing is under way, else null. */
  serving(): Promise<string | null>;
  /** Digests of pods that are ready. */
  ready(): Promise<readonly string[]>;
}

export interface ClusterLabOptions {
  readonly namespace: string;
  readonly strategy: 'canary' | 'blue-green';
  readonly nodePort: number;
  readonly replicas?: number;
  /** What git names at first; default: a digest that nothing has, and the first release brings another. A warm Argo CD would bring that one before somebody changes it. */
  readonly digest?: string;
  /** Whether Argo CD undoes what is changed by hand; default: it does. */
  readonly selfHeal?: boolean;
  /** `system` of the environment. */
  readonly system?: object;
  /** `gitops.scale` of the environment. */
  readonly scale?: Readonly<Record<string, unknown>>;
  /** Merged over `rollout` of the environment. */
  readonly rollout?: Readonly<Record<string, unknown>>;
  /** Strategy of the manifest and objects beside it, for counts in this Prometheus; default: the shares with a pause each, and nothing beside. */
  readonly parts?: (prometheus: string) => Promise<RolloutParts>;
}

export interface RolloutParts {
  readonly strategy: unknown;
  readonly objects: readonly object[];
}

export async function openClusterLab(cluster: LabCluster, options: ClusterLabOptions): Promise<ClusterLab> {
  const { namespace } = options;
  const dir = await mkdtemp(join(tmpdir(), 'slc-'));
  const [service, gitops, work] = ['service', 'gitops.git', 'work'].map((name) => join(dir, name));
  if (service === undefined || gitops === undefined || work === undefined) throw new Error('three directories');
  const entry = `http://${cluster.address}:${options.nodePort}`;
  const relay = await podMetrics(cluster.kubeconfig, namespace);
  const prometheus = await startPrometheus({
    scrapeConfigs: [{ job: namespace, targets: [`127.0.0.1:${relay.port}`] }],
    scrapeInterval: '1s',
  });
  const git = (cwd: string, ...args: readonly string[]) => run(['git', ...IDENTITY, ...args], cwd);
  await run(['git', 'init', '-q', '--bare', '-b', 'main', gitops], dir);
  await run(['git', 'clone', '-q', gitops, work], dir);
  await mkdir(join(work, 'app'));
  const parts = await options.parts?.(prometheus.url);
  for (const [name, text] of Object.entries(manifests(options, parts))) await writeFile(join(work, 'app', name), text);
  await git(work, 'checkout', '-q', '-b', 'main').catch(() => undefined);
  await git(work, 'add', '-A');
  await git(work, 'commit', '-q', '-m', 'manifests');
  await git(work, 'push', '-q', 'origin', 'HEAD:main');
  await mkdir(service);
  await run(['git', 'init', '-q', '-b', 'main', '.'], service);
  const configuration = configurationOf({ cluster, options, gitops, entry, prometheusUrl: prometheus.url });
  await writeFile(join(service, 'shiplock.yaml'), stringify(configuration));
  await git(service, 'add', '-A');
  await git(service, 'commit', '-q', '-m', 'service');
  await cluster.must(['apply', '-k', join(ROOT, 'gitops', 'platform', 'admission')]);
  await cluster.must(['apply', '-f', '-'], application(namespace, gitops, options.selfHeal ?? true));
  const edited = async (file: string, change: (text: string) => string, message: string): Promise<void> => {
    await git(work, 'fetch', '-q', 'origin');
    await git(work, 'reset', '-q', '--hard', 'origin/main');
    await writeFile(join(work, file), change(await readFile(join(work, file), 'utf8')));
    await git(work, 'commit', '-q', '--allow-empty', '-am', message);
    await git(work, 'push', '-q', 'origin', 'HEAD:main');
  };
  const state = join(dir, 'state');
  const program = [process.execPath, join(ROOT, 'bin', 'shiplock.js')];
  return {
    dir,
    service,
    gitops,
    state,
    namespace,
    entry,
    spawn: { argv: program, cwd: service },
    shiplock: (args, more = {}) =>
      command([...program, ...args, '--state', state], {
        cwd: service,
        env: { ...process.env, SHIPLOCK_WHO: 'lab', ...more },
      }),
    head: async () => digestOf(await run(['git', '-C', gitops, 'show', 'main:app/kustomization.yaml'], dir)),
    shown: (file) => run(['git', '-C', gitops, 'show', `main:${file}`], dir),
    headCommit: () => run(['git', '-C', gitops, 'rev-parse', 'main'], dir),
    commits: async () => Number(await run(['git', '-C', gitops, 'rev-list', '--count', 'main'], dir)),
    edit: (file, change) => edited(file, change, 'somebody changes it'),
    bump: (digest, who) =>
      edited(
        'app/kustomization.yaml',
        (text) => text.replace(/sha256:[0-9a-f]{64}/, digest),
        `${who} wants ${digest.slice(0, 19)}`,
      ),
    serving: () => servingDigest(cluster, namespace),
    ready: () => readyDigests(cluster, namespace),
    async [Symbol.asyncDispose]() {
      await prometheus.stop();
      relay.close();
      await cluster.must(['delete', 'application', namespace, '-n', 'argocd', '--ignore-not-found', '--wait=false']);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const IDENTITY = ['-c', 'user.name=Lab', '-c', 'user.email=lab@localhost', '-c', 'advice.detachedHead=false'];

async function run(argv: readonly string[], cwd: string): Promise<string> {
  const ran = await command(argv, { cwd });
  if (ran.code !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr || ran.stdout}`);
  return ran.stdout.trim();
}

function digestOf(text: string): string {
  return /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? 'no digest';
}

function manifests(
  { strategy, nodePort, replicas = 4, digest = NO_DIGEST }: ClusterLabOptions,
  parts: RolloutParts | undefined,
): Readonly<Record<string, string>> {
  const service = (name: string, port: number) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      type: 'NodePort',
      selector: { app: 'certkeeper' },
      ports: [{ port: 80, targetPort: 8080, nodePort: port }],
    },
  });
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'certkeeper' },
    spec: {
      replicas,
      progressDeadlineSeconds: 60,
      revisionHistoryLimit: 3,
      selector: { matchLabels: { app: 'certkeeper' } },
      template: {
        metadata: { labels: { app: 'certkeeper' } },
        spec: {
          // The variables of Services begin with the name of the service, as its own settings do.
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: 'api',
              image: IMAGE,
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 },
              resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
            },
          ],
        },
      },
      strategy:
        parts?.strategy ??
        (strategy === 'canary'
          ? {
              canary: {
                maxSurge: 1,
                maxUnavailable: 0,
                steps: [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: {} }],
              },
            }
          : {
              blueGreen: {
                activeService: 'certkeeper',
                previewService: 'certkeeper-preview',
                autoPromotionEnabled: false,
                scaleDownDelaySeconds: 30,
              },
            }),
    },
  };
  const objects = [rollout, service('certkeeper', nodePort)];
  const preview = strategy === 'blue-green' ? [service('certkeeper-preview', nodePort + 1)] : [];
  return {
    'all.yaml': [...objects, ...preview, ...(parts?.objects ?? [])].map((one) => stringify(one)).join('---\n'),
    'kustomization.yaml': `# What runs.\nresources:\n  - all.yaml\nimages:\n  - name: ${IMAGE}\n    digest: ${digest}\n`,
  };
}

function application(namespace: string, gitops: string, selfHeal: boolean): string {
  const project = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: namespace, namespace: 'argocd' },
    spec: {
      sourceRepos: [`file://${gitops}`],
      destinations: [{ namespace, server: 'https://kubernetes.default.svc' }],
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
    },
  };
  const app = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: namespace, namespace: 'argocd' },
    spec: {
      project: namespace,
      source: { repoURL: `file://${gitops}`, targetRevision: 'main', path: 'app' },
      destination: { server: 'https://kubernetes.default.svc', namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal },
        syncOptions: ['CreateNamespace=true'],
        // What makes the admission policies of gitops/platform look at it.
        managedNamespaceMetadata: { labels: { 'shiplock.dev/environment': 'production' } },
      },
    },
  };
  return `${stringify(project)}---\n${stringify(app)}`;
}

const BY_POD = (selector: string): string =>
  `sum by (version) (${selector} * on (pod) group_left (version) certkeeper_build_info)`;

function configurationOf(place: {
  readonly cluster: LabCluster;
  readonly options: ClusterLabOptions;
  readonly gitops: string;
  readonly entry: string;
  readonly prometheusUrl: string;
}): object {
  const { cluster, options, gitops, entry, prometheusUrl } = place;
  return {
    apiVersion: 'shiplock/v1',
    service: 'certkeeper',
    components: { api: { kind: 'image', image: IMAGE, registry: `http://${cluster.address}:5000` } },
    environments: {
      production: {
        platform: {
          kind: 'kubernetes',
          kubeconfig: cluster.kubeconfig,
          namespace: options.namespace,
          rollout: 'certkeeper',
          container: 'api',
          application: options.namespace,
          quarantine: {},
          syncDeadline: '90s',
        },
        traffic: { kind: 'argo-rollouts', entry, longestTimeout: '1s' },
        metrics: {
          every: '1s',
          prometheus: {
            url: prometheusUrl,
            staleAfter: '10s',
            queries: [
              {
                metric: 'errors',
                // No request yet means no series yet: that is a count of 0.
                requests: `${BY_POD('certkeeper_http_requests_total{route!~"/(readyz|healthz|metrics)"}')} or sum by (version) (certkeeper_build_info * 0)`,
                bad: `${BY_POD('certkeeper_http_requests_total{code=~"5..",route!~"/(readyz|healthz|metrics)"}')} or sum by (version) (certkeeper_build_info * 0)`,
              },
            ],
          },
        },
        rollout: {
          strategy: options.strategy,
          steps:
            options.strategy === 'canary'
              ? [
                  { share: '25%', bake: '2s' },
                  { share: '50%', bake: '2s' },
                ]
              : [],
          finalBake: '2s',
          healthDeadline: '60s',
          analysisDeadline: '90s',
          analysis: { past: '2s', warmUp: '0s', floor: '4%' },
          lowTraffic: 'gate',
          ...options.rollout,
        },
        gitops: {
          repository: gitops,
          file: 'app/kustomization.yaml',
          path: 'images.0.digest',
          names: 'digest',
          ...(options.scale === undefined ? {} : { scale: options.scale }),
        },
        verify: [{ path: '/api/v1/ping', status: 200 }],
        ...(options.system === undefined ? {} : { system: options.system }),
      },
    },
  };
}

const rolloutSchema = z.object({
  metadata: z.object({ generation: z.number() }),
  spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }) }),
  status: z.object({
    stableRS: z.string().default(''),
    currentPodHash: z.string().default(''),
    phase: z.string().default(''),
    observedGeneration: z.string().default(''),
  }),
});

async function servingDigest(cluster: LabCluster, namespace: string): Promise<string | null> {
  const text = await cluster.must(['get', 'rollout', 'certkeeper', '-n', namespace, '-o', 'json']);
  const { metadata, spec, status } = rolloutSchema.parse(JSON.parse(text));
  const whole =
    status.phase === 'Healthy' &&
    status.stableRS === status.currentPodHash &&
    status.observedGeneration === String(metadata.generation);
  return whole ? digestOf(spec.template.spec.containers[0]?.image ?? '') : null;
}

const podsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ deletionTimestamp: z.string().optional() }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
    }),
  ),
});

async function readyDigests(cluster: LabCluster, namespace: string): Promise<readonly string[]> {
  const text = await cluster.must(['get', 'pods', '-n', namespace, '-o', 'json']);
  return podsSchema
    .parse(JSON.parse(text))
    .items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => status.conditions.some((one) => one.type === 'Ready' && one.status === 'True'))
    .map(({ spec }) => digestOf(spec.containers[0]?.image ?? ''));
}

export interface Answer {
  readonly at: number;
  readonly status: number;
  readonly version: string;
}

/** Requests at a steady rate, each over a connection of its own, so that every pod gets its part. */
export function startRequests(entry: string, perSecond: number) {
  const answers: Answer[] = [];
  const timer = setInterval(() => {
    const at = Date.now();
    const sent = get(`${entry}/api/v1/ping`, { agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      const version = response.headers['x-certkeeper-version'];
      answers.push({ at, status: response.statusCode ?? 0, version: typeof version === 'string' ? version : '' });
    });
    sent.on('error', () => answers.push({ at, status: 0, version: '' }));
  }, 1000 / perSecond);
  return {
    answers,
    stop: async () => {
      clearInterval(timer);
      await sleep(500);
      return answers;
    },
  };
}
