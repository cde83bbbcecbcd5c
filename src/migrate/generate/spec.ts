import type { Asked } from './checks.ts';
import type { GenerateColumn } from './config.ts';
import { type Look, lookOf, mostlyNull } from './look.ts';
import { saltOf } from './random.ts';
import type { GenColumn, GenTable } from './structure.ts';
import { type ValueType, valueTypeOf } from './types.ts';
import type { ColumnSpec } from './values.ts';

/** What a column may hold: by its type, its keys, the checks that are read, the configuration, and its name. Pure. */

const NULL_SHARE = 0.1;

/** Null: nothing is known about its type. What the configuration says comes before what was guessed, never before a check. */
export function specOf(
  table: GenTable,
  column: GenColumn,
  asked: readonly Asked[],
  told: GenerateColumn | undefined,
  seed: string,
): ColumnSpec | null {
  const own = asked.filter((one) => 'column' in one && one.column === column.name);
  const json = own.some(({ kind }) => kind === 'json');
  const read = valueTypeOf(json ? 'json' : column.type, column.collation);
  if (read === null) return null;
  const type: ValueType = read.kind === 'geometry' ? { ...read, srid: column.srid } : read;
  const bounds = boundsOf(own, type, told);
  const lists = own.flatMap((one) => (one.kind === 'values' ? [one.values] : []));
  const configured = told?.values?.map(String) ?? null;
  const allowed = [...(configured === null ? [] : [configured]), ...lists];
  const notNull = own.some(({ kind }) => kind === 'not-null') || !column.nullable;
  const guessed = told?.values === undefined && mostlyNull(column.name) ? 0.9 : NULL_SHARE;
  const look: Look =
    told?.fake === undefined ? lookOf(column.name, table.name, lengthOf(type)) : { kind: 'fake', what: told.fake };
  const [minLength, maxLength] = lengthsOf(own);
  return {
    ...{ name: column.name, type, look, ...bounds, minLength, maxLength },
    nullShare: notNull ? 0 : (told?.null ?? guessed),
    allowed: allowed.length === 0 ? null : allowed.reduce((a, b) => a.filter((one) => b.includes(one))),
    skew: told?.skew ?? 0,
    salt: saltOf(seed, table.name, column.name),
    prefix: prefixOf(table, column.name),
  };
}

function lengthOf(type: ValueType): number {
  return type.kind === 'text' ? type.length : 0;
}

/** The shortest beginning by which a unique key tells values of the column apart. */
function prefixOf({ uniques }: GenTable, column: string): number | null {
  const found = uniques.flatMap(({ columns, prefixes }) => {
    const prefix = prefixes[columns.indexOf(column)];
    return prefix === undefined || prefix === null ? [] : [prefix];
  });
  return found.length === 0 ? null : Math.min(...found);
}

function boundsOf(
  asked: readonly Asked[],
  type: ValueType,
  told: GenerateColumn | undefined,
): { readonly min: number | null; readonly max: number | null } {
  const lows: number[] = told?.min === undefined ? [] : [numberOf(String(told.min), type)];
  const highs: number[] = told?.max === undefined ? [] : [numberOf(String(told.max), type)];
  // The next whole number, second or day behind what must not be reached.
  const step = type.kind === 'date' ? 86_400 : 1;
  for (const one of asked) {
    if (one.kind !== 'bound') continue;
    const value = numberOf(one.value, type);
    if (Number.isNaN(value)) continue;
    if (one.sign === '>=') lows.push(Math.ceil(value));
    if (one.sign === '>') lows.push(Math.floor(value) + step);
    if (one.sign === '<=') highs.push(Math.floor(value));
    if (one.sign === '<') highs.push(Math.ceil(value) - step);
    // All that is above it, unless something else bounds it there.
    if (one.sign === '<>') lows.push(Math.floor(value) + step);
  }
  return { min: lows.length === 0 ? null : Math.max(...lows), max: highs.length === 0 ? null : Math.min(...highs) };
}

function numberOf(text: string, type: ValueType): number {
  if (type.kind === 'date' || type.kind === 'datetime' || type.kind === 'timestamp')
    return Math.floor(
      Date.parse(`${text.trim().replace(' ', 'T')}${text.trim().length > 10 ? 'Z' : 'T00:00:00Z'}`) / 1000,
    );
  return Number(text);
}

function lengthsOf(asked: readonly Asked[]): readonly [min: number, max: number] {
  let [min, max] = [0, Number.MAX_SAFE_INTEGER];
  for (const one of asked) {
    // `name <> ''`
    if (one.kind === 'bound' && one.sign === '<>' && one.value === '') min = Math.max(min, 1);
    if (one.kind !== 'length') continue;
    const { sign, value } = one;
    if (sign === '>' || sign === '>=' || sign === '=') min = Math.max(min, sign === '>' ? value + 1 : value);
    if (sign === '<' || sign === '<=' || sign === '=') max = Math.min(max, sign === '<' ? value - 1 : value);
  }
  return [min, max];
}
