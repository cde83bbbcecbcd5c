import { systemClock } from '../../src/procedure/index.ts';
import { setTls } from '../../src/release/database/tls.ts';

/** Puts a pair in place, and is killed at the boundary of the journal that it was given: `tls-child.ts CONFIG BOUNDARY CREATE`. */

const [configFile = '', boundary = '', create = ''] = process.argv.slice(2);
let seen = 0;
const { result } = await setTls(
  {
    ...{ configFile, env: process.env, who: 'test', self: ['shiplock'], clock: systemClock },
    killAt: () => {
      seen += 1;
      if (seen === Number(boundary)) process.kill(process.pid, 'SIGKILL');
    },
  },
  { environment: 'production', admin: 'env:ADMIN', create: create === 'create', require: false, why: 'killed' },
);
process.exitCode = result.exit;
