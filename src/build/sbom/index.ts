export { CYCLONEDX_FILE, type ImageName, ociPurl, SPDX_FILE, sbomDirectory } from './names.ts';
export { type SbomNodes, sbomNode } from './step.ts';
export type { SbomSource } from './types.ts';
