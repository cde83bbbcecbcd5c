import type { AlterPart, Span } from '../../sql/tree.ts';
import { wayOf, worst } from '../online.ts';
import type { Band } from '../online-rows.ts';
import { allOperations } from '../operations.ts';
import { tableIn } from '../schema.ts';
import type { Table } from '../table.ts';
import type { Found, Level, Subject } from '../types.ts';

/** What most rules ask of a statement. */

export interface Alteration {
  /** As written. */
  readonly name: string;
  readonly at: number;
  /** As it was; undefined: no file has told of it. */
  readonly table: Table | undefined;
  /** CREATE INDEX and DROP INDEX are one part. */
  readonly parts: readonly AlterPart[];
}

/** The statement as an ALTER TABLE of a table that was there before this file; undefined for anything else. */
export function alterationOf(subject: Subject): Alteration | undefined {
  const { statement } = subject;
  if (statement.kind !== 'alter-table' && statement.kind !== 'create-index' && statement.kind !== 'drop-index')
    return undefined;
  const table = tableIn(subject.before, statement.table);
  if (isNew(table, subject)) return undefined;
  const { name, span } = statement.table;
  return { name, at: span.from, table, parts: partsOf(statement) };
}

function partsOf(statement: Extract<Subject['statement'], { kind: 'alter-table' | 'create-index' | 'drop-index' }>) {
  if (statement.kind === 'alter-table') return statement.parts;
  const { span } = statement.table;
  const parts: AlterPart[] = [
    statement.kind === 'create-index'
      ? { kind: 'add-index', index: statement.index, span }
      : { kind: 'drop-index', name: statement.name, span },
  ];
  if (statement.algorithm !== null) parts.push({ kind: 'algorithm', algorithm: statement.algorithm, span });
  if (statement.lock !== null) parts.push({ kind: 'lock', lock: statement.lock, span });
  return parts;
}

/** Made by this very file: nobody uses it yet. */
export function isNew(table: Table | undefined, subject: Pick<Subject, 'file'>): boolean {
  return table !== undefined && table.madeBy === subject.file.name;
}

/** There before this file, as far as anybody can tell from the files. */
export function existed(name: string, subject: Subject): boolean {
  const table = tableIn(subject.before, name);
  return table === undefined ? !subject.complete : !isNew(table, subject);
}

/** A contract migration is meant to take away: it waits until no version that it breaks is running, if it names them. */
export function milderInContract({ file }: Pick<Subject, 'file'>): Level {
  if (file.header.phase !== 'contract') return 'error';
  return file.header.breaks === undefined ? 'warning' : 'note';
}

export interface PartWay {
  readonly part: AlterPart;
  readonly operation: string;
  readonly way: Band;
}

/** How the server will do each part; undefined as soon as one of them cannot be told. */
export function waysOf({ table, parts }: Alteration, subject: Subject): readonly PartWay[] | undefined {
  const all: PartWay[] = [];
  for (const { part, operation } of allOperations(parts, table) ?? []) {
    const way = wayOf(operation, subject.server);
    if (way === undefined) return undefined;
    all.push({ part, operation, way });
  }
  return all.length === 0 ? undefined : all;
}

/** The most disruptive of them. */
export function worstOf(ways: readonly PartWay[]) {
  return worst(ways.map(({ way }) => way));
}

export function one(span: Span | number, message: string, more: Partial<Found> = {}): readonly Found[] {
  return [{ at: typeof span === 'number' ? span : span.from, message, ...more }];
}

/** What the statement asserts itself. */
export function asserted(parts: readonly AlterPart[]): {
  readonly algorithm: string | null;
  readonly lock: string | null;
} {
  const algorithm = parts.find((part) => part.kind === 'algorithm')?.algorithm ?? null;
  const lock = parts.find((part) => part.kind === 'lock')?.lock ?? null;
  return { algorithm: algorithm?.toUpperCase() ?? null, lock: lock?.toUpperCase() ?? null };
}

export const MANUALS = {
  mysqlOnline: 'https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html',
  mysqlLocks: 'https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html',
  mysqlAlter: 'https://dev.mysql.com/doc/refman/8.4/en/alter-table.html',
  mariadbOnline: 'https://mariadb.com/kb/en/innodb-online-ddl-overview/',
  mariadbInstant: 'https://mariadb.com/kb/en/instant-add-column-for-innodb/',
  ghost: 'https://github.com/github/gh-ost/blob/master/doc/requirements-and-limitations.md',
} as const;
