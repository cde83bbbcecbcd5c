import { systemClock } from '../../src/procedure/index.ts';
import { setUsers } from '../../src/release/database/users.ts';

/** Sets up the accounts, and is killed at the boundary of the journal that it was given: `account-child.ts CONFIG BOUNDARY`. */

const [configFile = '', boundary = ''] = process.argv.slice(2);
let seen = 0;
const { result } = await setUsers(
  {
    ...{ configFile, env: process.env, who: 'test', self: ['shiplock'], clock: systemClock },
    killAt: () => {
      seen += 1;
      if (seen === Number(boundary)) process.kill(process.pid, 'SIGKILL');
    },
  },
  { environment: 'production', admin: 'env:ADMIN', revoke: true, passwords: false, why: 'killed' },
);
process.exitCode = result.exit;
