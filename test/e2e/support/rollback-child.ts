import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { PROGRAM } from '../../../scripts/lab/program.ts';
import { findRunbook } from '../../../src/cli/runbook/registry.ts';
import { listRuns, readRun } from '../../../src/procedure/index.ts';
import { openEnvironment } from '../../../src/release/index.ts';
import { resumeRunbook, runRunbook } from '../../../src/release/runbook/index.ts';
import { boundaryKiller } from './boundaries.ts';

/**
 * The process under test: carries out the runbook `rollback`, or goes on with the run in which it was killed: by `resume`, or by the same words
 * once more, as somebody would who knows of no run. It kills itself without warning at the journal boundary it is told.
 *   node rollback-child.ts '{"configFile": …}'
 */

const order = z
  .strictObject({
    configFile: z.string(),
    store: z.string(),
    /** Version that is taken back. */
    version: z.string(),
    /** File that gets the name of each boundary. */
    report: z.string(),
    again: z.enum(['resume', 'same-words']),
    /** Name of a boundary, or how many to let pass. */
    kill: z.union([z.string(), z.number()]).nullable(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

const inputsSchema = z.object({ candidate: z.object({ release: z.object({ version: z.string() }) }) });

/** Newest run in which this version goes back. */
async function begun(): Promise<{ readonly run: string; readonly over: boolean } | null> {
  for (const { run, procedure, finished } of (await listRuns(order.store)).toReversed()) {
    if (procedure !== 'rollback') continue;
    const { inputs } = await readRun(order.store, run);
    if (inputsSchema.parse(inputs).candidate.release.version !== order.version) continue;
    return { run, over: finished !== null };
  }
  return null;
}

const service = await openEnvironment(
  {
    ...{ configFile: order.configFile, store: order.store, env: process.env, who: 'sweep' },
    self: [process.execPath, PROGRAM],
    killAt: boundaryKiller(order.kill, (name) => appendFileSync(order.report, `${name}\n`)),
  },
  'production',
);
const find = async (name: string) => (await findRunbook(name, null)).runbook;
const last = await begun();
// Who says the same words behind the last record would go back one release further: the history says that it is over.
const goOn = last !== null && (order.again === 'resume' || last.over);
const outcome = goOn
  ? await resumeRunbook(service, last.run, find)
  : await runRunbook(service, await find('rollback'), { texts: { reason: 'sweep' } });
process.stdout.write(`${JSON.stringify({ run: outcome.run, problems: outcome.problems })}\n`);
process.exit(outcome.exit);
