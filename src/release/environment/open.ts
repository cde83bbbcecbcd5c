import { join } from 'node:path';
import {
  type ClusterEnvironment,
  type HostEnvironment,
  isInCluster,
  isOnHosts,
  type ResolvedEnvironment,
} from '../../config/index.ts';
import { prometheusMetrics, proxyMetrics } from '../../metrics/index.ts';
import { httpClient } from '../../procedure/index.ts';
import type { RolloutPolicy } from '../../rollout/index.ts';
import { holdEffect, type ProxyOptions, readMaintenance } from '../../traffic/index.ts';
import type { Provenance } from '../attest/provenance.ts';
import { changeLooks } from '../change/looks.ts';
import type { Service } from '../door.ts';
import { readRules } from '../policy/policy.ts';
import { promotionLooks } from '../promotion/looks.ts';
import { quarantineProblems } from '../quarantine/check.ts';
import type { ReleaseRecord } from '../record.ts';
import { scanLooks } from '../scan/looks.ts';
import { analysisPolicy } from './analysis-policy.ts';
import { withBuckets } from './buckets.ts';
import { hostNames, openPlatform } from './platform.ts';
import { openProxy, PROXY, proxyNode } from './proxy.ts';
import type { DatabaseTarget, GitopsTarget, Target } from './target.ts';
import { WEB, webAddress, webNode } from './web.ts';

type Surroundings = Service;

/** Opens the adapters that an environment names. Looks at files only; nothing is connected before it is asked something. */
export async function openTarget(environment: ResolvedEnvironment, service: Surroundings): Promise<Target> {
  if (isInCluster(environment)) return bucketsToo(environment, service, await clusterTarget(environment, service));
  if (isOnHosts(environment)) return bucketsToo(environment, service, await hostTarget(environment, service));
  throw new TypeError('a checked configuration is on hosts or in a cluster');
}

/** Releases that stay in a bucket, where no platform says how many stay on a disk. */
const KEPT_IN_BUCKETS = 5;

function bucketsToo(environment: ResolvedEnvironment, service: Surroundings, target: Target): Target {
  const { buckets = [] } = environment;
  return {
    ...target,
    // In a cluster nothing of ours fills a disk, but a bucket.
    keepReleases: target.keepReleases ?? (buckets.length > 0 ? KEPT_IN_BUCKETS : null),
    files: withBuckets(target.files, environment, service),
  };
}

async function hostTarget(environment: HostEnvironment, service: Surroundings): Promise<Target> {
  const { platform: host, traffic, metrics } = environment;
  const { clock, exec, store, door } = service;
  const resource = `local:${host.root}`;
  const component = environment.components[traffic.component];
  const proxy: ProxyOptions = {
    service: environment.service,
    directory: traffic.directory,
    bind: traffic.bind,
    readyPath: component?.process?.ready ?? '/',
    deadManMs: traffic.deadManMs,
    longestTimeoutMs: traffic.longestTimeoutMs,
    heartbeatDir: join(host.root, 'run', 'heartbeats'),
    maxInstancesPerVersion: Math.max(4, host.replicas * hostNames(host).length),
    rateLimits: traffic.rateLimits,
    files:
      traffic.files === null ? null : { server: webAddress(traffic.files), servicePaths: traffic.files.servicePaths },
    privatePaths: traffic.privatePaths,
    // Whatever is applied under maintenance, a rollback too, leaves the page where it is.
    maintenance: await readMaintenance(traffic.directory),
    resource,
    clock,
  };
  const opened = openProxy(traffic.kind, proxy, metrics.timeoutMs);
  const guard = guardTemplate(proxy, traffic.kind, door.self);
  const { fleet, here, prepare } = openPlatform(environment, { clock, exec, guard });
  return {
    service: environment.service,
    environment: environment.environment,
    store,
    hosts: hostNames(host),
    keepReleases: host.keepReleases,
    entry: traffic.entry,
    clock,
    policy: policyOf(environment),
    ports: {
      router: opened.router,
      platform: fleet,
      metrics: proxyMetrics({ source: traffic.kind, clock, read: opened.read }),
      witnesses:
        metrics.prometheus === null
          ? []
          : [
              {
                metrics: prometheusMetrics({ ...metrics.prometheus, clock, http: httpClient }),
                names: metrics.prometheus.queries.map((query) => query.metric),
              },
            ],
      http: httpClient,
      hold: (version, untilMs, errorRate) => holdEffect(proxy.heartbeatDir, version, untilMs, { errorRate }, resource),
      stopGuards: fleet.stopGuards,
    },
    files: {
      observe: (signal) => here(traffic.files?.component ?? traffic.component).observe(signal),
      switch: (spec, look) => {
        const files = here(spec.component);
        return [...files.install(spec, look), ...files.makeCurrent(spec.version, look)];
      },
      remove: (spec, look) => here(spec.component).remove(spec.version, look),
      keeps: (name) => environment.components[name]?.kind === 'script',
    },
    database: await databaseTarget(environment, service),
    gitops: await gitTarget(environment, service),
    promotion: promotionLooks(environment, service),
    scan: scanLooks(environment, service),
    change: changeLooks(environment, service),
    quarantine: (digests, way = 'forward', ownRun) => quarantineProblems(service, digests, way, ownRun),
    provenance: (record, mode) => provenance(environment, service, record, mode),
    cluster: null,
    purge: environment.purge,
    verify: environment.verify,
    prepare,
    doors: {
      service: environment.service,
      environment: environment.environment,
      directory: traffic.directory,
      resource,
      entry: traffic.entry,
      http: httpClient,
      router: (maintenance) => openProxy(traffic.kind, { ...proxy, maintenance }, metrics.timeoutMs).router,
    },
    proxy: proxyNode(proxy, opened, here(PROXY)),
    web:
      traffic.files === null
        ? null
        : webNode(
            traffic.files,
            { root: host.root, self: door.self },
            httpClient,
            here(WEB, { first: traffic.files.port, last: traffic.files.port }),
          ),
  };
}

/** In a cluster only the decisions are ours: there are no hosts, no proxy and no files of this machine. */
async function clusterTarget(environment: ClusterEnvironment, service: Surroundings): Promise<Target> {
  const { clock, exec, store, door } = service;
  // The client of the cluster and all that speaks with it: hosts need none of it.
  const { openCluster } = await import('./cluster.ts');
  const opened = openCluster(environment, { store, clock, exec, secrets: service.secrets, env: door.env });
  const nothing = { instances: [], installed: [], current: {} };
  return {
    service: environment.service,
    environment: environment.environment,
    store,
    hosts: hostNames(environment.platform),
    keepReleases: null,
    entry: environment.traffic.entry,
    clock,
    policy: policyOf(environment),
    ports: {
      router: opened.router,
      platform: opened.platform,
      metrics: opened.metrics,
      witnesses: opened.witnesses,
      http: httpClient,
      hold: () => {
        throw new TypeError('in a cluster no guard of ours keeps watch');
      },
      stopGuards: () => [],
    },
    files: { observe: async () => nothing, switch: () => [], remove: () => [], keeps: () => false },
    database: await databaseTarget(environment, service),
    gitops: opened.git,
    promotion: promotionLooks(environment, service),
    scan: scanLooks(environment, service),
    change: changeLooks(environment, service),
    quarantine: (digests, way = 'forward', ownRun) => quarantineProblems(service, digests, way, ownRun),
    provenance: (record, mode) => provenance(environment, service, record, mode),
    cluster: opened.target,
    purge: environment.purge,
    verify: environment.verify,
    prepare: null,
    doors: null,
    proxy: null,
    web: null,
  };
}

function guardTemplate(proxy: ProxyOptions, kind: HostEnvironment['traffic']['kind'], self: readonly string[]) {
  return {
    heartbeatFile: join(proxy.heartbeatDir, '{version}.json'),
    argv: [
      ...self,
      'guard',
      '--service',
      proxy.service,
      '--version',
      '{version}',
      '--listen',
      '127.0.0.1:{guardPort}',
      '--instance',
      `http://{host}:{port}${proxy.readyPath}`,
      '--heartbeats',
      proxy.heartbeatDir,
      `--${kind}`,
      proxy.directory,
    ],
  };
}

function policyOf({ rollout, metrics, traffic }: ResolvedEnvironment): RolloutPolicy {
  return {
    strategy: rollout.strategy,
    preview: rollout.preview,
    ...(rollout.rolling === undefined ? {} : { rolling: rollout.rolling }),
    steps: rollout.steps,
    analysis: analysisPolicy({ rollout, traffic }),
    pastMs: rollout.analysis.pastMs,
    everyMs: metrics.everyMs,
    healthDeadlineMs: rollout.healthDeadlineMs,
    analysisDeadlineMs: rollout.analysisDeadlineMs,
    finalBakeMs: rollout.finalBakeMs,
    drainTimeoutMs: rollout.drainTimeoutMs,
    errorLimit: rollout.errorLimit,
    lowTraffic: rollout.lowTraffic,
    smoke: rollout.smoke,
    role: rollout.role,
    ...(rollout.capacityPerInstance === null ? {} : { capacityPerInstance: rollout.capacityPerInstance }),
  };
}

/** What applies migrations is loaded only where there is a database. */
async function databaseTarget(environment: ResolvedEnvironment, service: Surroundings): Promise<DatabaseTarget | null> {
  const settings = environment.database;
  if (settings === null) return null;
  return (await import('./database.ts')).openDatabaseTarget(environment, settings, service);
}

/** What edits manifests, with a second parser, only where git names what serves. */
async function gitTarget(environment: ResolvedEnvironment, service: Surroundings): Promise<GitopsTarget | null> {
  const { gitops } = environment;
  return gitops === null ? null : (await import('./git.ts')).openGitTarget({ ...environment, gitops }, service);
}

/** Most policies trust no key: what verifies signatures is loaded only where one does. */
async function provenance(
  environment: ResolvedEnvironment,
  service: Surroundings,
  record: ReleaseRecord,
  mode: 'plan' | 'run',
): Promise<Provenance> {
  const { trust } = await readRules(service, environment);
  if (trust === null) return { kind: 'not-asked' };
  const { provenanceOf } = await import('../attest/check.ts');
  const found = await provenanceOf(service, record, trust);
  if (mode === 'run' && found.kind === 'attested') {
    const { imageProblems } = await import('../attest/images.ts');
    const problems = await imageProblems(environment, service.secrets, record);
    return problems.length > 0 ? { kind: 'refused', problems } : found;
  }
  // A plan signs nothing.
  const unsigned = found.kind === 'refused' && found.problems.every(({ code }) => code === 'attest.missing');
  return mode === 'plan' && unsigned && service.config.service.signing !== undefined ? { kind: 'pending' } : found;
}
