import { join } from 'node:path';
import type { ResolvedEnvironment, ResolvedGitops } from '../../config/index.ts';
import type { GitopsPlace } from '../../gitops/index.ts';

/** Where git names what serves. Pure. */

export type WithGit = Pick<ResolvedEnvironment, 'service' | 'environment' | 'baseDir'> & {
  readonly gitops: ResolvedGitops;
};

export function gitopsPlace({ gitops, baseDir }: WithGit, store: string): GitopsPlace {
  return { ...gitops, workDir: join(store, 'gitops'), baseDir };
}
