/** Setting up MySQL and MariaDB: what a server should be set to and who may use it, and what it is. */
export {
  type Account,
  type AccountName,
  type Ask,
  accountText,
  type PasswordState,
  passwordState,
  readAccounts,
  readHeld,
  type ServerAccounts,
} from './accounts.ts';
export { compareSettings, type Difference, setStatement, settingsFile, validateArgv } from './compare.ts';
export {
  changePassword,
  compareRights,
  createAccount,
  createSchema,
  grantStatements,
  hasTooMuch,
  pluginOf,
  type RightsDifference,
  revokeStatements,
  rightsText,
} from './grants.ts';
export { thisMachine } from './machine.ts';
export { ROLES, type Role, rightsFor, type WantedRight } from './rights.ts';
export {
  addPassword,
  isOf,
  keepPassword,
  type Mark,
  olderConnections,
  type Passwords,
  readMark,
  readPasswords,
} from './rotation.ts';
export { type Engine, fitting, type Machine, memoryPlan, type Setting, settingsFor, type Wanted } from './settings.ts';
export {
  optionWords,
  type SetupPlace,
  settingNames,
  setupDifferences,
  setupPackages,
  setupProblems,
  setupSettings,
} from './setup.ts';
export { strangeAccounts } from './strangers.ts';
export { type AccountTls, readTls, reloadTls, requireTls, type ServerTls, tlsFile, tlsFindings } from './tls.ts';
export { type Content, contentProblems, contentSchema, contentText, readContent } from './upgrade/content.ts';
export { tableProblems, type UpgradeCase, upgradeProblems } from './upgrade/judge.ts';
export {
  brokenSystemTables,
  lookAtServer,
  type ServerLook,
  tablesForUpgrade,
  usersOf,
  versionOf,
} from './upgrade/look.ts';
export {
  compareVersions,
  type ServerVersion,
  sameSeries,
  serverVersion,
  usualPackages,
  versionAfter,
  versionText,
} from './upgrade/path.ts';
