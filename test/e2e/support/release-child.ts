import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { PROGRAM } from '../../../scripts/lab/program.ts';
import { fillGate, listRuns, readRun, showGates } from '../../../src/procedure/index.ts';
import {
  openEnvironment,
  type ReleaseOutcome,
  release,
  resume,
  type ServiceEnvironment,
} from '../../../src/release/index.ts';
import { boundaryKiller } from './boundaries.ts';

/**
 * The process under test: releases what is checked out, or goes on with the run that does. It writes the name of every journal boundary
 * it comes to, and kills itself without warning at the one it is told.
 *   node release-child.ts '{"configFile": …}'
 */

const order = z
  .strictObject({
    configFile: z.string(),
    store: z.string(),
    version: z.string(),
    /** File that gets the name of each boundary. */
    report: z.string(),
    /** Id of the migration that is new in this release, which is called `new` in the names. */
    migration: z.string().nullable(),
    /** Answers to the gates it comes to; null: it ends there. */
    evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
    /** Name of a boundary, or how many to let pass. */
    kill: z.union([z.string(), z.number()]).nullable(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

/** Where a source was silent for too long, a person sends the watch on. */
const GO_ON = { decision: 'look-on', reason: 'a source was silent' };

/** `before step.intent release/check #0`: the same in every run of the same release, up to the number of samples a watch takes. */
const killAt = boundaryKiller(
  order.kill,
  (name) => appendFileSync(order.report, `${name}\n`),
  (node) => (order.migration === null ? node : node.replace(`/${order.migration}/`, '/new/')),
);

const open = (): Promise<ServiceEnvironment> =>
  openEnvironment(
    {
      configFile: order.configFile,
      store: order.store,
      env: process.env,
      who: 'sweep',
      self: [process.execPath, PROGRAM],
      killAt,
    },
    'production',
  );

async function go(): Promise<ReleaseOutcome> {
  const service = await open();
  for (const { run, procedure } of await listRuns(order.store)) {
    if (procedure !== 'release') continue;
    const { inputs } = await readRun(order.store, run);
    const parsed = z.object({ candidate: z.object({ release: z.object({ version: z.string() }) }) }).parse(inputs);
    if (parsed.candidate.release.version === order.version) return resume(service, run);
  }
  return release(service, { why: 'sweep', seed: false, allowDirty: false });
}

let outcome = await go();
while (outcome.exit === 3 && order.evidence !== null && outcome.run !== null) {
  const [gate] = (await showGates(order.store)).filter(({ run }) => run === outcome.run);
  const path = gate?.path ?? '';
  const filled = await fillGate(
    order.store,
    outcome.run,
    path,
    /\/no-verdict/.test(path) ? GO_ON : order.evidence,
    'sweep',
  );
  if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
  outcome = await resume(await open(), outcome.run);
}
process.stdout.write(`${JSON.stringify({ run: outcome.run, problems: outcome.problems })}\n`);
process.exit(outcome.exit);
