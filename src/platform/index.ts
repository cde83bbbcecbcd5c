export * from './bucket/index.ts';
export * from './config.ts';
export type { DatabasePlace } from './database.ts';
export type { HostAccount, MachineFacts } from './files.ts';
export { type Fleet, type FleetHost, fleet } from './fleet.ts';
export * from './kubernetes/index.ts';
export * from './local/index.ts';
export * from './ssh/index.ts';
