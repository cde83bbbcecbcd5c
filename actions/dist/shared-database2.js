import { r as rightsFor, t as ROLES } from "./shared-database.js";
import { a as accountText, c as readAccounts, l as readHeld, s as passwordState } from "./shared-account-secret.js";
import { a as grantStatements, c as revokeStatements, i as createSchema, l as rightsText, n as compareRights, o as hasTooMuch, r as createAccount, s as pluginOf, t as changePassword } from "./shared-grants.js";
import { _ as versionOf, a as serverVersion, c as versionText, d as contentText, f as readContent, g as usersOf, h as tablesForUpgrade, i as sameSeries, l as contentProblems, m as lookAtServer, n as upgradeProblems, o as usualPackages, p as brokenSystemTables, r as compareVersions, s as versionAfter, t as tableProblems, u as contentSchema } from "./shared-upgrade-database.js";
import { a as compareSettings, c as validateArgv, i as thisMachine, n as memoryPlan, o as setStatement, r as settingsFor, s as settingsFile, t as fitting } from "./shared-configure.js";
import { a as readMark, i as olderConnections, n as isOf, o as readPasswords, r as keepPassword, t as addPassword } from "./shared-rotate.js";
import { a as tlsFindings, i as tlsFile, n as reloadTls, r as requireTls, t as readTls } from "./shared-tls.js";
import { t as strangeAccounts } from "./shared-users.js";

export { ROLES };