import { crashSweep } from '../support/crash-sweep.ts';
import { openSharedSweep } from '../support/shared-sweep.ts';

/**
 * A run over the git store that dies (-9) before or after every record and every call of the store, and is gone on with on another machine each
 * time: same end, every forward effect once. `npm run soak elsewhere [-- SEED [SINGLES|all [PAIRS [forward|backward]]]]`.
 */

const [seed = '1', singles = 'all', pairs = '25', only] = process.argv.slice(2);
for (const which of ['forward', 'backward'] as const) {
  if (only !== undefined && only !== which) continue;
  const report = await crashSweep({
    open: () => openSharedSweep(which),
    ...(singles === 'all' ? {} : { singles: Number(singles) }),
    pairs: Number(pairs),
    seed: Number(seed),
    onTry: (text) => console.log(`${which} ${text}`),
  });
  const points = report.boundaries.reduce((sum, count) => sum + count, 0);
  console.log(
    `${which}: ${points} points, ${report.singles} single and ${report.pairs} double deaths (seed ${seed}), ${report.killed} processes killed, ${report.differences.length} different ends`,
  );
  for (const difference of report.differences) console.log(JSON.stringify(difference));
  if (report.differences.length > 0) process.exitCode = 1;
}
