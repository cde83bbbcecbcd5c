import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openSetupSweep } from '../support/runbooks/database-setup-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * The runbook `database-setup` on a real systemd host with MariaDB or MySQL of Debian's packages and a real apt, killed with -9 at boundaries of its journal and
 * gone on with: the same packages, settings, accounts, rights and files at the end. Each try has a host of its own. As root.
 *   --family F    mariadb or mysql (default: mariadb)
 *   --singles (default: 10), --pairs (2), --dealt, --seed and the like: see support/crash.ts
 */

const { values } = parseArgs({ options: { ...CRASH_OPTIONS, family: { type: 'string' } } });
const family = values.family === 'mysql' ? 'mysql' : 'mariadb';
const report = await crashSweep({
  open: () => openSetupSweep(family),
  ...crashAsked(values, { singles: 10, pairs: 2 }),
  processMs: 270_000,
});
crashSaid(`database-setup, ${family}`, report);
