/**
 * What a statement says, as plain data: the parser writes it, lint rules and the shadow plan read it. Names are as they were
 * written, without quotes. Offsets count UTF-16 units from the beginning of the statement's own text.
 */

/** Half-open: `sql.slice(from, to)` is the text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** `database.name` or `name`. */
export interface ObjectName {
  readonly schema: string | null;
  readonly name: string;
  readonly span: Span;
}

/** An expression was read by the grammar; what rules ask of it is kept, its text says the rest. */
export interface Expression {
  readonly span: Span;
  /** Columns that it names, each once, without their table. */
  readonly columns: readonly string[];
  /** Functions that it calls, upper case, each once. */
  readonly functions: readonly string[];
  /** A plain literal (a number, a string, TRUE, NULL …), without sign its text; null for anything else. */
  readonly literal: string | null;
  /** It holds a subquery. */
  readonly subquery: boolean;
}

export interface DataType {
  /** Canonical and upper case: INT for INTEGER, VARCHAR for CHARACTER VARYING, TINYINT with args [1] for BOOL. */
  readonly name: string;
  /** Length, precision, scale, fsp. */
  readonly args: readonly number[];
  /** Members of ENUM and SET, unescaped. */
  readonly members: readonly string[];
  readonly unsigned: boolean;
  readonly zerofill: boolean;
  readonly charset: string | null;
  readonly collation: string | null;
  readonly span: Span;
}

export interface References {
  readonly table: ObjectName;
  readonly columns: readonly string[];
  readonly onDelete: string | null;
  readonly onUpdate: string | null;
}

export interface Check {
  readonly name: string | null;
  readonly expression: Expression;
  /** False for NOT ENFORCED. */
  readonly enforced: boolean;
}

export interface Column {
  readonly name: string;
  readonly span: Span;
  readonly type: DataType;
  /** As written: true NULL, false NOT NULL, null when neither stands there. */
  readonly nullable: boolean | null;
  readonly default: Expression | null;
  /** ON UPDATE CURRENT_TIMESTAMP. */
  readonly onUpdate: Expression | null;
  readonly autoIncrement: boolean;
  /** What stands at the column itself: PRIMARY KEY, UNIQUE, KEY; SERIAL is UNIQUE. */
  readonly key: 'primary' | 'unique' | 'plain' | null;
  readonly comment: string | null;
  readonly generated: { readonly expression: Expression; readonly stored: boolean } | null;
  readonly checks: readonly Check[];
  /** Inline REFERENCES: MySQL before 9.0 reads and ignores it. */
  readonly references: References | null;
  /** False for INVISIBLE. */
  readonly visible: boolean | null;
  /** Other words that it carries, upper case: COLUMN_FORMAT, STORAGE, SRID, WITHOUT SYSTEM VERSIONING … */
  readonly others: readonly string[];
}

export interface IndexPart {
  /** Null for an expression. */
  readonly column: string | null;
  readonly expression: Expression | null;
  /** Prefix length. */
  readonly length: number | null;
  readonly descending: boolean;
}

export interface Index {
  readonly kind: 'primary' | 'unique' | 'plain' | 'fulltext' | 'spatial' | 'vector';
  readonly name: string | null;
  /** CONSTRAINT name of a primary or unique key. */
  readonly constraint: string | null;
  readonly parts: readonly IndexPart[];
  /** BTREE or HASH, from USING. */
  readonly using: string | null;
  /** False for INVISIBLE (MySQL) and IGNORED (MariaDB). */
  readonly visible: boolean;
  readonly comment: string | null;
  readonly span: Span;
}

export interface ForeignKey {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly references: References;
  readonly span: Span;
}

/** A table option, `ENGINE=InnoDB`: name upper case (`DEFAULT CHARACTER SET` is CHARSET, `COLLATE` is COLLATE), value unquoted. */
export interface TableOption {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

export interface Partitioning {
  /** RANGE, LIST, RANGE COLUMNS, LIST COLUMNS, HASH, LINEAR HASH, KEY, LINEAR KEY, SYSTEM_TIME. */
  readonly method: string;
  readonly partitions: readonly string[];
  readonly span: Span;
}

export interface CreateTable {
  readonly kind: 'create-table';
  readonly table: ObjectName;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly orReplace: boolean;
  readonly like: ObjectName | null;
  /** AS SELECT. */
  readonly select: boolean;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
  readonly options: readonly TableOption[];
  readonly partitioning: Partitioning | null;
}

/** Where a column goes: null is "at the end" for one that is added, and "where it is" for one that is changed. */
export type Position = { readonly first: true } | { readonly after: string } | null;

/** One part of an ALTER TABLE. Every part has its span. */
export type AlterPart = { readonly span: Span } & (
  | { readonly kind: 'add-column'; readonly column: Column; readonly position: Position; readonly ifNotExists: boolean }
  | { readonly kind: 'modify-column'; readonly column: Column; readonly position: Position }
  | {
      readonly kind: 'change-column';
      readonly from: string;
      readonly column: Column;
      readonly position: Position;
    }
  | { readonly kind: 'drop-column'; readonly column: string; readonly ifExists: boolean }
  | { readonly kind: 'rename-column'; readonly from: string; readonly to: string }
  /** ALTER COLUMN c SET DEFAULT …, DROP DEFAULT, SET VISIBLE, SET INVISIBLE. */
  | { readonly kind: 'set-default'; readonly column: string; readonly default: Expression }
  | { readonly kind: 'drop-default'; readonly column: string }
  | { readonly kind: 'column-visibility'; readonly column: string; readonly visible: boolean }
  | { readonly kind: 'add-index'; readonly index: Index }
  | { readonly kind: 'drop-index'; readonly name: string }
  | { readonly kind: 'rename-index'; readonly from: string; readonly to: string }
  | { readonly kind: 'index-visibility'; readonly name: string; readonly visible: boolean }
  | { readonly kind: 'drop-primary-key' }
  | { readonly kind: 'add-foreign-key'; readonly foreignKey: ForeignKey }
  | { readonly kind: 'drop-foreign-key'; readonly name: string }
  | { readonly kind: 'add-check'; readonly check: Check }
  | { readonly kind: 'drop-check'; readonly name: string }
  /** DROP CONSTRAINT: may be of any kind. */
  | { readonly kind: 'drop-constraint'; readonly name: string }
  | { readonly kind: 'check-enforcement'; readonly name: string; readonly enforced: boolean }
  | { readonly kind: 'rename-table'; readonly to: ObjectName }
  | { readonly kind: 'convert-charset'; readonly charset: string; readonly collation: string | null }
  | { readonly kind: 'option'; readonly option: TableOption }
  | { readonly kind: 'order-by' }
  | { readonly kind: 'force' }
  | { readonly kind: 'algorithm'; readonly algorithm: string }
  | { readonly kind: 'lock'; readonly lock: string }
  /** WITH VALIDATION, WITHOUT VALIDATION, ENABLE KEYS, DISABLE KEYS, DISCARD TABLESPACE, IMPORT TABLESPACE, SECONDARY_LOAD … */
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'partition-by'; readonly partitioning: Partitioning }
  | { readonly kind: 'remove-partitioning' }
  /** ADD, DROP, TRUNCATE, REORGANIZE, COALESCE, EXCHANGE, ANALYZE, CHECK, OPTIMIZE, REBUILD, REPAIR, DISCARD, IMPORT. */
  | { readonly kind: 'partition'; readonly what: string; readonly partitions: readonly string[] }
);

export interface AlterTable {
  readonly kind: 'alter-table';
  readonly table: ObjectName;
  /** ALTER IGNORE TABLE (MariaDB). */
  readonly ignore: boolean;
  /** ONLINE, IF EXISTS, WAIT n, NOWAIT of MariaDB, upper case. */
  readonly modifiers: readonly string[];
  readonly parts: readonly AlterPart[];
}

export interface CreateIndex {
  readonly kind: 'create-index';
  readonly table: ObjectName;
  readonly index: Index;
  readonly ifNotExists: boolean;
  readonly orReplace: boolean;
  readonly algorithm: string | null;
  readonly lock: string | null;
}

export interface DropIndex {
  readonly kind: 'drop-index';
  readonly table: ObjectName;
  readonly name: string;
  readonly ifExists: boolean;
  readonly algorithm: string | null;
  readonly lock: string | null;
}

export interface DropTable {
  readonly kind: 'drop-table';
  readonly tables: readonly ObjectName[];
  readonly temporary: boolean;
  readonly ifExists: boolean;
}

export interface RenameTable {
  readonly kind: 'rename-table';
  readonly renames: readonly { readonly from: ObjectName; readonly to: ObjectName }[];
}

export interface TruncateTable {
  readonly kind: 'truncate-table';
  readonly table: ObjectName;
}

/** CREATE, ALTER and DROP of what is no table: VIEW, TRIGGER, PROCEDURE, FUNCTION, EVENT, DATABASE, USER, ROLE, SEQUENCE, SERVER, TABLESPACE … */
export interface ProgramStatement {
  readonly kind: 'program';
  readonly verb: 'create' | 'alter' | 'drop' | 'rename';
  /** Upper case: VIEW, TRIGGER … */
  readonly object: string;
  readonly names: readonly ObjectName[];
  readonly ifExists: boolean;
  readonly ifNotExists: boolean;
  readonly orReplace: boolean;
  /** As written: `'app'@'%'`, CURRENT_USER. */
  readonly definer: string | null;
  /** The table that a trigger belongs to. */
  readonly on: ObjectName | null;
  /** Tables and columns that it names, as far as the grammar saw them; bodies of programs are read word by word. */
  readonly mentions: readonly string[];
}

export interface InsertStatement {
  readonly kind: 'insert';
  readonly replace: boolean;
  readonly ignore: boolean;
  readonly table: ObjectName;
  /** Null: no list of columns. */
  readonly columns: readonly string[] | null;
  /** Rows of VALUES; null for a SELECT. */
  readonly rows: number | null;
  readonly onDuplicateKey: boolean;
  readonly star: boolean;
}

export interface UpdateStatement {
  readonly kind: 'update';
  readonly ignore: boolean;
  readonly tables: readonly ObjectName[];
  readonly columns: readonly string[];
  readonly where: Expression | null;
  readonly limit: boolean;
}

export interface DeleteStatement {
  readonly kind: 'delete';
  readonly ignore: boolean;
  readonly tables: readonly ObjectName[];
  readonly where: Expression | null;
  readonly limit: boolean;
}

export interface SelectStatement {
  readonly kind: 'select';
  readonly tables: readonly ObjectName[];
  /** `*` or `t.*` in its list. */
  readonly star: boolean;
}

export interface SetStatement {
  readonly kind: 'set';
  readonly variables: readonly {
    /** `session`, `global`, `persist`, `user` for @x; a bare name is of the session. */
    readonly scope: string;
    readonly name: string;
    readonly value: Expression;
  }[];
}

/** Read by the grammar, and of no interest in detail: USE, COMMIT, LOCK TABLES, ANALYZE TABLE, GRANT, CALL, SHOW … */
export interface OtherStatement {
  readonly kind: 'other';
  /** First words, upper case: `LOCK TABLES`. */
  readonly what: string;
  readonly tables: readonly ObjectName[];
}

export type Statement =
  | CreateTable
  | AlterTable
  | CreateIndex
  | DropIndex
  | DropTable
  | RenameTable
  | TruncateTable
  | ProgramStatement
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | SelectStatement
  | SetStatement
  | OtherStatement;

export type Dialect = 'mysql' | 'mariadb';

/** A text that the grammar cannot read fails closed: nobody may treat it as harmless. */
export type Parsed =
  | { readonly ok: true; readonly statement: Statement }
  | {
      readonly ok: false;
      /** Where reading stopped. */
      readonly at: number;
      /** What stands there; `end of statement`. */
      readonly found: string;
      /** What could have stood there. */
      readonly expected: string;
    };
