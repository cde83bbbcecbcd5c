/** Builds: from the sources of a commit to artefacts with digests. */
export type { BuildNodes, BuiltArtefact } from './cached.ts';
export { type BuildNetwork, NETWORKS } from './config.ts';
export { buildGoNode, type GoBuild, goArgv } from './go.ts';
export { type ImageLookup, imageNode } from './image.ts';
export { cutFor, requireCut, withoutNetwork } from './network.ts';
export { releaseJson, releaseJsonStep } from './release-json.ts';
export { buildKey, sourceDigest } from './sources.ts';
export { buildStaticNode, type StaticBuild } from './static.ts';
