/** Argo CD: it brings what git says into a cluster; we wait for it and explain what differs. */
export { type ApplicationLook, type ApplicationPlace, applicationKind, lookOf } from './application.ts';
export { type Drift, type FieldDrift, observeDrift, type ResourceDrift } from './drift.ts';
export { gitRelations, type Relations } from './relation.ts';
export { lookNow, type SyncOptions, type SyncOutputs, syncNode } from './wait.ts';
