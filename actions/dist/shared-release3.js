import { $ as rollbackProcedure, B as makeGitTrue, It as announceAll, J as signerOf, Q as releaseProcedure, R as fetchRun, Rt as announceRun, U as gatekeeperOfRun, V as refreshRun, Y as underPolicy, b as release, i as readReport, n as newestRun, q as rulesText, r as outcomeMarkdown, t as isBeside, v as planRelease, w as summaryText } from "./shared-report.js";
import { a as CAUSE, n as openEnvironment, r as openService, s as standingOf } from "./shared-service.js";
import { t as layDown } from "./shared-release2.js";
import { n as migrateProcedure, r as planMigrate, t as migrate } from "./shared-migrate.js";
import { t as exitFor } from "./shared-exit2.js";
import { n as waitForArgoCd, t as commitValue } from "./shared-by-git.js";
import { r as buildComponent } from "./shared-build.js";
import { n as rollback, t as planRollback } from "./shared-go-back.js";
import { r as promote, t as planPromotion } from "./shared-promote.js";
import { A as complete, C as resume, D as planFiles, E as lookAround, M as doctor, N as deliveryStats, O as writeFiles, S as replayRun, T as judgedEnvironments, _ as admissionParameter, a as promoteUnit, b as orderRun, c as unitSummaryText, d as status, f as environmentManifests, g as releaseFromQuarantine, h as notQuarantined, i as planUnitPromotion, j as drift, k as finishBegun, l as openUnit, m as heldDigests, n as unitPipeline, o as releaseUnit, p as addToQuarantine, r as planUnit, s as resumeUnit, t as whatIf, u as nextCommands, v as refusingClusters, w as startJudge, x as procedureOf, y as pipeline } from "./shared-program3.js";

export { layDown, openService };