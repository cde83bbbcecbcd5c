import { t as exitFor } from "./shared-exit2.js";
import { C as isPage, D as madeMarkdown, E as pagesOf, I as release, K as makeGitTrue, Lt as releaseProcedure, Mt as rulesText, Nt as signerOf, O as madeText, Ot as gatekeeperOfRun, P as planRelease, Pt as underPolicy, Rt as rollbackProcedure, S as KNOWN_ERRORS, St as announceRun, T as ownErrors, W as fetchRun, Yn as CAUSE, Zn as standingOf, _n as openEnvironment, a as outcomeMarkdown, b as commitOfRun, bt as announceAll, i as newestRun, k as testedShare, lt as summaryText, mt as pagesText, o as readReport, pt as pagesMarkdown, q as refreshRun, vn as openService, w as knownIn, x as runCommits, y as ownErrorsOf } from "./shared-common.js";
import { A as releaseFromQuarantine, B as planFiles, C as isImportTool, D as addToQuarantine, E as whatIf, F as pipeline, G as findPin, H as complete, I as environmentManifests, J as finishBegun, K as planCallers, L as startJudge, M as refuseInClusters, N as refusingClusters, O as heldDigests, P as proveCompatibility, Q as adviseDatabase, R as judgedEnvironments, S as importMigrations, T as adopt, U as doctor, V as writeFiles, W as deliveryStats, X as reproduceBuild, Y as writeAll, Z as reproduceText, _ as procedureOf, a as promoteUnit, b as migrateStatus, c as planUnitRollback, d as openUnit, f as nextCommands, g as orderRun, h as writeRetirement, i as planUnitPromotion, j as admissionParameter, k as notQuarantined, l as rollbackUnit, m as writeUndo, n as unitPipeline, o as releaseUnit, p as status, q as planUpgrade, r as planUnit, s as resumeUnit, u as unitSummaryText, v as replayRun, w as acceptStructure, x as IMPORT_TOOLS, y as resume, z as lookAround } from "./shared-program3.js";
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