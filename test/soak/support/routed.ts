import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { z } from 'zod';
import { startMariadb } from '../../../scripts/components/mariadb.ts';
import { command } from '../../../scripts/testing/command.ts';
import { podsPlatform } from '../../../src/platform/index.ts';
import { kubeClient } from '../../../src/procedure/index.ts';
import { HASH_LABEL, rolloutsRouter } from '../../../src/traffic/index.ts';
import { serviceDir } from '../../components/certkeeper.ts';
import { argocd } from '../../e2e/support/gitops-objects.ts';
import { GATEWAY_PORT } from '../../lab/cluster/gateway.ts';
import { onlyElements, openGitopsRepository, withDigests } from '../../lab/cluster/gitops.ts';
import { migrationsProgram } from '../../lab/cluster/images.ts';
import { until } from '../../lab/cluster/namespaces.ts';
import { type Cluster, startCluster } from '../../lab/cluster/start.ts';
import { joined } from '../../lab/manifests/check.ts';

/** The production overlay of gitops/ on a real cluster: brought by Argo CD, its traffic routed by Traefik, its pods counted by an autoscaler. */

export const SPACE = 'certkeeper-production';
const HOST = 'certkeeper.example.com';
const OVERLAY = 'apps/certkeeper/overlays/production/kustomization.yaml';
const AUTOSCALER = 'apps/certkeeper/components/autoscale/horizontalpodautoscaler.yaml';

const rolloutSchema = z.object({
  spec: z.object({ replicas: z.number().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      message: z.string().optional(),
      availableReplicas: z.number().optional(),
      HPAReplicas: z.number().optional(),
    })
    .default({}),
});
const routeSchema = z.object({
  spec: z.object({
    rules: z.tuple([z.object({ backendRefs: z.array(z.object({ name: z.string(), weight: z.number().default(1) })) })]),
  }),
});
const autoscalerSchema = z.object({
  spec: z.object({ minReplicas: z.number(), maxReplicas: z.number() }),
  status: z
    .object({
      desiredReplicas: z.number().optional(),
      currentReplicas: z.number().optional(),
      currentMetrics: z
        .array(
          z.object({ resource: z.object({ current: z.object({ averageValue: z.string().optional() }) }).optional() }),
        )
        .nullish(),
    })
    .default({}),
});

/** One request through the gateway, from its start. */
export interface Answer {
  readonly at: number;
  /** 0: no answer at all. */
  readonly status: number;
  readonly version: string;
}

export interface Routed extends AsyncDisposable {
  readonly cluster: Cluster;
  /** Every answer so far, in order of arrival. */
  readonly answers: readonly Answer[];
  load(perSecond: number): void;
  /** More requests beside, on connections that are kept, only to keep the pods busy; 0 ends them. */
  press(perSecond: number): void;
  readonly pressed: readonly Answer[];
  /** Sets the digest in git; gives the commit. */
  deploy(image: string): Promise<string>;
  /** Another target of the autoscaler, in git. */
  autoscale(target: string, most: number): Promise<string>;
  settled(commit: string): Promise<void>;
  /** `Synced` or not, at which commit. */
  sync(): Promise<{ readonly status: string; readonly revision: string | undefined; readonly health: string }>;
  rollout(): Promise<z.infer<typeof rolloutSchema>>;
  autoscaler(): Promise<z.infer<typeof autoscalerSchema>>;
  /** Weight of each Service in the HTTPRoute. */
  weights(): Promise<Readonly<Record<string, number>>>;
  /** Share of a version as `shiplock` sees it. */
  share(version: string): Promise<number>;
  /** An order to the Rollout: what kubectl's plugin writes. */
  order(status: Readonly<Record<string, boolean | null>>): Promise<void>;
}

/** @param images version by image; the first is what serves when it begins */
export async function openRouted(
  versions: readonly string[],
): Promise<Routed & { readonly images: readonly string[] }> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-routed-'));
  const [cluster, database] = await Promise.all([
    startCluster({ argocd: true, rollouts: true, gateway: true, metrics: true }),
    startMariadb({ args: ['--bind-address=0.0.0.0'] }),
  ]);
  const end = new AbortController();
  let pressing = new AbortController();
  const close = async (): Promise<void> => {
    end.abort();
    await cluster.stop();
    await database.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const images: string[] = [];
    for (const version of versions) images.push(await cluster.pushService({ version }));
    const repository = await openGitopsRepository(dir);
    const argo = argocd(cluster);
    const deploy = async (image: string): Promise<string> => {
      const digest = image.slice(image.indexOf('@') + 1);
      const commit = await repository.change(OVERLAY, (text) => withDigests(text, { api: digest }));
      await argo.refresh(SPACE).catch(() => undefined);
      return commit;
    };
    await prepareDatabase(database.root());
    await deploy(images[0] ?? '');
    const kept = new Map([
      ['platform', /^(namespaces|admission)$/],
      ['certkeeper', /^production$/],
    ]);
    const wanted = onlyElements(await repository.argocd(), kept);
    const apply = (which: (name: string) => boolean): Promise<string> =>
      cluster.must(
        ['apply', '-f', '-'],
        joined(wanted.filter(({ metadata, kind }) => kind === 'AppProject' || which(metadata.name))),
      );
    await apply((name) => name === 'platform');
    await until('the namespace', async () => (await cluster.kubectl(['get', 'namespace', SPACE])).code === 0);
    const dsn = `certkeeper:secret@tcp(${cluster.gateway}:${database.port})/certkeeper`;
    await cluster.must([
      'create',
      'secret',
      'generic',
      '-n',
      SPACE,
      'certkeeper-database',
      `--from-literal=dsn=${dsn}`,
    ]);
    await apply((name) => name === 'certkeeper');

    const json = async (...what: readonly string[]): Promise<unknown> =>
      JSON.parse(await cluster.must(['get', '-n', SPACE, ...what, '-o', 'json']));
    const answers: Answer[] = [];
    const pressed: Answer[] = [];
    const url = `http://${cluster.address}:${GATEWAY_PORT}/api/v1/version`;
    const names = async () =>
      new Map(images.map((image, index) => [image.slice(image.indexOf('@') + 1), versions[index] ?? '']));
    const access = { kubeconfig: [cluster.kubeconfig] };
    const kube = kubeClient(access);
    const one = { namespace: SPACE, component: 'api', container: 'api' };
    const pods = podsPlatform({ kube, ...one, owner: 'api', hashLabel: HASH_LABEL, names });
    const router = rolloutsRouter({
      kube,
      place: { cluster: access, namespace: SPACE, name: 'api', container: 'api' },
      service: 'certkeeper',
      names,
      pods: (signal) => pods.observe(signal),
    });
    return {
      cluster,
      images,
      answers,
      load: (perSecond) => {
        void load(url, perSecond, answers, { agent: new Agent({ keepAlive: false }), signal: end.signal });
      },
      pressed,
      press: (perSecond) => {
        pressing.abort();
        pressing = new AbortController();
        const signal = AbortSignal.any([pressing.signal, end.signal]);
        const agent = new Agent({ keepAlive: true, maxSockets: 50 });
        if (perSecond > 0) void load(url, perSecond, pressed, { agent, signal });
      },
      deploy,
      autoscale: async (target, most) => {
        const commit = await repository.change(AUTOSCALER, (text) =>
          text
            .replace(/averageValue: \w+/, `averageValue: ${target}`)
            .replace(/maxReplicas: \d+/, `maxReplicas: ${most}`),
        );
        await argo.refresh(SPACE);
        return commit;
      },
      settled: (commit) => argo.settled(SPACE, commit),
      sync: async () => {
        const { sync, health } = await argo.look(SPACE);
        return { status: sync?.status ?? '', revision: sync?.revision, health: health?.status ?? '' };
      },
      rollout: async () => rolloutSchema.parse(await json('rollout', 'api')),
      autoscaler: async () => autoscalerSchema.parse(await json('hpa', 'api')),
      weights: async () => {
        const [{ backendRefs }] = routeSchema.parse(await json('httproute', 'api')).spec.rules;
        return Object.fromEntries(backendRefs.map(({ name, weight }) => [name, weight]));
      },
      share: async (version) => {
        const state = await router.observe();
        if (state.kind === 'unreachable') throw new Error(state.reason);
        return state.routes.find((route) => route.version === version)?.share ?? 0;
      },
      order: async (status) => {
        const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
        await cluster.must(['patch', 'rollout', '-n', SPACE, 'api', ...patch]);
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In production the pipeline migrates; here the program of the Job does. */
async function prepareDatabase(access: mysql.ConnectionOptions & { readonly port: number }): Promise<void> {
  const root = await mysql.createConnection({ ...access, multipleStatements: true });
  await root.query(
    "CREATE DATABASE certkeeper CHARACTER SET utf8mb4; CREATE USER certkeeper@'%' IDENTIFIED BY 'secret'; GRANT ALL ON certkeeper.* TO certkeeper@'%'",
  );
  await root.end();
  const env = { CERTKEEPER_MIGRATIONS_DSN: `certkeeper:secret@tcp(127.0.0.1:${access.port})/certkeeper` };
  const ended = await command([await migrationsProgram(), join(serviceDir, 'migrations')], {
    cwd: '/',
    live: false,
    env,
  });
  if (ended.code !== 0) throw new Error(ended.output);
}

const said = z.object({ version: z.string() });

/** Sends requests at their times, whether or not earlier ones were answered. */
async function load(
  url: string,
  perSecond: number,
  answers: Answer[],
  { agent, signal }: { readonly agent: Agent; readonly signal: AbortSignal },
): Promise<void> {
  const begin = performance.now();
  for (let sent = 0; !signal.aborted; sent += 1) {
    const wait = begin + (sent * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const at = Date.now();
    const none = (): void => {
      // What is under way when the cluster ends is nobody's loss.
      if (!signal.aborted) answers.push({ at, status: 0, version: '' });
    };
    const request = get(url, { agent, headers: { host: HOST }, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => {
        const parsed = response.statusCode === 200 ? said.parse(JSON.parse(body)) : { version: '' };
        answers.push({ at, status: response.statusCode ?? 0, version: parsed.version });
      });
      response.on('error', none);
    });
    request.on('timeout', () => request.destroy()).on('error', none);
  }
}
