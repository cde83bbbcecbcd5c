import { t as exitFor } from "./shared-exit2.js";
import { A as planRelease, B as fetchRun, C as isPage, E as pagesOf, H as makeGitTrue, M as release, Q as summaryText, Qt as standingOf, S as KNOWN_ERRORS, T as ownErrors, U as refreshRun, Ut as openEnvironment, Wt as openService, Xt as CAUSE, _t as underPolicy, a as outcomeMarkdown, at as announceRun, b as commitOfRun, bt as releaseProcedure, dt as gatekeeperOfRun, gt as signerOf, ht as rulesText, i as newestRun, o as readReport, rt as announceAll, w as knownIn, x as runCommits, xt as rollbackProcedure, y as ownErrorsOf } from "./shared-common.js";
import { A as releaseFromQuarantine, B as planFiles, C as isImportTool, D as addToQuarantine, E as whatIf, F as pipeline, G as findPin, H as complete, I as environmentManifests, J as finishBegun, K as planCallers, L as startJudge, M as refuseInClusters, N as refusingClusters, O as heldDigests, P as proveCompatibility, R as judgedEnvironments, S as importMigrations, T as adopt, U as doctor, V as writeFiles, W as deliveryStats, X as adviseDatabase, Y as writeAll, _ as procedureOf, a as promoteUnit, b as migrateStatus, c as planUnitRollback, d as openUnit, f as nextCommands, g as orderRun, h as writeRetirement, i as planUnitPromotion, j as admissionParameter, k as notQuarantined, l as rollbackUnit, m as writeUndo, n as unitPipeline, o as releaseUnit, p as status, q as planUpgrade, r as planUnit, s as resumeUnit, u as unitSummaryText, v as replayRun, w as acceptStructure, x as IMPORT_TOOLS, y as resume, z as lookAround } from "./shared-program3.js";
import { a as statusLines } from "./shared-decide.js";
import { t as layDown } from "./shared-release2.js";
import { a as migrateProcedure, o as planAndStore, r as migrate, s as planMigrate } from "./shared-migrate3.js";
import { n as buildComponents, t as buildComponent } from "./shared-components.js";
import { n as driftSentence, r as drift, t as driftLines } from "./shared-drift-text.js";
import { n as releaseNotes } from "./shared-notes.js";
import { i as shownRun } from "./shared-at-forge.js";
import { n as rollback, t as planRollback } from "./shared-go-back.js";
import { r as promote, t as planPromotion } from "./shared-promote.js";
import { t as waitForArgoCd } from "./act-argocd-wait.js";
import { t as commitValue } from "./act-gitops-commit.js";

export { layDown, openService };