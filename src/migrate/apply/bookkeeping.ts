import type { Migration } from '../files/files.ts';
import { sha256Of } from '../files/pending.ts';

/** The SQL of our own tables. Everything here may be run again without harm. */

export const TABLES = { migrations: 'shiplock_migrations', statements: 'shiplock_migration_statements' } as const;

const SUFFIX = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

export const CREATE_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${TABLES.migrations} (
  id VARCHAR(120) NOT NULL,
  position INT UNSIGNED NOT NULL AUTO_INCREMENT,
  sha256 CHAR(64) NOT NULL,
  phase VARCHAR(16) NOT NULL,
  statements INT UNSIGNED NOT NULL,
  state VARCHAR(16) NOT NULL,
  applied_at DATETIME(3) NULL,
  applied_by VARCHAR(191) NOT NULL,
  fence BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY shiplock_migrations_position (position)
) ${SUFFIX}`,
  `CREATE TABLE IF NOT EXISTS ${TABLES.statements} (
  migration VARCHAR(120) NOT NULL,
  number INT UNSIGNED NOT NULL,
  sha256 CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  run VARCHAR(191) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  done_at DATETIME(3) NULL,
  shape CHAR(64) NULL,
  progress TEXT NULL,
  PRIMARY KEY (migration, number)
) ${SUFFIX}`,
];

/** For tables that an earlier version made. */
export const ADD_COLUMNS = `ALTER TABLE ${TABLES.statements} ADD COLUMN shape CHAR(64) NULL, ADD COLUMN progress TEXT NULL`;

/**
 * Statements of ours in as few questions as the server takes them: MariaDB runs a block outside of a program. MySQL knows none, and to let a session take
 * several statements at once would let it take several from a file as well, were it ever split wrong. Pure.
 */
export function atOnce(engine: 'mariadb' | 'mysql', statements: readonly string[]): readonly string[] {
  return engine === 'mysql' ? statements : [`BEGIN NOT ATOMIC ${statements.map((sql) => `${sql}; `).join('')}END`];
}

/** Who writes: goes into every row. */
export interface Writer {
  readonly run: string;
  readonly fence: number;
}

/** A text as an SQL string; ours are ids and names, so this is a second line of defence. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Short waits, so that a change that queues never queues the application behind it. */
export function sessionSettings(lockWaitTimeoutMs: number): string {
  const seconds = Math.max(1, Math.ceil(lockWaitTimeoutMs / 1000));
  return `SET SESSION lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`;
}

export function markRunning(migration: Migration, writer: Writer): string {
  return upsertMigration(migration, writer, 'running');
}

export function markApplied(migration: Migration, writer: Writer): string {
  return upsertMigration(migration, writer, 'applied');
}

function upsertMigration(migration: Migration, { run, fence }: Writer, state: 'running' | 'applied'): string {
  const at = state === 'applied' ? 'UTC_TIMESTAMP(3)' : 'NULL';
  const changing = [
    `sha256 = ${quoted(migration.sha256)}`,
    `phase = ${quoted(migration.header.phase)}`,
    `statements = ${migration.statements.length}`,
    `state = ${quoted(state)}`,
    `applied_at = ${at}`,
    `applied_by = ${quoted(run)}`,
    `fence = ${fence}`,
  ];
  return `INSERT INTO ${TABLES.migrations} SET id = ${quoted(migration.id)}, ${changing.join(', ')} ON DUPLICATE KEY UPDATE ${changing.join(', ')}`;
}

/** `shape`: what its tables are made of now, where that tells afterwards whether it was done. */
export function markStarted(migration: Migration, number: number, run: string, shape: string | null): string {
  const sha256 = sha256Of(migration.statements[number - 1]?.sql ?? '');
  // How far a statement has come counts only for this very text.
  const kept = `progress = IF(sha256 = ${quoted(sha256)}, progress, NULL)`;
  const changing = `sha256 = ${quoted(sha256)}, state = 'started', run = ${quoted(run)}, started_at = UTC_TIMESTAMP(3), done_at = NULL, shape = ${shape === null ? 'NULL' : quoted(shape)}`;
  return `INSERT INTO ${TABLES.statements} SET migration = ${quoted(migration.id)}, number = ${number}, ${changing} ON DUPLICATE KEY UPDATE ${kept}, ${changing}`;
}

/** How far a statement that runs in ranges has come. */
export function progressQuery(migration: Migration, number: number): string {
  return `SELECT progress FROM ${TABLES.statements} WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}

/** Saves that; `range` stands for the new value. */
export function saveProgress(migration: Migration, number: number, range: string): string {
  return `UPDATE ${TABLES.statements} SET progress = ${range} WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}

/** The mark of a statement as it is now, in one word: two runners that decide at the same time see it change. */
export function markQuery(migration: Migration, number: number): string {
  return `SELECT CONCAT(state, ' ', run) FROM ${TABLES.statements} WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}

export function markDone(migration: Migration, number: number): string {
  return `UPDATE ${TABLES.statements} SET state = 'done', done_at = UTC_TIMESTAMP(3) WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}

/** After every statement of a migration is known to be done: marks that a person answered for are closed too. */
export function markAllDone(migration: Migration): string {
  return `UPDATE ${TABLES.statements} SET state = 'done', done_at = COALESCE(done_at, UTC_TIMESTAMP(3)) WHERE migration = ${quoted(migration.id)} AND state = 'started'`;
}

/**
 * Both at once, where `markRunning` has made the row of the migration: one statement, so it is committed as a whole without a transaction around it.
 */
export function markClosed(migration: Migration, { run, fence }: Writer): string {
  const now = 'UTC_TIMESTAMP(3)';
  const changing = [
    "s.state = 'done'",
    `s.done_at = COALESCE(s.done_at, ${now})`,
    "m.state = 'applied'",
    `m.applied_at = ${now}`,
    `m.applied_by = ${quoted(run)}`,
    `m.fence = ${fence}`,
  ];
  return `UPDATE ${TABLES.migrations} m JOIN ${TABLES.statements} s ON s.migration = m.id SET ${changing.join(', ')} WHERE m.id = ${quoted(migration.id)}`;
}
