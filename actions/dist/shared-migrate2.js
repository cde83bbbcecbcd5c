import { Bs as suiteEnv, zs as ruleText } from "./shared-common.js";
import { F as TOOL_TABLES, G as splitSql, I as takeOver, _t as schemaState, b as changeText, d as openDatabase, gt as schemaAfter, ht as pendingMigrations, mt as driftOf, n as parseMigrations, pt as EMPTY_SCHEMA, r as readMigrations, t as migrationRef, u as parseHeader, x as structureChanges, yt as resolveDsn } from "./shared-migrate.js";
import { n as openDsnSession, t as ServerRefusal } from "./shared-session2.js";
import { $ as importedSchema, Q as convert, _t as advise, at as dropRetired, ct as retire, dt as prove, et as TOOLS, ft as answerOf, gt as notNew, ht as adoptStep, it as undo, lt as openScratch, mt as forwardTo, nt as loses, ot as numbered, pt as proofRow, rt as lostBy, st as readRetired, tt as readForeign, ut as scratchAt, vt as readAdviceFacts } from "./shared-program3.js";
import { a as RULES, c as serverOf, i as lint, n as readLintFiles, o as ruleOf, r as isComplete, s as serverName } from "./shared-read.js";
import { i as acceptStep, n as migrationStatus, r as statusLines, t as startContainer } from "./shared-container.js";
import { d as emptyRows, f as filledByMigrations, h as planCopy, l as generateRows, m as copyRows, p as mustSayKeep, u as planGenerate } from "./shared-data.js";
import { p as startLocal } from "./shared-local.js";
import { n as mannersText, t as mannersMarkdown } from "./shared-render.js";
import { j as startKept } from "./shared-place2.js";
import { k as openLaid } from "./shared-verify.js";
import { t as fixed } from "./shared-migrate-lint-judge.js";
import { a as plannedStatements, i as seedNode, n as ledgerRows, o as migrateNodes, r as readSeed, s as migrateProcedureNode, t as planManners } from "./shared-database3.js";

export { openDatabase, parseHeader, pendingMigrations, readMigrations, schemaAfter, schemaState };