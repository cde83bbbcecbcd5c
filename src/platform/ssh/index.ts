export { type SshAccess, type SshHost, socketDirectory, sshArgv } from './access.ts';
export { sshChecks } from './checks.ts';
export { prepareEffect, raiseWords, type SshFleetOptions, type SshReach, sshFleet } from './fleet.ts';
export { checkHost } from './observe.ts';
export type { SshPlatformOptions } from './options.ts';
export { type HostPackagesOptions, hostPackageEffect, observeHostPackages } from './packages.ts';
export { clientWords, hostCommand, sshPlatform } from './platform.ts';
export { hostProgram } from './program.ts';
export { type HostUnitsOptions, hostUnitEffect, observeHostUnits } from './units.ts';
