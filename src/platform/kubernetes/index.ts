/** Kubernetes: pods in a namespace. */
export { type ClusterChecks, clusterChecks } from './checks.ts';
export { type PodsOptions, podsPlatform } from './pods.ts';
export { isRefused, type QuarantineList, quarantineStep } from './quarantine.ts';
