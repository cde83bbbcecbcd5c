import { Xi as suiteEnv, Yi as ruleText } from "./shared-common.js";
import { $ as mannersMarkdown, St as advise, _t as answerOf, at as loses, bt as notNew, ct as dropRetired, dt as retire, et as mannersText, ft as copyRows, gt as prove, ht as scratchAt, it as readForeign, lt as numbered, mt as openScratch, nt as importedSchema, ot as lostBy, pt as planCopy, rt as TOOLS, st as undo, tt as convert, ut as readRetired, vt as proofRow, xt as readAdviceFacts, yt as adoptStep } from "./shared-program.js";
import { a as statusLines, i as migrationStatus, l as ServerRefusal, o as acceptStep, r as startLocal, u as openDsnSession } from "./shared-decide.js";
import { A as takeOver, D as resolveDsn, G as driftOf, J as schemaState, K as pendingMigrations, S as structureChanges, W as EMPTY_SCHEMA, f as splitSql, k as TOOL_TABLES, m as openDatabase, n as parseMigrations, q as schemaAfter, r as readMigrations, t as migrationRef, u as parseHeader, x as changeText } from "./shared-migrate.js";
import { a as RULES, c as serverOf, i as lint, n as readLintFiles, o as ruleOf, r as isComplete, s as serverName } from "./shared-read.js";
import { t as fixed } from "./shared-migrate-lint-judge.js";
import { a as plannedStatements, i as seedStep, n as ledgerRows, o as migrateNodes, r as readSeed, s as migrateProcedureNode, t as planManners } from "./shared-database.js";

export { openDatabase, pendingMigrations, readMigrations, schemaAfter, schemaState };