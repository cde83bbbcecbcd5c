export { localTablesEffect, observeLocalDatabase } from './database.ts';
export { freePorts, LOOPBACK, PORT_RANGE, portsOf, withoutLast } from './host-ports.ts';
export { hostRoot } from './layout.ts';
export { type LocalLogsOptions, localLogsEffect, observeLocalLogs } from './logs.ts';
export { type InstalledRow, type LocalInstance, type LocalState, type ObserveOptions, observeHost } from './observe.ts';
export { type LocalPackagesOptions, localPackageEffect, observeLocalPackages } from './packages.ts';
export {
  type LocalPlatform,
  type LocalPlatformOptions,
  localPlatform,
  stopGuards,
  unitCommand,
} from './platform.ts';
export type { GuardTemplate } from './records.ts';
export { type StaticIo, staticMain } from './static-main.ts';
export { type LocalUnitsOptions, localUnitEffects, observeLocalUnits } from './system-units.ts';
export { type UnitIo, unitMain } from './unit.ts';
export { unitHelp } from './unit-options.ts';
