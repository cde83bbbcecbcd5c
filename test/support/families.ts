import type { DatabaseOptions, DatabaseServer } from '../../scripts/components/database.ts';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { startMysql } from '../../scripts/components/mysql.ts';
import { withoutFrom } from '../../scripts/setup/without.ts';

/** A family of databases that the product works with, as the tests see it. */
export interface TestFamily {
  /** As shiplock.yaml writes it. */
  readonly engine: 'mariadb' | 'mysql';
  /** As people write it. */
  readonly product: 'MariaDB' | 'MySQL';
  start(options?: DatabaseOptions): Promise<DatabaseServer>;
}

export const mariadb: TestFamily = { engine: 'mariadb', product: 'MariaDB', start: startMariadb };
export const mysql: TestFamily = { engine: 'mysql', product: 'MySQL', start: startMysql };

/** MySQL may be left out by name (SHIPLOCK_WITHOUT). */
export function withoutMysql(): boolean {
  return withoutFrom(process.env['SHIPLOCK_WITHOUT']).includes('mysql');
}
