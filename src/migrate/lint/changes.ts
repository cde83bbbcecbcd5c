import type { Column, Expression } from '../sql/tree.ts';
import { charsetOf, collationOf } from './charsets.ts';
import { isText } from './schema-alter.ts';
import { same, type Table } from './table.ts';

/** What MODIFY and CHANGE change of a column that is known. */
export type Change =
  | 'name'
  | 'type'
  /** Only the length in the brackets. */
  | 'length'
  | 'charset'
  | 'collation'
  | 'nullable'
  | 'not-null'
  | 'enum-append'
  | 'enum-change'
  | 'generated'
  | 'auto-increment'
  /** Default, comment, visibility. */
  | 'metadata';

/** May it be NULL? A primary key may not, whatever is written. */
export function mayBeNull(column: Column, table: Table | undefined): boolean {
  const key = table?.indexes.find(({ kind }) => kind === 'primary');
  if (
    column.key === 'primary' ||
    key?.parts.some((part) => part.column !== null && same(part.column, column.name)) === true
  )
    return false;
  return column.nullable !== false;
}

/** Pure. */
export function changesOf(before: Column, after: Column, table: Table): readonly Change[] {
  const changes: Change[] = [];
  if (!same(before.name, after.name)) changes.push('name');
  changes.push(...typeChanges(before, after, table));
  if (mayBeNull(before, table) !== mayBeNull({ ...after, name: before.name }, table))
    changes.push(mayBeNull(before, table) ? 'not-null' : 'nullable');
  if (before.autoIncrement !== after.autoIncrement) changes.push('auto-increment');
  if (expressionOf(before.generated?.expression) !== expressionOf(after.generated?.expression))
    changes.push('generated');
  const metadata = (column: Column): string =>
    JSON.stringify([expressionOf(column.default), expressionOf(column.onUpdate), column.comment, column.visible]);
  if (metadata(before) !== metadata(after)) changes.push('metadata');
  return changes;
}

/** Expressions keep no text, so they are compared by what was read of them. */
function expressionOf(expression: Expression | null | undefined): string {
  if (expression === null || expression === undefined) return '';
  return JSON.stringify([expression.literal, expression.functions, expression.columns]);
}

const LENGTHS = new Set(['VARCHAR', 'VARBINARY']);
const NUMBERS = new Set(['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT']);

function typeChanges(before: Column, after: Column, table: Table): readonly Change[] {
  const [from, to] = [before.type, after.type];
  const members = from.name === 'ENUM' || from.name === 'SET';
  if (from.name !== to.name || from.unsigned !== to.unsigned) return ['type'];
  const changes: Change[] = [];
  if (members && from.members.join('\0') !== to.members.join('\0')) {
    const append = from.members.every((member, index) => to.members[index] === member);
    changes.push(
      append && sameStorage(from.name, from.members.length, to.members.length) ? 'enum-append' : 'enum-change',
    );
  }
  // The number in the brackets of an integer is its width on paper.
  if (!NUMBERS.has(from.name) && from.args.join() !== to.args.join())
    changes.push(LENGTHS.has(from.name) ? 'length' : 'type');
  if (isText(from.name)) {
    if (charsetOf(before, table) !== charsetOf(after, table)) changes.push('charset');
    else if (collationOf(before, table) !== collationOf(after, table)) changes.push('collation');
  }
  return changes;
}

/** An ENUM of more than 255 members takes two bytes; a SET one byte for each eight. */
function sameStorage(type: string, from: number, to: number): boolean {
  const bytes = (members: number): number => {
    if (type === 'ENUM') return members <= 255 ? 1 : 2;
    const needed = Math.ceil(members / 8);
    return needed > 4 ? 8 : needed;
  };
  return bytes(from) === bytes(to);
}
