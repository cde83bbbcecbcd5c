import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openRunbookSweep, SWEPT } from '../support/runbooks/sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * Every journal boundary of every runbook of the system that changes something, on real processes, and 30 double crashes of each: the same end, nothing
 * started or stopped twice. `change` is `system-stop` once more, for a change record. `node test/soak/runbooks.ts [NAME]`
 *   --singles (default: every boundary), --pairs (30), --dealt, --seed and the like: see support/crash.ts
 */

const { values, positionals } = parseArgs({ options: CRASH_OPTIONS, allowPositionals: true });
const [only] = positionals;
for (const name of [...Object.keys(SWEPT), 'change'].filter((one) => only === undefined || one === only)) {
  const report = await crashSweep({
    open: () => (name === 'change' ? openRunbookSweep('system-stop', true) : openRunbookSweep(name)),
    ...crashAsked(values, { pairs: 30 }, name),
    processMs: 240_000,
  });
  crashSaid(name, report);
}
