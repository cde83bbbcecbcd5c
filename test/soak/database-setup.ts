import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openSetupSweep } from '../support/runbooks/database-setup-sweep.ts';

/**
 * The runbook `database-setup` on a real systemd host with MariaDB or MySQL of Debian's packages and a real apt, killed with -9 at boundaries of its journal and
 * gone on with: the same packages, settings, accounts, rights and files at the end. Each try has a host of its own. As root.
 *   --family F    mariadb or mysql (default: mariadb)
 *   --singles N   boundaries, chosen by the seed (default: 10)
 *   --pairs N     two kills in one run (default: 2)
 *   --seed N      (default: 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { family: option, singles: option, pairs: option, seed: option } });
const from = performance.now();
const report = await crashSweep({
  open: () => openSetupSweep(values.family === 'mysql' ? 'mysql' : 'mariadb'),
  singles: Number(values.singles ?? '10'),
  pairs: Number(values.pairs ?? '2'),
  seed: Number(values.seed ?? '1'),
  processMs: 270_000,
  onTry: (text) => console.log(`${text}, ${((performance.now() - from) / 1000).toFixed(0)} s`),
});
const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
console.log(JSON.stringify(report.endState));
console.log(
  `${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes, ${report.killed} processes killed, ${report.differences.length} different ends`,
);
for (const difference of report.differences) console.log(JSON.stringify(difference));
process.exitCode = report.differences.length === 0 ? 0 : 1;
