import { crashSweep } from '../support/crash-sweep.ts';
import { openSweep } from '../support/procedure-sweep.ts';

/** Every journal boundary of a procedure with every kind of node, and 100 double crashes: `node test/soak/procedure-crash.ts [SEED]`. */

const seed = Number(process.argv[2] ?? 1);
for (const which of ['forward', 'backward'] as const) {
  const report = await crashSweep({ open: () => openSweep(which), pairs: 50, seed });
  const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
  console.log(
    `${which}: ${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes (seed ${seed}), ${report.killed} processes killed, ${report.differences.length} different ends`,
  );
  for (const difference of report.differences) console.log(JSON.stringify(difference));
  if (report.differences.length > 0) process.exitCode = 1;
}
