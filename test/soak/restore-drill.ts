import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { mariadb, mysql } from '../support/families.ts';
import { drillSweep } from '../support/restore/drill-sweep.ts';

/**
 * kill -9 of `shiplock restore drill` at journal boundaries, its own and those of the restore inside, and at random moments; then the same words again. Nothing is left of
 * the server, no drill is recorded as failed, and what is recorded holds all transactions.
 *   --family mariadb|mysql   (default: mariadb)
 *   --singles N              boundaries, chosen by the seed (default: all)
 *   --pairs N                drills that die twice (default 3)
 *   --moments N              drills killed from outside (default 10)
 *   --seed N                 (default 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: { family: option, singles: option, pairs: option, moments: option, seed: option },
});
await using source = await drillSweep(values.family === 'mysql' ? mysql : mariadb);
const report = await crashSweep({
  open: () => source.open(),
  ...(values.singles === undefined ? {} : { singles: Number(values.singles) }),
  ...{ pairs: Number(values.pairs ?? '3'), moments: Number(values.moments ?? '10'), seed: Number(values.seed ?? '1') },
  processMs: 600_000,
  onTry: (text) => console.log(text),
});
const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
console.log(
  `${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes, ${report.moments} at random moments, ${report.killed} processes killed, ${report.differences.length} different ends`,
);
for (const difference of report.differences) console.log(JSON.stringify(difference));
if (report.differences.length > 0 || report.exit !== 0) process.exitCode = 1;
