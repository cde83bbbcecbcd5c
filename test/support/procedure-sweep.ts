import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram } from '../../scripts/testing/children.ts';
import { fillGate, readRun, showGates, verifyRun } from '../../src/procedure/index.ts';
import type { SweepTry } from './crash-sweep.ts';

/** The procedures of test/procedure/fixtures/tree.ts, each try in a directory of its own, for the crash sweep. */

const SCRIPT = childProgram('procedure');
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export async function openSweep(which: 'forward' | 'backward'): Promise<SweepTry> {
  const dir = mkdtempSync(join(base, 'shiplock-sweep-'));
  const store = join(dir, 'state');
  const root = join(dir, 'root');
  return {
    report: join(dir, 'report'),
    command: async (kill, report) => ({
      argv: [process.execPath, SCRIPT, which, dir, report, ...(kill === undefined ? [] : [String(kill)])],
    }),
    async answer() {
      for (const gate of await showGates(store)) {
        const filled = await fillGate(store, gate.run, gate.path, { ok: true }, 'sweep');
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const log = readFileSync(join(root, 'log'), 'utf8').trim().split('\n');
      const read = (name: string): string | null =>
        existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : null;
      const { finished } = await readRun(store, 'r1');
      return {
        // What runs side by side may come in either order.
        log: log.toSorted(),
        counter: read('counter'),
        box: read('box'),
        outcome: finished?.outcome,
        journal: (await verifyRun(store, 'r1')).kind,
      };
    },
    [Symbol.asyncDispose]: async () => rmSync(dir, { recursive: true, force: true }),
  };
}
