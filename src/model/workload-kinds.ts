/** Workloads of a cluster that can be without pods for a while. A DaemonSet cannot. */
export const WORKLOADS = ['Deployment', 'StatefulSet', 'Rollout'] as const;
export type WorkloadKind = (typeof WORKLOADS)[number];
