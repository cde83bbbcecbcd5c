import { crashSweep } from '../support/crash-sweep.ts';
import { openRunbookSweep, SWEPT } from '../support/runbooks/sweep.ts';

/**
 * Every journal boundary of every runbook of the system that changes something, on real processes, and 30 double crashes of each: the same end, nothing
 * started or stopped twice. `node test/soak/runbooks.ts [SEED [NAME]]`
 */

const seed = Number(process.argv[2] ?? 1);
const only = process.argv[3];
for (const name of Object.keys(SWEPT).filter((one) => only === undefined || one === only)) {
  const report = await crashSweep({ open: () => openRunbookSweep(name), pairs: 30, seed, processMs: 240_000 });
  const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
  console.log(
    `${name}: ${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes (seed ${seed}), ${report.killed} processes killed, ${report.differences.length} different ends`,
  );
  for (const difference of report.differences) console.log(JSON.stringify(difference));
  if (report.differences.length > 0) process.exitCode = 1;
}
