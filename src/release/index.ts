/** The pipeline: composes the rooms into procedures. Every door calls the functions of this file. */

export { type MigrationStatus, statusLines } from '../migrate/index.ts';
export { adviseDatabase } from './advice.ts';
export { type AnnouncedRun, announceAll, announceRun, nobodyToTell } from './announce.ts';
export {
  buildComponent,
  buildComponents,
  type ComponentOutcome,
  type ComponentRequest,
  type ComponentsOutcome,
} from './build/components.ts';
export { pagesMarkdown, pagesText } from './build/frontend.ts';
export { madeMarkdown, madeText, testedShare } from './build/made-text.ts';
export { type ReproduceOutcome, reproduceBuild, reproduceText } from './build/reproduce.ts';
export { type ReleaseSbom, releaseSbom, type SbomFormat } from './build/sbom.ts';
export type { BuiltComponent } from './build/units.ts';
export * from './callers/index.ts';
export type { DeliveryCounts } from './delivery/counts.ts';
export { deliveryStats, type Stats } from './delivery/stats.ts';
export { type Diagnosis, doctor } from './doctor.ts';
export type { DoorOptions, ForgeProofs, Service } from './door.ts';
export { openEnvironment, openService, type ServiceEnvironment } from './environment/service.ts';
export { exitFor } from './exit.ts';
export * from './init/index.ts';
export { judgedEnvironments, startJudge } from './judge/index.ts';
export { type CommitValueRequest, commitValue } from './manifests/commit-value.ts';
export { type DriftReport, drift } from './manifests/drift.ts';
export { driftLines, driftSentence } from './manifests/drift-text.ts';
export { type ClusterNames, environmentManifests } from './manifests/rollouts.ts';
export { type WaitRequest, waitForArgoCd } from './manifests/wait-for-argocd.ts';
export { type NotesRequest, releaseNotes } from './notes/notes.ts';
export { type Behind, type GateView, type PipelineView, pipeline, type StageView } from './pipeline/index.ts';
export { gatekeeperOfRun, type Rules, rulesText, signerOf, underPolicy } from './policy/persons.ts';
export { type Proven, type ProveRequest, proveCompatibility } from './prove/prove.ts';
export {
  addToQuarantine,
  admissionParameter,
  CAUSE,
  type ClusterWord,
  heldDigests,
  notQuarantined,
  refuseInClusters,
  refusingClusters,
  releaseFromQuarantine,
  standingOf,
} from './quarantine/index.ts';
export { isPage, KNOWN_ERRORS, knownIn, ownErrors, pagesOf } from './report/known.ts';
export { ownErrorsOf } from './report/own-errors.ts';
export { newestRun, outcomeMarkdown, readReport } from './report/report.ts';
export { commitOfRun, type RunCommits, runCommits } from './report/run-commits.ts';
export { shownRun } from './report/shown-run.ts';
export { type Summary, summaryText } from './report/summary.ts';
export { type Ending, type WhatIf, type WhatIfRelease, type WhatIfStep, whatIf } from './report/what-if.ts';
export { type Adopted, acceptStructure, adopt } from './run/adopt.ts';
export { planRollback, type RollbackRequest, rollback } from './run/go-back.ts';
export { IMPORT_TOOLS, importMigrations, isImportTool } from './run/import.ts';
export { layDown } from './run/lay-down.ts';
export { type MigrateRequest, migrate, migrateProcedure, planAndStore, planMigrate } from './run/migrate.ts';
export { migrateStatus } from './run/migrate-status.ts';
export { type OrderOutcome, type OrderRequest, orderRun } from './run/orders.ts';
export { releaseProcedure, rollbackProcedure } from './run/procedure.ts';
export { type PromoteRequest, planPromotion, promote } from './run/promote.ts';
export { planRelease, type ReleaseOutcome, type ReleaseRequest, release } from './run/release.ts';
export { procedureOf, replayRun, resume } from './run/resume.ts';
export { writeRetirement } from './run/retire.ts';
export { fetchRun, makeGitTrue, refreshRun } from './run/shared.ts';
export { LEAST_PLAN_DIGITS } from './run/stored-plan.ts';
export { writeUndo } from './run/undo.ts';
export { nextCommands, type Status, status } from './status.ts';
export {
  openUnit,
  planUnit,
  planUnitPromotion,
  planUnitRollback,
  promoteUnit,
  releaseUnit,
  resumeUnit,
  rollbackUnit,
  type ServiceUnit,
  type UnitBackPlan,
  type UnitOutcome,
  type UnitPlan,
  type UnitView,
  unitPipeline,
  unitSummaryText,
} from './unit/index.ts';
