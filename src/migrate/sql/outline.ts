import { sqlName } from '../../model/sql.ts';
import { tokensOf } from './lexer.ts';
import { parseStatement } from './parse/index.ts';
import { nextPiece } from './pieces.ts';
import type { AlterPart, AlterTable, CreateTable, Dialect, ObjectName, ProgramStatement, Statement } from './tree.ts';

/**
 * What a statement asks of tables, where an assertion of ALGORITHM and LOCK goes, and which of them stand there already. The one place
 * where plan and apply learn it, read by the grammar; what the grammar cannot read is `unread`, and nobody may take that for harmless.
 */

/** What the author asserted, upper case; null: nothing. */
export interface Own {
  readonly algorithm: string | null;
  readonly lock: string | null;
}

interface Assertable {
  readonly table: ObjectName;
  readonly own: Own;
  /** Why no assertion can be written into it; null: it can. */
  readonly closed: string | null;
}

export type AlterOutline = Assertable & {
  readonly kind: 'alter';
  /** Tables that its foreign keys name. */
  readonly refers: readonly ObjectName[];
  /** Where its parts begin. */
  readonly at: number;
  /** A comma stands between an assertion and the first part: not before PARTITION BY and REMOVE PARTITIONING. */
  readonly comma: boolean;
  /** The partitioning itself changes. */
  readonly partitioning: boolean;
  /** ADD, DROP, REORGANIZE … PARTITION. */
  readonly partitions: boolean;
  /** Over in a moment whatever it asserts: `TRUNCATE PARTITION`, `EXCHANGE PARTITION`, `DISCARD TABLESPACE`; null: not so. */
  readonly moment: string | null;
};

export type CreateIndexOutline = Assertable & { readonly kind: 'create-index' };

export type DropIndexOutline = Assertable & {
  readonly kind: 'drop-index';
  readonly index: string;
  readonly ifExists: boolean;
};

export type Outline =
  | AlterOutline
  | CreateIndexOutline
  | DropIndexOutline
  /** Makes, drops, renames or empties tables as a whole. `what`: its words, `DROP TABLE`. */
  | {
      readonly kind: 'tables';
      readonly what: string;
      readonly temporary: boolean;
      /** Those that it names, the new names of a renaming too. */
      readonly tables: readonly ObjectName[];
      readonly refers: readonly ObjectName[];
    }
  /** CREATE, ALTER, DROP or RENAME of what is no table. `on`: the table of a trigger. */
  | { readonly kind: 'program'; readonly what: string; readonly object: string; readonly on: ObjectName | null }
  /** Changes rows. */
  | { readonly kind: 'rows'; readonly what: string; readonly tables: readonly ObjectName[] }
  /** OPTIMIZE TABLE writes tables anew, and takes no assertion. */
  | { readonly kind: 'optimize'; readonly tables: readonly ObjectName[] }
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'unread'; readonly found: string; readonly expected: string };

/**
 * Pure. `version` as conditional comments write it (80046, 101119): without one nothing is asserted of a statement that holds such a
 * comment, since nobody knows what the server makes of it.
 */
export function outlineOf(sql: string, dialect: Dialect, version?: number): Outline {
  const parsed = parseStatement(sql, dialect, version);
  if (!parsed.ok) {
    const [first] = tokensOf(sql);
    // Whatever follows: it changes rows, and no structure.
    if (first?.kind === 'word' && ROWS.has(first.text)) return { kind: 'rows', what: first.text, tables: [] };
    return { kind: 'unread', found: parsed.found, expected: parsed.expected };
  }
  return outlineOfStatement(sql, parsed.statement, version !== undefined);
}

const ROWS = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE']);

function outlineOfStatement(sql: string, statement: Statement, versionKnown: boolean): Outline {
  switch (statement.kind) {
    case 'alter-table':
      return alterOutline(sql, statement, versionKnown);
    case 'create-index': {
      const { table, algorithm, lock } = statement;
      return {
        kind: 'create-index',
        table,
        own: { algorithm, lock },
        closed: closedAt(sql, sql.length, versionKnown),
      };
    }
    case 'drop-index': {
      const { table, name, ifExists, algorithm, lock } = statement;
      const own = { algorithm, lock };
      // It is sent as an ALTER TABLE; what stands behind the table (WAIT n) has another place there.
      const waits = algorithm === null && lock === null && tokensOf(sql.slice(table.span.to)).length > 0;
      const closed = waits ? 'words behind its table' : conditionals(sql).length > 0 ? 'a conditional comment' : null;
      return { kind: 'drop-index', table, index: name, ifExists, own, closed };
    }
    case 'create-table':
      return {
        kind: 'tables',
        what: statement.orReplace ? 'CREATE OR REPLACE TABLE' : 'CREATE TABLE',
        ...{ temporary: statement.temporary, tables: [statement.table], refers: referred(statement) },
      };
    case 'drop-table':
      return ofTables('DROP TABLE', statement.tables, statement.temporary);
    case 'rename-table':
      return ofTables(
        'RENAME TABLE',
        statement.renames.flatMap(({ from, to }) => [from, to]),
      );
    case 'truncate-table':
      return ofTables('TRUNCATE', [statement.table]);
    case 'program':
      return { kind: 'program', what: programWords(statement), object: statement.object, on: statement.on };
    case 'insert':
      return { kind: 'rows', what: statement.replace ? 'REPLACE' : 'INSERT', tables: [statement.table] };
    case 'update':
    case 'delete':
      return { kind: 'rows', what: statement.kind.toUpperCase(), tables: statement.tables };
    case 'select':
      return { kind: 'other', what: 'SELECT' };
    case 'set':
      return { kind: 'other', what: 'SET' };
    case 'other':
      return statement.what.startsWith('OPTIMIZE')
        ? { kind: 'optimize', tables: statement.tables }
        : { kind: 'other', what: statement.what };
  }
}

function ofTables(what: string, tables: readonly ObjectName[], temporary = false): Outline {
  return { kind: 'tables', what, temporary, tables, refers: [] };
}

function programWords({ verb, orReplace, object }: ProgramStatement): string {
  return [verb.toUpperCase(), ...(orReplace ? ['OR REPLACE'] : []), object].join(' ');
}

function alterOutline(sql: string, { table, parts }: AlterTable, versionKnown: boolean): AlterOutline {
  const what = parts.filter(({ kind }) => kind !== 'algorithm' && kind !== 'lock');
  const at = parts[0]?.span.from ?? sql.length;
  return {
    kind: 'alter',
    table,
    refers: parts.flatMap(referredBy),
    at,
    comma: !parts.slice(0, 1).some(changesPartitioning),
    partitioning: parts.some(changesPartitioning),
    partitions: what.some(({ kind }) => kind === 'partition'),
    moment: what.map(momentOf).find((words) => words !== null) ?? null,
    own: ownOf(parts),
    closed: what.length === 0 ? 'no change' : closedAt(sql, at, versionKnown),
  };
}

function ownOf(parts: readonly AlterPart[]): Own {
  const algorithm = parts.find((part) => part.kind === 'algorithm')?.algorithm ?? null;
  const lock = parts.find((part) => part.kind === 'lock')?.lock ?? null;
  return { algorithm, lock };
}

function changesPartitioning({ kind }: AlterPart): boolean {
  return kind === 'partition-by' || kind === 'remove-partitioning';
}

/** These are over in a moment whatever they say, and MySQL takes an assertion there without keeping it. */
const PARTITION_MOMENT = new Set(['TRUNCATE', 'EXCHANGE', 'DISCARD', 'IMPORT']);
const TABLESPACE = new Set(['DISCARD TABLESPACE', 'IMPORT TABLESPACE']);

function momentOf(part: AlterPart): string | null {
  if (part.kind === 'partition' && PARTITION_MOMENT.has(part.what)) return `${part.what} PARTITION`;
  return part.kind === 'words' && TABLESPACE.has(part.words) ? part.words : null;
}

function referred({ columns, foreignKeys }: CreateTable): readonly ObjectName[] {
  return [
    ...columns.flatMap(({ references }) => (references === null ? [] : [references.table])),
    ...foreignKeys.map(({ references }) => references.table),
  ];
}

function referredBy(part: AlterPart): readonly ObjectName[] {
  switch (part.kind) {
    case 'add-foreign-key':
      return [part.foreignKey.references.table];
    case 'add-column':
    case 'modify-column':
    case 'change-column':
      return part.column.references === null ? [] : [part.column.references.table];
    default:
      return [];
  }
}

/** Why nothing can be written into the text at `place`, as far as conditional comments are concerned. */
function closedAt(sql: string, place: number, versionKnown: boolean): string | null {
  for (const { from, to } of conditionals(sql)) {
    if (!versionKnown) return 'a conditional comment, which may hold an ALGORITHM of its own';
    // A server of another patch might leave it out, and our assertion with it, or read an assertion that we did not see.
    if (place >= from && place < to) return 'a conditional comment around what it changes';
    if (/\b(?:ALGORITHM|LOCK)\b/i.test(sql.slice(from, to))) return 'a conditional comment with an ALGORITHM or LOCK';
  }
  return null;
}

function conditionals(sql: string): readonly { readonly from: number; readonly to: number }[] {
  if (!sql.includes('/*')) return [];
  const found: { readonly from: number; readonly to: number }[] = [];
  for (let at = 0; at < sql.length; ) {
    const { kind, end } = nextPiece(sql, at);
    if (kind === 'conditional') found.push({ from: at, to: end });
    at = end;
  }
  return found;
}

/** The statement with these clauses (`ALGORITHM=INPLACE`) at their place. Pure. */
export function assertedSql(
  sql: string,
  outline: AlterOutline | CreateIndexOutline | DropIndexOutline,
  clauses: readonly string[],
): string {
  switch (outline.kind) {
    case 'alter': {
      const comma = outline.comma ? ', ' : ' ';
      const space = /\s$/.test(sql.slice(0, outline.at)) ? '' : ' ';
      return `${sql.slice(0, outline.at)}${space}${clauses.join(', ')}${comma}${sql.slice(outline.at)}`;
    }
    case 'create-index':
      // A comment up to the end of the line may stand last.
      return `${sql}\n${clauses.join(' ')}`;
    case 'drop-index': {
      // MariaDB's DROP INDEX takes no assertion; this is the same statement.
      const { table, index, ifExists } = outline;
      const name = table.schema === null ? sqlName(table.name) : `${sqlName(table.schema)}.${sqlName(table.name)}`;
      return `ALTER TABLE ${name} ${[...clauses, `DROP INDEX ${ifExists ? 'IF EXISTS ' : ''}${sqlName(index)}`].join(', ')}`;
    }
  }
}

/** A version as conditional comments write it: 80046 for `8.0.46`, 101119 for `10.11.19-MariaDB`; undefined for no version. Pure. */
export function commentVersion(version: string): number | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : Number(major) * 10_000 + Number(minor) * 100 + Number(patch);
}
