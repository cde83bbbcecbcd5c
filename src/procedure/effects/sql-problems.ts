import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';

/** What a server answers when it does not do a statement, in classes that people act on differently. */
export type SqlRefusal =
  /** It cannot be done with the ALGORITHM or LOCK that were asked for. Nothing was changed. */
  | 'algorithm'
  /** The lock was not to be had in time, or a deadlock was cut. Nothing was changed. */
  | 'busy'
  /** Nobody knows what became of the statement. */
  | 'gone'
  | 'read-only'
  | 'disk-full'
  | 'privilege'
  /** It is longer than the server takes. */
  | 'too-large'
  | 'failed';

const BY_NUMBER: ReadonlyMap<number, SqlRefusal> = new Map<number, SqlRefusal>([
  // ER_ALTER_OPERATION_NOT_SUPPORTED (two forms), wrong usage of LOCK, and no row version left for INSTANT.
  ...[1845, 1846, 1221, 4092].map((number) => [number, 'algorithm'] as const),
  ...[1205, 1213, 3572].map((number) => [number, 'busy'] as const),
  // 1317: MySQL answers so to the statement of a connection that is being closed.
  ...[1317, 1053, 1152, 1159, 1161, 1927, 3169, 4031].map((number) => [number, 'gone'] as const),
  ...[1290, 1792, 1836].map((number) => [number, 'read-only'] as const),
  ...[1021, 1114, 1878].map((number) => [number, 'disk-full'] as const),
  ...[1044, 1045, 1142, 1143, 1227, 1370, 1419].map((number) => [number, 'privilege'] as const),
  [1153, 'too-large'],
]);

/** Stands in a remedy for the database, as long as nobody has put in its name. */
export const GRANT_DATABASE = '<database>';

/** Statements of which a server says only that access to the database is denied. */
const BY_STATEMENT: readonly (readonly [RegExp, string])[] = [
  [/^CREATE\b.*\b(?:PROCEDURE|FUNCTION)\b/is, 'CREATE ROUTINE'],
  [/^(?:ALTER|DROP)\b.*\b(?:PROCEDURE|FUNCTION)\b/is, 'ALTER ROUTINE'],
  [/^(?:CREATE|ALTER|DROP)\b.*\bEVENT\b/is, 'EVENT'],
  [/^CREATE\b.*\bVIEW\b/is, 'CREATE VIEW'],
  [/^LOCK\b/i, 'LOCK TABLES'],
  [
    /^(?:CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|SELECT)\b/i,
    'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES',
  ],
];

/** Pure: which right a refusal is about, as a statement that grants it. */
function rightToGrant(statement: string, said: string): string {
  const user = /(?:to|for) user '([^']*)'@'([^']*)'/i.exec(said);
  const to = user === null ? 'the user of the connection string' : `'${user[1]}'@'${user[2]}'`;
  const denied = /^(?:.*?: )?([A-Za-z][A-Za-z ,]*?) command denied/.exec(said)?.[1];
  if (denied !== undefined) return `GRANT ${denied.toUpperCase()} ON ${GRANT_DATABASE}.* TO ${to}`;
  // Beside a binary log servers ask for more before they take programs.
  if (/log_bin_trust_function_creators/.test(said)) {
    return `SET GLOBAL log_bin_trust_function_creators = ON, or GRANT SUPER ON *.* TO ${to}`;
  }
  const global = /at least one of\) the (.+?) privilege/i.exec(said)?.[1];
  if (global !== undefined) return `GRANT one of ${global} ON *.* TO ${to}`;
  const [, right] = BY_STATEMENT.find(([pattern]) => pattern.test(statement)) ?? [];
  if (right !== undefined && /to database/i.test(said)) return `GRANT ${right} ON ${GRANT_DATABASE}.* TO ${to}`;
  return 'GRANT the right that the server names to the user of the connection string';
}

const GONE = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED']);

const errorSchema = z.object({ errno: z.number().optional(), code: z.string().optional(), message: z.string() });

/** Pure: which class an error of the driver belongs to. */
export function refusalOf(error: unknown): SqlRefusal {
  const parsed = errorSchema.safeParse(error);
  if (!parsed.success) return 'failed';
  const { errno, code = '', message } = parsed.data;
  if (GONE.has(code) || /closed state|connection is (?:closed|lost)/i.test(message)) return 'gone';
  // Error 28 of the operating system, ENOSPC, comes wrapped in several of the server's own.
  if (/\berrno:? 28\b|errcode: 28\b|got error 28\b|no space left/i.test(message)) return 'disk-full';
  return BY_NUMBER.get(errno ?? 0) ?? 'failed';
}

/** Pure: the same as a problem. `where` and `found` are masked already. */
export function sqlProblem(refusal: SqlRefusal, where: string, found: string): Problem {
  switch (refusal) {
    case 'algorithm':
      return {
        code: 'effect.sql-algorithm',
        where,
        found,
        expected: 'a change that the server can make without keeping others out',
        remedy: 'nothing was changed; write the change in another way, or let a tool copy the table',
      };
    case 'busy':
      return {
        code: 'effect.sql-busy',
        where,
        found,
        expected: 'the locks within the time that the session waits for them',
        remedy: 'nothing was changed; look for long transactions, then resume the run',
      };
    case 'gone':
      return {
        code: 'effect.sql-gone',
        where,
        found,
        expected: 'an answer of the server',
        remedy: 'see that the server runs and can be reached, then resume the run: it looks first what became of it',
      };
    case 'read-only':
      return {
        code: 'effect.sql-read-only',
        where,
        found,
        expected: 'a server that takes changes',
        remedy:
          'the address leads to a replica, or the primary is set to read_only: name the primary in the connection string',
      };
    case 'disk-full':
      return {
        code: 'effect.sql-disk-full',
        where,
        found,
        expected: 'room for the change on the disk of the server',
        remedy:
          'make room there (the data, the binary log, and tmpdir for a rebuild), then resume the run; the server took the statement back',
      };
    case 'privilege':
      return {
        code: 'effect.sql-privilege',
        where,
        found,
        expected: 'a user that may do this',
        remedy: `${rightToGrant(where, found)}; then resume the run`,
      };
    case 'too-large':
      return {
        code: 'effect.sql-too-large',
        where,
        found,
        expected: 'a statement of at most max_allowed_packet bytes',
        remedy:
          'cut it into several statements (an INSERT into several with fewer rows each), or raise max_allowed_packet of the server; the statement changed nothing',
      };
    case 'failed':
      return {
        code: 'effect.sql-failed',
        where,
        found,
        expected: 'the statement to succeed',
        remedy: 'mend what the server names, then resume the run; statements before it stay done',
      };
  }
}
