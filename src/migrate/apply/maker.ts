import type { Migration } from '../files/files.ts';
import { kindOf, type StatementKind } from '../sql/statement.ts';

/** Which statement of a release makes a table. */

/** The statement before this one that makes the table, when a file of this release does. Pure. */
export function makerOf(
  table: string,
  files: readonly Migration[],
  before: Migration,
  number: number,
): { readonly id: string; readonly number: number } | undefined {
  const last = files.findIndex((file) => file.id === before.id);
  for (const file of files.slice(0, last + 1).toReversed()) {
    const end = file.id === before.id ? number - 1 : file.statements.length;
    for (let at = end; at > 0; at -= 1) {
      const kind = kindsOf(file)[at - 1];
      if (kind?.kind === 'adds' && kind.objects.whole && kind.objects.table === table)
        return { id: file.id, number: at };
    }
  }
  return undefined;
}

const kinds = new WeakMap<Migration, readonly StatementKind[]>();

/** Asked for again by every later statement: remembered, since a release may have hundreds of files. */
function kindsOf(migration: Migration): readonly StatementKind[] {
  const known = kinds.get(migration) ?? migration.statements.map(({ sql }) => kindOf(sql));
  kinds.set(migration, known);
  return known;
}
