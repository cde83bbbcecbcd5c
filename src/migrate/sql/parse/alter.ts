import type { AlterPart, AlterTable, Position, Span } from '../tree.ts';
import { alterPartition } from './alter-partitions.ts';
import { checkOf, columnName, columnOf, defaultOf, enforcement } from './columns.ts';
import { foreignKey, tableIndex } from './indexes.ts';
import { charsetName, collationName, equals, takeCharset } from './names.ts';
import { tableOption } from './options.ts';
import { partitionBy } from './partitions.ts';
import type { Reader } from './reader.ts';
import { period } from './tables.ts';
import { partitionNames } from './tables-read.ts';

/** ALTER TABLE. */

/** What a part says, before its place is known. */
type Said = AlterPart extends infer P ? (P extends { readonly span: Span } ? Omit<P, 'span'> : never) : never;

/** Behind ALTER. */
export function alterTable(r: Reader): AlterTable {
  const modifiers: string[] = [];
  if (r.mariadb && r.take('ONLINE')) modifiers.push('ONLINE');
  const ignore = r.mariadb && r.take('IGNORE');
  r.need('TABLE');
  if (r.mariadb && r.take('IF', 'EXISTS')) modifiers.push('IF EXISTS');
  const table = r.table();
  modifiers.push(...waiting(r));
  const parts: AlterPart[] = [];
  if (!r.ended && !r.symbol(';')) readParts(r, parts);
  return { kind: 'alter-table', table, ignore, modifiers, parts };
}

/** MariaDB: WAIT n, NOWAIT. */
export function waiting(r: Reader): readonly string[] {
  if (!r.mariadb) return [];
  if (r.take('NOWAIT')) return ['NOWAIT'];
  return r.take('WAIT') ? [`WAIT ${r.number()}`] : [];
}

function readParts(r: Reader, parts: AlterPart[]): void {
  const add = (said: readonly Said[], place: number): void => {
    for (const one of said) parts.push({ ...one, span: r.spanFrom(place) });
  };
  for (;;) {
    const place = r.place;
    // Words of partitions stand alone, or behind how to do it; PARTITION BY stands alone, or behind other parts without a comma.
    const first = parts.length === 0;
    const alone = first || (!r.mariadb && parts.every(isManner)) ? alterPartition(r) : null;
    const whole = alone ?? (first ? (loadPart(r) ?? partitioningPart(r)) : null);
    if (whole !== null) {
      add([whole], place);
      return;
    }
    add(part(r), place);
    while (!r.symbol(',') && !r.ended && !r.symbol(';')) {
      const next = r.place;
      const following = partitioningPart(r);
      if (following !== null) {
        add([following], next);
        return;
      }
      const option = tableOption(r);
      if (option === null) r.fail(', or the end of the statement');
      else parts.push({ kind: 'option', option, span: option.span });
    }
    if (!r.takeSymbol(',')) return;
  }
}

function isManner(part: AlterPart): boolean {
  return (
    part.kind === 'algorithm' || part.kind === 'lock' || (part.kind === 'words' && part.words.endsWith('VALIDATION'))
  );
}

/** SECONDARY_LOAD, SECONDARY_UNLOAD of all or of some partitions: alone. */
function loadPart(r: Reader): Said | null {
  const words = r.mariadb ? null : r.takeOneOf(['SECONDARY_LOAD', 'SECONDARY_UNLOAD']);
  if (words === null) return null;
  partitionNames(r);
  return { kind: 'words', words };
}

function partitioningPart(r: Reader): Said | null {
  if (r.is('PARTITION', 'BY')) return { kind: 'partition-by', partitioning: partitionBy(r) };
  return r.take('REMOVE', 'PARTITIONING') ? { kind: 'remove-partitioning' } : null;
}

function part(r: Reader): readonly Said[] {
  const start = r.word();
  switch (start) {
    case 'ADD':
      return addPart(r);
    case 'DROP':
      return [dropPart(r)];
    case 'MODIFY':
    case 'CHANGE':
      return [changePart(r)];
    case 'ALTER':
      return [alterPart(r)];
    case 'RENAME':
      return [renamePart(r)];
    case 'CONVERT':
      return [convertPart(r)];
    default:
      return [mannerPart(r) ?? optionPart(r)];
  }
}

function optionPart(r: Reader): Said {
  const option = tableOption(r);
  return option === null
    ? r.fail('ADD, DROP, MODIFY, CHANGE, ALTER, RENAME, CONVERT or an option')
    : { kind: 'option', option };
}

const WORDS = [
  'WITH VALIDATION',
  'WITHOUT VALIDATION',
  'ENABLE KEYS',
  'DISABLE KEYS',
  'DISCARD TABLESPACE',
  'IMPORT TABLESPACE',
];

function mannerPart(r: Reader): Said | null {
  if (r.is('ALGORITHM')) return { kind: 'algorithm', algorithm: algorithmOf(r) };
  if (r.is('LOCK')) return { kind: 'lock', lock: lockOf(r) };
  if (r.take('FORCE')) return { kind: 'force' };
  if (r.take('ORDER', 'BY')) {
    r.list(() => {
      columnName(r);
      r.takeOneOf(['ASC', 'DESC']);
    });
    return { kind: 'order-by' };
  }
  const words = r.takeOneOf(r.mariadb ? WORDS.slice(2, 6) : WORDS);
  if (words !== null) return { kind: 'words', words };
  if (r.mariadb && r.take('DROP', 'SYSTEM', 'VERSIONING')) return { kind: 'words', words: 'DROP SYSTEM VERSIONING' };
  return null;
}

/** `ALGORITHM = INPLACE`. */
export function algorithmOf(r: Reader): string {
  r.need('ALGORITHM');
  equals(r);
  if (r.take('DEFAULT')) return 'DEFAULT';
  return r.needOneOf(r.mariadb ? ['INPLACE', 'COPY', 'INSTANT', 'NOCOPY'] : ['INPLACE', 'COPY', 'INSTANT']);
}

/** `LOCK = NONE`. */
export function lockOf(r: Reader): string {
  r.need('LOCK');
  equals(r);
  return r.needOneOf(['DEFAULT', 'NONE', 'SHARED', 'EXCLUSIVE']);
}

function positionOf(r: Reader): Position {
  if (r.take('FIRST')) return { first: true };
  return r.take('AFTER') ? { after: r.name('the name of a column') } : null;
}

function addPart(r: Reader): readonly Said[] {
  r.need('ADD');
  if (r.mariadb && r.take('SYSTEM', 'VERSIONING')) return [{ kind: 'words', words: 'ADD SYSTEM VERSIONING' }];
  if (r.mariadb && r.is('PERIOD', 'FOR')) {
    period(r);
    return [{ kind: 'words', words: 'ADD PERIOD' }];
  }
  const inner = r.place;
  const named = r.take('CONSTRAINT');
  if (named && r.mariadb) r.take('IF', 'NOT', 'EXISTS');
  const constraint = named && r.isName() ? r.name() : null;
  if (r.is('FOREIGN', 'KEY')) return [{ kind: 'add-foreign-key', foreignKey: foreignKey(r, constraint, inner) }];
  if (r.is('CHECK')) return [{ kind: 'add-check', check: checkOf(r, constraint) }];
  const index = named && !r.is('PRIMARY') && !r.is('UNIQUE') ? null : tableIndex(r, constraint, inner);
  if (index !== null) return [{ kind: 'add-index', index }];
  if (named) r.fail('PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK');
  return addColumns(r);
}

function addColumns(r: Reader): readonly Said[] {
  r.take('COLUMN');
  const ifNotExists = r.mariadb && r.take('IF', 'NOT', 'EXISTS');
  if (!r.symbol('(')) {
    const column = columnOf(r);
    return [{ kind: 'add-column', column, position: positionOf(r), ifNotExists }];
  }
  return r.parenthesised(() => r.list(() => inParentheses(r, ifNotExists)));
}

/** `ADD COLUMN (a INT, KEY (a))`: whatever a CREATE TABLE takes. */
function inParentheses(r: Reader, ifNotExists: boolean): Said {
  const place = r.place;
  const named = r.take('CONSTRAINT');
  const constraint = named && r.isName() ? r.name() : null;
  if (r.is('FOREIGN', 'KEY')) return { kind: 'add-foreign-key', foreignKey: foreignKey(r, constraint, place) };
  if (r.is('CHECK')) return { kind: 'add-check', check: checkOf(r, constraint) };
  const index = tableIndex(r, constraint, place);
  if (index !== null) return { kind: 'add-index', index };
  if (named) r.fail('PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK');
  return { kind: 'add-column', column: columnOf(r), position: null, ifNotExists };
}

function dropPart(r: Reader): Said {
  r.need('DROP');
  if (r.take('PRIMARY', 'KEY')) return { kind: 'drop-primary-key' };
  if (r.mariadb && r.take('SYSTEM', 'VERSIONING')) return { kind: 'words', words: 'DROP SYSTEM VERSIONING' };
  if (r.mariadb && r.take('PERIOD', 'FOR')) {
    r.name();
    return { kind: 'words', words: 'DROP PERIOD' };
  }
  const ifExists = (): boolean => r.mariadb && r.take('IF', 'EXISTS');
  if (r.take('FOREIGN', 'KEY')) {
    ifExists();
    return { kind: 'drop-foreign-key', name: r.name('the name of a foreign key') };
  }
  if (r.take('INDEX') || r.take('KEY')) {
    ifExists();
    return { kind: 'drop-index', name: r.name('the name of an index') };
  }
  if (r.take('CONSTRAINT')) {
    ifExists();
    return { kind: 'drop-constraint', name: r.name('the name of a constraint') };
  }
  if (!r.mariadb && r.take('CHECK')) return { kind: 'drop-check', name: r.name('the name of a check') };
  r.take('COLUMN');
  const optional = ifExists();
  const column = r.name('the name of a column');
  r.takeOneOf(['RESTRICT', 'CASCADE']);
  return { kind: 'drop-column', column, ifExists: optional };
}

function changePart(r: Reader): Said {
  if (r.take('MODIFY')) {
    r.take('COLUMN');
    if (r.mariadb) r.take('IF', 'EXISTS');
    const column = columnOf(r);
    return { kind: 'modify-column', column, position: positionOf(r) };
  }
  r.need('CHANGE');
  r.take('COLUMN');
  if (r.mariadb) r.take('IF', 'EXISTS');
  const from = columnName(r);
  const column = columnOf(r);
  return { kind: 'change-column', from, column, position: positionOf(r) };
}

function alterPart(r: Reader): Said {
  r.need('ALTER');
  if (r.take('INDEX') || (r.mariadb && r.take('KEY'))) {
    if (r.mariadb) r.take('IF', 'EXISTS');
    const name = r.name('the name of an index');
    const word = r.needOneOf(r.mariadb ? ['NOT IGNORED', 'IGNORED'] : ['VISIBLE', 'INVISIBLE']);
    return { kind: 'index-visibility', name, visible: word === 'VISIBLE' || word === 'NOT IGNORED' };
  }
  if (!r.mariadb && r.takeOneOf(['CHECK', 'CONSTRAINT']) !== null) {
    const name = r.name('the name of a check');
    return { kind: 'check-enforcement', name, enforced: enforcement(r) ?? r.fail('ENFORCED, NOT ENFORCED') };
  }
  r.take('COLUMN');
  if (r.mariadb) r.take('IF', 'EXISTS');
  const column = r.name('the name of a column');
  if (!r.mariadb && r.take('DROP', 'MASKING', 'POLICY')) return { kind: 'words', words: 'DROP MASKING POLICY' };
  if (r.take('DROP', 'DEFAULT')) return { kind: 'drop-default', column };
  r.need('SET');
  if (r.take('DEFAULT')) return { kind: 'set-default', column, default: defaultOf(r) };
  if (!r.mariadb && r.take('MASKING', 'POLICY')) return { kind: 'words', words: `SET MASKING POLICY ${r.name()}` };
  const word = r.mariadb ? r.fail('DEFAULT') : r.needOneOf(['VISIBLE', 'INVISIBLE']);
  return { kind: 'column-visibility', column, visible: word === 'VISIBLE' };
}

function renamePart(r: Reader): Said {
  r.need('RENAME');
  const what = r.takeOneOf(['COLUMN', 'INDEX', 'KEY']);
  if (what !== null) {
    if (r.mariadb) r.take('IF', 'EXISTS');
    const from = r.name();
    r.need('TO');
    const to = r.name();
    return { kind: what === 'COLUMN' ? 'rename-column' : 'rename-index', from, to };
  }
  if (!r.takeSymbol('=')) r.takeOneOf(['TO', 'AS']);
  return { kind: 'rename-table', to: r.table() };
}

function convertPart(r: Reader): Said {
  r.need('CONVERT', 'TO');
  if (r.mariadb && r.is('TABLE')) r.fail('CHARACTER SET');
  if (!takeCharset(r)) r.fail('CHARACTER SET');
  equals(r);
  const charset = r.take('DEFAULT') ? 'DEFAULT' : charsetName(r);
  const collation = r.take('COLLATE') ? collationName(r) : null;
  return { kind: 'convert-charset', charset, collation };
}
