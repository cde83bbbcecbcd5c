export * from './argo-rollouts/index.ts';
export { type GuardOptions, guardMain, guardUsage, startGuard } from './guard/main.ts';
export * from './haproxy/index.ts';
export { heartbeatFile, heartbeats, holdEffect } from './heartbeat.ts';
export * from './maintenance/index.ts';
export * from './nginx/index.ts';
export type { FilesRoute, ProxyOptions, RateLimit } from './options.ts';
export type { ProxyUnit } from './unit.ts';
