/** Migrations: numbered SQL files, what is pending, and the procedure that applies it. */

export { type Advised, advise } from './advice/advise.ts';
export { readAdviceFacts } from './advice/facts.ts';
export { adoptStep, type Baseline, notNew } from './apply/adopt.ts';
export {
  type MigrateNodes,
  type MigrateOutputs,
  migrateNodes,
  migrateProcedureNode,
} from './apply/node.ts';
export type { MigrateOptions } from './apply/options.ts';
export { acceptStep } from './apply/remember.ts';
export { suiteEnv } from './compat/config.ts';
export { forwardTo } from './compat/forward.ts';
export { answerOf, proofRow, type SuiteEnd, type Tried } from './compat/proof.ts';
export { prove, type SchemaState, type Suite } from './compat/prove.ts';
export { openScratch, type ScratchDatabase, type ScratchPlace, scratchAt } from './compat/scratch.ts';
export { copyRows, planCopy } from './desensitise/copy.ts';
export { ruleText } from './desensitise/rules.ts';
export { type Migration, migrationRef, parseMigrations, readMigrations } from './files/files.ts';
export { type MigrationHeader, parseHeader, type Waiver } from './files/header.ts';
export {
  type AppliedMigration,
  driftOf,
  EMPTY_SCHEMA,
  type Pending,
  pendingMigrations,
  schemaAfter,
  schemaState,
} from './files/pending.ts';
export { plannedStatements, type StatementPlan } from './files/planned.ts';
export { dropRetired, type NewMigration, numbered, readRetired, retire } from './files/retire.ts';
export { readSeed, type Seed, seedNode } from './files/seed.ts';
export { type MigrationStatus, migrationStatus, statusLines } from './files/status.ts';
export { type Lost, loses, lostBy, undo } from './files/undo.ts';
export type { GenerateConfig } from './generate/config.ts';
export { emptyRows, filledByMigrations, mustSayKeep } from './generate/empty.ts';
export { type Generated, generateRows, planGenerate } from './generate/fill.ts';
export { convert, type Imported, importedSchema } from './import/convert.ts';
export { readForeign, TOOLS, type Tool } from './import/formats.ts';
export { TOOL_TABLES, takeOver } from './import/history.ts';
export { type LedgerInput, ledgerRows } from './ledger/rows.ts';
export { type Fixed, fixed } from './lint/fix.ts';
export { isComplete, lint } from './lint/lint.ts';
export { readLintFiles } from './lint/read.ts';
export { RULES, ruleOf } from './lint/rules/index.ts';
export { type Server, serverName, serverOf } from './lint/server.ts';
export type { LintFile, LintFinding, LintResult, Rule } from './lint/types.ts';
export type { Manner } from './plan/manner.ts';
export { type MannerPlan, type PlannedManner, planManners } from './plan/manners.ts';
export { mannersMarkdown, mannersText } from './plan/render.ts';
export { type DatabaseLook, type DatabaseOptions, type MigrationDatabase, openDatabase } from './server/database.ts';
export { resolveDsn } from './server/dsn.ts';
export type { Origin } from './server/origin.ts';
export { openDsnSession, ServerRefusal, type Session } from './server/session.ts';
export type { Structure } from './server/structure.ts';
export { changeText, structureChanges } from './server/structure-diff.ts';
export { startContainer } from './shadow/container.ts';
export { type KeptServer, startKept } from './shadow/kept.ts';
export { type LaidServer, openLaid } from './shadow/laid.ts';
export { startLocal } from './shadow/local.ts';
export { type SqlStatement, splitSql } from './sql/lexer.ts';
