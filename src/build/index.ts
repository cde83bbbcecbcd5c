/** Builds: from the sources of a commit to artefacts with digests. */
export type { BuildNodes, BuiltArtefact } from './cached.ts';
export { buildGoNode, type GoBuild, goArgv } from './go.ts';
export { type ImageLookup, imageNode } from './image.ts';
export { type BuiltStep, type ImageBuild, type ImageParts, type ImageSettings, imageBuildNode } from './oci/index.ts';
export { releaseJson, releaseJsonStep } from './release-json.ts';
export {
  CYCLONEDX_FILE,
  type SbomNodes,
  type SbomSource,
  SPDX_FILE,
  sbomDirectory,
  sbomNode,
} from './sbom/index.ts';
export { buildKey, sourceDigest } from './sources.ts';
export { buildStaticNode, type StaticBuild } from './static.ts';
