import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { ForeignKeyLayout } from '../plan/layout.ts';
import type { GenerateColumn, GenerateConfig } from './config.ts';
import { laterThan } from './look.ts';
import { keptChild, noSuchName, noSuchType, otherDatabase, unsatisfied } from './problems.ts';
import { specOf } from './spec.ts';
import type { GenTable } from './structure.ts';
import { capacityOf, MOST } from './types.ts';
import type { ColumnSpec } from './values.ts';

/** How the rows of every table are made, decided before the first one is. Pure. */

/** How a row finds the row that it points to. */
export type Pick =
  | { readonly kind: 'any' }
  /** A row before it in the same table; the first one points to nothing, or to itself. */
  | { readonly kind: 'before' }
  /** One digit of the row's place: no two rows have the same digits. */
  | { readonly kind: 'digit'; readonly axis: number }
  /** One that has the values which another key has already given. */
  | { readonly kind: 'fitting'; readonly shared: readonly (readonly [own: string, parents: string])[] };

export interface ForeignPlan {
  readonly key: ForeignKeyLayout;
  readonly pick: Pick;
  /** Columns that it fills; those of `shared` are filled by an earlier one. */
  readonly fills: readonly (readonly [own: string, parents: string])[];
  /** Share of rows that point to nothing. */
  readonly nullShare: number;
  readonly skew: number;
}

/** What a digit of a row's place decides, and how many it can take. */
export type Axis = { readonly size: number } & (
  | { readonly kind: 'foreign'; readonly at: number; readonly parent: string }
  | { readonly kind: 'column'; readonly column: string }
);

export interface FilledTable {
  readonly kind: 'fill';
  readonly table: GenTable;
  readonly rows: number;
  readonly columns: readonly ColumnSpec[];
  /** Columns of which no two rows have the same value. */
  readonly serial: ReadonlySet<string>;
  readonly foreign: readonly ForeignPlan[];
  /** Empty: the place has no digits. */
  readonly axes: readonly Axis[];
  /** Pairs of columns of which the first is less. */
  readonly orders: readonly (readonly [low: string, high: string])[];
  /** What was not read, or is otherwise than asked for. For people. */
  readonly notes: readonly string[];
}

export type TableGenerate =
  | FilledTable
  | {
      readonly kind: 'keep' | 'empty';
      readonly table: GenTable;
      readonly rows: number;
      readonly notes: readonly string[];
    };

export interface PlanInput {
  readonly database: string;
  readonly tables: readonly GenTable[];
  readonly settings: GenerateConfig;
  /** Rows that tables have which are kept. */
  readonly kept: ReadonlyMap<string, number>;
}

/** Decides it, or says what stands against it. */
export function generatePlan(input: PlanInput): Result<readonly TableGenerate[]> {
  const { tables, settings } = input;
  const problems: Problem[] = [...unknownNames(input), ...keptChildren(input)];
  const drafts = tables.map((table) => draftOf(table, input, problems));
  if (problems.length > 0) return bad(...problems);
  const rows = new Map(drafts.map((draft) => [draft.table.name, draft.rows]));
  // A table has no more rows than its keys can tell apart, and none where a parent that it needs has none. Rows only become fewer.
  for (let changed = true; changed; ) {
    changed = false;
    for (const draft of drafts) {
      const now = rows.get(draft.table.name) ?? 0;
      const most = draft.kind === 'fill' ? Math.min(now, mostRows(draft, rows)) : now;
      if (most < now) changed = true;
      rows.set(draft.table.name, most);
    }
  }
  return ok(
    drafts.map((draft): TableGenerate => {
      const most = rows.get(draft.table.name) ?? 0;
      if (draft.kind !== 'fill') return draft;
      const wanted = wantedRows(draft.table.name, settings);
      const fewer = most < wanted ? [`${most} rows instead of ${wanted}: its keys tell no more apart`] : [];
      return { ...draft, rows: most, axes: sizedAxes(draft, most, rows), notes: [...draft.notes, ...fewer] };
    }),
  );
}

function wantedRows(table: string, { rows, tables }: GenerateConfig): number {
  const told = tables[table];
  return typeof told === 'object' ? (told.rows ?? rows) : rows;
}

function draftOf(table: GenTable, { database, settings, kept }: PlanInput, problems: Problem[]): TableGenerate {
  const told = settings.tables[table.name];
  if (told === 'keep') return { kind: 'keep', table, rows: kept.get(table.name) ?? 0, notes: [] };
  if (told === 'empty') return { kind: 'empty', table, rows: 0, notes: [] };
  const wanted = wantedRows(table.name, settings);
  const columnsTold = told?.columns ?? {};
  const notes: string[] = [];
  const foreign = foreignOf(table, database, columnsTold, problems);
  const filled = new Set(foreign.flatMap(({ fills }) => fills.map(([own]) => own)));
  const restrictions = table.checks.flatMap(({ name, asked, clause }) => {
    if (asked === null)
      notes.push(`check ${name} is not read (${clause}): say with \`values\`, \`min\` or \`max\` what fits`);
    return asked ?? [];
  });
  const columns: ColumnSpec[] = [];
  for (const column of table.columns) {
    if (filled.has(column.name)) continue;
    const spec = specOf(table, column, restrictions, columnsTold[column.name], settings.seed);
    if (spec === null) problems.push(noSuchType(table.name, column.name, column.type));
    else columns.push(spec);
  }
  const keys = keysOf({ table, columns, foreign, wanted, notes, problems });
  const free = new Set(
    columns.filter(({ name }) => !keys.serial.has(name) && !keys.digits.has(name)).map(({ name }) => name),
  );
  const orders = [
    ...restrictions.flatMap((one) => (one.kind === 'order' ? [[one.low, one.high] as const] : [])),
    ...laterThan(columns.filter(({ type }) => /^(?:date|datetime|timestamp)$/.test(type.kind)).map(({ name }) => name)),
  ].filter(([low, high]) => free.has(low) && free.has(high));
  return {
    ...{ kind: 'fill', table, rows: wanted, serial: keys.serial, axes: keys.axes, orders, notes },
    columns: columns.map((one) =>
      keys.serial.has(one.name) || keys.digits.has(one.name) ? { ...one, nullShare: 0 } : one,
    ),
    foreign: keys.foreign,
  };
}

const NULL_SHARE = 0.1;

/** The widest first, so that a narrower one finds its values given; those to the table itself last. */
function foreignOf(
  table: GenTable,
  database: string,
  told: Readonly<Record<string, GenerateColumn>>,
  problems: Problem[],
): readonly ForeignPlan[] {
  const self = ({ parent }: ForeignKeyLayout): number => (parent === table.name ? 1 : 0);
  const keys = table.foreignKeys.toSorted((a, b) => self(a) - self(b) || b.columns.length - a.columns.length);
  const given = new Set<string>();
  return keys.flatMap((key): ForeignPlan[] => {
    if (key.parentSchema !== database) {
      problems.push(otherDatabase(table.name, key));
      return [];
    }
    const pairs = key.columns.map((own, at) => [own, key.parentColumns[at] ?? ''] as const);
    const shared = pairs.filter(([own]) => given.has(own));
    const fills = pairs.filter(([own]) => !given.has(own));
    for (const [own] of fills) given.add(own);
    const nullable =
      fills.length > 0 && fills.every(([own]) => table.columns.find(({ name }) => name === own)?.nullable === true);
    const asked = fills.map(([own]) => told[own]?.null).find((one) => one !== undefined);
    const skew = fills.map(([own]) => told[own]?.skew).find((one) => one !== undefined) ?? 0;
    const pick: Pick =
      shared.length > 0 ? { kind: 'fitting', shared } : { kind: key.parent === table.name ? 'before' : 'any' };
    return [{ key, pick, fills, skew, nullShare: nullable ? (asked ?? NULL_SHARE) : 0 }];
  });
}

interface Keys {
  readonly serial: ReadonlySet<string>;
  readonly digits: ReadonlySet<string>;
  readonly axes: readonly Axis[];
  readonly foreign: readonly ForeignPlan[];
}

/** What keeps the rows apart: for each unique key a column that is never the same, or the digits of the row's place. */
function keysOf(options: {
  readonly table: GenTable;
  readonly columns: readonly ColumnSpec[];
  readonly foreign: readonly ForeignPlan[];
  readonly wanted: number;
  readonly notes: string[];
  readonly problems: Problem[];
}): Keys {
  const { table, columns, wanted, notes, problems } = options;
  const foreign = [...options.foreign];
  const serial = new Set<string>(columns.filter(({ name }) => table.autoIncrement === name).map(({ name }) => name));
  const digits = new Set<string>();
  let axes: readonly Axis[] = [];
  const apart: (readonly string[])[] = [];
  for (const key of table.uniques.toSorted(
    (a, b) => Number(b.name === 'PRIMARY') - Number(a.name === 'PRIMARY') || a.columns.length - b.columns.length,
  )) {
    if (key.unread) {
      notes.push(`unique key ${key.name} stands on what the server computes: whether rows fit shows when they arrive`);
      continue;
    }
    const names = key.columns;
    if (names.some((name) => serial.has(name)) || apart.some((one) => one.every((name) => names.includes(name))))
      continue;
    const own = columns.filter(({ name }) => names.includes(name));
    const points = foreign.flatMap((one, at) => {
      const whole =
        one.fills.length > 0 && one.pick.kind !== 'fitting' && one.fills.every(([column]) => names.includes(column));
      return whole ? [{ one, at }] : [];
    });
    const taken = axes.length > 0;
    const enough =
      own.find((spec) => roomOf(spec) >= wanted && preferred(spec)) ?? own.find((spec) => roomOf(spec) >= wanted);
    if (enough !== undefined && (points.length === 0 || taken)) {
      serial.add(enough.name);
      continue;
    }
    if (taken || (points.length === 0 && own.length === 0)) {
      problems.push(unsatisfied(table.name, key.name));
      continue;
    }
    axes = [
      ...points.map(({ one, at }): Axis => ({ kind: 'foreign', at, parent: one.key.parent, size: 0 })),
      ...own
        .filter((spec) => roomOf(spec) > 0)
        .map((spec): Axis => ({ kind: 'column', column: spec.name, size: roomOf(spec) })),
    ];
    for (const { one, at } of points) {
      const axis = axes.findIndex((two) => two.kind === 'foreign' && two.at === at);
      foreign.splice(at, 1, { ...one, pick: { kind: 'digit', axis }, nullShare: 0 });
    }
    for (const axis of axes) if (axis.kind === 'column') digits.add(axis.column);
    apart.push(names);
  }
  return { serial, digits, axes, foreign };
}

function roomOf(spec: ColumnSpec): number {
  const { type, allowed, prefix, min, max, maxLength } = spec;
  if (allowed !== null) return allowed.length;
  const length = type.kind === 'text' || type.kind === 'bytes' ? Math.min(type.length, maxLength) : 0;
  const room = capacityOf(type, Math.min(length, prefix ?? length));
  if (type.kind !== 'integer' && type.kind !== 'decimal' && type.kind !== 'float') return room;
  return Math.max(0, Math.min(room, (max ?? Math.min(room, MOST)) - (min ?? 1) + 1));
}

/** Numbers, texts and bytes read well when they are never the same; moments and choices less so. */
function preferred({ type }: ColumnSpec): boolean {
  return ['integer', 'text', 'bytes', 'uuid'].includes(type.kind);
}

function mostRows(draft: FilledTable, rows: ReadonlyMap<string, number>): number {
  const parents = draft.foreign.map(({ key, nullShare, pick }) =>
    nullShare > 0 || pick.kind === 'before' || key.parent === draft.table.name || (rows.get(key.parent) ?? 0) > 0
      ? MOST
      : 0,
  );
  const digits = draft.axes.reduce((product, axis) => product * sizeOf(axis, rows), 1);
  const serial = draft.columns.filter(({ name }) => draft.serial.has(name)).map(roomOf);
  return Math.min(MOST, ...parents, ...serial, ...(draft.axes.length === 0 ? [] : [digits]));
}

function sizeOf(axis: Axis, rows: ReadonlyMap<string, number>): number {
  return axis.kind === 'foreign' ? (rows.get(axis.parent) ?? 0) : axis.size;
}

/** A number that counts within what is pointed to stays small: the lines of an order are 1, 2, 3. */
function sizedAxes({ axes, columns }: FilledTable, most: number, rows: ReadonlyMap<string, number>): readonly Axis[] {
  const parents = axes.reduce(
    (product, axis) => product * (axis.kind === 'foreign' ? (rows.get(axis.parent) ?? 0) : 1),
    1,
  );
  let needed = Math.max(1, Math.ceil((most / Math.max(1, parents)) * 2));
  return axes.map((axis) => {
    if (axis.kind === 'foreign') return { ...axis, size: rows.get(axis.parent) ?? 0 };
    const number = columns.find(({ name }) => name === axis.column)?.type.kind === 'integer';
    // Others repeat as well, but less: no place has more digits than a number can hold.
    const size = Math.min(axis.size, number ? needed : needed * 50);
    needed = Math.max(1, Math.ceil(needed / Math.max(1, size)));
    return { ...axis, size };
  });
}

/** Rows that stay must not point to rows that go. */
function keptChildren({ tables, settings, kept }: PlanInput): readonly Problem[] {
  return tables
    .filter(({ name }) => (kept.get(name) ?? 0) > 0)
    .flatMap(({ name, foreignKeys }) =>
      foreignKeys.filter(({ parent }) => settings.tables[parent] !== 'keep').map((key) => keptChild(name, key)),
    );
}

function unknownNames({ tables, settings }: PlanInput): Problem[] {
  return Object.entries(settings.tables).flatMap(([name, told]) => {
    const table = tables.find((one) => one.name === name);
    if (table === undefined)
      return [
        noSuchName(
          name,
          tables.map((one) => one.name),
        ),
      ];
    if (typeof told === 'string') return [];
    const names = table.columns.map((column) => column.name);
    return Object.keys(told.columns).flatMap((column) =>
      names.includes(column) ? [] : [noSuchName(`${name}.columns.${column}`, names)],
    );
  });
}
