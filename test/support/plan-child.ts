import { parseDsn } from '../../src/procedure/effects/sql.ts';
import { planOf } from './ddl-sweep.ts';

/** Makes a plan that takes a while, for a test that kills it: plan-child.ts FAMILY DSN. */

const [family, dsn = ''] = process.argv.slice(2);
const { host = '', port = 0, user = '', password = '', database = '' } = parseDsn(dsn);
await planOf(
  family === 'mysql' ? 'mysql' : 'mariadb',
  { host, port, user, password: String(password), database },
  Array.from({ length: 500 }, (_, index) => `CREATE TABLE many${index} (id INT PRIMARY KEY)`),
);
