import type { Algorithm, Lock, Manner } from '../plan/manner.ts';
import type { Family } from '../server/database.ts';
import {
  type AlterOutline,
  assertedSql,
  type CreateIndexOutline,
  type DropIndexOutline,
  outlineOf,
} from '../sql/outline.ts';
import { nextPiece } from '../sql/pieces.ts';
import type { ObjectName } from '../sql/tree.ts';

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
  /** The grammar does not read it: nobody knows which tables it keeps others out of. */
  | { readonly kind: 'unread'; readonly found: string; readonly expected: string }
  /** It needs tables for a moment. No way: it may keep others out, and nothing can be asserted. */
  | {
      readonly kind: 'guarded';
      /** Whose structure changes, and those that it refers to. */
      readonly tables: readonly string[];
      /** Others read and write meanwhile. */
      readonly gentle: readonly Way[];
      /** Others are kept from writing, or from everything, while it runs. */
      readonly harsh: readonly Way[];
      /** A renaming that uses a name twice: done a second time, it would undo itself. */
      readonly swaps?: true;
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

/** Words that begin a change of rows. Such a statement may be megabytes of values, of which nothing is asked here. */
const ROWS = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE']);

/** How a statement of a migration may be sent to a server of this family. */
export function waysOf(sql: string, family: Family): Ways {
  if (ROWS.has(firstWord(sql))) return { kind: 'plain' };
  const outline = outlineOf(sql, family);
  switch (outline.kind) {
    case 'alter': {
      const tables = namesOf([outline.table, ...outline.refers]);
      return outline.moment === null ? asserted(sql, tables, outline, family) : asWritten(sql, tables);
    }
    case 'create-index':
    case 'drop-index':
      return asserted(sql, namesOf([outline.table]), outline, family);
    case 'tables': {
      // A new table is nobody's yet; one that is replaced, emptied, dropped or renamed is.
      const touched = outline.what === 'CREATE TABLE' ? [] : outline.tables;
      if (outline.temporary) return { kind: 'plain' };
      const ways = asWritten(sql, namesOf([...touched, ...outline.refers]));
      const swaps = outline.what.startsWith('RENAME') && ways.kind === 'guarded' && ways.tables.length < touched.length;
      return swaps ? { ...ways, swaps } : ways;
    }
    case 'program':
      return asWritten(sql, namesOf(outline.on === null ? [] : [outline.on]));
    case 'optimize':
      return { kind: 'guarded', tables: namesOf(outline.tables), gentle: [], harsh: [plainly(sql)] };
    case 'rows':
    case 'other':
      return { kind: 'plain' };
    case 'unread':
      return { kind: 'unread', found: outline.found, expected: outline.expected };
  }
}

function firstWord(sql: string): string {
  for (let at = 0; at < sql.length; ) {
    const { kind, end } = nextPiece(sql, at);
    if (kind !== 'blank' && kind !== 'comment') return kind === 'word' ? sql.slice(at, end).toUpperCase() : '';
    at = end;
  }
  return '';
}

function namesOf(tables: readonly ObjectName[]): readonly string[] {
  return [...new Set(tables.map(({ name }) => name))];
}

function plainly(sql: string): Way {
  return { sql, algorithm: null, lock: null };
}

/** It takes nothing but a metadata lock for a moment. */
function asWritten(sql: string, tables: readonly string[]): Ways {
  return tables.length === 0 ? { kind: 'plain' } : { kind: 'guarded', tables, gentle: [plainly(sql)], harsh: [] };
}

/** With an assertion each. What the author asserted stays as it is; where nothing can be asserted, it may keep others out. */
function asserted(
  sql: string,
  tables: readonly string[],
  outline: AlterOutline | CreateIndexOutline | DropIndexOutline,
  family: Family,
): Ways {
  // MariaDB takes no assertion beside words of partitions, or does not keep it.
  const partitions = family === 'mariadb' && outline.kind === 'alter' && (outline.partitions || outline.partitioning);
  if (outline.closed !== null || partitions) return { kind: 'guarded', tables, gentle: [], harsh: [plainly(sql)] };
  const { own } = outline;
  const fits = (written: string | null, value: string): boolean =>
    written === null || written === 'DEFAULT' || written === value;
  const ways = (all: readonly (readonly [Algorithm, Lock])[]): readonly Way[] =>
    all
      .filter(
        ([algorithm, lock]) =>
          fits(own.algorithm, algorithm) &&
          (fits(own.lock, lock) || (own.lock === 'DEFAULT' && algorithm === 'INSTANT')),
      )
      .map(([algorithm, lock]) => {
        const clauses = [
          ...(own.algorithm === null ? [`ALGORITHM=${algorithm}`] : []),
          ...(own.lock === null ? [`LOCK=${lock}`] : []),
        ];
        return { sql: clauses.length === 0 ? sql : assertedSql(sql, outline, clauses), algorithm, lock };
      });
  return { kind: 'guarded', tables, gentle: ways(GENTLE[family]), harsh: ways(HARSH) };
}

/**
 * Does what its tables are made of tell afterwards whether it was done? Servers change a table as a whole and rename all tables of a statement or
 * none; what is dropped half-way shows. But a table that loses its rows looks as before, and so do two that change places. Pure.
 */
export function shapeTells({ gentle, harsh, swaps }: Extract<Ways, { kind: 'guarded' }>): boolean {
  const [first] = [...gentle, ...harsh];
  if (first === undefined || /^(?:TRUNCATE|CREATE)\b/i.test(first.sql)) return false;
  if (swaps) return false;
  return !/^ALTER\b.*\b(?:EXCHANGE|TRUNCATE|DISCARD|IMPORT)\b/is.test(first.sql);
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
