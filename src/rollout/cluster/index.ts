/** Rollouts that a controller of a cluster makes and we decide. */
export { type ClusterSurroundings, clusterBackNode, clusterNode } from './nodes.ts';
export { type InCluster, type Standing, standingOf } from './options.ts';
export { abortDecision, agreement, finishDecision } from './steps.ts';
