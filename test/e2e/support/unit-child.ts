import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { listRuns, readRun } from '../../../src/procedure/index.ts';
import { openUnit, releaseUnit, resumeUnit } from '../../../src/release/index.ts';
import { boundaryKiller } from './boundaries.ts';

/**
 * The process under test: releases a unit, or goes on with the run that does. It kills itself without warning at the journal boundary it is
 * told, of its own run or of a member's.
 *   node unit-child.ts '{"unit": …}'
 */

const order = z
  .strictObject({
    unit: z.string(),
    store: z.string(),
    /** Version of the member `web` that is new. */
    version: z.string(),
    report: z.string(),
    kill: z.union([z.string(), z.number()]).nullable(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

const unit = await openUnit({
  configFile: order.unit,
  env: process.env,
  who: 'sweep',
  self: [process.execPath, fileURLToPath(new URL('../../../bin/shiplock.js', import.meta.url))],
  killAt: boundaryKiller(order.kill, (name) => appendFileSync(order.report, `${name}\n`)),
});

/** The run of this version, whether or not it is over. */
async function begun(): Promise<string | undefined> {
  const members = z.object({ release: z.object({ members: z.array(z.object({ version: z.string() })) }) });
  for (const { run } of await listRuns(order.store)) {
    const { inputs } = await readRun(order.store, run);
    if (members.parse(inputs).release.members.some(({ version }) => version === order.version)) return run;
  }
  return undefined;
}

const run = await begun();
const outcome =
  run === undefined
    ? await releaseUnit(unit, 'development', { why: 'sweep', seed: false, allowDirty: false })
    : await resumeUnit(unit, run);
process.stdout.write(`${JSON.stringify(outcome.summary)}\n`);
process.exit(outcome.exit);
