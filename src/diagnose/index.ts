export { archive, bundleFiles, isArchive, writeArchive, writeDirectory } from './bundle.ts';
export { collect } from './collect.ts';
export { askedText, type Collected, type Collector, type Place } from './collector.ts';
export { databaseCollectors } from './facts/database.ts';
export { gently, hostCollectors } from './facts/host.ts';
export { haproxyCollectors, nginxCollectors } from './facts/proxy.ts';
export { logCollector, processCollectors, profileCollectors, unitCollectors } from './facts/services.ts';
export { type Manifest, manifestOf } from './manifest.ts';
export { createQuery } from './query.ts';
