import { systemClock } from '../../src/procedure/index.ts';
import { rotate } from '../../src/release/database/rotate.ts';

/** Begins a rotation, and is killed at the boundary of the journal that it was given: `rotate-child.ts CONFIG BOUNDARY`. */

const [configFile = '', boundary = ''] = process.argv.slice(2);
let seen = 0;
const { result } = await rotate(
  {
    ...{ configFile, env: process.env, who: 'test', self: ['shiplock'], clock: systemClock },
    killAt: () => {
      seen += 1;
      if (seen === Number(boundary)) process.kill(process.pid, 'SIGKILL');
    },
  },
  { environment: 'production', role: 'application', admin: 'env:ADMIN', what: 'begin', why: 'killed' },
);
process.exitCode = result?.exit ?? 1;
