export type {
  Boundary,
  EngineOptions,
  FenceCommand,
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
export { checkEvidence } from './gate/evidence.ts';
export { type Filled, type Filling, fillGate, gateStatement, giveEvidence, showGates } from './gate/gates.ts';
export { createGatekeeper, type GateCase, type Gatekeeper } from './gate/keeper.ts';
export { makeOrder, orderProblem } from './gate/order.ts';
export { ownerOf, plainKey, publicKeyOf, sshSignatures, sshSigner, trusted } from './gate/ssh.ts';
export { GIT_NAMESPACE } from './gate/statement.ts';
export { isTimeZone } from './gate/windows.ts';
export { type Verification, verificationText } from './journal/read.ts';
export { redactPayload } from './journal/redact.ts';
export { type ReplayedVerdict, replay } from './journal/replay.ts';
export {
  listRuns,
  type RecordedRun,
  type RunSummary,
  type RunVerification,
  readAnchor,
  readRun,
  verifyRun,
} from './journal/runs.ts';
export { kubeClient } from './kube/client.ts';
export { podLogs } from './kube/logs.ts';
export { missingObject, ruleText } from './kube/problems.ts';
export { readLease } from './lease/file.ts';
export { type Locked, lockEnvironment, newestLease, unlockEnvironment } from './lease/lock.ts';
export { processOf } from './lease/process-of.ts';
export { systemClock } from './machine/clock.ts';
export { createExec } from './machine/exec.ts';
export { beginningOf, httpClient, whyNoAnswer } from './machine/http-client.ts';
export { createStopSignal, installStopSignals } from './machine/signals.ts';
export { createSecrets } from './masking/secrets.ts';
export { childrenOf, type Placed, placeNodes } from './paths.ts';
export { documentProcedure, procedureSections, tidied } from './plan/document.ts';
export { planHash } from './plan/hash.ts';
export { type Plan, type PlanNode, type PlannedDecision, type PlanOptions, planProcedure } from './plan/plan.ts';
export { renderPlan } from './plan/render.ts';
export { guardText, whoseGate } from './run/gate.ts';
export { type LaidDown, layDownRun } from './run/lay-down.ts';
export {
  isDriven,
  notPaused,
  type PlacedOrder,
  placeOrder,
  readOrders,
  refusalOf,
  removeOrder,
} from './run/order-files.ts';
export { StepPaused } from './run/pause.ts';
export { liveProgress, plainProgress } from './run/progress.ts';
export { LEASE_MS, resumeProcedure, runProcedure } from './run/run.ts';
export { carryDocuments, type DocumentPlaces, fetchDocuments, layDown } from './shared/documents.ts';
export { gitStore } from './shared/open.ts';
export { type Imported, importRuns, type PendingRun, pendingRuns } from './shared/pending.ts';
export { pullRun } from './shared/pull.ts';
export type { SharedStore } from './shared/store.ts';
export type * from './tree.ts';
