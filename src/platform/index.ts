export * from './config.ts';
export { type Fleet, type FleetHost, fleet } from './fleet.ts';
export * from './kubernetes/index.ts';
export * from './local/index.ts';
export type { PackageChange, PackageState } from './packages.ts';
export * from './ssh/index.ts';
