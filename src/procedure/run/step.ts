import { type EffectResult, effectSchema, type ResolvedEffect } from '../../model/effect.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { effectText } from '../effects/describe.ts';
import { createExecutor, type Executor, settleFences } from '../effects/execute.ts';
import { digestOf, toJson } from '../journal/canonical.ts';
import type { NodeState } from '../journal/state.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { lookingMeanwhile, unlessAborted, withDeadline } from '../machine/deadline.ts';
import type { NodeBase, OpaqueStep, ProbeAnswer, Retry, Step } from '../tree.ts';
import { waitsForStore, whenCopied } from './copied.ts';
import { DONE, type End, STOPPED } from './end.ts';
import { decideContext, type Engine, effectContext, readContext, storableOutputs } from './engine.ts';
import { type Mode, maskedProblems } from './mode.ts';
import { isLeased, mayBegin } from './orders.ts';
import { StepPaused } from './pause.ts';

/** A step or an opaque step: until it is done, failed for good, or must wait. */
export async function runStep(engine: Engine, node: Step | OpaqueStep, path: string, mode: Mode): Promise<End> {
  for (;;) {
    const state = engine.state.nodes.get(path);
    const retry: Retry = node.kind === 'step' ? node.retry : { attempts: 1, delayMs: 0 };
    const urgent = node.kind === 'step' && node.urgent;
    if (state?.phase === 'done') {
      engine.outputs.set(node, state.outputs);
      return DONE;
    }
    const stale = state !== undefined && state.epoch < engine.state.epoch;
    if (state?.phase === 'failed' && state.final && !(mode.again && stale)) {
      return { kind: state.refused ? 'refused' : 'failed', problems: state.problems };
    }
    if (engine.stopAsked() && !urgent) return STOPPED;
    // What was begun is brought to its end first.
    if (!urgent && state?.open !== true) {
      const barred = await mayBegin(engine, node, path, mode, !isLeased(engine));
      if (barred !== undefined) return barred;
    }
    if (state?.phase === 'failed' && !stale && !state.final && retry.delayMs > 0) {
      if (!(await pause(engine, retry.delayMs, urgent))) continue;
    }
    engine.emit({ kind: 'node-started', path, title: node.title, nodeKind: node.kind });
    const settled = state?.open ? await settle(engine, node, path, state) : 'not-applied';
    if (settled === 'unknown') {
      if (state === undefined || stale || state.phase === 'intent') {
        return { kind: 'unknown', problems: [askPerson(engine, path)] };
      }
      // The attempt failed before our eyes and nobody can tell what it left: no second one, but the failure path.
      return failNode(engine, node, path, new ProblemError(state.problems), state.attempts);
    }
    const paused = await attempt(engine, node, path, {
      applied: settled === 'applied',
      retry,
      mode,
    });
    if (paused !== undefined) return paused;
  }
}

/** False when a stop was asked for meanwhile that ends the wait. */
async function pause(engine: Engine, ms: number, urgent: boolean): Promise<boolean> {
  const stop = urgent ? undefined : engine.options.signal?.signal;
  const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
  try {
    await engine.options.clock.sleep(ms, signal);
    return true;
  } catch {
    if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
    return false;
  }
}

/** After an intent without a done: did the effects happen? `not-applied` also stands for "again does no harm". */
export async function settle(
  engine: Engine,
  node: Step | OpaqueStep,
  path: string,
  state: NodeState,
): Promise<ProbeAnswer> {
  const told = engine.state.answers.get(path);
  if (told?.seq === state.intentSeq) return told.outcome;
  const { probe } = node;
  try {
    // What a dead process left running must have ended, and must not be able to begin again, before anybody looks.
    if (state.intentFence < engine.lease.fence) {
      await engine.lease.ensure(true);
      await settleFences(state.effects, effectContext(engine, engine.lease.lost));
    }
    if (probe === 'repeatable') return 'not-applied';
    return await withDeadline(
      { clock: engine.options.clock, ms: node.timeoutMs, what: path, signal: engine.lease.lost, abandon: true },
      (signal) => probe(readContext(engine, path, signal)),
    );
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    const problems = problemsOf(error, path);
    engine.emit({ kind: 'note', path, text: `the probe failed: ${maskedProblems(engine, problems)[0]?.found ?? ''}` });
    return 'unknown';
  }
}

interface Attempt {
  readonly applied: boolean;
  readonly retry: Retry;
  readonly mode: Mode;
}

/** The shared store has not taken the intent: effects were not begun. */
class BehindError extends ProblemError {}

/**
 * One attempt from reading to recording. Failures are recorded, not thrown; only a lost lease is. Returns how the run pauses here: because
 * effects may not begin while the shared store is behind, or because what the step drives is not over.
 */
async function attempt(
  engine: Engine,
  node: Step | OpaqueStep,
  path: string,
  { applied, retry, mode }: Attempt,
): Promise<End | undefined> {
  const before = engine.state.nodes.get(path);
  const waits = !mode.again && !(node.kind === 'step' && node.urgent) && waitsForStore(engine);
  const patienceMs = waits ? (engine.options.shared?.settings.patienceMs ?? 0) : 0;
  const number = applied ? (before?.attempts ?? 1) : (before?.attempts ?? 0) + 1;
  try {
    await withDeadline(
      {
        clock: engine.options.clock,
        // The time in which the store is waited for is not the step's.
        ms: node.timeoutMs + patienceMs,
        what: path,
        signal: engine.lease.lost,
      },
      (outer) =>
        meanwhileOf(engine, node, outer, async (signal) => {
          if (node.kind === 'opaque') await runOpaque(engine, node, path, { number, applied, waits }, signal);
          else if (applied) await recordApplied(engine, node, path, number, signal);
          else await readDecideDo(engine, node, path, { number, waits }, signal);
        }),
    );
    return undefined;
  } catch (error) {
    if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
    if (error instanceof LeaseLostError) throw error;
    // The intent stays open: whoever goes on with the run asks again how it stands.
    if (error instanceof StepPaused) return pausedEnd(engine, error);
    const refused = error instanceof RefusedError;
    const problems = maskedProblems(engine, problemsOf(error, path));
    if (error instanceof BehindError) {
      await engine.record('step.failed', path, number, { problems, final: false, refused: false, begun: false });
      return { kind: 'behind', problems };
    }
    const now = engine.state.nodes.get(path);
    const failures = now?.epoch === engine.state.epoch ? now.failures : 0;
    const final = refused || failures + 1 >= retry.attempts || !isRetried(retry, problems);
    await engine.record('step.failed', path, number, { problems, final, refused });
    engine.emit({ kind: 'node-failed', path, title: node.title, attempt: number, final, problems });
    return undefined;
  }
}

/** Does the work, and looks meanwhile where the node says at what. */
async function meanwhileOf(
  engine: Engine,
  { meanwhile }: Step | OpaqueStep,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (meanwhile === undefined) return work(signal);
  const look = async (): Promise<void> => {
    const problems = await meanwhile.look();
    if (problems.length > 0) throw new ProblemError(problems);
  };
  return lookingMeanwhile({ clock: engine.options.clock, everyMs: meanwhile.everyMs, signal }, look, work);
}

function isRetried({ only }: Retry, problems: readonly Problem[]): boolean {
  return only === undefined || problems.every((problem) => only.includes(problem.code));
}

function pausedEnd(engine: Engine, { how, problems }: StepPaused): End {
  return how === 'stopped' ? STOPPED : { kind: how, problems: maskedProblems(engine, problems) };
}

class RefusedError extends ProblemError {}

async function readDecideDo(
  engine: Engine,
  node: Step,
  path: string,
  { number, waits }: { readonly number: number; readonly waits: boolean },
  signal: AbortSignal,
): Promise<void> {
  const ctx = readContext(engine, path, signal);
  const facts = await unlessAborted(signal, node.read(ctx));
  const pure = decideContext(engine);
  const decision = node.decide(facts, pure);
  signal.throwIfAborted();
  switch (decision.kind) {
    case 'refuse':
      throw new RefusedError(decision.problems);
    case 'nothing': {
      const outputs = node.collect([], facts, pure);
      await finish(engine, node, path, number, { outputs, results: [], note: decision.why }, signal);
      return;
    }
    case 'do': {
      const adapted = decision.effects.map((effect) => engine.procedure.adapt?.(effect) ?? effect);
      const effects = adapted.map((effect) => effectSchema.parse(effect));
      const results = await executing(engine, path, { signal, urgent: !waits }, async (executeAll, executor) => {
        // Who waits for another machine holds no resource meanwhile: a way back may come.
        if (!waits) executor.prepare(effects[0]);
        await engine.record('step.intent', path, number, {
          what: 'do',
          effects,
          facts: digestOf(toJson(facts)),
          ...(decision.why === undefined ? {} : { why: decision.why }),
        });
        if (waits) await mustBeCopied(engine);
        return executeAll(effects);
      });
      const outputs = node.collect(results, facts, pure);
      await finish(engine, node, path, number, { outputs, results }, signal);
    }
  }
}

async function mustBeCopied(engine: Engine): Promise<void> {
  const problems = await whenCopied(engine);
  if (problems.length > 0) throw new BehindError(problems);
}

type ExecuteAll = (effects: readonly ResolvedEffect[]) => Promise<readonly EffectResult[]>;

/** Lends `work` an executor. Its `executeAll` goes through effects one after another; the first that fails ends it. */
export async function executing<T>(
  engine: Engine,
  path: string,
  { signal, urgent }: { readonly signal: AbortSignal; readonly urgent: boolean },
  work: (executeAll: ExecuteAll, executor: Executor) => Promise<T>,
): Promise<T> {
  const note = (text: string): void => engine.emit({ kind: 'note', path, text: engine.options.secrets.mask(text) });
  const progress = (text: string): void =>
    engine.emit({ kind: 'progress', path, text: engine.options.secrets.mask(text) });
  const executor = createExecutor({ ...effectContext(engine, signal), note, progress });
  const executeAll: ExecuteAll = async (effects) => {
    const results: EffectResult[] = [];
    for (const effect of effects) {
      signal.throwIfAborted();
      engine.emit({ kind: 'effect', path, text: engine.options.secrets.mask(effect.why ?? effectText(effect)) });
      results.push(await executor.run(effect, () => engine.lease.ensure(urgent)));
    }
    return results;
  };
  try {
    return await work(executeAll, executor);
  } finally {
    await executor.close();
  }
}

/** The effects happened in an earlier process whose results are lost: outputs come from a fresh look and no results. */
async function recordApplied(
  engine: Engine,
  node: Step,
  path: string,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  const facts = await unlessAborted(signal, node.read(readContext(engine, path, signal)));
  const outputs = node.collect([], facts, decideContext(engine));
  await finish(engine, node, path, number, { outputs, results: [], note: appliedNote(engine, path) }, signal);
}

async function runOpaque(
  engine: Engine,
  node: OpaqueStep,
  path: string,
  { number, applied, waits }: { readonly number: number; readonly applied: boolean; readonly waits: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (applied) {
    await recordDone(engine, node, path, number, { outputs: {}, results: [], note: appliedNote(engine, path) });
    return;
  }
  await engine.lease.ensure(!waits);
  await engine.record('step.intent', path, number, { what: 'opaque', effects: [], facts: '' });
  if (waits) await mustBeCopied(engine);
  const outputs = await unlessAborted(signal, node.run(readContext(engine, path, signal)));
  await recordDone(engine, node, path, number, { outputs, results: [] });
}

interface Finished {
  readonly outputs: unknown;
  readonly results: readonly EffectResult[];
  readonly note?: string;
}

async function finish(
  engine: Engine,
  node: Step,
  path: string,
  number: number,
  finished: Finished,
  signal: AbortSignal,
): Promise<void> {
  const verifying = node.verify?.(readContext(engine, path, signal), finished.outputs);
  const problems = verifying === undefined ? [] : await unlessAborted(signal, verifying);
  if (problems.length > 0) throw new ProblemError(problems);
  await recordDone(engine, node, path, number, finished);
}

async function recordDone(
  engine: Engine,
  node: Step | OpaqueStep,
  path: string,
  number: number,
  finished: Finished,
): Promise<void> {
  const { results, note } = finished;
  const outputs = storableOutputs(node, finished.outputs, path);
  const done = { outputs, results, ...(note === undefined ? {} : { note }) };
  if (node.kind === 'step' && node.marked) engine.recordLater('step.done', path, number, done);
  else await engine.record('step.done', path, number, done);
  engine.emit({ kind: 'node-done', path, title: node.title, text: note ?? '' });
}

function appliedNote(engine: Engine, path: string): string {
  const told = engine.state.answers.get(path);
  const open = engine.state.nodes.get(path)?.intentSeq;
  if (told !== undefined && told.seq === open) return `done before, says a person: ${told.evidence}`;
  return 'done before, says the probe';
}

/** Records a failure for good. Only a lost lease is thrown on. */
export async function failNode(
  engine: Engine,
  node: NodeBase,
  path: string,
  error: unknown,
  number = 1,
): Promise<Extract<End, { kind: 'failed' }>> {
  if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
  if (error instanceof LeaseLostError) throw error;
  const problems = maskedProblems(engine, problemsOf(error, path));
  await engine.record('step.failed', path, number, { problems, final: true, refused: false });
  engine.emit({ kind: 'node-failed', path, title: node.title, attempt: number, final: true, problems });
  return { kind: 'failed', problems };
}

function askPerson(engine: Engine, path: string): Problem {
  return {
    code: 'procedure.outcome-unknown',
    where: path,
    found: 'effects that were begun and not recorded as done, and a probe that cannot tell whether they happened',
    expected: 'somebody to look',
    remedy: `look, then: shiplock resume ${engine.state.run} --step ${path} --outcome applied|not-applied --evidence "what you saw"`,
  };
}
