import { sqlName } from '../../model/sql.ts';
import type { Changes, ColumnLayout, IndexLayout } from './layout.ts';

/** What is asked of the rows of the target before a statement is planned: each question finds one row that does not fit, or none. */

export interface Question {
  /** For people: `NULL in users.email`. */
  readonly what: string;
  /** Tables and columns that must be on the target for the question to make sense. */
  readonly needs: readonly { readonly table: string; readonly columns: readonly string[] }[];
  /** Null: no question that a query could answer is known here. */
  readonly sql: string | null;
  readonly remedy: string;
}

/** Pure. `strict`: SQL mode has NO_ZERO_DATE, so that there is no value for a required date. */
export function questionsOf(changes: Changes, database: string, strict: boolean): readonly Question[] {
  const { required, unfilled, unique, foreignKeys, checks, retyped } = changes;
  const found = (table: string, where: string): string =>
    `SELECT 1 AS found FROM ${sqlName(table)} WHERE ${where} LIMIT 1`;
  return [
    ...required.map(({ table, name }) => ({
      what: `NULL in ${table}.${name}`,
      needs: [{ table, columns: [name] }],
      sql: found(table, `${sqlName(name)} IS NULL`),
      remedy: 'fill these rows first, with a backfill migration',
    })),
    ...(strict ? unfilled : []).map(({ table, name, type }) => ({
      what: `rows that would need a ${type} for ${table}.${name}`,
      needs: [{ table, columns: [] }],
      sql: `SELECT 1 AS found FROM ${sqlName(table)} LIMIT 1`,
      remedy: 'give the column a default, or let it be NULL until it is filled',
    })),
    ...unique.map((index) => uniqueQuestion(index, retyped)),
    ...foreignKeys.map(({ table, name, columns, parentSchema, parent, parentColumns }) => {
      const pairs = columns.map((column, at) => `c.${sqlName(column)} = p.${sqlName(parentColumns[at] ?? '')}`);
      const there = columns.map((column) => `c.${sqlName(column)} IS NOT NULL`);
      return {
        what: `rows of ${table} without their row in ${parent} (${name})`,
        needs: [
          { table, columns },
          { table: parent, columns: parentColumns },
        ],
        sql:
          parentSchema === database
            ? `SELECT 1 AS found FROM ${sqlName(table)} c LEFT JOIN ${sqlName(parent)} p ON ${pairs.join(' AND ')} WHERE ${there.join(' AND ')} AND p.${sqlName(parentColumns[0] ?? '')} IS NULL LIMIT 1`
            : null,
        remedy: 'mend or remove these rows first',
      };
    }),
    ...checks.map(({ table, name, clause }) => ({
      what: `rows of ${table} against ${name}`,
      // Its columns are not known apart: the server says when one is missing.
      needs: [{ table, columns: [] }],
      sql: found(table, `NOT (${clause})`),
      remedy: 'mend these rows first',
    })),
    ...retyped.flatMap(({ from, to }) => {
      const where = lost(from, to);
      if (where === '') return [];
      return [
        {
          what: `values of ${to.table}.${to.name} that do not fit ${to.type}`,
          needs: [{ table: to.table, columns: [to.name] }],
          sql: where === null ? null : found(to.table, where),
          remedy: 'mend these values first, or write into a new column',
        },
      ];
    }),
  ];
}

function uniqueQuestion({ table, name, parts }: IndexLayout, retyped: Changes['retyped']): Question {
  const columns = parts.flatMap(({ column }) => (column === null ? [] : [column]));
  const expressions = parts.map(({ column, prefix }) => {
    const collation = retyped.find(({ to }) => to.table === table && to.name === column)?.to.collation ?? null;
    const value = prefix === null ? sqlName(column ?? '') : `LEFT(${sqlName(column ?? '')}, ${prefix})`;
    return collation === null ? value : `${value} COLLATE ${collation}`;
  });
  const there = columns.map((column) => `${sqlName(column)} IS NOT NULL`).join(' AND ');
  return {
    what: `duplicates in ${table} (${columns.join(', ')})`,
    needs: [{ table, columns }],
    sql:
      columns.length === parts.length
        ? `SELECT 1 AS found FROM ${sqlName(table)} WHERE ${there} GROUP BY ${expressions.join(', ')} HAVING COUNT(*) > 1 LIMIT 1`
        : null,
    remedy: `remove the duplicates first; ${name} cannot be made while they are there`,
  };
}

const INTEGERS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 };
const TEXTS: Readonly<Record<string, bigint>> = {
  tinytext: 255n,
  tinyblob: 255n,
  text: 65_535n,
  blob: 65_535n,
  mediumtext: 16_777_215n,
  mediumblob: 16_777_215n,
  longtext: 4_294_967_295n,
  longblob: 4_294_967_295n,
};

/** Condition of the values that do not fit the new type; empty: all fit; null: no query is known that tells. Pure. */
export function lost(from: ColumnLayout, to: ColumnLayout): string | null {
  const name = sqlName(to.name);
  const [a, b] = [typeOf(from.type), typeOf(to.type)];
  // A narrower character set loses letters; every one fits utf8mb4.
  const charset = to.collation === null || from.collation === null ? '' : to.collation.split('_')[0];
  if (charset !== '' && charset !== from.collation?.split('_')[0] && charset !== 'utf8mb4') return null;
  const bitsFrom = INTEGERS[a.base];
  const bitsTo = INTEGERS[b.base];
  if (bitsFrom !== undefined && bitsTo !== undefined) {
    const [least, most] = range(bitsTo, b.unsigned);
    const [was, wasMost] = range(bitsFrom, a.unsigned);
    const conditions = [was < least ? `${name} < ${least}` : '', wasMost > most ? `${name} > ${most}` : ''];
    return conditions.filter((one) => one !== '').join(' OR ');
  }
  const bytesTo = TEXTS[b.base];
  const characters = isCharacters(a.base) && isCharacters(b.base);
  if (characters && a.size !== null && b.size !== null)
    return b.size >= a.size ? '' : `CHAR_LENGTH(${name}) > ${b.size}`;
  if ((isCharacters(a.base) || TEXTS[a.base] !== undefined) && bytesTo !== undefined) {
    const bytesFrom = TEXTS[a.base];
    return bytesFrom !== undefined && bytesFrom <= bytesTo ? '' : `OCTET_LENGTH(${name}) > ${bytesTo}`;
  }
  if (TEXTS[a.base] !== undefined && isCharacters(b.base) && b.size !== null) return `CHAR_LENGTH(${name}) > ${b.size}`;
  if (a.base === 'enum' && b.base === 'enum') {
    // All members stay: whatever their order, each value is found again by its text.
    const gone = a.members.filter((member) => !b.members.includes(member));
    return gone.length === 0 ? '' : `${name} IN (${gone.join(', ')})`;
  }
  if (a.base === 'decimal' && b.base === 'decimal' && a.size !== null && b.size !== null) {
    const conditions = [
      b.size - b.scale < a.size - a.scale ? `ABS(${name}) >= 1${'0'.repeat(b.size - b.scale)}` : '',
      b.scale < a.scale ? `${name} <> ROUND(${name}, ${b.scale})` : '',
    ];
    return conditions.filter((one) => one !== '').join(' OR ');
  }
  const sameTime = a.base === b.base && ['datetime', 'timestamp', 'time'].includes(a.base);
  if (sameTime)
    return (b.size ?? 0) >= (a.size ?? 0)
      ? ''
      : `${name} <> CAST(${name} AS ${a.base === 'time' ? 'TIME' : 'DATETIME'}(${b.size ?? 0}))`;
  if (a.base === b.base && from.type === to.type) return '';
  return null;
}

function isCharacters(base: string): boolean {
  return ['char', 'varchar', 'binary', 'varbinary'].includes(base);
}

function range(bits: number, unsigned: boolean): readonly [bigint, bigint] {
  return unsigned ? [0n, 2n ** BigInt(bits) - 1n] : [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
}

interface TypeText {
  readonly base: string;
  readonly unsigned: boolean;
  /** Length or precision. */
  readonly size: number | null;
  readonly scale: number;
  /** Of an ENUM, with their quotes. */
  readonly members: readonly string[];
}

function typeOf(type: string): TypeText {
  const [, base = '', inside] =
    /^(\w+)(?:\((.*)\))?/s.exec(type.toLowerCase().startsWith('enum') ? type : type.toLowerCase()) ?? [];
  const [size, scale] = base.toLowerCase() === 'enum' || inside === undefined ? [] : inside.split(',').map(Number);
  return {
    base: base.toLowerCase(),
    unsigned: /\bunsigned\b/i.test(type),
    size: size === undefined || Number.isNaN(size) ? null : size,
    scale: scale ?? 0,
    members: base.toLowerCase() === 'enum' ? (inside?.match(/'(?:[^']|'')*'/g) ?? []) : [],
  };
}
