import { Gs as ruleText, Ks as suiteEnv } from "./shared-common.js";
import { $ as convert, Q as mannersText, Z as mannersMarkdown, _t as readAdviceFacts, at as undo, ct as readRetired, dt as scratchAt, et as importedSchema, ft as prove, gt as notNew, ht as adoptStep, it as lostBy, lt as retire, mt as proofRow, nt as readForeign, ot as dropRetired, pt as answerOf, rt as loses, st as numbered, tt as TOOLS, ut as openScratch, vt as advise } from "./shared-program3.js";
import { F as resolveDsn, L as TOOL_TABLES, R as takeOver, _t as pendingMigrations, b as changeText, d as openDatabase, gt as driftOf, ht as EMPTY_SCHEMA, n as parseMigrations, q as splitSql, r as readMigrations, t as migrationRef, u as parseHeader, vt as schemaAfter, x as structureChanges, yt as schemaState } from "./shared-migrate.js";
import { n as openDsnSession, t as ServerRefusal } from "./shared-session2.js";
import { a as RULES, c as serverOf, i as lint, n as readLintFiles, o as ruleOf, r as isComplete, s as serverName } from "./shared-read.js";
import { n as statusLines, r as acceptStep, t as migrationStatus } from "./shared-status.js";
import { c as generateRows, d as filledByMigrations, f as mustSayKeep, l as planGenerate, m as planCopy, p as copyRows, u as emptyRows } from "./shared-data.js";
import { l as startLocal } from "./shared-local.js";
import { A as startKept } from "./shared-place2.js";
import { d as openLaid } from "./shared-verify.js";
import { t as fixed } from "./shared-migrate-lint-judge.js";
import { a as plannedStatements, i as seedNode, n as ledgerRows, o as migrateNodes, r as readSeed, s as migrateProcedureNode, t as planManners } from "./shared-database3.js";

export { openDatabase, parseHeader, pendingMigrations, readMigrations, schemaAfter, schemaState };