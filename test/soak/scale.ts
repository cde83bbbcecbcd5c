import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openScale } from '../support/scale-sweep.ts';

/**
 * kill -9 at every journal boundary of the runbook `scale`: out onto a host that came back with nothing of what serves, in, and in with “no” at the checkpoint. Real processes
 * and journals over simulated hosts; the rules are looked at at every boundary, the world at the end is that of a run that nobody killed.
 *   --singles N boundaries of each, chosen by the seed (default: every one)
 *   --pairs N   that die twice (default: 10)
 *   --seed N    (default: 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { singles: option, pairs: option, seed: option } });
for (const [way, carries] of [
  ['out', true],
  ['in', true],
  ['in', false],
] as const) {
  const report = await crashSweep({
    open: () => openScale(way, carries),
    ...(values.singles === undefined ? {} : { singles: Number(values.singles) }),
    pairs: Number(values.pairs ?? '10'),
    seed: Number(values.seed ?? '1'),
  });
  const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
  console.log(
    `${way}${carries ? '' : ', answered no'}: exit ${report.exit}, ${boundaries} boundaries, ${report.singles} killed once and ${report.pairs} twice, ${report.killed} processes killed, ${report.differences.length} different ends`,
  );
  if (report.differences.length > 0) console.log(JSON.stringify(report.endState));
  for (const difference of report.differences) console.log(JSON.stringify(difference));
  if (report.differences.length > 0 || report.exit !== (carries ? 0 : 4)) process.exitCode = 1;
}
