import { B as refreshRun, C as summaryText, H as gatekeeperOfRun, J as underPolicy, K as rulesText, L as fetchRun, Mt as announceAll, Pt as announceRun, Q as rollbackProcedure, Z as releaseProcedure, _ as planRelease, n as outcomeMarkdown, q as signerOf, r as readReport, t as newestRun, y as release, z as makeGitTrue } from "./shared-report.js";
import { a as CAUSE, n as openEnvironment, r as openService, s as standingOf } from "./shared-service.js";
import { t as layDown } from "./shared-release2.js";
import { n as migrateProcedure, r as planMigrate, t as migrate } from "./shared-migrate.js";
import { t as exitFor } from "./shared-exit2.js";
import { n as waitForArgoCd, t as commitValue } from "./shared-by-git.js";
import { r as buildComponent } from "./shared-build.js";
import { n as rollback, t as planRollback } from "./shared-go-back.js";
import { r as promote, t as planPromotion } from "./shared-promote.js";
import { A as drift, C as startJudge, D as writeFiles, E as planFiles, M as deliveryStats, O as finishBegun, S as resume, T as lookAround, _ as admissionParameter, a as promoteUnit, b as procedureOf, c as unitSummaryText, d as status, f as environmentManifests, g as releaseFromQuarantine, h as notQuarantined, i as planUnitPromotion, j as doctor, k as complete, l as openUnit, m as heldDigests, n as unitPipeline, o as releaseUnit, p as addToQuarantine, r as planUnit, s as resumeUnit, t as whatIf, u as nextCommands, v as pipeline, w as judgedEnvironments, x as replayRun, y as orderRun } from "./shared-program3.js";

export { layDown, openService };