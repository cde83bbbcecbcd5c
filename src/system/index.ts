export type { WorkloadKind } from '../model/workload-kinds.ts';
export { type CommandControlOptions, commandControl } from './command.ts';
export { type ComposeControlOptions, composeControl } from './compose.ts';
export * from './config.ts';
export { healthAt, healthProbe, healthText, tcpHealth } from './health.ts';
export { lookAt, membersText } from './looks.ts';
export { healthyWatch, startNode, stopNode, stoppedWatch } from './nodes.ts';
export { startOrder, withDependents, withNeeds } from './order.ts';
export { restartNode } from './restart.ts';
export { reviveNode } from './revive.ts';
export { type StatusRow, type StatusStep, statusNode, statusText } from './status.ts';
export type * from './types.ts';
export {
  ageText,
  changedSince,
  changesText,
  digestOfChanges,
  exactly,
  installedText,
  pendingOf,
  type Recorded,
  recordedOf,
  recordedSchema,
} from './upgrade/changes.ts';
export { afterText, type UpgradeNodes, upgradeNodes } from './upgrade/node.ts';
export { type After, refreshStep } from './upgrade/steps.ts';
export type * from './upgrade/types.ts';
export { type WorkloadControlOptions, workloadControl, workloadKind, workloadPods } from './workload.ts';
