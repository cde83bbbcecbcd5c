export type {
  Boundary,
  EngineOptions,
  MaskStream,
  OpenGate,
  Outcome,
  RecordedEntry,
  ResumeOptions,
  RunEvent,
  RunResult,
  SecretsWithMask,
  StopSignal,
} from './api.ts';
export * from './build.ts';
export { systemClock } from './clock.ts';
export { documentProcedure } from './document.ts';
export { checkEvidence } from './evidence.ts';
export { createExec } from './exec.ts';
export { createGatekeeper, type GateCase, type Gatekeeper } from './gate/keeper.ts';
export { makeOrder, orderProblem } from './gate/order.ts';
export { ownerOf, plainKey, publicKeyOf, sshSignatures, sshSigner, trusted } from './gate/ssh.ts';
export { GIT_NAMESPACE } from './gate/statement.ts';
export { isTimeZone } from './gate/windows.ts';
export { type Filled, type Filling, fillGate, gateStatement, giveEvidence, showGates } from './gates.ts';
export { beginningOf, httpClient, whyNoAnswer } from './http-client.ts';
export { type Verification, verificationText } from './journal-read.ts';
export { kubeClient } from './kube/client.ts';
export { missingObject, ruleText } from './kube/problems.ts';
export { type LaidDown, layDownRun } from './lay-down.ts';
export { readLease } from './lease-file.ts';
export { type Locked, lockEnvironment, newestLease, unlockEnvironment } from './lock.ts';
export { isDriven, notPaused, type PlacedOrder, placeOrder, readOrders, refusalOf, removeOrder } from './orders.ts';
export { StepPaused } from './pause.ts';
export { type Plan, type PlanNode, type PlannedDecision, type PlanOptions, planProcedure } from './plan.ts';
export { planHash } from './planhash.ts';
export { processOf } from './process-of.ts';
export { liveProgress, plainProgress } from './progress.ts';
export { redactPayload } from './redact.ts';
export { renderPlan } from './render-plan.ts';
export { type ReplayedVerdict, replay } from './replay.ts';
export { LEASE_MS, resumeProcedure, runProcedure } from './run.ts';
export {
  listRuns,
  type RecordedRun,
  type RunSummary,
  type RunVerification,
  readAnchor,
  readRun,
  verifyRun,
} from './runs.ts';
export { createSecrets } from './secrets.ts';
export { carryDocuments, type DocumentPlaces, fetchDocuments, layDown } from './shared/documents.ts';
export { gitStore } from './shared/open.ts';
export { type Imported, importRuns, type PendingRun, pendingRuns } from './shared/pending.ts';
export { pullRun } from './shared/pull.ts';
export type { SharedStore } from './shared/store.ts';
export { createStopSignal, installStopSignals } from './signals.ts';
export type * from './tree.ts';
