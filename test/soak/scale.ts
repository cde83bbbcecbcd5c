import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openScale } from '../support/scale-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * kill -9 at every journal boundary of the runbook `scale`: out onto a host that came back with nothing of what serves, in, and in with “no” at the checkpoint. Real processes
 * and journals over simulated hosts; the rules are looked at at every boundary, the world at the end is that of a run that nobody killed.
 *   --singles (default: every boundary), --pairs (10), --dealt, --seed and the like: see support/crash.ts
 */

const { values } = parseArgs({ options: CRASH_OPTIONS });
for (const [way, carries] of [
  ['out', true],
  ['in', true],
  ['in', false],
] as const) {
  const name = `${way}${carries ? '' : ', answered no'}`;
  const report = await crashSweep({
    open: () => openScale(way, carries),
    ...crashAsked(values, { pairs: 10 }, name),
  });
  crashSaid(name, report, carries ? 0 : 4);
}
