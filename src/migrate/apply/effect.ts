import type { Effect } from '../../model/effect.ts';
import type { Decision } from '../../procedure/tree.ts';
import type { MigrateOptions } from './options.ts';

type SqlEffect = Extract<Effect, { kind: 'sql' }>;
type More = Pick<SqlEffect, 'seen' | 'guard' | 'batches' | 'tool' | 'pace' | 'restore' | 'checks'> & {
  readonly timeoutMs?: number;
};
type Target = Pick<MigrateOptions, 'database' | 'statementTimeoutMs'>;

/** Statements on the target: one connection, under the lock of the database and its fence. */
export function sqlOf(
  { database, statementTimeoutMs }: Target,
  statements: readonly string[],
  why: string,
  more: More = {},
): SqlEffect {
  const { dsn, lock, resource } = database;
  // Holders of the table may be waited for, and then the application.
  const paced = more.pace === undefined || more.pace.maxLatencyMs === null ? 0 : more.pace.patienceMs;
  const timeoutMs = more.timeoutMs ?? statementTimeoutMs + (more.guard?.patienceMs ?? 0) + paced;
  return { kind: 'sql', dsn, statements, lock, resource, why, ...more, timeoutMs };
}

export function perform(options: Target, statements: readonly string[], why: string, more: More = {}): Decision {
  return { kind: 'do', effects: [sqlOf(options, statements, why, more)] };
}

/** Failures that may be over in a moment, or that another look mends. Anything else would only fail again. */
export const TRIED_AGAIN = [
  'effect.sql-connect',
  'effect.sql-connections',
  'effect.sql-gone',
  'effect.sql-lock',
  'effect.sql-moved',
  'effect.sql-busy',
  'effect.sql-replica',
  'migrate.database-unreachable',
];
