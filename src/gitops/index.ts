/** GitOps: the one value in git that names what serves. */

export * from './argocd/index.ts';
export {
  type GitopsChange,
  type GitopsCommitOptions,
  type GitopsFacts,
  type GitopsOutputs,
  gitopsChange,
  gitopsCommitNode,
} from './commit.ts';
export { unifiedDiff } from './edit/diff.ts';
export { type OpenFile, openFile, saveFile } from './edit/file.ts';
export {
  annotationEdit,
  formatImage,
  helmValueEdit,
  type ImageReference,
  imageEdit,
  type KustomizeImage,
  parseImage,
  replicasEdit,
  setKustomizeImage,
  setValues,
} from './edit/images.ts';
export { editOutcome } from './edit/problems.ts';
export { readValue } from './edit/read.ts';
export { type EditResult, type SetOptions, setValue } from './edit/set.ts';
export { VALUE_TYPES, type ValueType } from './edit/value.ts';
export { type Edited, newFile, readScalar, setScalar } from './edit.ts';
export {
  type GitopsNumbersOptions,
  gitopsNumbersNode,
  type NumberChange,
  readNumbers,
} from './numbers.ts';
export { type GitopsPlace, gitopsPlace, observeGitops } from './observe.ts';
