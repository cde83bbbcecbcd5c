export { imageBuildNode } from './node.ts';
export type { BuiltStep, ImageBuild, ImageParts, ImageSettings } from './types.ts';
