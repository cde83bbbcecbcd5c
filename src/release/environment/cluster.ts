import type { ClusterEnvironment } from '../../config/index.ts';
import { applicationKind, gitopsPlace, gitRelations, syncNode } from '../../gitops/index.ts';
import { prometheusMetrics } from '../../metrics/index.ts';
import type { Check } from '../../model/check.ts';
import { type ClusterRollouts, versionOf } from '../../model/cluster-rollout.ts';
import type { Cluster, Kube, KubeRight } from '../../model/kube.ts';
import type { Counters } from '../../model/metrics.ts';
import type { Clock, Exec, Metrics, Platform, TrafficRouter } from '../../model/ports.ts';
import { clusterChecks, isRefused, podsPlatform, type QuarantineList, quarantineStep } from '../../platform/index.ts';
import { httpClient, kubeClient, sequence } from '../../procedure/index.ts';
import type { Witness } from '../../rollout/index.ts';
import { HASH_LABEL, type RolloutPlace, rolloutControls, rolloutKind, rolloutsRouter } from '../../traffic/index.ts';
import { commitNode } from '../manifests/git-commit.ts';
import type { ForgeSurroundings } from '../manifests/gitops-forge.ts';
import { knownReleases, readEnvironmentRecord } from '../record.ts';
import { applicationPlace, clusterOf } from './cluster-place.ts';
import { podsTarget } from './cluster-pods.ts';
import { openGitTarget } from './git.ts';
import type { ClusterTarget, GitopsTarget } from './target.ts';

/** An environment in a cluster, with its adapters. Nothing is connected before it is asked something. */

export interface OpenedCluster {
  readonly target: ClusterTarget;
  readonly router: TrafficRouter;
  readonly platform: Platform;
  readonly metrics: Metrics;
  readonly witnesses: readonly Witness[];
  /** What git names stands for a version; a name of its own for what nobody has a record of. */
  readonly git: GitopsTarget;
}

interface Surroundings {
  readonly store: string;
  readonly clock: Clock;
  readonly exec: Exec;
  readonly secrets: ForgeSurroundings['secrets'];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The metric that decides; all others may only accuse. */
const ERRORS = 'errors';

export function openCluster(environment: ClusterEnvironment, around: Surroundings): OpenedCluster {
  const { platform, traffic } = environment;
  const { store, clock } = around;
  const cluster = clusterOf(environment, around.env);
  const kube = kubeClient(cluster, clock);
  const place = rolloutPlace(environment, cluster);
  const names = () => versionNames(store, environment);
  const controls = rolloutControls(kube, place);
  const pods = podsPlatform({
    kube,
    namespace: platform.namespace,
    owner: platform.rollout,
    hashLabel: HASH_LABEL,
    container: platform.container,
    component: traffic.component,
    names,
  });
  const git = openGitTarget(environment, around);
  const relations = gitRelations(gitopsPlace(environment, store));
  const sources = sourcesOf(environment, clock, () => hashNames(controls, names));
  const quarantineList = (where: { readonly namespace: string; readonly name: string }): QuarantineList => ({
    kube,
    cluster,
    ...where,
  });
  return {
    platform: pods,
    router: rolloutsRouter({
      kube,
      place,
      service: environment.service,
      names,
      pods: (signal) => pods.observe(signal),
    }),
    metrics: sources.errors,
    witnesses: sources.others,
    git: {
      ...git,
      named: async () => {
        const value = await git.named();
        const digest = value === null ? null : (/sha256:[0-9a-f]{64}$/.exec(value)?.[0] ?? null);
        return value === null ? null : versionOf(await names(), digest, value);
      },
    },
    target: {
      rollouts: controls,
      named: git.named,
      pods: (workload) => podsTarget(environment, workload, { kube, cluster, store, rollouts: controls, relations }),
      quarantine: ({ release, unit }) => {
        if (platform.quarantine === null || unit === null) return null;
        const list = quarantineList(platform.quarantine);
        const what = { digest: unit.digest, version: release.version };
        return { lift: quarantineStep(list, what, 'lift'), put: quarantineStep(list, what, 'put') };
      },
      refusal: ({ digest, why }) => {
        if (platform.quarantine === null) return null;
        const list = quarantineList(platform.quarantine);
        return {
          refused: () => isRefused(list, digest),
          put: quarantineStep(list, { digest, version: digest, why }, 'put'),
          lift: quarantineStep(list, { digest, version: digest }, 'lift'),
        };
      },
      bring: (record, id, actor) => {
        const urgent = id === 'git-back';
        const commit = commitNode(environment, store, record, id, { actor, repeats: urgent });
        const sync = syncNode({
          id: urgent ? 'sync-back' : 'sync',
          place: applicationPlace(environment, cluster),
          kube,
          commit,
          relations,
          deadlineMs: platform.syncDeadlineMs,
          urgent,
        });
        return sequence({
          id: urgent ? 'bring-back' : 'bring',
          title: `Bring ${record.release.version} into the cluster, by way of git`,
          steps: [commit, sync.node],
        });
      },
    },
  };
}

function rolloutPlace({ platform }: ClusterEnvironment, cluster: Cluster): RolloutPlace {
  const { namespace, rollout: name, container } = platform;
  return { cluster, namespace, name, container };
}

/** Version by digest. Of two with the same one, that which served last. */
async function versionNames(
  store: string,
  { environment, service }: Pick<ClusterEnvironment, 'environment' | 'service'>,
): Promise<ReadonlyMap<string, string>> {
  const [known, record] = await Promise.all([
    knownReleases(store, environment),
    readEnvironmentRecord(store, environment, service),
  ]);
  const served = record.history.map(({ version }) => version);
  const inOrder = known.toSorted((a, b) => served.lastIndexOf(a.version) - served.lastIndexOf(b.version));
  return new Map(
    inOrder.flatMap(({ version, artefacts }) => artefacts.map(({ digest }) => [digest, version] as const)),
  );
}

/** Version by hash of the pod template: metrics of a cluster often carry only that. */
async function hashNames(
  controls: ClusterRollouts,
  names: () => Promise<ReadonlyMap<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const seen = await controls.observe();
  if (seen.kind === 'absent') return new Map();
  const known = await names();
  const revisions = [seen.desired, ...(seen.stable === null ? [] : [seen.stable])];
  return new Map(revisions.map(({ hash, digest }) => [hash, versionOf(known, digest, hash)] as const));
}

function sourcesOf(
  { metrics: { prometheus } }: ClusterEnvironment,
  clock: Clock,
  hashes: () => Promise<ReadonlyMap<string, string>>,
): { readonly errors: Metrics; readonly others: readonly Witness[] } {
  const queries = prometheus?.queries ?? [];
  const make = (wanted: typeof queries): Metrics =>
    byVersion(
      prometheusMetrics({
        url: prometheus?.url ?? '',
        staleAfterMs: prometheus?.staleAfterMs ?? 60_000,
        timeoutMs: prometheus?.timeoutMs ?? 5_000,
        queries: wanted,
        clock,
        http: httpClient,
      }),
      hashes,
    );
  const others = queries.filter(({ metric }) => metric !== ERRORS);
  return {
    errors: make(queries.filter(({ metric }) => metric === ERRORS)),
    others: others.length === 0 ? [] : [{ metrics: make(others), names: others.map(({ metric }) => metric) }],
  };
}

/** The label `version` of a series may hold the hash of the pod template instead. */
function byVersion(metrics: Metrics, hashes: () => Promise<ReadonlyMap<string, string>>): Metrics {
  return {
    async sample(signal): Promise<Counters> {
      const [counters, names] = await Promise.all([
        metrics.sample(signal),
        // The cluster's silence is told by those who look at it; counts by version need it not.
        hashes().catch(() => new Map<string, string>()),
      ]);
      if (counters.kind === 'missing') return counters;
      const servers = counters.servers.map((one) => ({ ...one, version: names.get(one.version) ?? one.version }));
      return { ...counters, servers };
    },
  };
}

/** What `doctor` looks at in the cluster. */
export function clusterDoctor(
  environment: ClusterEnvironment,
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): readonly Check[] {
  const { platform } = environment;
  const { namespace } = platform;
  const kube: Kube = kubeClient(clusterOf(environment, env), clock);
  const application = applicationKind(platform.argocdNamespace);
  const rollout = rolloutKind(namespace);
  const rights: readonly KubeRight[] = [
    { verb: 'get', kind: rollout },
    { verb: 'patch', kind: rollout },
    { verb: 'patch', kind: rollout, subresource: 'status' },
    { verb: 'list', kind: { group: 'apps', version: 'v1', kind: 'ReplicaSet', plural: 'replicasets', namespace } },
    { verb: 'list', kind: { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespace } },
    { verb: 'get', kind: application },
    { verb: 'patch', kind: application },
  ];
  return clusterChecks({
    kube,
    namespace,
    objects: [
      { kind: application, name: platform.application, first: false },
      { kind: rollout, name: platform.rollout, first: true },
    ],
    rights,
  });
}
