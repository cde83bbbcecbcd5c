import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM } from '../../../scripts/lab/program.ts';
import { childProgram } from '../../../scripts/testing/children.ts';
import { RUNBOOK_PREFIX } from '../../../src/model/procedures.ts';
import { fillGate, listRuns, showGates, systemClock, verifyRun } from '../../../src/procedure/index.ts';
import type { SweepTry } from '../crash-sweep.ts';
import type { LostHostWorld } from './host-restore.ts';

/** The runbook `host-restore` on a real host, killed and gone on with: each try loses the host anew. */

const SCRIPT = childProgram('runbook');
const GIVEN = { approved: true, works: true, differs: true, seen: 'its units and its log' };
const ASKED = new Map([
  ['approve', ['approved', 'seen']],
  ['inspect', ['works', 'differs', 'seen']],
]);

/** @param world shared by all tries: their runs lie in one store */
export async function openHostRestoreSweep(world: LostHostWorld): Promise<SweepTry> {
  const { lab } = world;
  const store = lab.state;
  const ownRuns = async () =>
    (await listRuns(store)).filter(({ procedure }) => procedure === `${RUNBOOK_PREFIX}host-restore`);
  const before = (await ownRuns()).length;
  await world.lose();
  const report = join(lab.dir, 'report');
  rmSync(report, { force: true });
  /** Gates that were asked, in order: none is skipped and none is asked twice. */
  const asked: string[] = [];
  return {
    report,
    command: async (kill) => ({
      argv: [
        ...[process.execPath, SCRIPT, join(lab.service, 'shiplock.yaml'), store, 'host-restore', report],
        ...(kill === undefined ? [] : [String(kill)]),
      ],
      env: {
        ...process.env,
        ...lab.env,
        SWEEP_PROGRAM: PROGRAM,
        SWEEP_BEFORE: String(before),
        SWEEP_TEXTS: JSON.stringify({ reason: 'its disk died', host: 'web2' }),
      },
    }),
    async answer() {
      for (const gate of await showGates(store)) {
        const name = gate.path.split('/').at(-1) ?? '';
        asked.push(`${name}: ${(await world.served()).includes('web2') ? 'served' : 'not served'}`);
        const fields = ASKED.get(name) ?? [];
        const evidence = Object.fromEntries(Object.entries(GIVEN).filter(([field]) => fields.includes(field)));
        const filled = await fillGate(store, gate.run, gate.path, evidence, 'ann', systemClock);
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const own = (await ownRuns()).slice(before);
      const last = own.at(-1);
      return {
        state: await world.state(),
        served: await settled(world),
        asked,
        // What a killed one has left below its name would never be taken away.
        left: await world.said('find /etc /srv/certkeeper -name "*shiplock-part" -o -name "*.part" | sort'),
        sets: await world.said('ls /srv/certkeeper/restore | wc -l'),
        runs: own.length,
        outcome: last?.finished?.outcome,
        journal: last === undefined ? 'none' : (await verifyRun(store, last.run)).kind,
      };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** The proxy's own checks take a moment, and longer where much else runs. */
async function settled(world: LostHostWorld): Promise<readonly string[]> {
  for (let look = 0; ; look += 1) {
    const served = await world.served();
    if (served.length === 2 || look === 100) return served;
    await systemClock.sleep(200);
  }
}
