import type { ResolvedEnvironment, ResolvedGitops } from '../../config/index.ts';
import { gitopsPlace, observeGitops } from '../../gitops/index.ts';
import type { Service } from '../door.ts';
import { commitNode } from '../manifests/git-commit.ts';
import { type ForgeSurroundings, openGitopsForge } from '../manifests/gitops-forge.ts';
import { requestNodes, withdrawNode } from '../manifests/request.ts';
import type { GitopsTarget } from './target.ts';

type WithGit = ResolvedEnvironment & { readonly gitops: ResolvedGitops };

/** Where git names what serves an environment. */
export function openGitTarget(
  environment: WithGit,
  service: Pick<Service, 'store' | 'exec'> & ForgeSurroundings,
): GitopsTarget {
  const { repository, branch, file } = environment.gitops;
  const { store, exec } = service;
  return {
    describe: `${repository} ${branch}:${file}`,
    commit: (record, id, said) => commitNode(environment, store, record, id, said),
    ...requestTarget(environment, service),
    named: async () => (await observeGitops(gitopsPlace(environment, store), exec)).value,
  };
}

/** By pull request; nothing is asked of a forge where commits are pushed. */
function requestTarget(
  environment: WithGit,
  { store, clock, secrets }: Pick<Service, 'store'> & ForgeSurroundings,
): Pick<GitopsTarget, 'request' | 'withdraw'> {
  const { by, forge } = environment.gitops;
  if (by === 'push' || forge === null) return { request: () => null, withdraw: null };
  const open: Parameters<typeof withdrawNode>[1] = (patience) => openGitopsForge(forge, { clock, secrets }, patience);
  return {
    request: (record, actor) => requestNodes(environment, store, record, { actor }, open),
    withdraw: withdrawNode(environment, open),
  };
}
