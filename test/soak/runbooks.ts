import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openRunbookSweep, SWEPT } from '../support/runbooks/sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * Every journal boundary of every runbook of the system that changes something, on real processes, and 30 double crashes of each: the same end, nothing
 * started or stopped twice. `change` is `system-stop` once more, for a change record. `npm run soak runbooks [-- NAME …]`
 *   --singles (default: every boundary), --pairs (30), --dealt, --seed and the like: see support/crash.ts
 */

const { values, positionals } = parseArgs({ options: CRASH_OPTIONS, allowPositionals: true });
const names = [...Object.keys(SWEPT), 'change'];
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${names.join(', ')}`);
for (const name of positionals.length === 0 ? names : positionals) {
  const report = await crashSweep({
    open: () => (name === 'change' ? openRunbookSweep('system-stop', true) : openRunbookSweep(name)),
    ...crashAsked(values, { pairs: 30 }, name),
    processMs: 240_000,
  });
  crashSaid(name, report);
}
