import { t as exitFor } from "./shared-exit2.js";
import { Cr as openService, Ct as pagesText, F as KNOWN_ERRORS, H as madeText, I as isPage, J as planRelease, Jt as rulesText, L as knownIn, Lt as nobodyToTell, M as ownErrorsOf, Mt as announceAll, N as commitOfRun, P as runCommits, Pt as announceRun, R as ownErrors, Sr as openEnvironment, St as pagesMarkdown, U as testedShare, V as madeMarkdown, Wt as gatekeeperOfRun, X as release, Xt as signerOf, Zt as underPolicy, a as outcomeMarkdown, at as fetchRun, ct as refreshRun, di as CAUSE, en as releaseProcedure, i as newestRun, o as readReport, pi as standingOf, st as makeGitTrue, tn as rollbackProcedure, vt as summaryText, z as pagesOf } from "./shared-common.js";
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