import { createHash } from 'node:crypto';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { splitSql, tokensOf } from '../sql/lexer.ts';

/**
 * `NNNN_name.verify.sql` beside a migration: queries that select what must not be there once it is done. A file of its own, since values of the
 * header end at a blank; so it can also be changed without changing the digest of a migration that is applied somewhere.
 */
export interface Verification {
  readonly file: string;
  /** SHA-256 of its text. */
  readonly sha256: string;
  readonly queries: readonly { readonly query: string; readonly where: string }[];
}

/** Pure. */
export function parseVerification(text: string, file: string): Result<Verification> {
  const split = splitSql(text, file);
  const problems: Problem[] = [...split.problems];
  const queries = split.statements.map(({ sql, line }) => ({ query: sql, where: `${file}:${line}` }));
  for (const { query, where } of queries) problems.push(...wrongIn(query, where));
  if (queries.length === 0 && problems.length === 0) {
    problems.push(problem('empty', `${file}:1`, 'no query', 'at least one SELECT', 'write one, or delete the file'));
  }
  if (problems.length > 0) return bad(...problems);
  return ok({ file, sha256: createHash('sha256').update(text).digest('hex'), queries });
}

function wrongIn(query: string, where: string): readonly Problem[] {
  const tokens = tokensOf(query);
  const word = (at: number): string => (tokens[at]?.kind === 'word' ? (tokens[at]?.text ?? '') : '');
  const found = query.replace(/\s+/g, ' ').slice(0, 80);
  const writes = tokens.some(({ kind, text }) => kind === 'word' && (text === 'INTO' || text === 'UPDATE'));
  if ((word(0) !== 'SELECT' && word(0) !== 'WITH') || writes || tokens.some(({ kind }) => kind === 'conditional')) {
    return [
      problem(
        'not-a-query',
        where,
        found,
        'SELECT or WITH … SELECT that only looks',
        'write a query that selects what is wrong',
      ),
    ];
  }
  const grouped = tokens.some(({ kind, text }) => kind === 'word' && (text === 'HAVING' || text === 'GROUP'));
  if (word(0) === 'SELECT' && word(1) === 'COUNT' && !grouped) {
    return [
      problem(
        'counts',
        where,
        found,
        'a query that gives no row when all is well',
        'select the rows themselves: a count is always a row',
      ),
    ];
  }
  return [];
}

function problem(code: string, where: string, found: string, expected: string, remedy: string): Problem {
  return { code: `migrate.verify-${code}`, where, found, expected, remedy };
}
