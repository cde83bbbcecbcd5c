export { type BuiltStep, type ImageBuild, type ImageParts, type ImageSettings, imageBuildNode } from './node.ts';
