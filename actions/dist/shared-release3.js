import { t as exitFor } from "./shared-exit2.js";
import { $t as releaseProcedure, B as madeMarkdown, F as KNOWN_ERRORS, H as testedShare, I as isPage, It as nobodyToTell, L as knownIn, M as ownErrorsOf, N as commitOfRun, Nt as announceRun, P as runCommits, R as ownErrors, Sr as openService, St as pagesText, Ut as gatekeeperOfRun, V as madeText, Xt as underPolicy, Y as release, Yt as signerOf, _t as summaryText, a as outcomeMarkdown, en as rollbackProcedure, fi as standingOf, i as newestRun, it as fetchRun, jt as announceAll, o as readReport, ot as makeGitTrue, q as planRelease, qt as rulesText, st as refreshRun, ui as CAUSE, xr as openEnvironment, xt as pagesMarkdown, z as pagesOf } from "./shared-common.js";
import { A as refuseInClusters, B as complete, C as adopt, D as notQuarantined, E as heldDigests, F as startJudge, G as planUpgrade, H as deliveryStats, I as judgedEnvironments, J as releaseSbom, K as finishBegun, L as lookAround, M as proveCompatibility, N as pipeline, O as releaseFromQuarantine, P as environmentManifests, R as planFiles, S as acceptStructure, T as addToQuarantine, U as findPin, V as doctor, W as planCallers, X as reproduceText, Y as reproduceBuild, Z as adviseDatabase, _ as orderRun, a as planUnitPromotion, b as importMigrations, c as resumeUnit, d as unitSummaryText, f as openUnit, g as writeRetirement, h as writeUndo, i as planUnit, j as refusingClusters, k as admissionParameter, l as planUnitRollback, m as status, o as promoteUnit, p as nextCommands, q as writeAll, r as unitPipeline, s as releaseUnit, u as rollbackUnit, v as migrateStatus, w as whatIf, x as isImportTool, y as IMPORT_TOOLS, z as writeFiles } from "./shared-program3.js";
import { r as statusLines } from "./shared-container.js";
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