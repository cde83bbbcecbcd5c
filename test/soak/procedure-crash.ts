import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openSweep } from '../support/procedure-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * A procedure with every kind of node, killed with -9 at boundaries of its journal and gone on with, on its way forward and on its way back.
 *   --singles (default: every one), --pairs (50), --dealt, --seed and the like: see support/crash.ts
 */

const { values } = parseArgs({ options: CRASH_OPTIONS });
for (const which of ['forward', 'backward'] as const) {
  const report = await crashSweep({ open: () => openSweep(which), ...crashAsked(values, { pairs: 50 }, which) });
  crashSaid(which, report, which === 'forward' ? 0 : 4);
}
