import { B as refreshRun, C as pagesOf, D as planRelease, Dt as openService, Et as openEnvironment, G as gatekeeperOfRun, H as summaryText, L as fetchRun, S as ownErrors, X as signerOf, Y as rulesText, Z as underPolicy, a as outcomeMarkdown, b as isPage, et as releaseProcedure, fn as standingOf, hr as announceRun, i as newestRun, k as release, o as readReport, pr as announceAll, tt as rollbackProcedure, un as CAUSE, x as knownIn, y as KNOWN_ERRORS, z as makeGitTrue } from "./shared-common.js";
import { h as shownRun, m as runCommits, p as commitOfRun } from "./shared-door.js";
import { A as lookAround, B as writeAll, C as admissionParameter, D as environmentManifests, E as pipeline, F as deliveryStats, I as findPin, L as planCallers, M as writeFiles, N as complete, O as startJudge, P as doctor, R as planUpgrade, S as releaseFromQuarantine, T as refusingClusters, _ as resume, a as promoteUnit, b as heldDigests, c as planUnitRollback, d as openUnit, f as nextCommands, g as replayRun, h as procedureOf, i as planUnitPromotion, j as planFiles, k as judgedEnvironments, l as rollbackUnit, m as orderRun, n as unitPipeline, o as releaseUnit, p as status, r as planUnit, s as resumeUnit, u as unitSummaryText, v as whatIf, w as refuseInClusters, x as notQuarantined, y as addToQuarantine, z as finishBegun } from "./shared-program.js";
import { i as planMigrate, n as migrateProcedure, r as planAndStore, t as migrate } from "./shared-migrate.js";
import { t as layDown } from "./shared-release2.js";
import { n as buildComponents, t as buildComponent } from "./shared-components.js";
import { n as driftSentence, r as drift, t as driftLines } from "./shared-drift-text.js";
import { t as exitFor } from "./shared-exit2.js";
import { n as waitForArgoCd, t as commitValue } from "./shared-by-git.js";
import { n as releaseNotes } from "./shared-notes.js";
import { n as rollback, t as planRollback } from "./shared-go-back.js";
import { r as promote, t as planPromotion } from "./shared-promote.js";

export { layDown, openService };