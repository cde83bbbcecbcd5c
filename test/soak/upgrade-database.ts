import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openDatabaseSweep } from '../support/runbooks/database-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * The runbook `upgrade-database` on a real systemd host with MariaDB of Debian's packages, a real apt, restic and HAProxy, killed with -9 at boundaries of
 * its journal and gone on with: the same server, rows, packages and units at the end, and users let in. Each try has a host of its own. As root.
 *   --to NAME     newer: the same series; major: a later one (default)
 *   --singles (default: 10), --pairs (2), --dealt, --seed and the like: see support/crash.ts
 */

const { values } = parseArgs({ options: { ...CRASH_OPTIONS, to: { type: 'string' } } });
const report = await crashSweep({
  open: () => openDatabaseSweep(values.to === 'newer' ? 'newer' : 'major'),
  ...crashAsked(values, { singles: 10, pairs: 2 }),
  processMs: 270_000,
});
crashSaid('upgrade-database', report);
