import { EXIT, type ExitCode } from '../../model/exit.ts';
import type { Anchor } from '../../model/journal.ts';
import type { Json } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import type { EngineOptions, OpenGate, Outcome, RunResult } from '../api.ts';
import { askedOf } from '../gate/statement.ts';
import { NO_HEAD } from '../journal/read.ts';
import type { RunState } from '../journal/state.ts';

/** What a run returns to its door. */
export function resultOf(parts: {
  readonly run: string;
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
  readonly heldBy?: string | null;
  readonly planHash: string;
  readonly anchor?: Anchor;
  readonly state?: RunState | undefined;
  readonly outputs?: ReadonlyMap<object, Json | undefined>;
  readonly signal?: EngineOptions['signal'];
}): RunResult {
  const { run, outcome, problems, heldBy = null, planHash, state } = parts;
  const gate = outcome === 'waiting' && state !== undefined ? openGates(state)[0] : undefined;
  return {
    run,
    outcome,
    exit: exitOf(outcome, parts.signal),
    problems,
    ...(heldBy === null ? {} : { heldBy }),
    ...(gate === undefined ? {} : { gate }),
    outputs(ref) {
      const parsed = ref.outputs.safeParse(parts.outputs?.get(ref));
      return parsed.success ? parsed.data : undefined;
    },
    anchor: parts.anchor ?? { run, count: 0, head: NO_HEAD },
    planHash,
  };
}

function exitOf(outcome: Outcome, signal: EngineOptions['signal']): ExitCode {
  switch (outcome) {
    case 'done':
      return EXIT.done;
    case 'failed':
      return EXIT.failed;
    case 'rolled-back':
      return EXIT.rolledBack;
    case 'refused':
      return EXIT.refused;
    case 'waiting':
      return EXIT.waiting;
    case 'lease-held':
      return EXIT.leaseHeld;
    case 'stopped':
      return signal?.requested === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  }
}

/** Gates of a run that wait: for anybody, or where persons are checked, until the run has gone through them. None when the run is over. */
export function openGates(state: RunState): readonly OpenGate[] {
  if (state.status === 'finished') return [];
  return [...state.gates]
    .filter(([path, gate]) => {
      const phase = state.nodes.get(path)?.phase;
      return (
        phase !== 'failed' && phase !== 'done' && (gate.evidence === undefined || gate.opened.opening !== undefined)
      );
    })
    .map(([path, { opened, openedAt, given }]) => ({
      run: state.run,
      path,
      title: opened.title,
      ...(opened.description === undefined ? {} : { description: opened.description }),
      role: opened.role,
      evidence: opened.evidence,
      guard: opened.guard,
      openedAt,
      ...(opened.demands === undefined ? {} : { demands: opened.demands }),
      ...askedDigests(state, path),
      given,
    }));
}

/** What somebody who names what they answer names: see gate/statement.ts. */
function askedDigests(state: RunState, path: string): Pick<OpenGate, 'asked' | 'askedWith'> {
  const gate = state.gates.get(path);
  const { opening, subject, planHash } = gate?.opened ?? {};
  if (opening === undefined || subject === undefined || planHash === undefined) return {};
  const environment = state.started?.environment ?? '';
  const about = { run: state.run, environment, gate: path, opening, subject, planHash };
  return {
    asked: askedOf({ ...about, items: {} }),
    askedWith: askedOf({ ...about, items: gate?.given.at(-1)?.items ?? {} }),
  };
}
