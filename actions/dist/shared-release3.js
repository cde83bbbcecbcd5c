import { t as exitFor } from "./shared-exit2.js";
import { At as announceAll, B as madeMarkdown, F as KNOWN_ERRORS, Ft as nobodyToTell, H as testedShare, Ht as gatekeeperOfRun, I as isPage, Jr as CAUSE, Jt as underPolicy, Kt as rulesText, L as knownIn, M as ownErrorsOf, Mt as announceRun, N as commitOfRun, P as runCommits, Qt as rollbackProcedure, R as ownErrors, V as madeText, Xr as standingOf, Y as release, Zt as releaseProcedure, a as outcomeMarkdown, bt as pagesMarkdown, gt as summaryText, i as newestRun, it as fetchRun, o as readReport, or as openEnvironment, ot as makeGitTrue, q as planRelease, qt as signerOf, sr as openService, st as refreshRun, xt as pagesText, z as pagesOf } from "./shared-common.js";
import { A as refusingClusters, B as doctor, C as whatIf, D as releaseFromQuarantine, E as notQuarantined, F as judgedEnvironments, G as finishBegun, H as findPin, I as lookAround, J as reproduceBuild, K as writeAll, L as planFiles, M as pipeline, N as environmentManifests, O as admissionParameter, P as startJudge, R as writeFiles, S as adopt, T as heldDigests, U as planCallers, V as deliveryStats, W as planUpgrade, X as adviseDatabase, Y as reproduceText, _ as migrateStatus, a as promoteUnit, b as isImportTool, c as planUnitRollback, d as openUnit, f as nextCommands, g as orderRun, h as writeRetirement, i as planUnitPromotion, j as proveCompatibility, k as refuseInClusters, l as rollbackUnit, m as writeUndo, n as unitPipeline, o as releaseUnit, p as status, q as releaseSbom, r as planUnit, s as resumeUnit, u as unitSummaryText, v as IMPORT_TOOLS, w as addToQuarantine, x as acceptStructure, y as importMigrations, z as complete } from "./shared-program3.js";
import { n as statusLines } from "./shared-status.js";
import { i as resume, n as procedureOf, r as replayRun } from "./shared-resume.js";
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