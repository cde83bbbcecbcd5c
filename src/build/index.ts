/** Builds: from the sources of a commit to artefacts with digests. */
export type { BuildNodes, BuiltArtefact } from './cached.ts';
export { buildScriptNode, type ScriptBuild } from './client/script.ts';
export { differenceOf } from './compare.ts';
export { type BuildNetwork, NETWORKS } from './config.ts';
export { type FrontendConfig, frontendSettings } from './frontend/config.ts';
export { type PagesOutputs, pagesOutputsSchema, readWebFiles } from './frontend/pages-step.ts';
export { type Earlier, type FrontendReport, sizeLines, sizeTable } from './frontend/sizes.ts';
export { goArgv } from './go/command.ts';
export { percent } from './go/coverage.ts';
export { buildGoNode } from './go/node.ts';
export { deployedFirst, goPlatform } from './go/platforms.ts';
export { type GoBuild, type GoChecks, NO_CHECKS, type TestReport, testReportSchema } from './go/types.ts';
export { type ImageLookup, imageNode, type RegistryLookup, registryProblems } from './image.ts';
export { cutFor, requireCut, withoutNetwork } from './network.ts';
export { type BuiltStep, type ImageBuild, type ImageParts, type ImageSettings, imageBuildNode } from './oci/index.ts';
export { releaseJson, releaseJsonStep } from './release-json.ts';
export {
  CYCLONEDX_FILE,
  ociPurl,
  type SbomNodes,
  type SbomSource,
  SPDX_FILE,
  sbomDirectory,
  sbomNode,
} from './sbom/index.ts';
export { buildKey, sourceDigest, toolVersion } from './sources.ts';
export { buildStaticNode, type Finish, type StaticBuild, type StaticNodes } from './static.ts';
