/** Builds: from the sources of a commit to artefacts with digests. */
export type { BuildNodes, BuiltArtefact } from './cached.ts';
export { buildScriptNode, type ScriptBuild } from './client/script.ts';
export { buildGoNode, type GoBuild, goArgv } from './go.ts';
export { type ImageLookup, imageNode } from './image.ts';
export { releaseJson, releaseJsonStep } from './release-json.ts';
export { buildKey, sourceDigest, toolVersion } from './sources.ts';
export { buildStaticNode, type StaticBuild } from './static.ts';
