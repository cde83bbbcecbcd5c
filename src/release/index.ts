/** The pipeline: composes the rooms into procedures. Every door calls the functions of this file. */

export { type AnnouncedRun, announceAll, announceRun } from './announce.ts';
export { type CommitValueRequest, commitValue, type WaitRequest, waitForArgoCd } from './by-git.ts';
export { buildComponent, type ComponentOutcome, type ComponentRequest } from './components.ts';
export type { DeliveryCounts } from './delivery/counts.ts';
export { deliveryStats, type Stats } from './delivery/stats.ts';
export { type Diagnosis, doctor } from './doctor.ts';
export type { DoorOptions, ForgeProofs, Service } from './door.ts';
export { type DriftReport, drift } from './drift.ts';
export { exitFor } from './exit.ts';
export { planRollback, type RollbackRequest, rollback } from './go-back.ts';
export * from './init/index.ts';
export { judgedEnvironments, startJudge } from './judge/index.ts';
export { layDown } from './lay-down.ts';
export { type MigrateRequest, migrate, migrateProcedure, planMigrate } from './migrate.ts';
export { type OrderOutcome, type OrderRequest, orderRun } from './orders.ts';
export { gatekeeperOfRun, type Rules, rulesText, signerOf, underPolicy } from './persons.ts';
export { type Behind, type GateView, type PipelineView, pipeline, type StageView } from './pipeline/index.ts';
export { releaseProcedure, rollbackProcedure } from './procedure.ts';
export { type PromoteRequest, planPromotion, promote } from './promote.ts';
export {
  addToQuarantine,
  admissionParameter,
  CAUSE,
  heldDigests,
  notQuarantined,
  refusingClusters,
  releaseFromQuarantine,
  standingOf,
} from './quarantine/index.ts';
export { planRelease, type ReleaseOutcome, type ReleaseRequest, release } from './release.ts';
export { isBeside, newestRun, outcomeMarkdown, readReport } from './report.ts';
export { procedureOf, replayRun, resume } from './resume.ts';
export { type ClusterNames, environmentManifests } from './rollouts.ts';
export { type RunCommits, runCommits } from './run-commits.ts';
export { openEnvironment, openService, type ServiceEnvironment } from './service.ts';
export { fetchRun, makeGitTrue, refreshRun } from './shared.ts';
export { nextCommands, type Status, status } from './status.ts';
export { type Summary, summaryText } from './summary.ts';
export {
  openUnit,
  planUnit,
  planUnitPromotion,
  promoteUnit,
  releaseUnit,
  resumeUnit,
  type ServiceUnit,
  type UnitOutcome,
  type UnitPlan,
  type UnitView,
  unitPipeline,
  unitSummaryText,
} from './unit/index.ts';
export { type Ending, type WhatIf, type WhatIfRelease, type WhatIfStep, whatIf } from './what-if.ts';
