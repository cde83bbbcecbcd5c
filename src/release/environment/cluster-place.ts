import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ClusterEnvironment, ResolvedEnvironment } from '../../config/index.ts';
import type { ApplicationPlace } from '../../gitops/index.ts';
import type { Cluster } from '../../model/kube.ts';
import type { Problem } from '../../model/problem.ts';

/** Where an environment lies in a cluster. Pure. */

/** Why something that is done in clusters only, looking or waiting, cannot be done where hosts of ours serve. */
export function noCluster({ environment, platform }: ResolvedEnvironment, doing: 'look' | 'wait'): Problem {
  return {
    code: 'release.no-cluster',
    where: environment,
    found: `the platform \`${platform.kind}\``,
    expected: 'an environment that Argo CD brings into a cluster',
    remedy:
      doing === 'look'
        ? '`shiplock status` says what serves on hosts, and whether git agrees'
        : 'name an environment on kubernetes; on hosts a release waits for itself',
  };
}

export function clusterOf(
  { platform }: Pick<ClusterEnvironment, 'platform'>,
  env: Readonly<Record<string, string | undefined>>,
): Cluster {
  return clusterAt(platform, env);
}

/** Which cluster: kubectl's own rules, with what the configuration says before them. */
export function clusterAt(
  { kubeconfig, context }: Pick<ClusterEnvironment['platform'], 'kubeconfig' | 'context'>,
  env: Readonly<Record<string, string | undefined>>,
): Cluster {
  const listed = (env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  const inPod = env['KUBERNETES_SERVICE_HOST'] !== undefined && listed.length === 0;
  const usual = listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
  return {
    kubeconfig: kubeconfig !== null ? [kubeconfig] : inPod ? null : usual,
    ...(context === null ? {} : { context }),
  };
}

export function applicationPlace({ platform }: ClusterEnvironment, cluster: Cluster): ApplicationPlace {
  return { cluster, namespace: platform.argocdNamespace, name: platform.application };
}
