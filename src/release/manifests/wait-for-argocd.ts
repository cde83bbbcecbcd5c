import { z } from 'zod';
import { isInCluster } from '../../config/index.ts';
import { gitopsPlace, gitRelations, observeGitops } from '../../gitops/index.ts';
import { ProblemError } from '../../model/problem.ts';
import { procedure, sequence, step } from '../../procedure/index.ts';
import { applicationPlace, clusterOf, noCluster } from '../environment/cluster-place.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { underPolicy } from '../policy/persons.ts';
import type { ReleaseOutcome } from '../run/release.ts';
import { begin, outcomeOf } from './by-git.ts';

/** The wait until Argo CD has brought what git names. */

export interface WaitRequest {
  /** Default: the head of the branch. */
  readonly commit?: string | undefined;
  readonly why: string;
}

export interface WaitOutcome extends ReleaseOutcome {
  /** What was waited for. */
  readonly commit: string;
  /** Commit that the cluster was compared with; empty when it did not come to that. */
  readonly revision: string;
}

/** Asks Argo CD to bring a commit into the cluster and waits until it has: this one, or one that contains it. */
export async function waitForArgoCd(opened: ServiceEnvironment, request: WaitRequest): Promise<WaitOutcome> {
  const service = await underPolicy(opened, 'forward');
  const { environment, store, exec, clock, door } = service;
  if (!isInCluster(environment)) {
    throw new ProblemError(noCluster(environment, 'wait'));
  }
  // What speaks to a cluster is large, and what comes before may have refused.
  const [{ syncNode }, { kubeClient }] = await Promise.all([
    import('../../gitops/argocd/wait.ts'),
    import('../../procedure/kube/client.ts'),
  ]);
  const cluster = clusterOf(environment, door.env);
  const place = gitopsPlace(environment, store);
  const commit = request.commit ?? (await observeGitops(place, exec)).commit ?? '';
  if (!/^[0-9a-f]{40,64}$/.test(commit)) throw new ProblemError(noCommit(environment.environment, commit));
  const wanted = wantedStep(commit);
  const { node, synced } = syncNode({
    id: 'sync',
    place: applicationPlace(environment, cluster),
    kube: kubeClient(cluster, clock),
    commit: wanted,
    relations: gitRelations(place),
    deadlineMs: environment.platform.syncDeadlineMs,
  });
  const result = await begin(
    service,
    procedure({
      id: 'argocd-wait',
      title: `Wait until Argo CD has brought ${commit.slice(0, 12)} to ${environment.environment}`,
      description: 'Argo CD is asked to look at git, what stands in the way is ended, and it is waited for.',
      environment: environment.environment,
      inputs: { commit, why: request.why },
      root: sequence({ id: 'wait', title: 'Wait for Argo CD', steps: [wanted, node] }),
    }),
  );
  const revision = result.outcome === 'done' ? (result.outputs(synced)?.revision ?? '') : '';
  const said =
    result.outcome === 'done'
      ? `Argo CD has brought ${commit.slice(0, 12)} to ${environment.environment}`
      : `Argo CD has not brought ${commit.slice(0, 12)} to ${environment.environment}`;
  return { ...outcomeOf(service, result, commit.slice(0, 12), said), commit, revision };
}

function wantedStep(commit: string) {
  return step<null, { readonly commit: string }>({
    id: 'commit',
    title: `Take ${commit.slice(0, 12)}`,
    inputs: { commit },
    read: async () => null,
    decide: () => ({ kind: 'nothing', why: 'it is given' }),
    outputs: z.strictObject({ commit: z.string() }),
    collect: () => ({ commit }),
    planned: () => ({ commit }),
    probe: 'repeatable',
  });
}

function noCommit(environment: string, found: string) {
  return {
    code: 'cli.commit',
    where: environment,
    found: found === '' ? 'a branch without a commit' : found,
    expected: 'a whole commit id, 40 or 64 hexadecimal digits',
    remedy: 'name the commit, or push one to the branch of `gitops`',
  };
}
