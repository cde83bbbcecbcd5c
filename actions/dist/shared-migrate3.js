import { _ as EMPTY_SCHEMA, b as schemaAfter, l as openDatabase, n as parseMigrations, o as splitSql, r as readMigrations, s as parseHeader, t as migrationRef, v as driftOf, x as schemaState, y as pendingMigrations } from "./shared-migrate2.js";
import { a as migrateProcedureNode, i as migrateNodes, n as seedStep, o as ledgerRows, r as plannedStatements, t as readSeed } from "./shared-database.js";

export { openDatabase, pendingMigrations, readMigrations, schemaAfter, schemaState };