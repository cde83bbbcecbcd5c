import { a as checkBackups, i as backupStatusOf, n as planBackup, o as listBackups, r as takeBackup, t as verifyBackup } from "./shared-verify.js";
import { a as forgetBackups, c as planDrill, i as restoreFiles, n as verifyHosts, o as planForget, r as planFiles, s as holdDrill, t as hasDatabase } from "./shared-backup.js";
import { n as planRestore, r as restoreDatabase } from "./shared-restore2.js";
import { i as undoHostRestore, n as planHostRestore, r as restoreHost } from "./shared-restore-host.js";

export { backupStatusOf, checkBackups, forgetBackups, hasDatabase, holdDrill, listBackups, planBackup, planDrill, planFiles, planForget, planRestore, restoreDatabase, restoreFiles, takeBackup, verifyBackup, verifyHosts };