import { randomBytes } from 'node:crypto';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { gateCase } from '../gate/case.ts';
import { type Looked, lookAt } from '../gate/condition.ts';
import type { PayloadOf } from '../journal/records.ts';
import { childPath } from '../paths.ts';
import type { Evidence, Gate, Guard, Step } from '../tree.ts';
import { whenCopied } from './copied.ts';
import { DONE, type End, STOPPED } from './end.ts';
import { decideContext, type Engine, readContext } from './engine.ts';
import type { Mode } from './mode.ts';
import { mayBegin } from './orders.ts';
import { failNode, runStep } from './step.ts';

/** A gate: opened once, then every process that comes here waits until it may pass. */
export async function runGate(engine: Engine, node: Gate, path: string, mode: Mode): Promise<End> {
  const state = engine.state.nodes.get(path);
  // Where persons are checked, a record that the gate has passed is no proof: it is judged again.
  if (state?.phase === 'done' && engine.options.gatekeeper === undefined) return DONE;
  if (state?.phase === 'failed' && !(mode.again && state.epoch < engine.state.epoch)) {
    return { kind: state.refused ? 'refused' : 'failed', problems: state.problems };
  }
  try {
    if (!engine.state.gates.has(path) && node.needed?.(decideContext(engine)) === false) {
      if (state?.phase === 'done') return DONE;
      await engine.record('step.done', path, 1, { outputs: null, results: [], note: 'not needed' });
      engine.emit({ kind: 'node-done', path, title: node.title, text: 'not needed' });
      return DONE;
    }
    const passes = state?.phase === 'done';
    const barred = passes ? undefined : await mayBegin(engine, node, path, mode, false);
    if (barred !== undefined) return leaveBarred(engine, node, path, barred);
    let answer = await openGate(engine, node, path);
    // A paused run does not go through a gate that was filled in; after the pause it is judged again.
    while (answer.kind === 'filled' && engine.state.held !== undefined && !passes && !mode.again) {
      const held = await mayBegin(engine, node, path, mode, true);
      if (held !== undefined) return leaveBarred(engine, node, path, held);
      answer = await openGate(engine, node, path);
    }
    if (answer.kind === 'end') return answer.end;
    const judgement = node.judge?.(answer.evidence) ?? { kind: 'pass' };
    const left = await leaveGate(engine, node, path, judgement.kind === 'pass', answer.note);
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

/** The run goes no further: an outside guard of a gate that stands open is disarmed, a drained version stays drained. */
async function leaveBarred(engine: Engine, node: Gate, path: string, barred: End): Promise<End> {
  if (barred.kind === 'stopped' || !engine.state.gates.has(path)) return barred;
  const left = await leaveGate(engine, node, path, false);
  return left.kind === 'done' ? barred : left;
}

export type GateAnswer =
  | { readonly kind: 'filled'; readonly evidence: Evidence; readonly note: string }
  | { readonly kind: 'end'; readonly end: End };

/**
 * Puts the guard up, opens the gate and waits; or returns what was filled in. The only place where a gate passes, for gates of a procedure
 * and of a watch, the first time and at every resume.
 */
export async function openGate(engine: Engine, node: Gate, path: string): Promise<GateAnswer> {
  const looked = await lookAtCondition(engine, node, path);
  const ruling = await judgeGate(engine, node, path, looked);
  if (ruling.kind === 'pass') {
    engine.evidence.set(node, ruling.evidence);
    engine.passed.set(path, ruling.evidence);
    return { kind: 'filled', evidence: ruling.evidence, note: ruling.note };
  }
  const gate = engine.state.gates.get(path);
  const waiting: GateAnswer = { kind: 'end', end: { kind: 'waiting', problems: ruling.problems } };
  if (gate !== undefined && ruling.stands) return waiting;
  if (engine.stopAsked()) return { kind: 'end', end: STOPPED };
  // One that opens again does so where the run is by now: its guard belongs to where it was.
  const guarded = gate === undefined ? await runGuard(engine, path, ...before(node.guard)) : DONE;
  if (guarded.kind !== 'done') return { kind: 'end', end: guarded };
  await engine.record('gate.opened', path, 1, {
    title: node.title,
    ...(node.description === undefined ? {} : { description: node.description }),
    role: node.role,
    evidence: node.evidence,
    guard: guardText(node.guard),
    judged: node.judge !== undefined,
    planHash: engine.planHash,
    ...(await openingOf(engine, node, path, looked)),
    ...(looked === undefined ? {} : { condition: looked }),
  });
  engine.emit({ kind: 'gate-opened', path, title: node.title, role: node.role });
  return waiting;
}

type Judged =
  | { readonly kind: 'pass'; readonly evidence: Evidence; readonly note: string }
  /** `stands`: what was opened is still what is asked; else it opens again. */
  | { readonly kind: 'wait'; readonly problems: readonly Problem[]; readonly stands: boolean };

/**
 * What the condition of a gate shows now. Once the run has changed something it is not asked again: what the gate let through has
 * begun. Until then it is, also for a gate that has passed: hours may lie between two gates.
 */
async function lookAtCondition(engine: Engine, node: Gate, path: string): Promise<Looked | undefined> {
  const { condition } = node;
  const begun = engine.state.nodes.get(path)?.phase === 'done' && engine.state.changed;
  if (condition === undefined || begun) return undefined;
  const looked = await lookAt(condition, path, readContext(engine, path, engine.lease.lost));
  engine.emit({ kind: 'note', path, text: engine.options.secrets.mask(looked.found) });
  return looked;
}

async function judgeGate(engine: Engine, node: Gate, path: string, looked: Looked | undefined): Promise<Judged> {
  const { gatekeeper } = engine.options;
  const gate = engine.state.gates.get(path);
  if (gatekeeper === undefined) {
    const unmet = looked?.unmet ?? [];
    const stands = looked === undefined || looked.about === gate?.opened.condition?.about;
    if (node.asks === 'condition' && unmet.length === 0) return { kind: 'pass', evidence: {}, note: noteOf(looked) };
    // Where nobody is checked, anybody may override, and is recorded; plain answers do not go past a condition.
    const overridden = gate?.given.some(({ kind }) => kind === 'override') === true;
    if (gate?.evidence === undefined || !stands || (unmet.length > 0 && !overridden)) {
      return { kind: 'wait', problems: unmet, stands };
    }
    return { kind: 'pass', evidence: gate.evidence, note: 'filled in' };
  }
  const question = gateCase(engine.procedure, engine.state, node, path, looked);
  const ruling = await gatekeeper.rule(question);
  if (ruling.kind === 'wait') {
    const stands = question.opened?.opening !== undefined && !question.left;
    return { kind: 'wait', problems: ruling.problems, stands };
  }
  const { by, override, evidence } = ruling;
  if (override !== undefined) return { kind: 'pass', evidence, note: `overridden by ${by.join(', ')}: ${override}` };
  if (by.length > 0) return { kind: 'pass', evidence, note: `filled in by ${by.join(', ')}` };
  return { kind: 'pass', evidence, note: node.asks === 'condition' ? noteOf(looked) : 'the window is open' };
}

function noteOf(looked: Looked | undefined): string {
  return looked === undefined ? 'its condition was met' : `its condition is met: ${looked.found}`;
}

/** What evidence must name to count for this opening; nothing where nobody is checked. */
async function openingOf(
  engine: Engine,
  node: Gate,
  path: string,
  looked: Looked | undefined,
): Promise<Pick<PayloadOf<'gate.opened'>, 'opening' | 'subject' | 'asks' | 'urgent' | 'demands'>> {
  const { gatekeeper } = engine.options;
  if (gatekeeper === undefined) return {};
  const question = gateCase(engine.procedure, engine.state, node, path, looked);
  return {
    opening: randomBytes(16).toString('hex'),
    subject: question.subject,
    asks: question.asks,
    urgent: question.urgent,
    demands: await gatekeeper.demands(question),
  };
}

/**
 * Takes the guard down. A gate that rejects leaves the new version drained: traffic is not given back to something that is about
 * to be rolled back; an outside guard is disarmed either way.
 */
export async function leaveGate(
  engine: Engine,
  node: Gate,
  path: string,
  passes: boolean,
  note = 'filled in',
): Promise<End> {
  if (engine.state.nodes.get(path)?.phase === 'done') return DONE;
  const behind = passes ? await whenCopied(engine) : [];
  if (behind.length > 0) return { kind: 'behind', problems: behind };
  const skip = !passes && node.guard.kind === 'drained';
  const end = skip ? DONE : await runGuard(engine, path, ...after(node.guard));
  if (end.kind !== 'done' || !passes) return end;
  await engine.record('step.done', path, 1, { outputs: null, results: [], note });
  engine.emit({ kind: 'node-done', path, title: node.title, text: note });
  return DONE;
}

/** Whom or what a gate waits for, behind the word `for`. */
export function whoseGate({ asks, role }: Gate): string {
  if (asks === 'window') return 'a release window';
  if (asks === 'condition') return 'its condition';
  return asks === 'persons-and-window' ? `${role} and a release window` : role;
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
