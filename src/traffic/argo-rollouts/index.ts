/** Argo Rollouts: it moves pods and shares; we look, and say where it goes on and where it goes back. */
export { type RolloutPlace, readRollout, rolloutControls } from './controls.ts';
export { HASH_LABEL, replicaSetKind, rolloutKind } from './rollout.ts';
export { rolloutsRouter } from './router.ts';
