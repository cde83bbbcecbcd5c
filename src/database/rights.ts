import { sqlName } from '../model/sql.ts';
import type { EXTRA_RIGHTS } from './config.ts';
import type { Engine } from './settings.ts';

/** What each role may do on a server: the least with which the product's own commands do their work, found by taking rights away. Pure. */

export const ROLES = ['application', 'migration', 'backup', 'monitoring', 'copy'] as const;
export type Role = (typeof ROLES)[number];

/** A right as GRANT and REVOKE write it: `SELECT`, and where it holds: `` `shop`.* ``. */
export interface Right {
  readonly privilege: string;
  readonly on: string;
  /** Of a table, a column or a stored program: the place of its schema. */
  readonly within?: string;
}

export interface WantedRight extends Right {
  readonly why: string;
}

export const SERVER = '*.*';

/** A schema in GRANT is a pattern: what has a meaning there is escaped. */
export function schemaPlace(schema: string): string {
  return `${sqlName(schema.replaceAll('\\', '\\\\').replaceAll('_', '\\_').replaceAll('%', '\\%'))}.*`;
}

const performanceSchema = schemaPlace('performance_schema');

/**
 * The rights of a role.
 * @param also further ones that the configuration gives it
 */
export function rightsFor(
  role: Role,
  engine: Engine,
  schema: string,
  also: readonly (typeof EXTRA_RIGHTS)[number][] = [],
): readonly WantedRight[] {
  const own = OF[role](engine, schemaPlace(schema));
  const more = also.map((privilege) => ({
    privilege,
    on: privilege === 'REPLICATION SLAVE' ? SERVER : schemaPlace(schema),
    why: 'shiplock.yaml gives it',
  }));
  const known = new Set(own.map(rightKey));
  return [...own, ...more.filter((right) => !known.has(rightKey(right)))];
}

/** Two rights with the same key are the same right. */
export function rightKey({ privilege, on }: Right): string {
  return `${privilege} ${on}`;
}

const rights = (on: string, why: string, ...privileges: readonly string[]): readonly WantedRight[] =>
  privileges.map((privilege) => ({ privilege, on, why }));

const OF: Readonly<Record<Role, (engine: Engine, schema: string) => readonly WantedRight[]>> = {
  application: (_engine, schema) => rights(schema, 'reads and writes rows', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'),
  migration: (engine, schema) => [
    ...rights(schema, 'fills and mends rows, and keeps the ledger', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'),
    ...rights(schema, 'changes tables', 'CREATE', 'ALTER', 'DROP', 'INDEX'),
    // MariaDB asks for no right on a table that a foreign key leads to.
    ...(engine === 'mysql' ? rights(schema, 'makes foreign keys', 'REFERENCES') : []),
    ...rights(schema, 'changes views', 'CREATE VIEW', 'SHOW VIEW'),
    ...rights(schema, 'changes triggers and stored programs', 'TRIGGER', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EVENT'),
    ...rights(schema, 'calls stored programs, also those that a view or a trigger calls for it', 'EXECUTE'),
    ...rights(SERVER, 'sees transactions of others, so that a change of a table waits for none', 'PROCESS'),
    ...rights(SERVER, 'writes down where the binary log stands', binlogPlace(engine)),
    ...rights(performanceSchema, 'sees who holds a table, how far a change is, and how slow statements are', 'SELECT'),
  ],
  backup: (engine, schema) => [
    ...rights(schema, 'reads every row', 'SELECT'),
    ...rights(schema, 'reads views, triggers and events', 'SHOW VIEW', 'TRIGGER', 'EVENT'),
    ...(engine === 'mysql'
      ? rights(SERVER, 'reads stored programs of others', 'SHOW_ROUTINE')
      : rights('`mysql`.`proc`', 'reads stored programs of others', 'SELECT')),
    ...rights(SERVER, 'holds writes for the moment in which a backup begins, and begins new binary logs', 'RELOAD'),
    ...rights(SERVER, 'says where the binary log stands', binlogPlace(engine)),
    ...rights(SERVER, 'fetches the binary log', 'REPLICATION SLAVE'),
  ],
  monitoring: (engine, schema) => [
    ...rights(SERVER, 'sees connections, transactions and locks of others', 'PROCESS'),
    ...(engine === 'mysql'
      ? rights(SERVER, 'sees replication and binary logs', 'REPLICATION CLIENT')
      : rights(SERVER, 'sees replication and binary logs', 'SLAVE MONITOR', 'BINLOG MONITOR')),
    ...rights(performanceSchema, 'sees what statements cost and wait for', 'SELECT'),
    ...(engine === 'mysql'
      ? rights(schemaPlace('sys'), 'asks the views of sys, which call its functions', 'SELECT', 'EXECUTE')
      : []),
    ...rights(schema, 'sees sizes of tables, and no row', 'SHOW VIEW'),
  ],
  copy: (_engine, schema) => rights(schema, 'reads the rows that it makes harmless', 'SELECT'),
};

function binlogPlace(engine: Engine): string {
  return engine === 'mysql' ? 'REPLICATION CLIENT' : 'BINLOG MONITOR';
}
