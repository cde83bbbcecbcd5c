export { type CommandControlOptions, commandControl } from './command.ts';
export * from './config.ts';
export { healthAt, healthProbe, healthText, tcpHealth } from './health.ts';
export { startNode, stopNode } from './nodes.ts';
export { startOrder, withDependents, withNeeds } from './order.ts';
export { restartNode } from './restart.ts';
export { type StatusRow, type StatusStep, statusNode, statusText } from './status.ts';
export type * from './types.ts';
