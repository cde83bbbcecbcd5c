import { z } from 'zod';

/** Where the structure of a database stands in information_schema, for both families. */

const valueSchema = z.union([z.string(), z.number().transform(String), z.bigint().transform(String), z.null()]);
export const rowSchema = z.record(z.string(), valueSchema);
export type Row = z.infer<typeof rowSchema>;

/** Checks whose table the server does not say in the same row. */
export const LOOSE_CHECKS = 'checks';

/** One view of information_schema and what of it makes a structure. Counts, times and who defined it are left out. */
export interface View {
  readonly name: string;
  /** Column that names the database. */
  readonly schema: string;
  /** Column that names a table, so that ours can be left out. */
  readonly table: string | null;
  /** Column → name of the fact. */
  readonly facts: Readonly<Record<string, string>>;
  /** The same for columns that one family or an older version does not have. */
  readonly mayLack?: Readonly<Record<string, string>>;
  /** Columns that only say where a row belongs. */
  readonly keys: readonly string[];
  /** Columns of which an object or part has several, in the order of the rows. */
  readonly lists?: readonly string[];
  readonly order?: string;
  readonly where?: string;
  /** Name of the object and of its part; a row for which there is none does not count. */
  place(row: Row): readonly [string, string] | null;
}

const text = (row: Row, name: string): string => row[name] ?? '';
const named = (kind: string, column: string) => (row: Row) => [`${kind} ${text(row, column)}`, ''] as const;
const partOf = (part: string, column: string) => (row: Row) =>
  [`table ${text(row, 'TABLE_NAME')}`, `${part} ${text(row, column)}`] as const;

export const VIEWS: readonly View[] = [
  {
    name: 'SCHEMATA',
    schema: 'SCHEMA_NAME',
    table: null,
    keys: [],
    facts: { DEFAULT_CHARACTER_SET_NAME: 'character set', DEFAULT_COLLATION_NAME: 'collation' },
    place: () => ['database', ''],
  },
  {
    name: 'TABLES',
    schema: 'TABLE_SCHEMA',
    table: 'TABLE_NAME',
    keys: ['TABLE_NAME'],
    facts: {
      ...{ TABLE_TYPE: 'kind', ENGINE: 'engine', ROW_FORMAT: 'row format', TABLE_COLLATION: 'collation' },
      ...{ CREATE_OPTIONS: 'options', TABLE_COMMENT: 'comment' },
    },
    place: (row) => (text(row, 'TABLE_TYPE') === 'VIEW' ? null : [`table ${text(row, 'TABLE_NAME')}`, '']),
  },
  {
    name: 'COLUMNS',
    schema: 'TABLE_SCHEMA',
    table: 'TABLE_NAME',
    keys: ['TABLE_NAME', 'COLUMN_NAME'],
    order: 'TABLE_NAME, ORDINAL_POSITION',
    facts: {
      ...{ COLUMN_TYPE: 'type', IS_NULLABLE: 'NULL', COLUMN_DEFAULT: 'default', CHARACTER_SET_NAME: 'character set' },
      ...{
        COLLATION_NAME: 'collation',
        EXTRA: 'extra',
        GENERATION_EXPRESSION: 'generated as',
        COLUMN_COMMENT: 'comment',
      },
    },
    mayLack: { SRS_ID: 'srid' },
    place: partOf('column', 'COLUMN_NAME'),
  },
  {
    name: 'STATISTICS',
    schema: 'TABLE_SCHEMA',
    table: 'TABLE_NAME',
    keys: ['TABLE_NAME', 'INDEX_NAME'],
    order: 'TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX',
    lists: ['COLUMN_NAME', 'SUB_PART', 'COLLATION', 'EXPRESSION'],
    facts: {
      ...{
        COLUMN_NAME: 'columns',
        SUB_PART: 'prefix',
        COLLATION: 'order',
        NON_UNIQUE: 'duplicates',
        INDEX_TYPE: 'kind',
      },
      INDEX_COMMENT: 'comment',
    },
    mayLack: { IS_VISIBLE: 'visible', EXPRESSION: 'expression', IGNORED: 'ignored' },
    place: partOf('index', 'INDEX_NAME'),
  },
  {
    name: 'KEY_COLUMN_USAGE',
    schema: 'TABLE_SCHEMA',
    table: 'TABLE_NAME',
    keys: ['TABLE_NAME', 'CONSTRAINT_NAME'],
    where: 'REFERENCED_TABLE_NAME IS NOT NULL',
    order: 'TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION',
    lists: ['COLUMN_NAME', 'REFERENCED_COLUMN_NAME'],
    facts: { COLUMN_NAME: 'columns', REFERENCED_TABLE_NAME: 'table', REFERENCED_COLUMN_NAME: 'their columns' },
    place: partOf('foreign key', 'CONSTRAINT_NAME'),
  },
  {
    name: 'REFERENTIAL_CONSTRAINTS',
    schema: 'CONSTRAINT_SCHEMA',
    table: 'TABLE_NAME',
    keys: ['TABLE_NAME', 'CONSTRAINT_NAME'],
    facts: { UPDATE_RULE: 'on update', DELETE_RULE: 'on delete' },
    place: partOf('foreign key', 'CONSTRAINT_NAME'),
  },
  {
    name: 'CHECK_CONSTRAINTS',
    schema: 'CONSTRAINT_SCHEMA',
    table: null,
    keys: ['CONSTRAINT_NAME'],
    facts: { CHECK_CLAUSE: 'clause' },
    mayLack: { TABLE_NAME: 'table', LEVEL: 'level' },
    // Only MariaDB says of which table it is; there a name may stand in several.
    place: (row) => [
      'TABLE_NAME' in row ? `table ${text(row, 'TABLE_NAME')}` : LOOSE_CHECKS,
      `check ${text(row, 'CONSTRAINT_NAME')}`,
    ],
  },
  {
    name: 'TABLE_CONSTRAINTS',
    schema: 'TABLE_SCHEMA',
    table: 'TABLE_NAME',
    keys: ['TABLE_NAME', 'CONSTRAINT_NAME'],
    where: "CONSTRAINT_TYPE = 'CHECK'",
    facts: {},
    mayLack: { ENFORCED: 'enforced' },
    place: partOf('check', 'CONSTRAINT_NAME'),
  },
  {
    name: 'PARTITIONS',
    schema: 'TABLE_SCHEMA',
    table: 'TABLE_NAME',
    keys: ['TABLE_NAME', 'PARTITION_NAME'],
    where: 'PARTITION_NAME IS NOT NULL',
    order: 'TABLE_NAME, PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION',
    lists: ['SUBPARTITION_NAME'],
    facts: {
      ...{ PARTITION_METHOD: 'method', PARTITION_EXPRESSION: 'expression', PARTITION_DESCRIPTION: 'values' },
      ...{
        SUBPARTITION_METHOD: 'parts by',
        SUBPARTITION_EXPRESSION: 'expression of parts',
        SUBPARTITION_NAME: 'parts',
      },
      PARTITION_COMMENT: 'comment',
    },
    // A partition by system time ends at a moment that the server moves on.
    place: (row) =>
      text(row, 'PARTITION_METHOD') === 'SYSTEM_TIME' ? null : partOf('partition', 'PARTITION_NAME')(row),
  },
  {
    name: 'VIEWS',
    schema: 'TABLE_SCHEMA',
    table: null,
    keys: ['TABLE_NAME'],
    facts: { VIEW_DEFINITION: 'definition', CHECK_OPTION: 'check option', SECURITY_TYPE: 'security' },
    mayLack: { ALGORITHM: 'algorithm' },
    place: named('view', 'TABLE_NAME'),
  },
  {
    name: 'TRIGGERS',
    schema: 'TRIGGER_SCHEMA',
    table: null,
    keys: ['TRIGGER_NAME'],
    facts: {
      ...{ EVENT_OBJECT_TABLE: 'table', ACTION_TIMING: 'when', EVENT_MANIPULATION: 'event', ACTION_ORDER: 'order' },
      ...{ ACTION_STATEMENT: 'body', SQL_MODE: 'sql_mode' },
    },
    place: named('trigger', 'TRIGGER_NAME'),
  },
  {
    name: 'ROUTINES',
    schema: 'ROUTINE_SCHEMA',
    table: null,
    keys: ['ROUTINE_NAME', 'ROUTINE_TYPE'],
    facts: {
      ...{ DTD_IDENTIFIER: 'returns', ROUTINE_DEFINITION: 'body', IS_DETERMINISTIC: 'deterministic' },
      ...{
        SQL_DATA_ACCESS: 'data access',
        SECURITY_TYPE: 'security',
        SQL_MODE: 'sql_mode',
        ROUTINE_COMMENT: 'comment',
      },
    },
    place: (row) => [`${text(row, 'ROUTINE_TYPE').toLowerCase()} ${text(row, 'ROUTINE_NAME')}`, ''],
  },
  {
    name: 'PARAMETERS',
    schema: 'SPECIFIC_SCHEMA',
    table: null,
    keys: ['SPECIFIC_NAME', 'ROUTINE_TYPE'],
    where: 'ORDINAL_POSITION > 0',
    order: 'SPECIFIC_NAME, ROUTINE_TYPE, ORDINAL_POSITION',
    lists: ['PARAMETER_MODE', 'PARAMETER_NAME', 'DTD_IDENTIFIER'],
    facts: { PARAMETER_MODE: 'direction', PARAMETER_NAME: 'name', DTD_IDENTIFIER: 'type' },
    place: (row) => [`${text(row, 'ROUTINE_TYPE').toLowerCase()} ${text(row, 'SPECIFIC_NAME')}`, 'parameters'],
  },
  {
    name: 'EVENTS',
    schema: 'EVENT_SCHEMA',
    table: null,
    keys: ['EVENT_NAME'],
    facts: {
      ...{
        EVENT_DEFINITION: 'body',
        EVENT_TYPE: 'kind',
        EXECUTE_AT: 'at',
        INTERVAL_VALUE: 'every',
        INTERVAL_FIELD: 'unit',
      },
      ...{ STARTS: 'starts', ENDS: 'ends', STATUS: 'status', ON_COMPLETION: 'on completion', SQL_MODE: 'sql_mode' },
      ...{ TIME_ZONE: 'time zone', EVENT_COMMENT: 'comment' },
    },
    place: named('event', 'EVENT_NAME'),
  },
];
