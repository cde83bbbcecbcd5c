import type { ResolvedEnvironment, ResolvedGitops } from '../../config/index.ts';

/** An environment whose version git names. */
export type WithGit = Pick<ResolvedEnvironment, 'service' | 'environment' | 'baseDir'> & {
  readonly gitops: ResolvedGitops;
};
