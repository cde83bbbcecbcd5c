import type { NodeState } from '../journal/state.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { withDeadline } from '../machine/deadline.ts';
import { childPath } from '../paths.ts';
import type { Choice, ForEach, Node, Parallel, RepeatUntil, Sequence } from '../tree.ts';
import { DONE, type End, isFailure, mergeEnds, STOPPED } from './end.ts';
import { decideContext, type Engine, readContext } from './engine.ts';
import type { Mode } from './mode.ts';
import { failNode } from './step.ts';
import { undoBelow } from './undo.ts';

/** Nodes that hold other nodes. */

type Below = (child: Node, at: string, mode?: Mode) => Promise<End>;

/** Looking at the world to choose a branch may take this long. */
const CHOICE_MS = 60_000;
const BATCH_LIMIT = 8;

export async function runSequence(
  engine: Engine,
  node: Sequence,
  path: string,
  mode: Mode,
  below: Below,
): Promise<End> {
  const state = engine.state.nodes.get(path);
  if (state === undefined || !state.final) return forward(engine, node, path, mode, below);
  // Inside a rollback that is resumed, what had failed is tried again as a whole.
  if (mode.again && state.epoch < engine.state.epoch) return forward(engine, node, path, mode, below);
  if (state.phase === 'undone') return ended(engine, node, path, state);
  return compensate(engine, node, path, { kind: 'failed', problems: state.problems }, below);
}

async function forward(engine: Engine, node: Sequence, path: string, mode: Mode, below: Below): Promise<End> {
  for (const child of node.steps) {
    const end = await below(child, childPath(path, child.id));
    if (end.kind === 'done') continue;
    if (!isFailure(end)) return end;
    if (end.kind === 'refused' && !engine.state.changed) return end;
    // A rollback is not undone step by step: it stays where it is and is gone on with.
    if (mode.again && node.rollback === undefined) return end;
    await engine.record('step.failed', path, 0, { problems: end.problems, final: true, refused: false });
    return compensate(engine, node, path, end, below);
  }
  return DONE;
}

/** The way back: the sequence's own rollback, or undoing step by step. Entered again by a resume until it is through. */
async function compensate(
  engine: Engine,
  node: Sequence,
  path: string,
  failure: Extract<End, { kind: 'failed' | 'refused' | 'rolled-back' }>,
  below: Below,
): Promise<End> {
  if (node.rollback !== undefined) {
    engine.emit({ kind: 'node-started', path, title: `Rollback: ${node.title}`, nodeKind: 'rollback' });
    const end = await below(node.rollback, childPath(path, 'rollback'), { again: true });
    if (isFailure(end)) return { kind: 'stuck', problems: [...end.problems, ...failure.problems] };
    if (end.kind !== 'done') return end;
    await engine.record('step.undone', path, 0, { by: 'rollback', results: [] });
    engine.emit({ kind: 'node-undone', path, title: node.title });
    return { kind: 'rolled-back', problems: failure.problems };
  }
  const end = await undoBelow(engine, path);
  if (end.kind === 'stuck') return { ...end, problems: [...end.problems, ...failure.problems] };
  if (end.kind !== 'done') return end;
  const rolledBack = failure.kind === 'rolled-back' || hasRolledBack(engine, path) || wasAborted(engine);
  await engine.record('step.undone', path, 0, { by: rolledBack ? 'rollback' : 'undo', results: [] });
  return { kind: rolledBack ? 'rolled-back' : 'failed', problems: failure.problems };
}

/** Did a rollback of something inside go through? A resume knows the failure of the sequence, not which kind it was. */
function hasRolledBack(engine: Engine, path: string): boolean {
  return [...engine.state.nodes].some(([at, state]) => {
    if (!at.startsWith(`${path}/`) || state.phase !== 'undone') return false;
    const inner = engine.registry.nodeAt(at);
    return inner?.kind === 'sequence' && inner.rollback !== undefined;
  });
}

/** Taken back because a person said so: that is a way back too where no part of the procedure had one of its own to go. */
function wasAborted({ state }: Engine): boolean {
  return state.aborted !== undefined && state.changed;
}

function ended(engine: Engine, node: Sequence, path: string, state: NodeState): End {
  const rolledBack = node.rollback !== undefined || hasRolledBack(engine, path) || wasAborted(engine);
  return { kind: rolledBack ? 'rolled-back' : 'failed', problems: state.problems };
}

export function runParallel(engine: Engine, node: Parallel, path: string, mode: Mode, below: Below): Promise<End> {
  return sideBySide(engine, node.steps, { path, mode, limit: node.limit, after: node.after ?? {} }, below);
}

export async function runForEach(engine: Engine, node: ForEach, path: string, mode: Mode, below: Below): Promise<End> {
  for (const batch of node.batches) {
    const end = await sideBySide(engine, batch, { path, mode, limit: BATCH_LIMIT, after: {} }, below);
    if (end.kind !== 'done') return end;
  }
  return DONE;
}

interface Side {
  readonly path: string;
  readonly mode: Mode;
  readonly limit: number;
  readonly after: NonNullable<Parallel['after']>;
}

/** Each as soon as those before it are done. After the first that is not done nothing new is begun; what runs is waited for. */
async function sideBySide(
  engine: Engine,
  nodes: readonly Node[],
  { path, mode, limit, after }: Side,
  below: Below,
): Promise<End> {
  const ends: End[] = [];
  const errors: unknown[] = [];
  const done = new Set<string>();
  const waiting = new Set(hasFailed(engine, nodes, path, mode) ? nodes.filter(begun(engine, path)) : nodes);
  let running = 0;
  // A gate on one side does not hold up the others.
  const goesOn = (): boolean =>
    errors.length === 0 && ends.every((end) => end.kind === 'done' || end.kind === 'waiting');
  const begin = async (): Promise<void> => {
    const started: Promise<void>[] = [];
    for (const node of waiting) {
      if (running >= Math.max(1, limit) || !goesOn()) break;
      if (!(after[node.id] ?? []).every((other) => done.has(other))) continue;
      waiting.delete(node);
      running++;
      started.push(one(node));
    }
    await Promise.all(started);
  };
  const one = async (node: Node): Promise<void> => {
    try {
      const end = await below(node, childPath(path, node.id));
      ends.push(end);
      if (end.kind === 'done') done.add(node.id);
    } catch (error) {
      errors.push(error);
    }
    running--;
    await begin();
  };
  await begin();
  if (errors.length > 0) throw errors.find((error) => error instanceof LeaseLostError) ?? errors[0];
  return mergeEnds(ends);
}

/** One of them had failed for good before this process began: then a resume begins nothing of the others either. */
function hasFailed(engine: Engine, nodes: readonly Node[], path: string, { again }: Mode): boolean {
  return nodes.some(({ id }) => {
    const state = engine.state.nodes.get(childPath(path, id));
    return state?.phase === 'failed' && state.final && !(again && state.epoch < engine.state.epoch);
  });
}

function begun(engine: Engine, path: string): (node: Node) => boolean {
  const recorded = [...engine.state.nodes.keys()];
  return ({ id }) => {
    const at = childPath(path, id);
    return recorded.some((one) => one === at || one.startsWith(`${at}/`));
  };
}

export async function runChoice(engine: Engine, node: Choice, path: string, mode: Mode, below: Below): Promise<End> {
  const state = engine.state.nodes.get(path);
  if (state?.phase === 'failed' && !(mode.again && state.epoch < engine.state.epoch)) {
    return { kind: 'failed', problems: state.problems };
  }
  let key: unknown = state?.phase === 'done' ? state.outputs : undefined;
  if (state?.phase !== 'done') {
    if (engine.stopAsked() && !mode.again) return STOPPED;
    try {
      const facts = await withDeadline(
        { clock: engine.options.clock, ms: CHOICE_MS, what: path, signal: engine.lease.lost, abandon: true },
        (signal) => node.read(readContext(engine, path, signal)),
      );
      key = node.choose(facts, decideContext(engine));
      if (typeof key !== 'string' || !Object.hasOwn(node.branches, key)) throw new Error(`no branch ${String(key)}`);
      await engine.record('step.done', path, 1, { outputs: key, results: [] });
      engine.emit({ kind: 'node-done', path, title: node.title, text: key });
    } catch (error) {
      return failNode(engine, node, path, error);
    }
  }
  const branch = typeof key === 'string' ? node.branches[key] : undefined;
  if (branch === undefined) return failNode(engine, node, path, new Error(`no branch ${String(key)}`));
  return below(branch, childPath(path, String(key)));
}

export async function runRepeat(
  engine: Engine,
  node: RepeatUntil,
  path: string,
  mode: Mode,
  below: Below,
): Promise<End> {
  const state = engine.state.nodes.get(path);
  if (state?.phase === 'failed' && !(mode.again && state.epoch < engine.state.epoch)) {
    return { kind: 'failed', problems: state.problems };
  }
  // Rounds that are recorded are gone through again: their steps are done, and their gates are judged.
  for (let round = 1; round <= node.max; round++) {
    const at = `${childPath(path, node.body.id)}#${round}`;
    // Kept per round: what was decided after a round cannot be decided again when later rounds have changed the outputs.
    const decided = `${path}#${round}`;
    const end = await below(node.body, at);
    if (end.kind !== 'done') return end;
    if (engine.state.nodes.get(decided)?.phase === 'done') continue;
    if (engine.state.nodes.get(path)?.phase === 'done') return DONE;
    let enough: boolean;
    try {
      enough = node.until(decideContext(engine), round);
    } catch (error) {
      return failNode(engine, node, path, error);
    }
    await engine.record('step.done', enough ? path : decided, round, { outputs: { round, enough }, results: [] });
    if (enough) return DONE;
  }
  return failNode(engine, node, path, new Error(`not enough after ${node.max} rounds`));
}
