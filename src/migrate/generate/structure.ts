import { z } from 'zod';
import { sqlName } from '../../model/sql.ts';
import type { ForeignKeyLayout } from '../plan/layout.ts';
import { readLayout } from '../plan/layout.ts';
import type { Family } from '../server/database.ts';
import type { Session } from '../server/session.ts';
import { type Asked, readCheck } from './checks.ts';

/** Tables as a generator must know them. */

export interface GenColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly collation: string | null;
  /** Of a geometry; 0: any. */
  readonly srid: number;
}

export interface GenUnique {
  readonly name: string;
  readonly columns: readonly string[];
  /** Characters of each column that count; null: all. */
  readonly prefixes: readonly (number | null)[];
  /** It stands on an expression, or on a column that the server computes. */
  readonly unread: boolean;
}

export interface GenTable {
  readonly name: string;
  /** Rows and their mark stand or fall together. */
  readonly transactional: boolean;
  /** It keeps its former rows (MariaDB). */
  readonly versioned: boolean;
  /** Without those that the server computes. */
  readonly columns: readonly GenColumn[];
  readonly autoIncrement: string | null;
  readonly uniques: readonly GenUnique[];
  readonly foreignKeys: readonly ForeignKeyLayout[];
  readonly checks: readonly {
    readonly name: string;
    readonly clause: string;
    readonly asked: readonly Asked[] | null;
  }[];
}

const tableRow = z.object({ name: z.string(), engine: z.string().nullable(), type: z.string() });
const sridRow = z.object({ table: z.string(), column: z.string(), srid: z.coerce.number() });

/** Tables of the current database without our own, by name. */
export async function readGenTables(session: Session, family: Family): Promise<readonly GenTable[]> {
  const layout = await readLayout(session, family);
  const tables = await session.ask(
    tableRow,
    "SELECT TABLE_NAME AS name, ENGINE AS engine, TABLE_TYPE AS type FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND TABLE_NAME NOT LIKE 'shiplock\\_%' ORDER BY TABLE_NAME",
  );
  const srids =
    family === 'mysql'
      ? await session.ask(
          sridRow,
          'SELECT TABLE_NAME AS `table`, COLUMN_NAME AS `column`, SRS_ID AS srid FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND SRS_ID IS NOT NULL',
        )
      : [];
  return tables.map(({ name, engine, type }): GenTable => {
    const own = layout.columns.filter(({ table }) => table === name);
    const given = own.filter(
      ({ extra }) =>
        !/(?:VIRTUAL|STORED|PERSISTENT) ?GENERATED|INVISIBLE GENERATED|^(?:VIRTUAL|PERSISTENT|STORED)/i.test(extra),
    );
    const names = new Set(given.map((column) => column.name));
    return {
      name,
      versioned: type === 'SYSTEM VERSIONED',
      transactional: /^innodb$/i.test(engine ?? ''),
      columns: given.map((column) => ({
        ...{ name: column.name, type: column.type, nullable: column.nullable, collation: column.collation },
        srid: srids.find((one) => one.table === name && one.column === column.name)?.srid ?? 0,
      })),
      autoIncrement: own.find(({ extra }) => /auto_increment/i.test(extra))?.name ?? null,
      uniques: layout.indexes
        .filter(({ table, unique }) => table === name && unique)
        .map((index) => ({
          name: index.name,
          columns: index.parts.flatMap(({ column }) => (column === null ? [] : [column])),
          prefixes: index.parts.map(({ prefix }) => prefix),
          unread: index.parts.some(({ column }) => column === null || !names.has(column)),
        })),
      foreignKeys: layout.foreignKeys.filter(({ table }) => table === name),
      checks: layout.checks
        .filter(({ table }) => table === name)
        .map((check) => ({ name: check.name, clause: check.clause, asked: readCheck(check.clause) })),
    };
  });
}

/** Rows of a table; counted, since what the server keeps of them is a guess. */
export async function countRows(session: Session, table: string): Promise<number> {
  const [row] = await session.ask(z.object({ n: z.coerce.number() }), `SELECT COUNT(*) AS n FROM ${sqlName(table)}`);
  return row?.n ?? 0;
}
