export {
  CYCLONEDX_FILE,
  ociPurl,
  type SbomNodes,
  type SbomSource,
  SPDX_FILE,
  sbomDirectory,
  sbomNode,
} from './step.ts';
