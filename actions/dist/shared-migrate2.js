import { Rs as ruleText, zs as suiteEnv } from "./shared-common.js";
import { $ as mannersText, Q as mannersMarkdown, _t as notNew, at as lostBy, ct as numbered, dt as openScratch, et as convert, ft as scratchAt, gt as adoptStep, ht as proofRow, it as loses, lt as readRetired, mt as answerOf, nt as TOOLS, ot as undo, pt as prove, rt as readForeign, st as dropRetired, tt as importedSchema, ut as retire, vt as readAdviceFacts, yt as advise } from "./shared-program3.js";
import { F as resolveDsn, L as TOOL_TABLES, R as takeOver, _t as pendingMigrations, b as changeText, d as openDatabase, gt as driftOf, ht as EMPTY_SCHEMA, n as parseMigrations, q as splitSql, r as readMigrations, t as migrationRef, u as parseHeader, vt as schemaAfter, x as structureChanges, yt as schemaState } from "./shared-migrate.js";
import { n as openDsnSession, t as ServerRefusal } from "./shared-session2.js";
import { a as RULES, c as serverOf, i as lint, n as readLintFiles, o as ruleOf, r as isComplete, s as serverName } from "./shared-read.js";
import { n as statusLines, r as acceptStep, t as migrationStatus } from "./shared-status.js";
import { d as emptyRows, f as filledByMigrations, h as planCopy, l as generateRows, m as copyRows, p as mustSayKeep, u as planGenerate } from "./shared-data.js";
import { p as startLocal } from "./shared-local.js";
import { j as startKept } from "./shared-place2.js";
import { d as openLaid } from "./shared-verify.js";
import { t as fixed } from "./shared-migrate-lint-judge.js";
import { a as plannedStatements, i as seedNode, n as ledgerRows, o as migrateNodes, r as readSeed, s as migrateProcedureNode, t as planManners } from "./shared-database3.js";

export { openDatabase, parseHeader, pendingMigrations, readMigrations, schemaAfter, schemaState };