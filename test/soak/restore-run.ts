import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { mariadb, mysql } from '../support/families.ts';
import { restoreSweep } from '../support/restore/sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * kill -9 of `shiplock restore run` at every journal boundary, twice in one restore, and at random moments; then the same words again. The restored server
 * holds the same rows, nothing is recorded twice, and no directory says that it is whole while it is not.
 *   --family mariadb|mysql   (default: both)
 *   --kind logical|physical  (default: logical)
 *   --door command|runbook   `restore run`, or the runbook `restore` with the restore inside and its two gates (default: command)
 *   --singles (default: every boundary), --pairs (5), --moments (20), --dealt, --seed and the like: see support/crash.ts
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { ...CRASH_OPTIONS, kind: option, door: option, family: option } });
const kind = values.kind === 'physical' ? 'physical' : 'logical';
const door = values.door === 'runbook' ? 'runbook' : 'command';
for (const family of [mariadb, mysql].filter(({ engine }) => (values.family ?? engine) === engine)) {
  await using source = await restoreSweep(family, kind, door);
  const report = await crashSweep({
    open: () => source.open(),
    ...crashAsked(values, { pairs: 5, moments: 20 }, family.product),
    processMs: 600_000,
  });
  crashSaid(`${family.product}, ${kind}, ${door}`, report);
}
