import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { PROGRAM } from '../../../scripts/lab/program.ts';
import { listRuns, readRun } from '../../../src/procedure/index.ts';
import { openUnit, releaseUnit, resumeUnit, rollbackUnit } from '../../../src/release/index.ts';
import { boundaryKiller } from './boundaries.ts';

/**
 * The process under test: releases a unit or takes it back, or goes on with the run that does. It kills itself without warning at the journal boundary it is
 * told, of its own run or of a member's.
 *   node unit-child.ts '{"unit": …}'
 */

const order = z
  .strictObject({
    unit: z.string(),
    store: z.string(),
    what: z.enum(['release', 'rollback']),
    /** Version of the members that comes, or goes. */
    version: z.string(),
    report: z.string(),
    kill: z.union([z.string(), z.number()]).nullable(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

const unit = await openUnit({
  configFile: order.unit,
  env: process.env,
  who: 'sweep',
  self: [process.execPath, PROGRAM],
  killAt: boundaryKiller(order.kill, (name) => appendFileSync(order.report, `${name}\n`)),
});

const inputsSchema = z.object({
  members: z.array(
    z.object({ inputs: z.object({ candidate: z.object({ release: z.object({ version: z.string() }) }) }) }),
  ),
});

/** The run by which this version comes or goes, whether or not it is over. */
async function begun(): Promise<string | undefined> {
  for (const { run, procedure } of await listRuns(order.store)) {
    if (procedure !== (order.what === 'release' ? 'unit' : 'unit-rollback')) continue;
    const { members } = inputsSchema.parse((await readRun(order.store, run)).inputs);
    if (members.some(({ inputs }) => inputs.candidate.release.version === order.version)) return run;
  }
  return undefined;
}

const begin = (): ReturnType<typeof resumeUnit> =>
  order.what === 'release'
    ? releaseUnit(unit, 'development', { why: 'sweep', seed: false, allowDirty: false })
    : rollbackUnit(unit, 'development', { why: 'sweep' });

const run = await begun();
const outcome = run === undefined ? await begin() : await resumeUnit(unit, run);
process.stdout.write(`${JSON.stringify(outcome.summary)}\n`);
process.exit(outcome.exit);
