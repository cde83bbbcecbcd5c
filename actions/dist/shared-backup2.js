import { d as listBackups, l as backupStatusOf, n as planBackup, r as takeBackup, t as verifyBackup, u as checkBackups } from "./shared-verify.js";
import { a as forgetBackups, c as planDrill, i as restoreFiles, n as verifyHosts, o as planForget, r as planFiles, s as holdDrill, t as hasDatabase } from "./shared-backup.js";
import { n as planRestore, r as restoreDatabase } from "./shared-restore.js";
import { n as restoreHost, r as undoHostRestore, t as planHostRestore } from "./shared-restore-files-host.js";

export { backupStatusOf, checkBackups, forgetBackups, hasDatabase, holdDrill, listBackups, planBackup, planDrill, planFiles, planForget, planRestore, restoreDatabase, restoreFiles, takeBackup, verifyBackup, verifyHosts };