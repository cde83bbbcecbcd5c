import {
  type AlterOutline,
  assertedSql as assertedBy,
  type CreateIndexOutline,
  type DropIndexOutline,
  outlineOf,
} from '../sql/outline.ts';
import type { Dialect, ObjectName } from '../sql/tree.ts';
import type { Algorithm, Lock } from './manner.ts';

/** How a plan treats a statement: what is tried with assertions, what without, and what it refuses to judge. Fails closed. */

export type Shape =
  | {
      readonly kind: 'alter';
      readonly table: string;
      /** What changes: all behind the table's name. */
      readonly parts: string;
      /** The partitioning itself changes. */
      readonly partitioning: boolean;
      /** ADD, DROP, REORGANIZE … PARTITION: MariaDB takes no assertion beside them. */
      readonly partitions: boolean;
      readonly outline: AlterOutline;
    }
  | { readonly kind: 'create-index'; readonly table: string; readonly outline: CreateIndexOutline }
  | { readonly kind: 'drop-index'; readonly table: string; readonly outline: DropIndexOutline }
  /** Makes a table, or takes nothing but a metadata lock for a moment. `what`: its first words. */
  | { readonly kind: 'plain'; readonly what: string; readonly table: string | null }
  /** Changes rows. */
  | { readonly kind: 'rows'; readonly what: string; readonly table: string | null }
  | { readonly kind: 'unclear'; readonly why: string; readonly remedy: string };

type Assertable = AlterOutline | CreateIndexOutline | DropIndexOutline;

/** What takes nothing but a metadata lock for a moment. */
const PROGRAMS = new Set(['VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'SEQUENCE']);

/** Pure. `version`: of the server that will run it, as conditional comments write it. */
export function shapeOf(sql: string, dialect: Dialect, version?: number): Shape {
  const outline = outlineOf(sql, dialect, version);
  switch (outline.kind) {
    case 'alter':
    case 'create-index':
    case 'drop-index':
      return assertable(sql, outline);
    case 'tables':
      if (outline.temporary) return noAssertion(`${outline.what} of a temporary table`);
      return { kind: 'plain', what: outline.what, table: ownName(outline.tables[0]) };
    case 'program':
      return PROGRAMS.has(outline.object)
        ? { kind: 'plain', what: outline.what, table: null }
        : noAssertion(outline.what);
    case 'rows':
      return { kind: 'rows', what: outline.what, table: ownName(outline.tables[0]) };
    case 'optimize':
      return noAssertion('OPTIMIZE TABLE');
    case 'other':
      return noAssertion(outline.what);
    case 'unread':
      return {
        kind: 'unclear',
        why: `a statement that the grammar does not read: ${outline.found}, where it expects ${outline.expected}`,
        remedy: 'write it in a form that `shiplock migrate lint` reads',
      };
  }
}

function assertable(sql: string, outline: Assertable): Shape {
  const { table, own, closed } = outline;
  if (table.schema !== null) return unclear('a table of another database', 'name a table of this database');
  if (outline.kind === 'alter' && outline.moment !== null)
    return { kind: 'plain', what: `ALTER TABLE ${outline.moment}`, table: table.name };
  if (closed === 'no change') return unclear('ALTER TABLE without a change', 'say what is to be changed');
  if (closed !== null) return unclear(closed, 'write what this server runs');
  if (own.algorithm !== null || own.lock !== null) {
    return unclear(
      own.algorithm === null ? 'a LOCK of its own' : 'an ALGORITHM of its own',
      'take ALGORITHM and LOCK out of the statement: the plan finds the least disruptive ones, and apply asserts them',
    );
  }
  const { name } = table;
  switch (outline.kind) {
    case 'alter': {
      const { partitioning, partitions, at } = outline;
      return { kind: 'alter', table: name, parts: sql.slice(at), partitioning, partitions, outline };
    }
    case 'create-index':
      return { kind: 'create-index', table: name, outline };
    case 'drop-index':
      return { kind: 'drop-index', table: name, outline };
  }
}

/** The table, where it is one of this database. */
function ownName(table: ObjectName | undefined): string | null {
  return table === undefined || table.schema !== null ? null : table.name;
}

export interface Rung {
  readonly algorithm: Algorithm;
  readonly lock: Lock;
}

/** The statement with its assertion. Pure. */
export function assertedSql(
  sql: string,
  { outline }: Extract<Shape, { kind: 'alter' | 'create-index' | 'drop-index' }>,
  { algorithm, lock }: Rung,
): string {
  return assertedBy(sql, outline, [`ALGORITHM=${algorithm}`, `LOCK=${lock}`]);
}

function noAssertion(what: string): Shape {
  return unclear(
    `${what} … in a form that takes no assertion here`,
    'write it as ALTER TABLE with the plain name of a table of this database',
  );
}

function unclear(why: string, remedy: string): Shape {
  return { kind: 'unclear', why, remedy };
}
