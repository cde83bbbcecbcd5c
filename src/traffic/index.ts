export { type GuardOptions, guardMain, guardUsage, startGuard } from './guard/main.ts';
export * from './haproxy/index.ts';
export { heartbeatFile, heartbeats, holdEffect } from './heartbeat.ts';
