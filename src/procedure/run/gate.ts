import { ProblemError } from '../../model/problem.ts';
import { DONE, type End, STOPPED, WAITING } from '../end.ts';
import { decideContext, type Engine } from '../engine.ts';
import { childPath } from '../paths.ts';
import type { Evidence, Gate, Guard, Step } from '../tree.ts';
import { failNode, runStep } from './step.ts';

/** A gate: opened once, then every process that comes here waits until somebody has filled it in. */
export async function runGate(
  engine: Engine,
  node: Gate,
  path: string,
  mode: { readonly again: boolean },
): Promise<End> {
  const state = engine.state.nodes.get(path);
  if (state?.phase === 'done') return DONE;
  if (state?.phase === 'failed' && !(mode.again && state.epoch < engine.state.epoch)) {
    return { kind: 'failed', problems: state.problems };
  }
  try {
    if (!engine.state.gates.has(path) && node.needed?.(decideContext(engine)) === false) {
      await engine.record('step.done', path, 1, { outputs: null, results: [], note: 'not needed' });
      engine.emit({ kind: 'node-done', path, title: node.title, text: 'not needed' });
      return DONE;
    }
    const answer = await openGate(engine, node, path);
    if (answer.kind === 'end') return answer.end;
    const judgement = node.judge?.(answer.evidence) ?? { kind: 'pass' };
    const left = await leaveGate(engine, node, path, judgement.kind === 'pass');
    if (left.kind !== 'done') return left;
    if (judgement.kind === 'pass') return DONE;
    throw new ProblemError({
      code: 'procedure.gate-rejected',
      where: path,
      found: judgement.why,
      expected: `evidence that lets "${node.title}" pass`,
      remedy: 'mend what the evidence shows and start a new run',
    });
  } catch (error) {
    return failNode(engine, node, path, error);
  }
}

export type GateAnswer =
  | { readonly kind: 'filled'; readonly evidence: Evidence }
  | { readonly kind: 'end'; readonly end: End };

/** Puts the guard up, opens the gate and waits; or returns what was filled in. */
export async function openGate(engine: Engine, node: Gate, path: string): Promise<GateAnswer> {
  const gate = engine.state.gates.get(path);
  if (gate?.evidence !== undefined) {
    engine.evidence.set(node, gate.evidence);
    return { kind: 'filled', evidence: gate.evidence };
  }
  if (gate !== undefined) return { kind: 'end', end: WAITING };
  if (engine.stopAsked()) return { kind: 'end', end: STOPPED };
  const guarded = await runGuard(engine, path, ...before(node.guard));
  if (guarded.kind !== 'done') return { kind: 'end', end: guarded };
  await engine.record('gate.opened', path, 1, {
    title: node.title,
    ...(node.description === undefined ? {} : { description: node.description }),
    role: node.role,
    evidence: node.evidence,
    guard: guardText(node.guard),
    judged: node.judge !== undefined,
    planHash: engine.planHash,
  });
  engine.emit({ kind: 'gate-opened', path, title: node.title, role: node.role });
  return { kind: 'end', end: WAITING };
}

/**
 * Takes the guard down. A gate that rejects leaves the new version drained: traffic is not given back to something that is about
 * to be rolled back; an outside guard is disarmed either way.
 */
export async function leaveGate(engine: Engine, node: Gate, path: string, passes: boolean): Promise<End> {
  if (engine.state.nodes.get(path)?.phase === 'done') return DONE;
  const skip = !passes && node.guard.kind === 'drained';
  const end = skip ? DONE : await runGuard(engine, path, ...after(node.guard));
  if (end.kind !== 'done' || !passes) return end;
  await engine.record('step.done', path, 1, { outputs: null, results: [], note: 'filled in' });
  engine.emit({ kind: 'node-done', path, title: node.title, text: 'filled in' });
  return DONE;
}

export function guardText(guard: Guard): string {
  switch (guard.kind) {
    case 'drained':
      return 'drained: the new version gets no traffic meanwhile';
    case 'guarded':
      return `guarded by ${guard.by}`;
    case 'unguarded':
      return `unguarded, by decision of ${guard.role}: ${guard.reason}`;
    case 'nothing-shifted':
      return 'nothing is shifted here';
  }
}

async function runGuard(engine: Engine, path: string, part: string, steps: readonly Step[]): Promise<End> {
  for (const step of steps) {
    const end = await runStep(engine, step, childPath(childPath(path, part), step.id), { again: true });
    if (end.kind !== 'done') return end;
  }
  return DONE;
}

function before(guard: Guard): [part: string, steps: readonly Step[]] {
  if (guard.kind === 'drained') return ['drain', guard.drain];
  return ['arm', guard.kind === 'guarded' ? guard.arm : []];
}

function after(guard: Guard): [part: string, steps: readonly Step[]] {
  if (guard.kind === 'drained') return ['restore', guard.restore];
  return ['disarm', guard.kind === 'guarded' ? guard.disarm : []];
}
