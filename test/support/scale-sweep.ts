import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram } from '../../scripts/testing/children.ts';
import { fillGate, readRun, showGates, verifyRun } from '../../src/procedure/index.ts';
import type { SweepTry } from './crash-sweep.ts';
import { rollingWorld } from './rolling-world.ts';
import { takingHosts, type Way } from './scale-world.ts';
import { virtualClock } from './virtual-clock.ts';

/** Scaling as real processes with real journals over simulated hosts, each try in a directory of its own, for the crash sweep. */

const SCRIPT = childProgram('scale');
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** The only run of such a world. */
export const SCALE_RUN = 'r1';

/** @param carries the answer at the checkpoint */
export async function openScale(way: Way, carries: boolean): Promise<SweepTry> {
  const dir = mkdtempSync(join(base, 'shiplock-scale-'));
  const store = join(dir, 'state');
  return {
    report: join(dir, 'report'),
    command: async (kill, report) => ({
      argv: [process.execPath, SCRIPT, way, dir, report, ...(kill === undefined ? [] : [String(kill)])],
    }),
    async answer() {
      writeFileSync(join(dir, 'answered'), '');
      for (const gate of await showGates(store)) {
        const filled = await fillGate(store, gate.run, gate.path, { carries, seen: 'the load of both' }, 'ann');
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const { finished, entries } = await readRun(store, SCALE_RUN);
      const truth = rollingWorld({ dir, clock: virtualClock(), hosts: 3, spare: 1, fault: null }).truth();
      const done = entries.filter(({ record }) => record.type === 'step.done').map(({ record }) => record.node);
      return {
        outcome: finished?.outcome,
        journal: (await verifyRun(store, SCALE_RUN)).kind,
        taking: takingHosts(truth),
        hosts: truth.hosts,
        twice: done.filter((node, index) => done.indexOf(node) !== index),
        broken: existsSync(join(dir, 'broken')) ? readFileSync(join(dir, 'broken'), 'utf8').trim().split('\n') : [],
      };
    },
    [Symbol.asyncDispose]: async () => rmSync(dir, { recursive: true, force: true }),
  };
}
