/** Digests that may not return before somebody releases them. */

export { CAUSE, quarantineProblems, type Standing, standingOf } from './check.ts';
export { type ClusterWord, refuseInClusters, refusingClusters } from './in-cluster.ts';
export { type AdmissionParameter, admissionParameter } from './parameter.ts';
export { addToQuarantine, heldDigests, notQuarantined, type QuarantineWord, releaseFromQuarantine } from './say.ts';
export { quarantineStep } from './step.ts';
