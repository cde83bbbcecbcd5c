import { describe } from 'vitest';
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

const mariadb: TestFamily = { engine: 'mariadb', product: 'MariaDB', start: startMariadb };
const mysql: TestFamily = { engine: 'mysql', product: 'MySQL', start: startMysql };

/** The same tests on a real server of each family, but for those that the user leaves out by name (SHIPLOCK_WITHOUT). */
export function describeOnEach(title: string, body: (family: TestFamily, other: TestFamily) => void): void {
  const without = withoutFrom(process.env['SHIPLOCK_WITHOUT']);
  describe(`${title} on a real MariaDB`, () => body(mariadb, mysql));
  describe.skipIf(without.includes('mysql'))(`${title} on a real MySQL`, () => body(mysql, mariadb));
}
