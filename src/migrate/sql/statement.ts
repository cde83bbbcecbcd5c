import type { Problem } from '../../model/problem.ts';
import { type SqlStatement, type Token, tokensOf } from './lexer.ts';

/** What a statement does, as far as one must know to tell afterwards whether it happened. */

export interface SchemaObjects {
  readonly table: string;
  /** The table itself is what appears. */
  readonly whole: boolean;
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
  readonly constraints: readonly string[];
}

/** Does a statement add exactly one thing? Then that is there, or nothing of the statement. Pure. */
export function addsOne({ whole, columns, indexes, constraints }: SchemaObjects): boolean {
  return (whole ? 1 : 0) + columns.length + indexes.length + constraints.length === 1;
}

export type StatementKind =
  /** INSERT, UPDATE, DELETE, REPLACE: runs in one transaction with its mark, so the mark tells. */
  | { readonly kind: 'rows' }
  /** Adds things that information_schema shows. */
  | { readonly kind: 'adds'; readonly objects: SchemaObjects }
  /** IF NOT EXISTS, IF EXISTS, OR REPLACE: doing it again changes nothing. */
  | { readonly kind: 'repeatable' }
  /** Nobody can tell from outside. */
  | { readonly kind: 'other' };

const ROWS = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE']);
const REPEATABLE_WORDS = ['IF NOT EXISTS', 'IF EXISTS', 'OR REPLACE'];

/** Pure; from the statement's own words. */
export function kindOf(sql: string): StatementKind {
  const tokens = tokensOf(sql);
  if (tokens.some((token) => token.kind === 'conditional')) return { kind: 'other' };
  const first = wordAt(tokens, 0);
  if (ROWS.has(first === 'WITH' ? behindWith(tokens) : first)) return { kind: 'rows' };
  if (first === 'CREATE') return createKind(tokens);
  if (first === 'ALTER' && wordAt(tokens, 1) === 'TABLE') return alterKind(tokens);
  if (first === 'DROP' && repeatableHead(tokens)) return { kind: 'repeatable' };
  return { kind: 'other' };
}

/** The word after the common table expressions, all of which stand in parentheses. */
function behindWith(tokens: readonly Token[]): string {
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth === 0 && token.kind === 'word' && (token.text === 'SELECT' || ROWS.has(token.text))) return token.text;
  }
  return '';
}

const FORBIDDEN: Readonly<Record<string, string>> = {
  USE: 'it would leave the database that the release was given',
  COMMIT: 'each statement is journaled on its own, so a file cannot hold a transaction',
  ROLLBACK: 'each statement is journaled on its own, so a file cannot hold a transaction',
  BEGIN: 'each statement is journaled on its own, so a file cannot hold a transaction',
  START: 'each statement is journaled on its own, so a file cannot hold a transaction',
  SAVEPOINT: 'each statement is journaled on its own, so a file cannot hold a transaction',
  LOCK: 'each statement has a connection of its own, so the lock would be gone at once',
  UNLOCK: 'each statement has a connection of its own, so the lock would be gone at once',
  SET: 'each statement has a connection of its own, so the setting would be gone at once',
  SOURCE: 'it is a command of the client, not SQL',
  LOAD: 'it reads a file that the server or the client may not have',
};

/** Statements that a numbered migration must not hold, each with its reason. */
export function forbiddenIn(statement: SqlStatement, file: string): readonly Problem[] {
  const first = wordAt(tokensOf(statement.sql), 0);
  const reason = FORBIDDEN[first];
  if (reason === undefined) return [];
  return [
    {
      code: 'migrate.statement-not-allowed',
      where: `${file}:${statement.line}`,
      found: `${first} …`,
      expected: `no ${first} in a migration: ${reason}`,
      remedy: 'take the statement out of the file',
    },
  ];
}

/** The first words, for a title: `CREATE TABLE servers`. */
export function titleOf(sql: string): string {
  const words: string[] = [];
  for (const token of tokensOf(sql)) {
    if (words.length === 6 || token.text === '(' || token.kind === 'string') break;
    words.push(token.raw);
  }
  return words.join(' ');
}

function wordAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token?.kind === 'word' ? token.text : '';
}

/** One of the repeatable phrases stands among the first words, before any parenthesis. */
function repeatableHead(tokens: readonly Token[]): boolean {
  const end = tokens.findIndex((token) => token.text === '(');
  const head = tokens
    .slice(0, Math.min(end < 0 ? tokens.length : end, 8))
    .map((token) => (token.kind === 'word' ? token.text : '·'));
  return REPEATABLE_WORDS.some((phrase) => ` ${head.join(' ')} `.includes(` ${phrase} `));
}

/** A plain name at `at`; undefined for `database.table` and anything else. */
function nameAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'name')) return undefined;
  return tokens[at + 1]?.text === '.' ? undefined : token.raw;
}

function adds(table: string, found: Partial<SchemaObjects>): StatementKind {
  return { kind: 'adds', objects: { table, whole: false, columns: [], indexes: [], constraints: [], ...found } };
}

function createKind(tokens: readonly Token[]): StatementKind {
  if (repeatableHead(tokens)) return { kind: 'repeatable' };
  if (wordAt(tokens, 1) === 'TABLE') {
    const table = nameAt(tokens, 2);
    return table === undefined ? { kind: 'other' } : adds(table, { whole: true });
  }
  const at = ['UNIQUE', 'FULLTEXT', 'SPATIAL'].includes(wordAt(tokens, 1)) ? 2 : 1;
  if (wordAt(tokens, at) !== 'INDEX') return { kind: 'other' };
  const index = nameAt(tokens, at + 1);
  const on = tokens.findIndex((token) => token.kind === 'word' && token.text === 'ON');
  const table = nameAt(tokens, on + 1);
  if (index === undefined || on < 0 || table === undefined) return { kind: 'other' };
  return adds(table, { indexes: [index] });
}

/** Clauses of an ALTER TABLE, cut at commas outside parentheses. */
function clausesOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const clauses: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) clauses.push([]);
    else clauses.at(-1)?.push(token);
  }
  return clauses;
}

/** Clauses that say how to do it, not what. */
const MANNER = new Set(['ALGORITHM', 'LOCK']);

function alterKind(tokens: readonly Token[]): StatementKind {
  const table = nameAt(tokens, 2);
  if (table === undefined) return { kind: 'other' };
  const clauses = clausesOf(tokens.slice(3)).filter((clause) => !MANNER.has(wordAt(clause, 0)));
  const columns: string[] = [];
  const indexes: string[] = [];
  const constraints: string[] = [];
  for (const clause of clauses) {
    const added = addedBy(clause);
    if (added === undefined) return { kind: 'other' };
    if (added.kind === 'column') columns.push(added.name);
    if (added.kind === 'index') indexes.push(added.name);
    if (added.kind === 'constraint') constraints.push(added.name);
  }
  return adds(table, { columns, indexes, constraints });
}

interface Added {
  readonly kind: 'column' | 'index' | 'constraint';
  readonly name: string;
}

function addedBy(clause: readonly Token[]): Added | undefined {
  if (wordAt(clause, 0) !== 'ADD') return undefined;
  const named = (kind: Added['kind'], at: number): Added | undefined => {
    const name = nameAt(clause, at);
    return name === undefined || clause[at]?.text === 'IF' ? undefined : { kind, name };
  };
  const second = wordAt(clause, 1);
  if (second === 'COLUMN') return named('column', 2);
  if (second === 'CONSTRAINT') return named('constraint', 2);
  if (second === 'INDEX' || second === 'KEY') return named('index', 2);
  if (['UNIQUE', 'FULLTEXT', 'SPATIAL'].includes(second)) {
    return named('index', ['INDEX', 'KEY'].includes(wordAt(clause, 2)) ? 3 : 2);
  }
  if (['PRIMARY', 'FOREIGN', 'CHECK', 'PARTITION', 'PERIOD', 'SYSTEM', ''].includes(second)) {
    return clause[1]?.kind === 'name' ? named('column', 1) : undefined;
  }
  return named('column', 1);
}
