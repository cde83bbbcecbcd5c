import { mayBeNull } from '../changes.ts';
import { beginsWith } from '../schema-alter.ts';
import { columnIn, keyOf, same } from '../table.ts';
import type { Found, Subject } from '../types.ts';
import { alterationOf, existed, one } from './look.ts';
import { restatedIn } from './loss.ts';

/** What rules of group C look for. */

export function renames(subject: Subject): readonly Found[] {
  const { statement } = subject;
  if (statement.kind === 'rename-table')
    return statement.renames
      .filter(({ from }) => existed(from.name, subject))
      .flatMap(({ from, to }) => one(from.span, `${from.name} becomes ${to.name}`));
  return (alterationOf(subject)?.parts ?? []).flatMap((part) => {
    if (part.kind === 'rename-table') return one(part.span, `the table becomes ${part.to.name}`);
    if (part.kind === 'rename-column') return one(part.span, `${part.from} becomes ${part.to}`);
    if (part.kind === 'change-column' && !same(part.from, part.column.name))
      return one(part.span, `${part.from} becomes ${part.column.name}`);
    return [];
  });
}

/** What the old shape has and the new one has not. */
export function takenAway(subject: Subject): readonly Found[] {
  const { statement } = subject;
  const drops = (alterationOf(subject)?.parts ?? []).flatMap((part) =>
    part.kind === 'drop-column' ? one(part.span, `${part.column} is dropped`) : [],
  );
  const tables =
    statement.kind === 'drop-table' && !statement.temporary
      ? statement.tables
          .filter(({ name }) => existed(name, subject))
          .flatMap(({ name, span }) => one(span, `${name} is dropped`))
      : [];
  return [...drops, ...tables, ...renames(subject)];
}

/** NOT NULL, and nothing fills it in. */
export function needsValue(column: Parameters<typeof mayBeNull>[0]): boolean {
  const notNull = column.nullable === false || column.key === 'primary';
  return notNull && column.default === null && !column.autoIncrement && column.generated === null;
}

export function stricter(subject: Subject): readonly Found[] {
  const added = (alterationOf(subject)?.parts ?? []).flatMap((part) => {
    if (part.kind === 'add-check' && part.check.enforced) return one(part.span, 'a new CHECK');
    if (part.kind === 'add-foreign-key')
      return one(part.span, `a new foreign key on ${part.foreignKey.columns.join(', ')}`);
    if (part.kind === 'check-enforcement' && part.enforced)
      return one(part.span, `${part.name} is enforced from now on`);
    const index = part.kind === 'add-index' ? part.index : undefined;
    if (index?.kind === 'unique')
      return one(
        part.span,
        `${index.parts.map(({ column }) => column ?? 'an expression').join(', ')} must be unique from now on`,
      );
    return [];
  });
  const nulls = restatedIn(subject).flatMap(({ before, after, table, at }) =>
    mayBeNull(before, table) && after.nullable === false
      ? one(at, `${before.name} takes no NULL any more`, { level: 'error' })
      : [],
  );
  return [...added, ...nulls];
}

export function order(subject: Subject): readonly Found[] {
  const { statement } = subject;
  if (statement.kind === 'insert')
    return statement.columns === null && existed(statement.table.name, subject)
      ? one(statement.table.span, `an INSERT into ${statement.table.name} names no columns`)
      : [];
  const alteration = alterationOf(subject);
  const last = alteration?.table?.whole === true ? alteration.table.columns.at(-1)?.name : undefined;
  return (alteration?.parts ?? []).flatMap((part) => {
    if (part.kind !== 'add-column' && part.kind !== 'modify-column' && part.kind !== 'change-column') return [];
    const { position } = part;
    if (position === null) return [];
    if (
      part.kind === 'add-column' &&
      'after' in position &&
      (alteration?.parts.length ?? 0) === 1 &&
      last !== undefined &&
      same(position.after, last)
    )
      return [];
    return one(part.span, `${part.column.name} goes ${'first' in position ? 'first' : `after ${position.after}`}`);
  });
}

export function defaults(subject: Subject): readonly Found[] {
  const alteration = alterationOf(subject);
  const altered = (alteration?.parts ?? []).flatMap((part) => {
    if (part.kind === 'drop-default') return one(part.span, `${part.column} has no default any more`);
    if (part.kind !== 'set-default') return [];
    const before = columnIn(alteration?.table, part.column)?.default;
    if (before === undefined || before === null || before.literal === part.default.literal) return [];
    return one(part.span, `${part.column} gets another default`);
  });
  const restated = restatedIn(subject).flatMap(({ before, after, at }) => {
    const [from, to] = [before.default?.literal ?? null, after.default?.literal ?? null];
    return from !== null && to !== null && from !== to && from.toUpperCase() !== 'NULL'
      ? one(at, `${before.name} gets another default`)
      : [];
  });
  return [...altered, ...restated];
}

export function lostIndex(subject: Subject): readonly Found[] {
  const alteration = alterationOf(subject);
  if (alteration === undefined) return [];
  const { table, parts } = alteration;
  return parts.flatMap((part) => {
    if (part.kind !== 'drop-index') return [];
    const index = table?.indexes.find(({ name }) => same(name, part.name));
    if (index === undefined || table === undefined) return one(part.span, `${part.name} may be in use`);
    const columns = index.parts.map(({ column }) => column ?? '');
    const after = subject.after.tables.get(keyOf(table.name));
    const covered = after?.indexes.some((other) => beginsWith(other, columns)) === true;
    const key = table.foreignKeys.find(
      (one) =>
        beginsWith(index, one.columns) && after?.indexes.some((other) => beginsWith(other, one.columns)) !== true,
    );
    const goes = parts.some((other) => other.kind === 'drop-foreign-key' && key?.name === other.name);
    if (key !== undefined && !goes)
      return one(part.span, `foreign key ${key.name} needs ${part.name}: the server refuses`, { level: 'error' });
    // Invisible indexes have been tried without; another index does the same work.
    if (!index.visible || (covered && index.kind === 'plain')) return [];
    return one(part.span, `${part.name} may be in use`);
  });
}

export function dependents(subject: Subject): readonly Found[] {
  const alteration = alterationOf(subject);
  if (alteration === undefined) return [];
  const { table, name, parts } = alteration;
  return parts.flatMap((part) => {
    const column =
      part.kind === 'drop-column'
        ? part.column
        : part.kind === 'rename-column'
          ? part.from
          : part.kind === 'change-column' && !same(part.from, part.column.name)
            ? part.from
            : undefined;
    if (column === undefined) return [];
    const generated = table?.columns.find(
      (other) =>
        other.generated?.expression.columns.some((used) => same(used, column)) === true &&
        !parts.some((gone) => gone.kind === 'drop-column' && same(gone.column, other.name)),
    );
    if (generated !== undefined) return one(part.span, `the generated column ${generated.name} uses ${column}`);
    const program = subject.before.programs.find(
      ({ mentions, on }) =>
        mentions.has(keyOf(column)) && (mentions.has(keyOf(name)) || (on !== null && same(on, name))),
    );
    return program === undefined
      ? []
      : one(part.span, `${program.object.toLowerCase()} ${program.name} uses ${column}`);
  });
}

export function both(subjects: readonly (Subject & { readonly number: number })[]): readonly Found[] {
  const adds = subjects.some((subject) =>
    (alterationOf(subject)?.parts ?? []).some(({ kind }) => kind === 'add-column'),
  );
  if (!adds) return [];
  const dropping = subjects.find((subject) =>
    (alterationOf(subject)?.parts ?? []).some(({ kind }) => kind === 'drop-column'),
  );
  const drop =
    dropping === undefined ? undefined : alterationOf(dropping)?.parts.find(({ kind }) => kind === 'drop-column');
  if (dropping === undefined || drop === undefined) return [];
  return one(drop.span, 'columns are added and dropped in one file', { statement: dropping.number });
}
