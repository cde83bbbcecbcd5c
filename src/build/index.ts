/** Builds: from the sources of a commit to artefacts with digests. */
export type { BuildNodes, BuiltArtefact } from './cached.ts';
export { buildScriptNode, type ScriptBuild } from './client/script.ts';
export { differenceOf } from './compare.ts';
export { goArgv } from './go/command.ts';
export { percent } from './go/coverage.ts';
export { buildGoNode } from './go/node.ts';
export { deployedFirst, goPlatform } from './go/platforms.ts';
export { type GoBuild, type GoChecks, NO_CHECKS, type TestReport, testReportSchema } from './go/types.ts';
export { type ImageLookup, imageNode } from './image.ts';
export { releaseJson, releaseJsonStep } from './release-json.ts';
export { buildKey, sourceDigest, toolVersion } from './sources.ts';
export { buildStaticNode, type StaticBuild } from './static.ts';
