import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { lostHostWorld } from '../support/runbooks/host-restore.ts';
import { openHostRestoreSweep } from '../support/runbooks/host-restore-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * The runbook `host-restore` on real systemd hosts behind a real HAProxy, with a real repository of restic and a real apt, killed with -9 at boundaries of its
 * journal and gone on with: the same packages, accounts, files, units and places in the proxy at the end, each gate asked once, and no request to the
 * host before it was inspected. As root.
 *   --singles (default: every boundary), --pairs (2), --dealt, --seed and the like: see support/crash.ts
 */

const { values } = parseArgs({ options: CRASH_OPTIONS });
await using world = await lostHostWorld();
const report = await crashSweep({
  open: () => openHostRestoreSweep(world),
  ...crashAsked(values, { pairs: 2 }),
  processMs: 270_000,
});
crashSaid('host-restore', report);
