import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';
import { loadConfig, resolveEnvironment } from '../../src/config/index.ts';
import type { Manifest } from '../../src/gitops/rollouts/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { environmentManifests } from '../../src/release/manifests/rollouts.ts';
import { until } from '../lab/cluster/namespaces.ts';
import type { Cluster } from '../lab/cluster/start.ts';

/** The reference service as a Rollout of four pods on a real cluster, under load, scraped by a real Prometheus. */
export interface JudgedRollout {
  readonly prometheus: string;
  /** Every answer so far: when, and whether it was a good one. */
  readonly answers: readonly { readonly at: number; readonly ok: boolean }[];
  /** Applies the Rollout with this strategy, beside these templates. */
  apply(strategy: unknown, templates: readonly object[], image: string): Promise<void>;
  /** Another image: what a release changes. */
  release(image: string): Promise<void>;
  state(): Promise<State>;
  runs(): Promise<readonly Run[]>;
  stop(): Promise<void>;
}

const stateSchema = z.object({
  status: z.object({
    phase: z.string().optional(),
    message: z.string().optional(),
    abort: z.boolean().optional(),
    currentStepIndex: z.number().optional(),
    stableRS: z.string().optional(),
    currentPodHash: z.string().optional(),
  }),
});
export type State = z.infer<typeof stateSchema>['status'];

const runsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z
        .object({
          phase: z.string().optional(),
          message: z.string().optional(),
          metricResults: z
            .array(
              z.looseObject({
                error: z.number().optional(),
                inconclusive: z.number().optional(),
                successful: z.number().optional(),
                failed: z.number().optional(),
                measurements: z.array(z.looseObject({ value: z.string().optional() })).optional(),
              }),
            )
            .optional(),
        })
        .optional(),
    }),
  ),
});
export type Run = z.infer<typeof runsSchema>['items'][number];

const podsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
      status: z.object({ podIP: z.string().optional() }),
    }),
  ),
});

const PORT = 9090;
const NODE_PORT = 30_280;
const LABELS = { app: 'api' };

/** @param perSecond requests of the load */
export async function judgedRollout(cluster: Cluster, perSecond: number): Promise<JudgedRollout> {
  const end = new AbortController();
  const dir = join(cluster.dir, 'prometheus');
  await mkdir(dir, { recursive: true });
  await startPrometheusInside(cluster, dir);
  const following = follow(cluster, join(dir, 'targets.json'), end.signal);
  await cluster.must(['apply', '-f', '-'], stringify(service()));
  const answers: { at: number; ok: boolean }[] = [];
  const loading = load(`http://${cluster.address}:${NODE_PORT}/api/v1/ping`, perSecond, answers, end.signal);
  return {
    prometheus: `http://${cluster.address}:${PORT}`,
    answers,
    apply: async (strategy, templates, image) => {
      for (const template of templates) await cluster.must(['apply', '-f', '-'], stringify(template));
      await cluster.must(['apply', '-f', '-'], stringify(rollout(strategy, image)));
    },
    release: async (image) => {
      const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }];
      await cluster.must(['patch', 'rollout', 'api', '--type=json', '-p', JSON.stringify(patch)]);
    },
    state: async () =>
      stateSchema.parse(JSON.parse(await cluster.must(['get', 'rollout', 'api', '-o', 'json']))).status,
    runs: async () => runsSchema.parse(JSON.parse(await cluster.must(['get', 'analysisruns', '-o', 'json']))).items,
    stop: async () => {
      end.abort();
      await Promise.allSettled([
        following,
        loading,
        fetch(`http://${cluster.address}:${PORT}/-/quit`, { method: 'PUT' }),
      ]);
    },
  };
}

/** Debian's Prometheus cannot ask Kubernetes for pods: their addresses are written into a file for it. */
async function startPrometheusInside(cluster: Cluster, dir: string): Promise<void> {
  await writeFile(join(dir, 'targets.json'), '[]');
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [
      { job_name: 'pods', file_sd_configs: [{ files: [join(dir, 'targets.json')], refresh_interval: '1s' }] },
      { job_name: 'rollouts', static_configs: [{ targets: [`${cluster.address}:8090`] }] },
    ],
  };
  await writeFile(join(dir, 'prometheus.yml'), stringify(config));
  const argv = [
    'prometheus',
    `--config.file=${join(dir, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
  ];
  // It ends when it is told to, or with the cluster.
  cluster
    .inside([...argv, '--web.enable-lifecycle', `--web.listen-address=${cluster.address}:${PORT}`])
    .catch(() => undefined);
  await until('Prometheus', async () => (await fetch(`http://${cluster.address}:${PORT}/-/ready`)).ok);
}

/** Keeps the list of pods. */
async function follow(cluster: Cluster, file: string, signal: AbortSignal): Promise<void> {
  let before = '';
  while (!signal.aborted) {
    const { code, output } = await cluster.kubectl(['get', 'pods', '-l', 'app=api', '-o', 'json']);
    const pods = code === 0 ? podsSchema.safeParse(JSON.parse(output)) : undefined;
    const targets = (pods?.data?.items ?? []).flatMap(({ metadata, status }) => {
      const hash = metadata.labels['rollouts-pod-template-hash'] ?? '';
      return status.podIP === undefined
        ? []
        : [{ targets: [`${status.podIP}:8080`], labels: { hash, pod: metadata.name } }];
    });
    const text = JSON.stringify(targets);
    if (text !== before && pods?.success === true) {
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
      before = text;
    }
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}

/** A new connection for each request, so that each is given to any pod. */
async function load(
  url: string,
  perSecond: number,
  answers: { at: number; ok: boolean }[],
  signal: AbortSignal,
): Promise<void> {
  const agent = new Agent({ keepAlive: false });
  while (!signal.aborted) {
    get(url, { agent, timeout: 5_000 }, (response) => {
      answers.push({ at: Date.now(), ok: response.statusCode === 200 });
      response.resume();
    }).on('error', () => undefined);
    await sleep(1_000 / perSecond, undefined, { signal }).catch(() => undefined);
  }
  agent.destroy();
}

function service(): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'api' },
    spec: { type: 'NodePort', selector: LABELS, ports: [{ port: 80, targetPort: 8080, nodePort: NODE_PORT }] },
  };
}

function rollout(strategy: unknown, image: string): object {
  const probe = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 };
  const resources = { requests: { cpu: '10m', memory: '16Mi' } };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'api' },
    spec: {
      replicas: 4,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: LABELS },
      strategy,
      template: {
        metadata: { labels: LABELS },
        spec: {
          terminationGracePeriodSeconds: 2,
          containers: [{ name: 'api', image, ports: [{ containerPort: 8080 }], readinessProbe: probe, resources }],
        },
      },
    },
  };
}

/** shiplock.yaml of the Rollout: small numbers, so that a verdict needs seconds. */
export function rolloutConfig(prometheus: string): string {
  const counted = 'certkeeper_http_requests_total{route="/api/v1/ping"}';
  return `apiVersion: shiplock/v1
service: certkeeper
components:
  api: { kind: go, source: ., package: ./cmd/api, binary: api, command: [./api], ready: /readyz, live: /healthz }
environments:
  lab:
    platform: { kind: local, root: run }
    traffic: { kind: haproxy, directory: run/haproxy, bind: 127.0.0.1:8080, longestTimeout: 1s }
    metrics:
      every: 1s
      prometheus:
        url: ${prometheus}
        staleAfter: 5s
        versionLabel: hash
        queries:
          - metric: errors
            requests: sum by (hash, pod) (${counted})
            bad: >-
              sum by (hash, pod) (certkeeper_http_requests_total{route="/api/v1/ping",code=~"5.."}) or 0 * sum by (hash, pod) (${counted})
    rollout:
      strategy: canary
      steps: [{ share: 25%, bake: 3s }, { share: 50%, bake: 3s }]
      analysis: { past: 20s, floor: 2%, clump: 1 }
      analysisDeadline: 10m
`;
}

/** Strategy and templates as \`shiplock gitops rollouts\` makes them. */
export function rolloutParts(
  config: string,
  judge: string,
  everyMs: number,
  mode: 'pull' | 'push' = 'pull',
): readonly Manifest[] {
  const environment = unwrap(
    resolveEnvironment(unwrap(loadConfig(config, { file: 'shiplock.yaml' })), 'lab', { baseDir: '/' }),
  );
  return unwrap(
    environmentManifests(environment, {
      mode,
      rollout: 'api',
      routing: { kind: 'pods', replicas: 4 },
      activeService: 'api',
      previewService: 'api-preview',
      previewPort: 80,
      judge: { url: judge, tokenSecret: { name: 'shiplock-judge', key: 'token' }, everyMs },
    }),
  );
}

/** \`shiplock judge serve\` as a process of its own, where the controller reaches it. */
export interface JudgeProcess {
  readonly url: string;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  log(): string;
}

export async function judgeProcess(cluster: Cluster, config: string, token: string): Promise<JudgeProcess> {
  const dir = join(cluster.dir, 'judge');
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'shiplock.yaml'), config);
  await writeFile(join(dir, 'token'), token);
  const url = `http://${cluster.gateway}:${await freePort()}`;
  let child: ChildProcess | undefined;
  let log = '';
  return {
    url,
    log: () => log,
    start: async () => {
      const files = ['--config', join(dir, 'shiplock.yaml'), '--token-file', join(dir, 'token')];
      const argv = [resolve('bin/shiplock.js'), 'judge', 'serve', ...files, '--listen', new URL(url).host];
      child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout?.on('data', (chunk) => {
        log += String(chunk);
      });
      await until('the judge', async () => (await fetch(`${url}/readyz`)).ok);
    },
    kill: async (signal = 'SIGKILL') => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}
