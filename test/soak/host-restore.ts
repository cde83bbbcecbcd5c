import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { lostHostWorld } from '../support/runbooks/host-restore.ts';
import { openHostRestoreSweep } from '../support/runbooks/host-restore-sweep.ts';

/**
 * The runbook `host-restore` on real systemd hosts behind a real HAProxy, with a real repository of restic and a real apt, killed with -9 at boundaries of its
 * journal and gone on with: the same packages, accounts, files, units and places in the proxy at the end, each gate asked once, and no request to the
 * host before it was inspected. As root.
 *   --singles N   boundaries, chosen by the seed (default: every one)
 *   --pairs N     two kills in one run (default: 2)
 *   --seed N      (default: 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { singles: option, pairs: option, seed: option } });
const from = performance.now();
await using world = await lostHostWorld();
const report = await crashSweep({
  open: () => openHostRestoreSweep(world),
  ...(values.singles === undefined ? {} : { singles: Number(values.singles) }),
  pairs: Number(values.pairs ?? '2'),
  seed: Number(values.seed ?? '1'),
  processMs: 270_000,
  onTry: (text) => console.log(`${text}, ${((performance.now() - from) / 1000).toFixed(0)} s`),
});
const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
console.log(JSON.stringify(report.endState));
console.log(
  `exit ${report.exit}, ${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes, ${report.killed} processes killed, ${report.differences.length} different ends`,
);
for (const difference of report.differences) console.log(JSON.stringify(difference));
process.exitCode = report.differences.length === 0 && report.exit === 0 ? 0 : 1;
