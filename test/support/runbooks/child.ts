import { z } from 'zod';
import { findRunbook } from '../../../src/cli/runbook/registry.ts';
import { RUNBOOK_PREFIX } from '../../../src/model/procedures.ts';
import { listRuns } from '../../../src/procedure/index.ts';
import { changeIds } from '../../../src/release/change/store.ts';
import { openEnvironment } from '../../../src/release/index.ts';
import { resumeRunbook, runRunbook } from '../../../src/release/runbook/index.ts';
import { killSwitch } from '../crash-sweep.ts';

/** The process of the sweep over runbooks: begins a runbook, or goes on with its run when one is recorded. CONFIG STATE RUNBOOK REPORT [KILL]; inputs: SWEEP_TEXTS, else the sample */

const [configFile = '', store = '', name = '', report = '', kill] = process.argv.slice(2);
const killAt = killSwitch(kill === undefined ? undefined : Number(kill), report);
const find = async (wanted: string) => (await findRunbook(wanted, null)).runbook;
const runbook = await find(name);
// Guards beside the proxy are started by it.
const program = process.env['SWEEP_PROGRAM'];
const self = program === undefined ? [] : [process.execPath, program];
const service = await openEnvironment(
  { configFile, store, env: process.env, who: 'sweep', self, killAt },
  'production',
  runbook.reach,
);
const asked = process.env['SWEEP_TEXTS'];
const texts = asked === undefined ? runbook.sample : z.record(z.string(), z.string()).parse(JSON.parse(asked));
// A record that lies there asks for this runbook.
const change = (await changeIds(store, 'production')).at(0);
// A runbook may drive runs of its own, such as one of a backup.
const own = (await listRuns(store)).filter(({ procedure }) => procedure === `${RUNBOOK_PREFIX}${name}`);
// Runs of earlier tries, where they share a store.
const begun = own.slice(Number(process.env['SWEEP_BEFORE'] ?? '0')).at(-1);
const outcome =
  begun === undefined
    ? await runRunbook(service, runbook, { texts, change })
    : await resumeRunbook(service, begun.run, find);
for (const problem of outcome.problems) process.stderr.write(`${JSON.stringify(problem)}\n`);
process.exitCode = outcome.exit;
