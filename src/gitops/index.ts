/** GitOps: the one value in git that names what serves. */

export * from './argocd/index.ts';
export {
  type GitopsCommitOptions,
  type GitopsFacts,
  type GitopsOutputs,
  type GitopsPlace,
  gitopsCommitNode,
  observeGitops,
} from './commit.ts';
export { type Edited, newFile, readScalar, setScalar } from './edit.ts';
