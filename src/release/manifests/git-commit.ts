import { join } from 'node:path';
import type { ResolvedEnvironment, ResolvedGitops } from '../../config/index.ts';
import { type GitopsPlace, gitopsCommitNode } from '../../gitops/index.ts';
import type { CommitSaid } from '../environment/target.ts';
import type { ReleaseRecord } from '../record.ts';

/** What git shall name of a release, and where. */

type WithGit = Pick<ResolvedEnvironment, 'service' | 'environment' | 'baseDir'> & { readonly gitops: ResolvedGitops };

export function gitopsPlace({ gitops, baseDir }: WithGit, store: string): GitopsPlace {
  return { ...gitops, workDir: join(store, 'gitops'), baseDir };
}

/** The step that makes git name a release. */
export function commitNode(
  environment: WithGit,
  store: string,
  record: ReleaseRecord,
  id: string,
  said: Partial<CommitSaid> & { readonly repeats?: boolean } = {},
): ReturnType<typeof gitopsCommitNode> {
  const { service, gitops } = environment;
  const { version } = record.release;
  return gitopsCommitNode({
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
  });
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
