import type { CreateIndex, DropIndex, DropTable, Index, RenameTable, TruncateTable } from '../tree.ts';
import { algorithmOf, lockOf, waiting } from './alter.ts';
import { indexBody, usingOf } from './indexes.ts';
import type { Reader } from './reader.ts';

/** Statements on indexes and whole tables. */

const KINDS: Readonly<Record<string, Index['kind']>> = {
  UNIQUE: 'unique',
  FULLTEXT: 'fulltext',
  SPATIAL: 'spatial',
  VECTOR: 'vector',
};

/** Behind CREATE [OR REPLACE], at `[UNIQUE] INDEX`. Null when that is not what stands there. */
export function createIndex(r: Reader, orReplace: boolean): CreateIndex | null {
  const place = r.place;
  const word = r.takeOneOf(
    r.mariadb && r.version >= 110_700 ? ['UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR'] : ['UNIQUE', 'FULLTEXT', 'SPATIAL'],
  );
  if (!r.take('INDEX')) {
    r.back(place);
    return null;
  }
  const ifNotExists = r.mariadb && r.take('IF', 'NOT', 'EXISTS');
  const name = r.name('the name of an index');
  const using = usingOf(r);
  r.need('ON');
  const table = r.table();
  const index = indexBody(r, { kind: KINDS[word ?? ''] ?? 'plain', name, constraint: null, using }, place);
  waiting(r);
  return { kind: 'create-index', table, index, ifNotExists, orReplace, ...manner(r) };
}

function manner(r: Reader): { readonly algorithm: string | null; readonly lock: string | null } {
  let algorithm: string | null = null;
  let lock: string | null = null;
  for (;;) {
    if (algorithm === null && r.is('ALGORITHM')) algorithm = algorithmOf(r);
    else if (lock === null && r.is('LOCK')) lock = lockOf(r);
    else return { algorithm, lock };
  }
}

/** Behind DROP INDEX. */
export function dropIndex(r: Reader): DropIndex {
  const ifExists = r.mariadb && r.take('IF', 'EXISTS');
  const name = r.take('PRIMARY') ? 'PRIMARY' : r.name('the name of an index');
  r.need('ON');
  const table = r.table();
  waiting(r);
  const how = r.mariadb ? { algorithm: null, lock: null } : manner(r);
  return { kind: 'drop-index', table, name, ifExists, ...how };
}

/** Behind DROP [TEMPORARY] TABLE. */
export function dropTable(r: Reader, temporary: boolean): DropTable {
  const ifExists = r.take('IF', 'EXISTS');
  const tables = r.list(() => r.table());
  waiting(r);
  r.takeOneOf(['RESTRICT', 'CASCADE']);
  return { kind: 'drop-table', tables, temporary, ifExists };
}

/** Behind RENAME TABLE. */
export function renameTable(r: Reader): RenameTable {
  if (r.mariadb) r.take('IF', 'EXISTS');
  const renames = r.list(() => {
    const from = r.table();
    waiting(r);
    r.need('TO');
    return { from, to: r.table() };
  });
  return { kind: 'rename-table', renames };
}

/** Behind TRUNCATE. */
export function truncateTable(r: Reader): TruncateTable {
  r.take('TABLE');
  const table = r.table();
  waiting(r);
  return { kind: 'truncate-table', table };
}
