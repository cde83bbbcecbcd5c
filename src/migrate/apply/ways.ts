import { sqlName } from '../../model/sql.ts';
import type { Algorithm, Lock, Manner } from '../plan/manner.ts';
import type { Family } from '../server/database.ts';
import { type Token, tokensOf } from '../sql/lexer.ts';

/** In which ways a change of structure may be sent, and which tables it needs for a moment. Pure. */

export interface Way {
  readonly sql: string;
  /** Null: the statement knows no such clause. */
  readonly algorithm: Algorithm | null;
  readonly lock: Lock | null;
}

export type Ways =
  /** Nothing that others use is touched: rows, new tables, stored programs. */
  | { readonly kind: 'plain' }
  /** It needs tables for a moment. No way: it may keep others out, and nothing can be asserted. */
  | {
      readonly kind: 'guarded';
      /** Whose structure changes, and those that it refers to. */
      readonly tables: readonly string[];
      /** Others read and write meanwhile. */
      readonly gentle: readonly Way[];
      /** Others are kept from writing, or from everything, while it runs. */
      readonly harsh: readonly Way[];
    };

const GENTLE: Readonly<Record<Family, readonly (readonly [Algorithm, Lock])[]>> = {
  mysql: [
    ['INSTANT', 'DEFAULT'],
    ['INPLACE', 'NONE'],
  ],
  mariadb: [
    ['INSTANT', 'DEFAULT'],
    ['NOCOPY', 'NONE'],
    ['INPLACE', 'NONE'],
  ],
};

const HARSH: readonly (readonly [Algorithm, Lock])[] = [
  ['INPLACE', 'SHARED'],
  ['COPY', 'SHARED'],
];

const NAME = '(?:`(?:[^`]|``)+`|[\\p{L}\\p{N}_$]+)';
/** Up to the place where the clauses begin; anything written in another form is not changed, and so not asserted. */
const ALTER_HEAD = new RegExp(
  `^(ALTER\\s+(?:ONLINE\\s+)?(?:IGNORE\\s+)?TABLE\\s+(?:IF\\s+EXISTS\\s+)?${NAME}(?:\\s*\\.\\s*${NAME})?(?:\\s+(?:WAIT\\s+\\d+|NOWAIT)\\b)?)\\s+(?=\\S)`,
  'iu',
);

/** How a statement of a migration may be sent to a server of this family. */
export function waysOf(sql: string, family: Family): Ways {
  const tokens = tokensOf(sql);
  const other = family === 'mariadb' ? dropAsAlter(tokens) : undefined;
  if (other !== undefined) return waysOf(other, family);
  const [tables, kind] = target(tokens);
  if (kind === 'plain' || tables.length === 0) return { kind: 'plain' };
  if (kind === 'whole') return { kind: 'guarded', tables, gentle: [{ sql, algorithm: null, lock: null }], harsh: [] };
  const asserted = assertable(sql, tokens, family, kind);
  if (asserted === undefined) {
    return { kind: 'guarded', tables, gentle: [], harsh: [{ sql, algorithm: null, lock: null }] };
  }
  return { kind: 'guarded', tables, gentle: asserted(GENTLE[family]), harsh: asserted(HARSH) };
}

/**
 * Does what its tables are made of tell afterwards whether it was done? Servers change a table as a whole and rename all tables of a statement or
 * none; what is dropped half-way shows. But a table that loses its rows looks as before, and so do two that change places. Pure.
 */
export function shapeTells({ tables, gentle, harsh }: Extract<Ways, { kind: 'guarded' }>): boolean {
  const [first] = [...gentle, ...harsh];
  if (first === undefined || /^(?:TRUNCATE|CREATE)\b/i.test(first.sql)) return false;
  if (/^RENAME\b/i.test(first.sql)) return new Set(tables.map((name) => name.toLowerCase())).size === tables.length;
  return !/^ALTER\b.*\b(?:EXCHANGE|TRUNCATE|DISCARD|IMPORT)\b/is.test(first.sql);
}

/** MariaDB takes ALGORITHM and LOCK for `DROP INDEX a ON b` only in the form of ALTER TABLE. */
function dropAsAlter(tokens: readonly Token[]): string | undefined {
  const [, , index, on, table] = tokens;
  const fits = tokens.length === 5 && word(tokens, 0) === 'DROP' && word(tokens, 1) === 'INDEX' && on?.text === 'ON';
  if (!fits || index === undefined || table === undefined) return undefined;
  return `ALTER TABLE ${sqlName(table.raw)} DROP INDEX ${sqlName(index.raw)}`;
}

/** The one way that a plan has found. */
export function wayOfManner(manner: Extract<Manner, { kind: 'direct' }>): Way {
  return { sql: manner.sql, algorithm: manner.algorithm, lock: manner.lock };
}

/** For the reviewer: `INSTANT, else INPLACE LOCK=NONE`. */
export function waysText(ways: readonly Way[]): string {
  return ways
    .map(({ algorithm, lock }) => {
      if (algorithm === null) return 'as it is written';
      return lock === null || lock === 'DEFAULT' ? algorithm : `${algorithm} LOCK=${lock}`;
    })
    .join(', else ');
}

type Kind = 'plain' | 'alter' | 'index' | 'whole';

/** The tables that a statement needs, and what can be asserted of it. */
function target(tokens: readonly Token[]): readonly [readonly string[], Kind] {
  const [first, second] = [word(tokens, 0), word(tokens, 1)];
  const referred = afterEach(tokens, 'REFERENCES');
  if (first === 'ALTER' && tableWord(tokens) > 0) {
    return [[...nameFrom(tokens, tableWord(tokens) + 1), ...referred], 'alter'];
  }
  const index = tokens.findIndex((token, at) => at < 6 && token.kind === 'word' && token.text === 'INDEX');
  if (['CREATE', 'DROP'].includes(first) && index > 0 && !tokens.slice(0, index).some(isSymbol)) {
    const on = tokens.findIndex((token, at) => at > index && token.kind === 'word' && token.text === 'ON');
    return [on < 0 ? [] : nameFrom(tokens, on + 1), 'index'];
  }
  if (first === 'CREATE' && tokens.slice(0, 8).some((token) => token.kind === 'word' && token.text === 'TRIGGER')) {
    return [afterEach(tokens, 'ON').slice(0, 1), 'whole'];
  }
  if (first === 'CREATE' && second === 'TABLE') return [referred, 'whole'];
  if ((first === 'DROP' && second === 'TABLE') || first === 'TRUNCATE' || (first === 'RENAME' && second === 'TABLE')) {
    return [[...names(tokens, second === 'TABLE' ? 2 : 1)], 'whole'];
  }
  if (first === 'OPTIMIZE' && tableWord(tokens) > 0) return [nameFrom(tokens, tableWord(tokens) + 1), 'alter'];
  return [[], 'plain'];
}

/** Writes the clauses into the statement; undefined where it takes none. What the author asserted stays as it is. */
function assertable(
  sql: string,
  tokens: readonly Token[],
  family: Family,
  kind: 'alter' | 'index',
): ((ways: readonly (readonly [Algorithm, Lock])[]) => readonly Way[]) | undefined {
  if (tokens.some((token) => token.kind === 'conditional')) return undefined;
  const partitions = tokens.some((token) => token.kind === 'word' && /^PARTITION(?:ING|S)?$/.test(token.text));
  if (kind === 'alter' && family === 'mariadb' && partitions) return undefined;
  const head = kind === 'alter' ? ALTER_HEAD.exec(sql)?.[1] : '';
  if (head === undefined) return undefined;
  const own = { algorithm: clauseOf(tokens, 'ALGORITHM'), lock: clauseOf(tokens, 'LOCK') };
  return (ways) =>
    ways
      .filter(([algorithm, lock]) => {
        const fits = (written: string | undefined, value: string): boolean =>
          written === undefined || written === 'DEFAULT' || written === value;
        return (
          fits(own.algorithm, algorithm) &&
          (fits(own.lock, lock) || (own.lock === 'DEFAULT' && algorithm === 'INSTANT'))
        );
      })
      .map(([algorithm, lock]) => {
        const clauses = [
          ...(own.algorithm === undefined ? [`ALGORITHM=${algorithm}`] : []),
          ...(own.lock === undefined ? [`LOCK=${lock}`] : []),
        ];
        if (clauses.length === 0) return { sql, algorithm, lock };
        const asserted =
          kind === 'alter'
            ? `${head} ${clauses.join(', ')}, ${sql.slice(head.length).trimStart()}`
            : `${sql} ${clauses.join(' ')}`;
        return { sql: asserted, algorithm, lock };
      });
}

/** `ALGORITHM=INPLACE`, `LOCK NONE`: what the author wrote. */
function clauseOf(tokens: readonly Token[], name: string): string | undefined {
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.text === '(' && token.kind === 'symbol') depth += 1;
    if (token.text === ')' && token.kind === 'symbol') depth -= 1;
    if (depth !== 0 || token.kind !== 'word' || token.text !== name) continue;
    const value = tokens[at + 1]?.text === '=' ? tokens[at + 2] : tokens[at + 1];
    if (value?.kind === 'word' && /^(?:DEFAULT|INSTANT|NOCOPY|INPLACE|COPY|NONE|SHARED|EXCLUSIVE)$/.test(value.text)) {
      return value.text;
    }
  }
  return undefined;
}

function word(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token?.kind === 'word' ? token.text : '';
}

function isSymbol(token: Token): boolean {
  return token.kind === 'symbol';
}

/** Place of the word TABLE among the first few. */
function tableWord(tokens: readonly Token[]): number {
  return tokens.slice(0, 4).findIndex((token) => token.kind === 'word' && token.text === 'TABLE');
}

/** The name at `at`, without IF [NOT] EXISTS before it and without its database. */
function nameFrom(tokens: readonly Token[], at: number): readonly string[] {
  let from = at;
  while (['IF', 'NOT', 'EXISTS'].includes(word(tokens, from))) from += 1;
  const last = tokens[from + 1]?.text === '.' ? tokens[from + 2] : tokens[from];
  return last?.kind === 'word' || last?.kind === 'name' ? [last.raw] : [];
}

function afterEach(tokens: readonly Token[], name: string): readonly string[] {
  return tokens.flatMap((token, at) => (token.kind === 'word' && token.text === name ? nameFrom(tokens, at + 1) : []));
}

/** Every name of a list such as `a, b TO c`; of a renaming also the new ones, which nobody can hold. */
function names(tokens: readonly Token[], from: number): readonly string[] {
  const begins = tokens.flatMap((token, at) =>
    at >= from && (token.text === ',' || (token.kind === 'word' && token.text === 'TO')) ? [at + 1] : [],
  );
  return [from, ...begins].flatMap((at) => nameFrom(tokens, at));
}
