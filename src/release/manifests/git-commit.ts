import type { ResolvedGitops } from '../../config/index.ts';
import { type GitopsCommitOptions, gitopsCommitNode, gitopsPlace } from '../../gitops/index.ts';
import type { CommitSaid } from '../environment/target.ts';
import type { ReleaseRecord } from '../record.ts';
import type { WithGit } from './git-place.ts';

/** What git shall name of a release, and where. */

/** The step that makes git name a release. */
export function commitNode(
  environment: WithGit,
  store: string,
  record: ReleaseRecord,
  id: string,
  said: Partial<CommitSaid> & { readonly repeats?: boolean } = {},
): ReturnType<typeof gitopsCommitNode> {
  return gitopsCommitNode(commitOptions(environment, store, record, id, said));
}

export function commitOptions(
  environment: WithGit,
  store: string,
  record: ReleaseRecord,
  id: string,
  said: Partial<CommitSaid> & { readonly repeats?: boolean } = {},
): GitopsCommitOptions {
  const { service, gitops } = environment;
  const { version } = record.release;
  return {
    ...gitopsPlace(environment, store),
    ...said,
    id,
    value: gitValue(gitops.names, record),
    author: gitops.author,
    signingKey: gitops.signingKey,
    service,
    environment: environment.environment,
    message: `${service} in ${environment.environment}: ${version}`,
    urgent: id === 'git-back',
    // The way back waits for nobody, so it pushes in any case.
    pushes: gitops.by === 'push' || id === 'git-back',
  };
}

/** Pure. A digest cannot be moved, a version is a name that people give. */
export function gitValue(names: ResolvedGitops['names'], { release, unit }: ReleaseRecord): string {
  switch (names) {
    case 'version':
      return release.version;
    case 'digest':
      return unit?.digest ?? '';
    case 'image':
      return unit?.artefact ?? '';
  }
}
