import { distance } from 'fastest-levenshtein';
import { nearest } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import type { ForeignKeyLayout } from '../plan/layout.ts';

/** What stands against filling a database with made-up rows. */

export function noSuchName(path: string, names: readonly string[]): Problem {
  const near = nearest(path.split('.').at(-1) ?? path, names, distance);
  return {
    code: 'generate.unknown-name',
    where: `database.generate.tables.${path}`,
    found: 'no such name in the database',
    expected: names.length === 0 ? 'a database with tables' : `one of ${names.join(', ')}`,
    remedy: near === undefined ? 'mend the name, or take it out' : `write ${near}`,
  };
}

export function noSuchType(table: string, column: string, type: string): Problem {
  return {
    code: 'generate.type',
    where: `${table}.${column}`,
    found: type,
    expected: 'a type of which values can be made here',
    remedy: `write \`${table}: keep\` or \`${table}: empty\` under database.generate.tables`,
  };
}

export function otherDatabase(table: string, key: ForeignKeyLayout): Problem {
  return {
    code: 'generate.other-database',
    where: `${table} (${key.name})`,
    found: `a foreign key to ${key.parentSchema}.${key.parent}`,
    expected: 'foreign keys within one database',
    remedy: `write \`${table}: keep\` or \`${table}: empty\` under database.generate.tables`,
  };
}

export function unsatisfied(table: string, key: string): Problem {
  return {
    code: 'generate.keys',
    where: `${table} (${key})`,
    found: 'a unique key whose columns other keys decide already',
    expected: 'keys that can be kept apart one by one',
    remedy: `write \`${table}: keep\` or \`${table}: empty\` under database.generate.tables, and fill it by \`database.seed\``,
  };
}

export function keyCycle(table: string, column: string): Problem {
  return {
    code: 'generate.key-cycle',
    where: `${table}.${column}`,
    found: 'a foreign key that leads back to this column over others',
    expected: 'a column at its end that points nowhere',
    remedy: 'write `keep` or `empty` for one of the tables under database.generate.tables',
  };
}

export function noParent(table: string, key: ForeignKeyLayout): Problem {
  return {
    code: 'generate.no-parent',
    where: `${table} (${key.name})`,
    found: `no row of ${key.parent} that has what another foreign key of the same row has already given`,
    expected: 'for each row one that it can point to',
    remedy: `ask for more rows of ${key.parent} under database.generate.tables, or let the columns be NULL`,
  };
}

export function keptChild(table: string, key: ForeignKeyLayout): Problem {
  return {
    code: 'generate.kept-child',
    where: `${table} (${key.name})`,
    found: `rows that stay and point to ${key.parent}, whose rows do not`,
    expected: 'that what is kept points to what is kept',
    remedy: `write \`${key.parent}: keep\` too, or let ${table} be filled or emptied`,
  };
}

export function notEmpty(tables: readonly string[]): Problem {
  return {
    code: 'generate.not-empty',
    where: tables.join(', '),
    found: 'rows',
    expected: 'tables without rows: nothing is deleted here',
    remedy: '`shiplock data reset` empties and fills them; or write `TABLE: keep` under database.generate.tables',
  };
}

export function otherHalf(found: string): Problem {
  return {
    code: 'generate.half-filled',
    where: 'shiplock_data_origin',
    found,
    expected: 'the same structure, settings, seed and scale as when it was begun',
    remedy: '`shiplock data reset` empties and fills it anew',
  };
}

export function refusedRow(table: string, found: string): Problem {
  return {
    code: 'generate.refused-row',
    where: table,
    found,
    expected: 'rows that every key, check and trigger of the table takes',
    remedy: `say under database.generate.tables.${table}.columns which \`values\`, \`min\` or \`max\` fit, or write \`${table}: keep\``,
  };
}
