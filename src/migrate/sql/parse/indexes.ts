import type { ForeignKey, Index, IndexPart, References } from '../tree.ts';
import { expression } from './expressions.ts';
import { equals } from './names.ts';
import type { Reader } from './reader.ts';

/** Indexes and foreign keys. */

/** One place in the list of an index. */
function indexPart(r: Reader): IndexPart {
  if (!r.mariadb && r.symbol('(')) {
    const read = r.parenthesised(() => expression(r));
    return { column: null, expression: read, length: null, descending: direction(r) };
  }
  const column = r.name('the name of a column');
  const length = r.symbol('(') ? r.parenthesised(() => r.number('a length')) : null;
  return { column, expression: null, length, descending: direction(r) };
}

function direction(r: Reader): boolean {
  return r.takeOneOf(['ASC', 'DESC']) === 'DESC';
}

/** The columns of an index, in parentheses. */
export function indexParts(r: Reader): readonly IndexPart[] {
  return r.parenthesised(() => r.list(() => indexPart(r)));
}

interface Options {
  using: string | null;
  visible: boolean;
  comment: string | null;
}

/** USING BTREE may stand in front of the columns, too. */
export function usingOf(r: Reader): string | null {
  if (r.takeOneOf(['USING', 'TYPE']) === null) return null;
  return r.needOneOf(['BTREE', 'HASH', 'RTREE']);
}

function option(r: Reader, options: Options, ordinary: boolean): boolean {
  if (ordinary && (r.is('USING') || r.is('TYPE'))) options.using = usingOf(r);
  else if (r.take('KEY_BLOCK_SIZE')) {
    equals(r);
    r.number();
  } else if (r.take('WITH', 'PARSER')) r.name('the name of a parser');
  else if (r.take('COMMENT')) options.comment = r.string();
  else if (!r.mariadb && r.take('VISIBLE')) options.visible = true;
  else if (!r.mariadb && r.take('INVISIBLE')) options.visible = false;
  else if (!r.mariadb && r.takeOneOf(['ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE']) !== null) {
    equals(r);
    r.string();
  } else if (r.mariadb && r.take('IGNORED')) options.visible = false;
  else if (r.mariadb && r.take('NOT', 'IGNORED')) options.visible = true;
  // MariaDB's engines have options of their own; how an index is built is none of them.
  else if (r.mariadb && r.isName() && r.symbol('=', 1) && !r.is('ALGORITHM') && !r.is('LOCK')) {
    r.next();
    r.next();
    if (!r.take('DEFAULT') && r.peek().kind !== 'number') r.nameOrString('a value');
    else if (r.peek().kind === 'number') r.next();
  } else return false;
  return true;
}

/** From the columns of an index to its end. */
export function indexBody(
  r: Reader,
  head: Pick<Index, 'kind' | 'name' | 'constraint'> & { readonly using: string | null },
  place: number,
  partsOf: () => readonly IndexPart[] = () => indexParts(r),
): Index {
  const parts = partsOf();
  const options: Options = { using: head.using, visible: true, comment: null };
  const ordinary = head.kind !== 'fulltext' && head.kind !== 'spatial';
  while (option(r, options, ordinary));
  return { ...head, ...options, parts, span: r.spanFrom(place) };
}

/** An index as part of a table: `UNIQUE KEY name (a, b)`. Null when none begins here. */
export function tableIndex(r: Reader, constraint: string | null, place: number): Index | null {
  const kind = indexKind(r);
  if (kind === null) return null;
  if (r.mariadb) r.take('IF', 'NOT', 'EXISTS');
  // A primary key may carry a name, which the servers ignore.
  const name = r.isName() && !r.is('USING') && !isType(r) ? r.name() : null;
  const using = kind === 'fulltext' || kind === 'spatial' ? null : usingOf(r);
  return indexBody(r, { kind, name, constraint, using }, place, () =>
    isPeriod(r, kind) ? overlapping(r) : indexParts(r),
  );
}

function isType(r: Reader): boolean {
  return r.is('TYPE') && ['BTREE', 'HASH', 'RTREE'].includes(r.word(1));
}

/** MariaDB: `PRIMARY KEY (id, p WITHOUT OVERLAPS)`. */
function isPeriod(r: Reader, kind: Index['kind']): boolean {
  return r.mariadb && (kind === 'primary' || kind === 'unique');
}

function overlapping(r: Reader): readonly IndexPart[] {
  return r.parenthesised(() => {
    const parts = [indexPart(r)];
    while (!r.take('WITHOUT', 'OVERLAPS') && r.takeSymbol(',')) parts.push(indexPart(r));
    return parts;
  });
}

/** Takes `PRIMARY KEY`, `UNIQUE [KEY|INDEX]`, `FULLTEXT …`, `SPATIAL …`, `KEY`, `INDEX`. */
function indexKind(r: Reader): Index['kind'] | null {
  if (r.take('PRIMARY', 'KEY')) return 'primary';
  if (r.take('KEY') || r.take('INDEX')) return 'plain';
  const word = r.takeOneOf(['UNIQUE', 'FULLTEXT', 'SPATIAL']);
  if (word !== null) {
    r.takeOneOf(['INDEX', 'KEY']);
    return word === 'UNIQUE' ? 'unique' : word === 'FULLTEXT' ? 'fulltext' : 'spatial';
  }
  const vector = r.mariadb && r.version >= 110_700 && r.is('VECTOR') && (r.word(1) === 'INDEX' || r.word(1) === 'KEY');
  if (!vector) return null;
  r.next();
  r.next();
  return 'vector';
}

/** From FOREIGN on. */
export function foreignKey(r: Reader, constraint: string | null, place: number): ForeignKey {
  r.need('FOREIGN', 'KEY');
  if (r.mariadb) r.take('IF', 'NOT', 'EXISTS');
  const own = r.isName() ? r.name() : null;
  const columns = indexParts(r).map((part) => part.column ?? '');
  r.need('REFERENCES');
  const references = referencesOf(r);
  return { name: constraint ?? own, columns, references, span: r.spanFrom(place) };
}

/** Behind REFERENCES. */
export function referencesOf(r: Reader): References {
  const table = r.table();
  const columns = r.symbol('(') ? indexParts(r).map((part) => part.column ?? '') : [];
  if (r.take('MATCH')) r.needOneOf(['FULL', 'PARTIAL', 'SIMPLE']);
  let onDelete: string | null = null;
  let onUpdate: string | null = null;
  for (;;) {
    if (onDelete === null && r.take('ON', 'DELETE')) onDelete = referenceAction(r);
    else if (onUpdate === null && r.is('ON', 'UPDATE') && isReferenceAction(r)) {
      r.need('ON', 'UPDATE');
      onUpdate = referenceAction(r);
    } else return { table, columns, onDelete, onUpdate };
  }
}

const ACTIONS = ['RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT', 'NO ACTION'];

/** `ON UPDATE CURRENT_TIMESTAMP` belongs to the column. */
function isReferenceAction(r: Reader): boolean {
  return ['RESTRICT', 'CASCADE', 'SET', 'NO'].includes(r.word(2));
}

function referenceAction(r: Reader): string {
  return r.needOneOf(ACTIONS);
}
