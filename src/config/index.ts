export { servingComponents } from './checks.ts';
export { configHash } from './hash.ts';
export { isInCluster, isOnHosts } from './kinds.ts';
export { environmentNames, type LoadOptions, loadConfig } from './load.ts';
export { decodeConfig, readConfig } from './read.ts';
export { entryOf, type ResolveOptions, resolveEnvironment } from './resolve.ts';
export { API_VERSION } from './schema.ts';
export { editorSchema } from './schema-tree.ts';
export type * from './types.ts';
