import { parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { mariadb, mysql } from '../support/families.ts';
import { drillSweep } from '../support/restore/drill-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * kill -9 of `shiplock restore drill` at journal boundaries, its own and those of the restore inside, and at random moments; then the same words again. Nothing is left of
 * the server, no drill is recorded as failed, and what is recorded holds all transactions.
 *   --family mariadb|mysql   (default: mariadb)
 *   --singles (default: every boundary), --pairs (3), --moments (10), --dealt, --seed and the like: see support/crash.ts
 */

const { values } = parseArgs({ options: { ...CRASH_OPTIONS, family: { type: 'string' } } });
const family = values.family === 'mysql' ? mysql : mariadb;
await using source = await drillSweep(family);
const report = await crashSweep({
  open: () => source.open(),
  ...crashAsked(values, { pairs: 3, moments: 10 }),
  processMs: 600_000,
});
crashSaid(`restore drill, ${family.product}`, report);
