import type { Family } from '../server/database.ts';
import { tokensOf } from '../sql/lexer.ts';

/** What a test suite asked of its database, from the general query log: real statements with real values. Pure. */

/** A row of `mysql.general_log`. */
export interface LogRow {
  readonly thread: number;
  /** Connect, Query, Prepare, Execute, Quit … */
  readonly command: string;
  /** Its bytes, each as one character (Latin-1): values may be no text at all. */
  readonly bytes: string;
}

export interface RecordedStatement {
  /** Connection of the suite that said it. */
  readonly session: number;
  /** Bytes as characters, as in the log. */
  readonly sql: string;
}

export interface Recording {
  /** In the order in which the server took them. */
  readonly statements: readonly RecordedStatement[];
  /** Statements that end every transaction, or that only look at the server: first word, and how many. */
  readonly leftOut: ReadonlyMap<string, number>;
}

const ROWS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'WITH', 'TABLE', 'VALUES', 'CALL', 'DO', '(']);
const TRANSACTIONS = new Set(['BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']);
const ASKED = new Set(['Query', 'Execute']);

/** A prepared statement counts when it is executed: only then are its values in it. */
export function recordingOf(rows: readonly LogRow[], family: Family): Recording {
  const statements: RecordedStatement[] = [];
  const leftOut = new Map<string, number>();
  for (const { thread, command, bytes } of rows) {
    if (!ASKED.has(command)) continue;
    const text = family === 'mariadb' ? unescaped(bytes, command) : bytes;
    const words = firstWords(text);
    const [first = ''] = words;
    if (first === '') continue;
    if (ROWS.has(first) || TRANSACTIONS.has(first) || ofItsSession(words)) {
      statements.push({ session: thread, sql: text });
    } else {
      leftOut.set(first, (leftOut.get(first) ?? 0) + 1);
    }
  }
  return { statements, leftOut };
}

/**
 * MariaDB's log is text: a byte that is none stands there as `\xHH`, with its backslash doubled where the server itself has filled values in
 * (seen on 10.11). Nobody else writes that: in SQL `\x` is an x.
 */
function unescaped(text: string, command: string): string {
  const byte = (digits: string): string => String.fromCharCode(Number.parseInt(digits, 16));
  return command === 'Execute'
    ? text.replaceAll(/\\\\x([0-9A-F]{2})/g, (_, digits: string) => byte(digits))
    : text.replaceAll(
        /(?<!\\)((?:\\\\)*)\\x([0-9A-F]{2})/g,
        (_, before: string, digits: string) => before + byte(digits),
      );
}

/** A setting of the session changes what later statements mean; one of the server is none of the suite's business. */
function ofItsSession([first, second]: readonly string[]): boolean {
  return first === 'SET' && second !== 'GLOBAL' && second !== 'PERSIST' && second !== 'PERSIST_ONLY';
}

function firstWords(sql: string): readonly string[] {
  return tokensOf(sql.slice(0, 400))
    .slice(0, 2)
    .map((token) => token.text.toUpperCase());
}

/**
 * As it is said in one transaction that is rolled back at the end: what would end it becomes a savepoint of the session that said it.
 * Null: nothing is said.
 */
export function withinOneTransaction({ session, sql }: RecordedStatement): string | null {
  const words = tokensOf(sql.slice(0, 400)).map((token) => token.text.toUpperCase());
  const [first = '', second = ''] = words;
  const mark = `shiplock_${session}`;
  if (first === 'BEGIN' || (first === 'START' && second === 'TRANSACTION')) return `SAVEPOINT ${mark}`;
  if (first === 'COMMIT') return null;
  // To a savepoint of its own: as it stands.
  if (first === 'ROLLBACK') return words.includes('TO') ? sql : `ROLLBACK TO SAVEPOINT ${mark}`;
  if (first === 'SET' && words.includes('AUTOCOMMIT')) return null;
  return sql;
}

/** The statement without its values, as the servers' digests have it: two that differ in values only have one digest. */
export function digestOf(sql: string): string {
  const parts = tokensOf(Buffer.from(sql, 'latin1').toString('utf8')).map(({ kind, text, raw }) => {
    if (kind === 'string') return '?';
    if (kind === 'name') return `\`${raw}\``;
    return kind === 'word' && /^[0-9]/.test(text) ? '?' : raw;
  });
  const text = parts
    .join(' ')
    .replaceAll(/([(.]) /g, '$1')
    .replaceAll(/ ([),.])/g, '$1')
    .replaceAll(/([<>!]) =/g, '$1=');
  // Lists of values of any length are one digest too.
  return text.replaceAll(/\(\?(?:, \?)*\)(?:, \(\?(?:, \?)*\))*/g, '(?)');
}
