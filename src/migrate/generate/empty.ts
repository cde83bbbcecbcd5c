import type { ConnectionOptions } from 'mysql2/promise';
import { ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { withConnection } from '../desensitise/connection.ts';
import type { Migration } from '../files/files.ts';
import type { Family } from '../server/database.ts';
import { takeLock } from '../server/lock.ts';
import { CREATE_ORIGIN, markOrigin, type Origin, readOrigin } from '../server/origin.ts';
import { sessionOf } from '../server/session.ts';
import { GENERATED_TABLE } from '../server/structure.ts';
import { parseStatement } from '../sql/parse/index.ts';
import { readGenTables } from './structure.ts';

/** Takes the rows out of a database, and leaves its structure. */

export interface EmptyOptions {
  readonly target: ConnectionOptions;
  readonly family: Family;
  readonly environment: string;
  readonly lock: string;
  readonly run: string;
  /** Tables whose rows stay. */
  readonly keep: readonly string[];
  readonly signal: AbortSignal;
  /** Asked once more when nobody else can change the database: throws what speaks against it. */
  readonly allow: (origin: Origin | null) => void;
}

/**
 * Empties every table but those that are kept and our own. Until it is through, the database says that its rows are not all there, and what is
 * released or migrated there is refused. Doing it again does the same. Returns the names of what was emptied.
 */
export async function emptyRows(options: EmptyOptions): Promise<readonly string[]> {
  const { target, family, environment, lock, run, keep, signal, allow } = options;
  return withConnection(target, async (connection) => {
    await takeLock(connection, lock);
    const session = sessionOf(connection);
    await connection.query(CREATE_ORIGIN);
    allow(await readOrigin((row, sql) => session.ask(row, sql)));
    await connection.query('SET SESSION foreign_key_checks = 0');
    const tables = (await readGenTables(session, family)).filter(({ name }) => !keep.includes(name));
    await markOrigin(connection, { environment, rules: RESET, run, state: 'generating' });
    for (const { name, versioned } of tables) {
      signal.throwIfAborted();
      // History is no row of today; MariaDB truncates no table that has one.
      const sql = versioned
        ? [`DELETE FROM ${sqlName(name)}`, `DELETE HISTORY FROM ${sqlName(name)}`]
        : [`TRUNCATE TABLE ${sqlName(name)}`];
      for (const one of sql) await connection.query(one);
    }
    await connection.query(`DROP TABLE IF EXISTS ${GENERATED_TABLE}`);
    await markOrigin(connection, { environment, rules: null, run, state: 'own' });
    return tables.map(({ name }) => name);
  });
}

/** Stands where the digest of a filling would: no filling has it, so none goes on from here. */
const RESET = 'reset';

/** Tables that migrations put rows into: emptying them would lose what no migration brings back. By name. Pure. */
export function filledByMigrations(migrations: readonly Migration[], family: Family): readonly string[] {
  const tables = migrations.flatMap(({ statements }) =>
    statements.flatMap(({ sql }) => {
      const parsed = parseStatement(sql, family);
      return parsed.ok && parsed.statement.kind === 'insert' ? [parsed.statement.table.name] : [];
    }),
  );
  return [...new Set(tables)].toSorted();
}

/** @throws ProblemError for tables that migrations fill, and about which the settings say nothing */
export function mustSayKeep(filled: readonly string[], told: Readonly<Record<string, unknown>>): void {
  const silent = filled.filter((name) => told[name] === undefined);
  if (silent.length === 0) return;
  throw new ProblemError(
    silent.map((name) => ({
      code: 'data.filled-by-migration',
      where: name,
      found: 'rows that a migration put there, which no migration brings back',
      expected: 'to be told what becomes of them',
      remedy: `write \`${name}: keep\` (or \`empty\`, or how many rows) under database.generate.tables`,
    })),
  );
}
