/** Migrations: numbered SQL files, what is pending, and the procedure that applies it. */
export { type DatabaseLook, type DatabaseOptions, type MigrationDatabase, openDatabase } from './database.ts';
export { type Migration, migrationRef, parseMigrations, readMigrations } from './files.ts';
export { type MigrationHeader, parseHeader, type Waiver } from './header.ts';
export { type LedgerInput, ledgerRows } from './ledger.ts';
export { type SqlStatement, splitSql } from './lexer.ts';
export {
  type MigrateNodes,
  type MigrateOptions,
  type MigrateOutputs,
  migrateNodes,
  migrateProcedureNode,
} from './node.ts';
export {
  type AppliedMigration,
  driftOf,
  EMPTY_SCHEMA,
  type Pending,
  pendingMigrations,
  schemaAfter,
  schemaState,
} from './pending.ts';
export { plannedStatements, type StatementPlan } from './planned.ts';
export { readSeed, type Seed, seedStep } from './seed.ts';
