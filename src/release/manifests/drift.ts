import { isInCluster } from '../../config/index.ts';
import { type Drift, gitopsPlace, gitRelations, lookNow, observeDrift, observeGitops } from '../../gitops/index.ts';
import { ProblemError } from '../../model/problem.ts';
import { kubeClient } from '../../procedure/index.ts';
import { applicationPlace, clusterOf, noCluster } from '../environment/cluster-place.ts';
import type { ServiceEnvironment } from '../environment/service.ts';

/** Git, what Argo CD was told to bring, and what is there; each difference by its field and who wrote it. */
export interface DriftReport extends Drift {
  readonly service: string;
  readonly environment: string;
  readonly git: {
    /** Head of the branch, and what it names. */
    readonly commit: string | null;
    readonly value: string | null;
    /** How the commit that Argo CD compared with stands to the head. */
    readonly compared: 'same' | 'after' | 'before' | 'unknown';
  };
}

/** Only looks. `all`: also at resources that Argo CD calls synced. */
export async function drift(
  service: ServiceEnvironment,
  options: { readonly all: boolean; readonly signal?: AbortSignal },
): Promise<DriftReport> {
  const { environment, store, exec, clock, door } = service;
  if (!isInCluster(environment)) {
    throw new ProblemError(noCluster(environment, 'look'));
  }
  const cluster = clusterOf(environment, door.env);
  const kube = kubeClient(cluster, clock);
  const place = applicationPlace(environment, cluster);
  const git = gitopsPlace(environment, store);
  const [named, found] = await Promise.all([observeGitops(git, exec), observeDrift(kube, place, options)]);
  const signal = options.signal ?? AbortSignal.timeout(30_000);
  const look = await lookNow({ place, kube, relations: gitRelations(git) }, named.commit ?? '', exec, signal);
  return {
    service: environment.service,
    environment: environment.environment,
    git: { ...named, compared: look.compared },
    ...found,
  };
}
