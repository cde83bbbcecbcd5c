import { ProblemError } from '../../model/problem.ts';
import type { FilledTable, ForeignPlan, TableGenerate } from './plan.ts';
import { keyCycle, noParent } from './problems.ts';
import { permuted, pickAt, saltOf, unitAt } from './random.ts';
import { type ColumnSpec, type Pools, plainOf, serialOf, type Value } from './values.ts';

/**
 * Rows from their places. A row is a function of the seed, the table and its place, so what points to it needs no look at the database, and a
 * run that died goes on at any place. Pure but for what it remembers.
 */

/** A table that others can point to. */
export interface RowSource {
  readonly rows: number;
  /** One value of one row. */
  cell(column: string, place: number): Value;
}

export interface RowMaker extends RowSource {
  /** Names in the order of `row`. */
  readonly columns: readonly string[];
  row(place: number): readonly Value[];
}

/** @param kept values of the tables that are kept, of the columns that are pointed to */
export function openWorld(
  plans: readonly TableGenerate[],
  kept: ReadonlyMap<string, RowSource>,
  seed: string,
  pools: Pools,
): ReadonlyMap<string, RowMaker> {
  const makers = new Map<string, RowMaker>();
  const sourceOf = (table: string): RowSource => makers.get(table) ?? kept.get(table) ?? NOTHING;
  for (const plan of plans) {
    if (plan.kind === 'fill') makers.set(plan.table.name, makerOf(plan, sourceOf, seed, pools));
  }
  noCycles(plans);
  return makers;
}

const NOTHING: RowSource = { rows: 0, cell: () => null };

/** How often another row is pointed to when the first one does not fit to the other keys. */
const ATTEMPTS = 64;
const ORDER_ATTEMPTS = 20;

function makerOf(plan: FilledTable, sourceOf: (table: string) => RowSource, seed: string, pools: Pools): RowMaker {
  const { table, rows, columns, foreign, axes, serial, orders } = plan;
  const salt = saltOf(seed, table.name, '');
  const specs = new Map(columns.map((spec) => [spec.name, spec]));
  const filledBy = new Map(
    foreign.flatMap((one, at) => one.fills.map(([own, parents]) => [own, { at, parents }] as const)),
  );
  const digitOf = new Map(axes.flatMap((axis, at) => (axis.kind === 'column' ? [[axis.column, at] as const] : [])));
  const indexes = foreign.map((one) => lazily(() => indexOf(one)));
  const salts = foreign.map(({ key }) => saltOf(seed, table.name, key.name));
  const product = axes.reduce((all, { size }) => all * size, 1);
  const names = table.columns.map(({ name }) => name);

  function digits(place: number): readonly number[] {
    if (axes.length === 0) return [];
    let rest = permuted(salt, place, product);
    return axes.map(({ size }) => {
      const digit = rest % size;
      rest = Math.floor(rest / size);
      return digit;
    });
  }

  /** Rows that have the shared values, for a key that must fit to another one. */
  function indexOf({ key, pick }: ForeignPlan): ReadonlyMap<string, readonly number[]> {
    const parents = sourceOf(key.parent);
    const found = new Map<string, number[]>();
    if (pick.kind !== 'fitting') return found;
    for (let at = 0; at < parents.rows; at += 1) {
      const text = textOf(pick.shared.map(([, column]) => parents.cell(column, at)));
      const there = found.get(text);
      if (there === undefined) found.set(text, [at]);
      else there.push(at);
    }
    return found;
  }

  /** Place of the row that each key points to; null: nothing. */
  function picksOf(place: number, upTo = foreign.length): readonly (number | null)[] {
    const placed = digits(place);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const picks: (number | null)[] = [];
      const whole = foreign.slice(0, upTo).every((one, at) => {
        const found = pickOf(one, at, place, attempt, placed, picks);
        if (found === undefined) return false;
        picks.push(found);
        return true;
      });
      if (whole) return picks;
      if (axes.length > 0 && foreign.every(({ pick }) => pick.kind === 'digit' || pick.kind === 'fitting')) break;
    }
    const unfit = foreign.find(({ pick }) => pick.kind === 'fitting');
    throw unfit === undefined
      ? new Error(`no row for ${table.name}`)
      : new ProblemError(noParent(table.name, unfit.key));
  }

  /** Undefined: there is none that fits. */
  function pickOf(
    { key, pick, nullShare, skew }: ForeignPlan,
    at: number,
    place: number,
    attempt: number,
    placed: readonly number[],
    before: readonly (number | null)[],
  ): number | null | undefined {
    const own = ((salts[at] ?? 0) + attempt) >>> 0;
    if (pick.kind === 'digit') return placed[pick.axis] ?? 0;
    if (nullShare > 0 && unitAt(own ^ 0x2545f491, place) < nullShare) return null;
    const parents = sourceOf(key.parent);
    if (pick.kind === 'before') {
      if (place === 0) return nullShare > 0 ? null : 0;
      return pickAt(own, place, place, skew);
    }
    if (pick.kind === 'any') {
      if (parents.rows === 0) return nullShare > 0 ? null : undefined;
      return pickAt(own, place, parents.rows, skew);
    }
    const shared = pick.shared.map(([column]) => given(column, place, before));
    // One NULL among its columns, and the key asks for nothing.
    if (shared.includes(null)) return null;
    const fitting = indexes[at]?.().get(textOf(shared)) ?? [];
    const found = fitting[pickAt(own, place, Math.max(1, fitting.length), skew)];
    return found ?? (nullShare > 0 ? null : undefined);
  }

  /** What an earlier key of the same row has put there. */
  function given(column: string, place: number, picks: readonly (number | null)[]): Value {
    const by = filledBy.get(column);
    if (by === undefined) return free(column, place, digits(place));
    const pick = picks[by.at];
    const one = foreign[by.at];
    return pick === null || pick === undefined || one === undefined
      ? null
      : sourceOf(one.key.parent).cell(by.parents, pick);
  }

  function free(column: string, place: number, placed: readonly number[]): Value {
    const spec = specs.get(column);
    if (spec === undefined) return null;
    const digit = digitOf.get(column);
    if (digit !== undefined) return serialOf(spec, placed[digit] ?? 0, pools);
    return serial.has(column) ? serialOf(spec, place, pools) : plainOf(spec, place, rows, pools);
  }

  function row(place: number): readonly Value[] {
    const placed = digits(place);
    const picks = picksOf(place);
    const made = new Map(
      names.map((name) => [name, filledBy.has(name) ? given(name, place, picks) : free(name, place, placed)]),
    );
    for (const [low, high] of orders) inOrder(made, specs.get(low), specs.get(high), place);
    return names.map((name) => made.get(name) ?? null);
  }

  function inOrder(
    made: Map<string, Value>,
    low: ColumnSpec | undefined,
    high: ColumnSpec | undefined,
    place: number,
  ): void {
    if (low === undefined || high === undefined) return;
    for (let attempt = 0; attempt < ORDER_ATTEMPTS; attempt += 1) {
      const [a, b] = [made.get(low.name) ?? null, made.get(high.name) ?? null];
      if (a === null || b === null || less(a, b)) return;
      if (less(b, a) && low.type.kind === high.type.kind && same(low, high)) {
        made.set(low.name, b);
        made.set(high.name, a);
        return;
      }
      made.set(
        high.name,
        plainOf({ ...high, nullShare: 0, salt: (high.salt + attempt + 1) >>> 0 }, place, rows, pools),
      );
    }
  }

  return {
    rows,
    columns: names,
    row,
    cell: (column, place) => {
      const by = filledBy.get(column);
      if (by !== undefined) return given(column, place, picksOf(place, by.at + 1));
      if (orders.some((pair) => pair.includes(column))) return row(place)[names.indexOf(column)] ?? null;
      return free(column, place, digits(place));
    },
  };
}

/** Both may hold what the other one holds. */
function same(a: ColumnSpec, b: ColumnSpec): boolean {
  return a.min === b.min && a.max === b.max && a.allowed === b.allowed;
}

function less(a: Exclude<Value, null>, b: Exclude<Value, null>): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const numbers = [a, b].map(Number);
  const [x = 0, y = 0] = numbers;
  return numbers.some(Number.isNaN) ? a < b : x < y;
}

function textOf(values: readonly Value[]): string {
  return JSON.stringify(values.map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : value)));
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A key that is filled from a key that is filled from it has no beginning. */
function noCycles(plans: readonly TableGenerate[]): void {
  const points = new Map(
    plans.flatMap((plan) =>
      plan.kind !== 'fill'
        ? []
        : plan.foreign.flatMap(({ key, fills }) =>
            fills.map(
              ([own, parents]) =>
                [
                  JSON.stringify([plan.table.name, own]),
                  { table: key.parent, column: parents, from: plan.table.name, own },
                ] as const,
            ),
          ),
    ),
  );
  for (const [start, first] of points) {
    let at: { readonly table: string; readonly column: string } | undefined = first;
    const seen = new Set<string>([start]);
    while (at !== undefined) {
      const name = JSON.stringify([at.table, at.column]);
      if (seen.has(name)) throw new ProblemError(keyCycle(first.from, first.own));
      seen.add(name);
      at = points.get(name);
    }
  }
}
