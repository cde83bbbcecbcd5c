import { parseDsn } from '../../src/procedure/effects/sql.ts';
import { planOf } from './ddl-sweep.ts';

/** Makes a plan that takes a while, for a test that kills it: plan-child.ts FAMILY DSN [IMAGE [STATEMENTS]]. Says "planned N" at its end. */

const [family, dsn = '', image, count = '500'] = process.argv.slice(2);
const { host = '', port = 0, user = '', password = '', database = '' } = parseDsn(dsn);
const { statements } = await planOf(
  family === 'mysql' ? 'mysql' : 'mariadb',
  { host, port, user, password: String(password), database },
  Array.from({ length: Number(count) }, (_, index) => `CREATE TABLE many${index} (id INT PRIMARY KEY)`),
  {},
  image,
);
console.log(`planned ${statements.length}`);
