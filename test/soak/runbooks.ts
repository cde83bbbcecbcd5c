import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openRunbookSweep, SWEPT } from '../support/runbooks/sweep.ts';

/**
 * Every journal boundary of every runbook of the system that changes something, on real processes, and 30 double crashes of each: the same end, nothing
 * started or stopped twice. `change` is `system-stop` once more, for a change record. `node test/soak/runbooks.ts [SEED [NAME]]`
 *   --singles N   boundaries, chosen by the seed (default: all)
 *   --skip N      leave out the first N of them: where a sweep was stopped, it goes on
 *   --pairs N     runs that die twice (default: 30)
 */

const option = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  options: { singles: option, skip: option, pairs: option },
  allowPositionals: true,
});
const seed = Number(positionals[0] ?? 1);
const only = positionals[1];
const from = performance.now();
for (const name of [...Object.keys(SWEPT), 'change'].filter((one) => only === undefined || one === only)) {
  const report = await crashSweep({
    open: () => (name === 'change' ? openRunbookSweep('system-stop', true) : openRunbookSweep(name)),
    ...(values.singles === undefined ? {} : { singles: Number(values.singles) }),
    skip: Number(values.skip ?? '0'),
    pairs: Number(values.pairs ?? '30'),
    seed,
    processMs: 240_000,
    onTry: (text) => console.log(`${name}: ${text}, ${((performance.now() - from) / 1000).toFixed(0)} s`),
  });
  const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
  console.log(
    `${name}: ${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes (seed ${seed}), ${report.killed} processes killed, ${report.differences.length} different ends`,
  );
  for (const difference of report.differences) console.log(JSON.stringify(difference));
  if (report.differences.length > 0) process.exitCode = 1;
}
