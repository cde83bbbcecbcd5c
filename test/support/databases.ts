import { describe } from 'vitest';
import { mariadb, mysql, type TestFamily, withoutMysql } from './families.ts';

export type { TestFamily } from './families.ts';

/** The same tests on a real server of each family, but for those that the user leaves out by name (SHIPLOCK_WITHOUT). */
export function describeOnEach(title: string, body: (family: TestFamily, other: TestFamily) => void): void {
  describe(`${title} on a real MariaDB`, () => body(mariadb, mysql));
  describe.skipIf(withoutMysql())(`${title} on a real MySQL`, () => body(mysql, mariadb));
}
