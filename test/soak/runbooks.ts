import { crashSweep } from '../support/crash-sweep.ts';
import { openRunbookSweep, SWEPT } from '../support/runbooks/sweep.ts';

/**
 * Every journal boundary of every runbook of the system that changes something, on real processes, and 30 double crashes of each: the same end, nothing
 * started or stopped twice. `node test/soak/runbooks.ts [SEED [NAME [SINGLES PAIRS]]]`: with SINGLES so many boundaries, chosen by the seed.
 */

const seed = Number(process.argv[2] ?? 1);
const only = process.argv[3];
const [singles, pairs = '30'] = process.argv.slice(4);
for (const name of Object.keys(SWEPT).filter((one) => only === undefined || one === only)) {
  const report = await crashSweep({
    open: () => openRunbookSweep(name),
    ...(singles === undefined ? {} : { singles: Number(singles) }),
    ...{ pairs: Number(pairs), seed, processMs: 240_000 },
    onTry: (text) => console.log(`${name}: ${text}`),
  });
  const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
  console.log(
    `${name}: ${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes (seed ${seed}), ${report.killed} processes killed, ${report.differences.length} different ends`,
  );
  for (const difference of report.differences) console.log(JSON.stringify(difference));
  if (report.differences.length > 0) process.exitCode = 1;
}
