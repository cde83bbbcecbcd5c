import type { ResolvedEnvironment, ResolvedGitops } from '../../config/index.ts';
import { observeGitops } from '../../gitops/index.ts';
import type { Service } from '../door.ts';
import { commitNode, gitopsPlace } from '../manifests/git-commit.ts';
import type { GitopsTarget } from './target.ts';

/** Where git names what serves an environment. */
export function openGitTarget(
  environment: ResolvedEnvironment & { readonly gitops: ResolvedGitops },
  { store, exec }: Pick<Service, 'store' | 'exec'>,
): GitopsTarget {
  const { repository, branch, file } = environment.gitops;
  return {
    describe: `${repository} ${branch}:${file}`,
    commit: (record, id, said) => commitNode(environment, store, record, id, said),
    named: async () => (await observeGitops(gitopsPlace(environment, store), exec)).value,
  };
}
