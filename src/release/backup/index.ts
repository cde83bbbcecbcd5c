export { holdDrill, planDrill } from './drill.ts';
export { forgetBackups, planForget } from './forget.ts';
export {
  planRestore,
  type RestoredDatabase,
  type RestorePlan,
  restoreDatabase,
} from './restore.ts';
export { planFiles, type RestoredFiles, restoreFiles } from './restore-files.ts';
export {
  type HostRestoreRequest,
  planHostRestore,
  restoreHost,
  undoHostRestore,
} from './restore-host.ts';
export type { RestoreRequest } from './restore-wish.ts';
export { planBackup, takeBackup } from './run.ts';
export { backupStatusOf, checkBackups, listBackups } from './status.ts';
export { verifyBackup } from './verify.ts';
export { hasDatabase, type VerifiedHost, verifyHosts } from './verify-hosts.ts';
