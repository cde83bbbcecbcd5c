import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram } from '../../scripts/testing/children.ts';
import { unwrap } from '../../src/model/problem.ts';
import { fillGate, importRuns, readRun, showGates, systemClock, verifyRun } from '../../src/procedure/index.ts';
import { gitStore } from '../../src/procedure/shared/open.ts';
import type { SweepTry } from './crash-sweep.ts';

/** The procedures of test/procedure/fixtures/shared-run.ts for the crash sweep: after every death another machine goes on. */

const SCRIPT = childProgram('shared');
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export async function openSharedSweep(which: 'forward' | 'backward'): Promise<SweepTry> {
  const dir = mkdtempSync(join(base, 'shiplock-shared-'));
  const url = join(dir, 'operations.git');
  execFileSync('git', ['init', '-q', '--bare', url]);
  let machine = 0;
  const stateOf = (number: number): string => join(dir, `state-${number}`);
  return {
    report: join(dir, 'report'),
    async command(kill, report) {
      const state = `state-${++machine}`;
      return {
        argv: [process.execPath, SCRIPT, which, dir, state, url, report, ...(kill === undefined ? [] : [String(kill)])],
      };
    },
    async answer() {
      const store = stateOf(machine);
      const shared = unwrap(
        gitStore({
          url,
          prefix: 'shiplock',
          baseDir: dir,
          store,
          clock: systemClock,
          timeoutMs: 10_000,
          leaseMs: 3_000,
          patienceMs: 10_000,
          everyMs: 1_000,
        }),
      );
      for (const gate of await showGates(store)) {
        const filled = await fillGate(store, gate.run, gate.path, { ok: true }, 'sweep');
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
      const problems = (await importRuns(shared, store)).flatMap((one) => one.problems);
      if (problems.length > 0) throw new Error(JSON.stringify(problems));
    },
    async endState() {
      const log = readFileSync(join(dir, 'root', 'log'), 'utf8')
        .trim()
        .split('\n');
      const store = stateOf(machine);
      const lease = execFileSync('git', ['--git-dir', url, 'show', 'shiplock/lease/sweep:lease.json'], {
        encoding: 'utf8',
      });
      return {
        log: log.toSorted(),
        box: existsSync(join(dir, 'root', 'box')),
        outcome: (await readRun(store, 'r1')).finished?.outcome,
        // Who finds the run finished has no anchor of its own.
        intact: (await verifyRun(store, 'r1')).kind !== 'broken',
        copied: existsSync(join(store, 'runs', 'r1', 'copied.json')),
        free: lease.includes('"holder":null'),
      };
    },
    [Symbol.asyncDispose]: async () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }),
  };
}
