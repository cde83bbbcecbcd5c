import type { ClusterEnvironment, HostEnvironment, ResolvedEnvironment } from './types.ts';

/** On hosts, behind a proxy of ours? Checked configurations are one or the other. */
export function isOnHosts(environment: ResolvedEnvironment): environment is HostEnvironment {
  return environment.platform.kind !== 'kubernetes' && environment.traffic.kind !== 'argo-rollouts';
}

/** In a cluster, brought there from git? */
export function isInCluster(environment: ResolvedEnvironment): environment is ClusterEnvironment {
  const { platform, traffic, gitops } = environment;
  return platform.kind === 'kubernetes' && traffic.kind === 'argo-rollouts' && gitops !== null;
}
