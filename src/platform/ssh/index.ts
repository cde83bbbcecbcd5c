export { type SshAccess, type SshHost, socketDirectory, sshArgv } from './access.ts';
export { sshChecks } from './checks.ts';
export { hostTablesEffect, observeHostDatabase } from './database.ts';
export { type HostSetup, hostSetup } from './database-setup.ts';
export { clientWords } from './effect.ts';
export {
  type HostFilesOptions,
  type HostReading,
  hostAccountsEffect,
  hostBackEffect,
  hostFilesProblem,
  hostNamed,
  hostPutArgv,
  hostReading,
  hostSettleEffect,
  observeMachine,
} from './files.ts';
export { prepareEffect, raiseWords, type SshFleetOptions, type SshReach, sshFleet } from './fleet.ts';
export { hostLogsEffect, observeHostLogs } from './logs.ts';
export { checkHost } from './observe.ts';
export type { SshPlatformOptions } from './options.ts';
export { type HostPackagesOptions, hostManualEffect, hostPackageEffect, observeHostPackages } from './packages.ts';
export { hostCommand, sshPlatform } from './platform.ts';
export { hostProgram } from './program.ts';
export { type HostUnitsOptions, hostUnitEffect, observeHostUnits } from './units.ts';
