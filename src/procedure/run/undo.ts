import { effectSchema } from '../../model/effect.ts';
import { type Problem, problemsOf } from '../../model/problem.ts';
import type { NodeState } from '../journal/state.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { withDeadline } from '../machine/deadline.ts';
import type { Step } from '../tree.ts';
import { DONE, type End, STOPPED } from './end.ts';
import { decideContext, type Engine, recordedOutputs } from './engine.ts';
import { maskedProblems } from './mode.ts';
import { executing, settle } from './step.ts';

/** Takes the done steps below `path` back that know how, newest first. */
export async function undoBelow(engine: Engine, path: string): Promise<End> {
  for (;;) {
    const next = newestToUndo(engine, path);
    if (next === undefined) return DONE;
    const [at, node, state] = next;
    if (engine.stopAsked() && !node.urgent) return STOPPED;
    const end = await undoStep(engine, at, node, state);
    if (end.kind !== 'done') return end;
  }
}

function newestToUndo(engine: Engine, path: string): readonly [string, Step, NodeState] | undefined {
  const below = [...engine.state.nodes]
    .filter(([at]) => at.startsWith(`${path}/`) && !takenBack(engine, path, at))
    .filter(([, state]) => state.phase === 'done' || state.phase === 'undo-intent')
    .sort(([, a], [, b]) => b.seq - a.seq);
  for (const [at, state] of below) {
    const node = engine.registry.nodeAt(at);
    if (node?.kind === 'step' && node.undo !== undefined) return [at, node, state];
  }
  return undefined;
}

/** Inside a sequence below `path` that has taken itself back, or part of a rollback: not undone again one by one. */
function takenBack(engine: Engine, path: string, at: string): boolean {
  let above = at.slice(0, at.lastIndexOf('/'));
  for (; above.length > path.length; above = above.slice(0, above.lastIndexOf('/'))) {
    if (above.endsWith('/rollback')) return true;
    if (engine.state.nodes.get(above)?.phase === 'undone') return true;
  }
  return false;
}

async function undoStep(engine: Engine, path: string, node: Step, state: NodeState): Promise<End> {
  engine.emit({ kind: 'node-started', path, title: `Undo: ${node.title}`, nodeKind: 'step' });
  if (state.phase === 'undo-intent') {
    // The probe asks whether the step is applied: if it is not, the undo has happened.
    const answer = await settleUndo(engine, path, node, state);
    if (answer === 'unknown') return { kind: 'unknown', problems: [unknown(engine, path)] };
    if (answer === 'undone') {
      await engine.record('step.undone', path, state.attempts, { by: 'undo', results: [], note: 'found undone' });
      return DONE;
    }
  }
  const number = state.attempts + 1;
  try {
    const outputs = recordedOutputs(engine, node);
    const decision = node.undo?.(outputs, decideContext(engine)) ?? { kind: 'nothing', why: 'no undo' };
    if (decision.kind === 'refuse') return stuck(engine, path, number, decision.problems);
    if (decision.kind === 'nothing') {
      await engine.record('step.undone', path, number, { by: 'nothing', results: [], note: decision.why });
    } else {
      const effects = decision.effects.map((effect) => effectSchema.parse(effect));
      await engine.record('step.intent', path, number, { what: 'undo', effects, facts: '' });
      const results = await withDeadline(
        { clock: engine.options.clock, ms: node.timeoutMs, what: path, signal: engine.lease.lost },
        (signal) => executing(engine, path, { signal, urgent: true }, (executeAll) => executeAll(effects)),
      );
      await engine.record('step.undone', path, number, { by: 'undo', results });
    }
    engine.emit({ kind: 'node-undone', path, title: node.title });
    return DONE;
  } catch (error) {
    if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
    if (error instanceof LeaseLostError) throw error;
    return stuck(engine, path, number, problemsOf(error, path));
  }
}

async function settleUndo(
  engine: Engine,
  path: string,
  node: Step,
  state: NodeState,
): Promise<'undone' | 'again' | 'unknown'> {
  const told = engine.state.answers.get(path);
  if (told?.seq === state.intentSeq) return told.outcome === 'applied' ? 'undone' : 'again';
  const answer = await settle(engine, node, path, state);
  if (node.probe === 'repeatable') return answer === 'unknown' ? 'unknown' : 'again';
  if (answer === 'unknown') return 'unknown';
  return answer === 'applied' ? 'again' : 'undone';
}

async function stuck(engine: Engine, path: string, number: number, found: readonly Problem[]): Promise<End> {
  const problems = maskedProblems(engine, found);
  await engine.record('step.failed', path, number, { problems, final: true, refused: false });
  const title = engine.registry.nodeAt(path)?.title ?? path;
  engine.emit({ kind: 'node-failed', path, title: `Undo: ${title}`, attempt: number, final: true, problems });
  return { kind: 'stuck', problems };
}

function unknown(engine: Engine, path: string): Problem {
  return {
    code: 'procedure.outcome-unknown',
    where: path,
    found: 'an undo that was begun and not recorded, and a probe that cannot tell whether it happened',
    expected: 'somebody to look',
    remedy: `look, then: shiplock resume ${engine.state.run} --step ${path} --outcome applied|not-applied --evidence "…" (applied: the undo happened)`,
  };
}
