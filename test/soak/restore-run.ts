import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { mariadb, mysql } from '../support/families.ts';
import { restoreSweep } from '../support/restore/sweep.ts';

/**
 * kill -9 of `shiplock restore run` at every journal boundary, twice in one restore, and at random moments; then the same words again. The restored server
 * holds the same rows, nothing is recorded twice, and no directory says that it is whole while it is not.
 *   --family mariadb|mysql   (default: both)
 *   --kind logical|physical  (default: logical)
 *   --door command|runbook   `restore run`, or the runbook `restore` with the restore inside and its two gates (default: command)
 *   --singles N              boundaries, chosen by the seed (default: all)
 *   --skip N                 leave out the first N of them: where a sweep was stopped, it goes on
 *   --pairs N                restores that die twice (default 5)
 *   --moments N              restores killed from outside (default 20)
 *   --seed N                 (default 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    kind: option,
    door: option,
    family: option,
    singles: option,
    skip: option,
    pairs: option,
    moments: option,
    seed: option,
  },
});
for (const family of [mariadb, mysql].filter(({ engine }) => (values.family ?? engine) === engine)) {
  await using source = await restoreSweep(
    family,
    values.kind === 'physical' ? 'physical' : 'logical',
    values.door === 'runbook' ? 'runbook' : 'command',
  );
  const report = await crashSweep({
    open: () => source.open(),
    ...(values.singles === undefined ? {} : { singles: Number(values.singles) }),
    skip: Number(values.skip ?? '0'),
    pairs: Number(values.pairs ?? '5'),
    moments: Number(values.moments ?? '20'),
    seed: Number(values.seed ?? '1'),
    processMs: 600_000,
    onTry: (text) => console.log(`${family.product}: ${text}`),
  });
  const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
  console.log(
    `${family.product}, ${values.kind ?? 'logical'}, ${values.door ?? 'command'}: ${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes, ${report.moments} at random moments, ${report.killed} processes killed, ${report.differences.length} different ends`,
  );
  for (const difference of report.differences) console.log(JSON.stringify(difference));
  if (report.differences.length > 0 || report.exit !== 0) process.exitCode = 1;
}
