import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram } from '../../scripts/testing/children.ts';
import type { Boundary } from '../../src/procedure/api.ts';
import { fillGate, readRun, showGates, verifyRun } from '../../src/procedure/index.ts';
import type { SweepTry } from './crash-sweep.ts';
import { deadEnds, rollingRules } from './rolling-run.ts';
import { type Fault, NEW, type Truth } from './rolling-world.ts';
import { STRATEGY_RUN, type Strategy, strategyWorld } from './strategy-world.ts';
import { virtualClock } from './virtual-clock.ts';

/** Releases of every strategy as real processes with real journals over simulated hosts, each try in a directory of its own, for the crash sweep. */

const SCRIPT = childProgram('strategy');
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Traced {
  readonly boundary: Pick<Boundary, 'type' | 'node' | 'when'>;
  readonly truth: Truth;
}

export async function openStrategy(strategy: Strategy, bad: boolean): Promise<SweepTry> {
  const dir = mkdtempSync(join(base, 'shiplock-strategy-'));
  const store = join(dir, 'state');
  const trace = join(dir, 'trace');
  let answeredAt: number | null = null;
  const traced = (): readonly Traced[] =>
    readFileSync(trace, 'utf8')
      .trim()
      .split('\n')
      .map((line): Traced => JSON.parse(line));
  return {
    report: join(dir, 'report'),
    command: async (kill, report) => ({
      argv: [
        ...[process.execPath, SCRIPT, strategy, bad ? 'bad' : 'good', dir, report],
        ...(kill === undefined ? [] : [String(kill)]),
      ],
    }),
    async answer() {
      answeredAt ??= traced().length;
      for (const gate of await showGates(store)) {
        const filled = await fillGate(store, gate.run, gate.path, { log: true, decision: 'go-on' }, 'ann');
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const { finished, entries } = await readRun(store, STRATEGY_RUN);
      const world = strategyWorld(strategy, bad, dir, virtualClock());
      const done = entries.filter(({ record }) => record.type === 'step.done').map(({ record }) => record.node);
      return {
        outcome: finished?.outcome,
        journal: (await verifyRun(store, STRATEGY_RUN)).kind,
        truth: world.truth(),
        // A step that is recorded as done is not done again.
        twice: done.filter((node, index) => done.indexOf(node) !== index),
        gates: entries
          .filter(({ record }) => record.type === 'gate.evidence')
          .map(({ record, payload }) => ({ node: record.node, payload: withoutTimes(payload) })),
        broken: brokenRules(strategy, world.rollout, bad, traced(), answeredAt),
      };
    },
    [Symbol.asyncDispose]: async () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** What was true at every boundary, of all the processes in turn, against the rules of the strategy. */
function brokenRules(
  strategy: Strategy,
  rollout: Parameters<typeof rollingRules>[0],
  bad: boolean,
  trace: readonly Traced[],
  answeredAt: number | null,
): readonly string[] {
  const fault: Fault | null = bad ? { host: 'h01', phase: 'worse' } : null;
  const rolling = strategy === 'rolling' ? rollingRules(rollout, fault) : null;
  const broken = new Set<string>();
  let planned = 0;
  trace.forEach(({ boundary, truth }, index) => {
    if (index === answeredAt) rolling?.atCheckpoint();
    rolling?.look(boundary, truth);
    planned = Math.max(planned, plannedShare(boundary.node));
    const share = truth.routes.routes.find(({ version }) => version === NEW)?.share ?? 0;
    if (rolling === null && share > planned + 1e-9) broken.add(`${share} of the requests at ${boundary.node}`);
    for (const text of deadEnds(truth, null)) broken.add(`${text}, ${boundary.when} ${boundary.type} ${boundary.node}`);
  });
  return [...broken, ...(rolling?.broken ?? [])];
}

/** Share of the requests that the plan gives to the new version in this step. */
function plannedShare(node: string): number {
  const share = /\/share-(\d+)-percent$/.exec(node)?.[1];
  if (share !== undefined) return Number(share) / 100;
  return /\/(?:switch|promote)$/.test(node) ? 1 : 0;
}

function withoutTimes(payload: unknown): unknown {
  return JSON.parse(JSON.stringify(payload ?? null, (key, value) => (/^(time|at)$/.test(key) ? '' : value)));
}
