import type { Algorithm } from '../plan/manner.ts';

/** The rows of the online table. Operations are those that `operations.ts` finds in a statement. */

/** How disruptive one change is. `lock`: what others cannot do meanwhile; NONE: they read and write. */
export interface Way {
  readonly algorithm: Algorithm;
  readonly lock: 'NONE' | 'SHARED';
  /** The table is written anew. */
  readonly rebuilds: boolean;
}

export interface Band extends Way {
  /** From this version on, until the next band. */
  readonly from: string;
  /** `measured`: a test asks a live server of that family (docs/rules says which version); else the manual says so. */
  readonly proof: 'measured' | 'documented';
}

export type Ways = Readonly<Record<string, readonly Band[]>>;

const way = (algorithm: Way['algorithm'], lock: Way['lock'], rebuilds: boolean): Way => ({ algorithm, lock, rebuilds });

const INSTANT = way('INSTANT', 'NONE', false);
const METADATA = way('INPLACE', 'NONE', false);
const REBUILD = way('INPLACE', 'NONE', true);
const SHARED = way('INPLACE', 'SHARED', false);
const SHARED_REBUILD = way('INPLACE', 'SHARED', true);
const NOCOPY = way('NOCOPY', 'NONE', false);
const NOCOPY_SHARED = way('NOCOPY', 'SHARED', false);
const COPY = way('COPY', 'SHARED', true);

/** Measured on the newest series, documented for those before. */
const mysql = (measured: Way, ...older: readonly (readonly [from: string, way: Way])[]): readonly Band[] => [
  ...older.map(([from, one]): Band => ({ ...one, from, proof: 'documented' })),
  { ...measured, from: '9.7', proof: 'measured' },
];

/** The same in every series. */
const always = (one: Way): readonly Band[] => mysql(one, ['8.0', one]);

export const MYSQL_WAYS: Ways = {
  'add-column': mysql(INSTANT, ['8.0', REBUILD], ['8.0.12', INSTANT]),
  'add-column-in-place': mysql(INSTANT, ['8.0', REBUILD], ['8.0.29', INSTANT]),
  'add-column-expression-default': always(COPY),
  'add-column-computed-default': always(COPY),
  'add-column-check': always(COPY),
  'add-keyed-column': always(REBUILD),
  'add-virtual-column': always(INSTANT),
  'add-stored-column': always(COPY),
  'add-auto-increment': always(SHARED_REBUILD),
  'drop-column': mysql(INSTANT, ['8.0', REBUILD], ['8.0.29', INSTANT]),
  'drop-indexed-column': always(REBUILD),
  'drop-virtual-column': always(INSTANT),
  'drop-stored-column': mysql(INSTANT, ['8.0', REBUILD], ['8.0.29', INSTANT]),
  'rename-column': mysql(INSTANT, ['8.0', METADATA], ['8.0.28', INSTANT]),
  'rename-table': always(INSTANT),
  'reorder-column': always(REBUILD),
  'change-type': always(COPY),
  'widen-varchar': always(METADATA),
  'widen-varchar-across': always(COPY),
  'change-charset': always(COPY),
  'change-collation': mysql(METADATA, ['8.0', COPY]),
  'charset-superset': always(METADATA),
  'set-not-null': always(REBUILD),
  'drop-not-null': always(REBUILD),
  'column-metadata': always(INSTANT),
  'enum-append': always(INSTANT),
  'generated-expression': always(COPY),
  'add-index': always(METADATA),
  'add-functional-index': always(SHARED),
  'add-spatial': always(SHARED),
  'add-first-fulltext': always(SHARED_REBUILD),
  'add-fulltext': always(SHARED),
  'drop-index': always(METADATA),
  'rename-index': always(METADATA),
  'index-visibility': always(METADATA),
  'add-primary-key': always(REBUILD),
  'replace-primary-key': always(REBUILD),
  'drop-primary-key': always(COPY),
  'add-foreign-key': always(COPY),
  'drop-foreign-key': always(METADATA),
  'add-check': always(COPY),
  'add-check-unenforced': always(INSTANT),
  'drop-check': always(INSTANT),
  'check-unenforce': always(INSTANT),
  'check-enforce': always(COPY),
  'table-option': always(METADATA),
  'convert-charset': always(COPY),
  'change-engine': always(COPY),
  rebuild: always(REBUILD),
  'order-by': always(COPY),
  'partition-add': always(METADATA),
  'partition-drop': always(METADATA),
  'partition-reorganize': always(SHARED_REBUILD),
  'partition-by': always(COPY),
  'remove-partitioning': always(COPY),
};

/** Measured on 10.11, documented for the others. */
const mariadb = (measured: Way, ...others: readonly (readonly [from: string, way: Way])[]): readonly Band[] => {
  const bands: readonly Band[] = [
    { ...measured, from: '10.6', proof: 'documented' },
    { ...measured, from: '10.11', proof: 'measured' },
    { ...measured, from: '11.0', proof: 'documented' },
  ];
  return [...bands, ...others.map(([from, one]): Band => ({ ...one, from, proof: 'documented' }))];
};

/** MariaDB takes every ALGORITHM clause here, or none, so its answer says nothing. */
const documented = (one: Way): readonly Band[] => [{ ...one, from: '10.6', proof: 'documented' }];

export const MARIADB_WAYS: Ways = {
  'add-column': mariadb(INSTANT),
  'add-column-in-place': mariadb(INSTANT),
  'add-column-expression-default': mariadb(INSTANT),
  'add-column-computed-default': mariadb(COPY),
  'add-column-check': mariadb(INSTANT),
  'add-keyed-column': mariadb(REBUILD),
  'add-virtual-column': mariadb(INSTANT),
  'add-stored-column': mariadb(COPY),
  'add-auto-increment': mariadb(SHARED_REBUILD),
  'drop-column': mariadb(INSTANT),
  'drop-indexed-column': mariadb(NOCOPY),
  'drop-virtual-column': mariadb(INSTANT),
  'drop-stored-column': mariadb(INSTANT),
  'rename-column': mariadb(INSTANT),
  'rename-table': mariadb(INSTANT),
  'reorder-column': mariadb(INSTANT),
  'change-type': mariadb(COPY, ['11.2', way('COPY', 'NONE', true)]),
  'widen-varchar': mariadb(INSTANT),
  'widen-varchar-across': mariadb(INSTANT),
  'change-charset': mariadb(COPY, ['11.2', way('COPY', 'NONE', true)]),
  'change-collation': mariadb(INSTANT),
  'charset-superset': mariadb(INSTANT),
  'set-not-null': mariadb(REBUILD),
  'drop-not-null': mariadb(REBUILD),
  'column-metadata': mariadb(INSTANT),
  'enum-append': mariadb(INSTANT),
  'generated-expression': mariadb(COPY),
  'add-index': mariadb(NOCOPY),
  'add-spatial': mariadb(NOCOPY_SHARED),
  'add-first-fulltext': mariadb(SHARED_REBUILD),
  'add-fulltext': mariadb(NOCOPY_SHARED),
  'drop-index': mariadb(NOCOPY),
  'rename-index': mariadb(INSTANT),
  'index-visibility': mariadb(INSTANT),
  'add-primary-key': mariadb(REBUILD),
  'replace-primary-key': mariadb(REBUILD),
  'drop-primary-key': mariadb(COPY, ['11.2', way('COPY', 'NONE', true)]),
  'add-foreign-key': mariadb(COPY),
  'drop-foreign-key': mariadb(INSTANT),
  'add-check': mariadb(COPY),
  'drop-check': mariadb(INSTANT),
  'table-option': mariadb(INSTANT),
  'convert-charset': mariadb(COPY),
  'change-engine': documented(COPY),
  rebuild: mariadb(REBUILD),
  'order-by': documented(COPY),
  'partition-add': documented(METADATA),
  'partition-drop': documented(METADATA),
  'partition-reorganize': documented(SHARED_REBUILD),
  'partition-by': documented(COPY),
  'remove-partitioning': documented(COPY),
};
