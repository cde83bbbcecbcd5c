export { holdDrill, planDrill } from './drill.ts';
export { forgetBackups, planForget } from './forget.ts';
export {
  planRestore,
  type RestoredDatabase,
  type RestorePlan,
  restoreDatabase,
} from './restore.ts';
export { planFiles, type RestoredFiles, restoreFiles } from './restore-files.ts';
export type { RestoreRequest } from './restore-wish.ts';
export { planBackup, takeBackup } from './run.ts';
export { backupStatusOf, checkBackups, listBackups } from './status.ts';
export { verifyBackup } from './verify.ts';
