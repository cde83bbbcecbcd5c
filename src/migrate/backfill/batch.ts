import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { type Token, tokensOf } from '../sql/lexer.ts';

/** How a statement over one table is cut into ranges of its primary key. Pure. */

/** Stands where the range is put in. As it is here the statement would take every row. */
export const RANGE = '(/* next rows by primary key */ TRUE)';

export interface Batched {
  /** Whose rows are gone through. */
  readonly table: string;
  /** The statement with RANGE in its WHERE. */
  readonly sql: string;
  /** What counts the rows that it would still take; null: it would take the same ones for ever. */
  readonly left: string | null;
}

/** Words that make rows depend on each other, or the statement on more than one table. */
const WHOLE = new Set([
  'JOIN',
  'STRAIGHT_JOIN',
  'LIMIT',
  'ORDER',
  'GROUP',
  'HAVING',
  'UNION',
  'DISTINCT',
  'USING',
  'WINDOW',
]);

/** Understands UPDATE, DELETE and INSERT or REPLACE … SELECT over one table. */
export function batchOf(sql: string, where: string): Result<Batched> {
  const tokens = placed(sql);
  if (tokens === undefined)
    return bad(notCut(where, 'a comment or a conditional comment that hides where its words are'));
  const top = tokens.filter((token) => token.depth === 0);
  const first = top[0]?.text ?? '';
  const from = from1(top, first);
  if (from === undefined)
    return bad(notCut(where, `${first} … that is no UPDATE, DELETE or INSERT … SELECT over one table`));
  const behind = top.slice(from + 1);
  const whole = behind.find((token) => token.kind === 'word' && WHOLE.has(token.text));
  if (whole !== undefined) return bad(notCut(where, `${first} … ${whole.text}`));
  const name = behind[0];
  if (name === undefined || (name.kind !== 'word' && name.kind !== 'name'))
    return bad(notCut(where, `${first} without a plain name of a table`));
  const set = behind.findIndex((token) => token.kind === 'word' && token.text === 'SET');
  const head = behind.slice(0, first === 'UPDATE' ? set : behind.findIndex(isWhere));
  if (head.some((token) => token.text === ',' || token.text === '.'))
    return bad(notCut(where, `${first} over more than one table`));
  const end = top.find((token, at) => at > from && token.kind === 'word' && token.text === 'DUPLICATE');
  const tail = end === undefined ? sql.length : sql.lastIndexOf('ON', end.from);
  const at = behind.find(isWhere);
  if (at === undefined) {
    return ok({
      table: name.raw,
      sql: `${sql.slice(0, tail).trimEnd()} WHERE ${RANGE} ${sql.slice(tail)}`.trim(),
      left: null,
    });
  }
  const condition = sql.slice(at.to, tail).trim();
  const rest = sql.slice(tail);
  const left = `SELECT COUNT(*) FROM (SELECT 1 FROM ${sourceOf(sql, behind, first, set)} WHERE ${condition} LIMIT 1) AS rows_left`;
  return ok({
    table: name.raw,
    sql: `${sql.slice(0, at.to)} ${RANGE} AND (${condition}) ${rest}`.trim(),
    left: first === 'UPDATE' || first === 'DELETE' ? left : null,
  });
}

interface Placed extends Token {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

function isWhere(token: Token): boolean {
  return token.kind === 'word' && token.text === 'WHERE';
}

/** Place of the word before the table's name. */
function from1(top: readonly Placed[], first: string): number | undefined {
  if (first === 'UPDATE') return top[1]?.text === 'LOW_PRIORITY' || top[1]?.text === 'IGNORE' ? 1 : 0;
  const select = top.findIndex((token) => token.kind === 'word' && token.text === 'SELECT');
  if (first === 'DELETE' ? top[1]?.text !== 'FROM' : !['INSERT', 'REPLACE'].includes(first) || select < 0)
    return undefined;
  const from = top.findIndex((token, at) => at > select && token.kind === 'word' && token.text === 'FROM');
  return from < 0 ? undefined : from;
}

/** The table with its other name, if it has one. */
function sourceOf(sql: string, behind: readonly Placed[], first: string, set: number): string {
  const end = first === 'UPDATE' ? behind[set] : behind.find(isWhere);
  return sql.slice(behind[0]?.from ?? 0, end?.from ?? sql.length).trim();
}

/** Tokens with their places in the text; undefined where a comment stands between them. */
function placed(sql: string): readonly Placed[] | undefined {
  const found: Placed[] = [];
  let at = 0;
  let depth = 0;
  for (const token of tokensOf(sql)) {
    while (/\s/.test(sql[at] ?? '')) at += 1;
    const written = token.kind === 'name' ? sqlName(token.raw) : token.raw;
    if (token.kind === 'conditional' || !sql.startsWith(written, at)) return undefined;
    if (token.kind === 'symbol' && token.text === ')') depth -= 1;
    found.push({ ...token, from: at, to: at + written.length, depth });
    if (token.kind === 'symbol' && token.text === '(') depth += 1;
    at += written.length;
  }
  return found;
}

export function notCut(where: string, found: string): Problem {
  return {
    code: 'migrate.not-batched',
    where,
    found,
    expected: 'a statement over one table with a primary key, whose rows do not depend on each other',
    remedy:
      'write UPDATE, DELETE or INSERT … SELECT over one table, without JOIN, LIMIT, ORDER BY and comments; only a small table is changed at once (database.apply.copyBelowRows)',
  };
}
