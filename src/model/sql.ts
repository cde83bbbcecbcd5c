import type { LogPlace } from './effect.ts';

/**
 * Makes a session read statements as our lexer does, and commit each at once, whatever the defaults of the server are: with NO_BACKSLASH_ESCAPES a
 * text that the driver has escaped is another text, with ANSI_QUOTES a string is a name. What a mode says about values stays as it is. For MySQL
 * 8.0 and MariaDB 10.6 on.
 */
export const READ_PLAINLY =
  "SET SESSION autocommit = 1, sql_mode = REGEXP_REPLACE(@@SESSION.sql_mode, '(^|,)(ANSI_QUOTES|NO_BACKSLASH_ESCAPES|PIPES_AS_CONCAT|IGNORE_SPACE|HIGH_NOT_PRECEDENCE|ANSI|ORACLE|MSSQL|DB2|MAXDB|POSTGRESQL)(?=,|$)', '')";

/** A name of a table, column or database as MySQL and MariaDB take it, whatever it holds. Pure. */
export function sqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A place in the binary log for a person: `2026-11-22T12:00:00Z, binlog.000002:157`. Pure. */
export function logPlaceText({ time, log, file, position, gtid }: LogPlace): string {
  if (!log) return `${time} (no binary log)`;
  const names = [
    ...(file === null || position === null ? [] : [`${file}:${position}`]),
    ...(gtid === null ? [] : [`GTID ${gtid}`]),
  ];
  return [time, ...names].join(', ');
}
