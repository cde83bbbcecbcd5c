import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openSharedSweep } from '../support/shared-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * A run over the git store that dies (-9) before or after every record and every call of the store, and is gone on with on another machine each
 * time: same end, every forward effect once.
 *   --only WAY  forward or backward (default: both)
 *   --singles (default: every one), --pairs (25), --dealt, --seed and the like: see support/crash.ts
 */

const { values } = parseArgs({ options: { ...CRASH_OPTIONS, only: { type: 'string' } } });
for (const which of ['forward', 'backward'] as const) {
  if ((values.only ?? which) !== which) continue;
  const report = await crashSweep({ open: () => openSharedSweep(which), ...crashAsked(values, { pairs: 25 }, which) });
  crashSaid(which, report, which === 'forward' ? 0 : 4);
}
