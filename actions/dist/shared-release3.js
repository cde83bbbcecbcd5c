import { A as refreshRun, B as signerOf, D as fetchRun, F as gatekeeperOfRun, G as rollbackProcedure, It as announceAll, M as summaryText, Rt as announceRun, V as underPolicy, W as releaseProcedure, b as release, i as readReport, k as makeGitTrue, n as newestRun, r as outcomeMarkdown, t as isBeside, v as planRelease, z as rulesText } from "./shared-report.js";
import { a as openService, at as CAUSE, i as openEnvironment, st as standingOf } from "./shared-again.js";
import { n as migrateProcedure, r as planMigrate, t as migrate } from "./shared-migrate.js";
import { t as layDown } from "./shared-release2.js";
import { t as exitFor } from "./shared-exit2.js";
import { r as buildComponent } from "./shared-build.js";
import { n as waitForArgoCd, t as commitValue } from "./shared-by-git.js";
import { n as rollback, t as planRollback } from "./shared-go-back.js";
import { r as promote, t as planPromotion } from "./shared-promote.js";
import { A as finishBegun, C as environmentManifests, D as lookAround, E as judgedEnvironments, M as doctor, N as deliveryStats, O as planFiles, S as pipeline, T as startJudge, _ as heldDigests, a as releaseUnit, b as admissionParameter, c as openUnit, d as orderRun, f as procedureOf, g as addToQuarantine, h as whatIf, i as promoteUnit, j as complete, k as writeFiles, l as nextCommands, m as resume, n as planUnit, o as resumeUnit, p as replayRun, r as planUnitPromotion, s as unitSummaryText, t as unitPipeline, u as status, v as notQuarantined, w as drift, x as refusingClusters, y as releaseFromQuarantine } from "./shared-program3.js";

export { layDown, openService };