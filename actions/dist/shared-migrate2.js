import { Js as suiteEnv, qs as ruleText } from "./shared-common.js";
import { I as TOOL_TABLES, K as splitSql, L as takeOver, S as structureChanges, _t as pendingMigrations, d as parseHeader, f as openDatabase, gt as driftOf, ht as EMPTY_SCHEMA, n as parseMigrations, r as readMigrations, t as migrationRef, vt as schemaAfter, x as changeText, xt as resolveDsn, yt as schemaState } from "./shared-migrate.js";
import { n as openDsnSession, t as ServerRefusal } from "./shared-session2.js";
import { $ as importedSchema, Q as convert, _t as advise, at as dropRetired, ct as retire, dt as prove, et as TOOLS, ft as answerOf, gt as notNew, ht as adoptStep, it as undo, lt as openScratch, mt as forwardTo, nt as loses, ot as numbered, pt as proofRow, rt as lostBy, st as readRetired, tt as readForeign, ut as scratchAt, vt as readAdviceFacts } from "./shared-program3.js";
import { a as RULES, c as serverOf, i as lint, n as readLintFiles, o as ruleOf, r as isComplete, s as serverName } from "./shared-read.js";
import { i as acceptStep, n as migrationStatus, r as statusLines, t as startContainer } from "./shared-container.js";
import { d as emptyRows, f as filledByMigrations, h as planCopy, l as generateRows, m as copyRows, p as mustSayKeep, u as planGenerate } from "./shared-data.js";
import { p as startLocal } from "./shared-local.js";
import { n as mannersText, t as mannersMarkdown } from "./shared-render.js";
import { T as startKept } from "./shared-place2.js";
import { d as openLaid } from "./shared-verify.js";
import { t as fixed } from "./shared-migrate-lint-judge.js";
import { a as plannedStatements, i as seedNode, n as ledgerRows, o as migrateNodes, r as readSeed, s as migrateProcedureNode, t as planManners } from "./shared-database3.js";

export { openDatabase, parseHeader, pendingMigrations, readMigrations, schemaAfter, schemaState };