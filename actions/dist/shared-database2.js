import { C as versionOf, D as usualPackages, E as serverVersion, O as versionAfter, S as usersOf, T as sameSeries, _ as contentText, b as lookAtServer, g as contentSchema, h as contentProblems, k as versionText, m as upgradeProblems, p as tableProblems, v as readContent, w as compareVersions, x as tablesForUpgrade, y as brokenSystemTables } from "./shared-upgrade-steps.js";
import { r as rightsFor, t as ROLES } from "./shared-database.js";
import { a as accountText, c as readAccounts, l as readHeld, s as passwordState } from "./shared-account-secret.js";
import { a as fitting, c as thisMachine, d as settingsFile, f as validateArgv, l as compareSettings, o as memoryPlan, s as settingsFor, u as setStatement } from "./shared-configure.js";
import { a as grantStatements, c as revokeStatements, i as createSchema, l as rightsText, n as compareRights, o as hasTooMuch, r as createAccount, s as pluginOf, t as changePassword } from "./shared-grants.js";
import { d as addPassword, f as isOf, g as readPasswords, h as readMark, m as olderConnections, p as keepPassword } from "./shared-rotate-steps.js";
import { c as readTls, d as tlsFile, f as tlsFindings, l as reloadTls, u as requireTls } from "./shared-tls.js";
import { a as setupProblems, i as setupPackages, n as settingNames, o as setupSettings, r as setupDifferences, t as optionWords } from "./shared-database-setup2.js";
import { t as strangeAccounts } from "./shared-users.js";

export { ROLES };