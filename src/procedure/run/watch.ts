import { problemsOf } from '../../model/problem.ts';
import { toJson } from '../journal/canonical.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { withDeadline } from '../machine/deadline.ts';
import { childPath } from '../paths.ts';
import type { Gate, Watch, WatchAnswer } from '../tree.ts';
import { DONE, type End, STOPPED } from './end.ts';
import { decideContext, type Engine, readContext, storableOutputs } from './engine.ts';
import { beginWatch, foldLook, type Watched } from './fold.ts';
import { leaveGate, openGate } from './gate.ts';
import { type Mode, maskedProblems } from './mode.ts';
import { heldText, listen, mayBegin } from './orders.ts';
import { failNode } from './step.ts';

/** A look that hangs is given up after this, or after three intervals if that is longer, and tried again. */
const SLOWEST_LOOK_MS = 30_000;
const SLOWEST_BEAT_MS = 2_000;

/** Looks, folds, decides, again and again. Stops only for an answer, a gate, a stop or a lost lease; never for a bad look. */
export async function runWatch(engine: Engine, node: Watch, path: string, mode: Mode): Promise<End> {
  const state = engine.state.nodes.get(path);
  if (state?.phase === 'done') {
    const asked = await asksAnswered(engine, node, path);
    if (asked.kind !== 'done') return asked;
    engine.outputs.set(node, state.outputs);
    return DONE;
  }
  if (state?.phase === 'failed' && !(mode.again && state.epoch < engine.state.epoch)) {
    return { kind: state.refused ? 'refused' : 'failed', problems: state.problems };
  }
  engine.emit({ kind: 'node-started', path, title: node.title, nodeKind: node.kind });
  const over = new AbortController();
  const heart = beatOn(engine, node, path, AbortSignal.any([over.signal, engine.lease.lost]));
  try {
    return await look(engine, node, path, mode);
  } catch (error) {
    return await failNode(engine, node, path, error);
  } finally {
    over.abort();
    await heart;
  }
}

/** Where persons are checked, what the watch asked before must still be answered by them. */
async function asksAnswered(engine: Engine, node: Watch, path: string): Promise<End> {
  const gate = node.ask?.gate;
  if (gate === undefined || engine.options.gatekeeper === undefined) return DONE;
  const asked = engine.state.asks.get(path) ?? 0;
  for (let number = 1; number <= asked; number++) {
    const answer = await openGate(engine, gate, gatePath(path, gate, number));
    if (answer.kind === 'end') return answer.end;
  }
  return DONE;
}

async function look(engine: Engine, node: Watch, path: string, mode: Mode): Promise<End> {
  const aborted = await mayBegin(engine, node, path, mode, false);
  if (aborted !== undefined) return leaveAsked(engine, node, path, aborted);
  let folded = await foldNew(engine, node, path, beginWatch(node, decideContext(engine)));
  for (;;) {
    if (folded.kind === 'end') return folded.end;
    const barred = await mayBegin(engine, node, path, mode, false);
    if (barred !== undefined) return leaveAsked(engine, node, path, barred);
    const watched = mode.again ? folded.watched : whilePaused(engine, node, path, folded.watched);
    const acted = watched.answer === undefined ? undefined : await act(engine, node, path, watched.answer, watched);
    if (acted === 'again') {
      // A gate was filled in; its evidence is folded already.
    } else if (acted !== undefined) {
      return acted;
    }
    if (engine.stopAsked()) return STOPPED;
    const begun = engine.options.clock.monotonic();
    if (await takeSample(engine, node, path)) {
      folded = await foldNew(engine, node, path, watched);
      if (folded.kind === 'end') continue;
      const { answer } = folded.watched;
      const paused = mode.again || node.heartbeat === undefined ? undefined : engine.state.held;
      // A paused run looks on where it would go on or ask; what is worse goes back.
      const follows = answer?.kind === 'fail' || (answer?.kind !== 'look-on' && paused === undefined);
      if (follows && answer !== undefined) continue;
      const status = answer?.kind === 'look-on' ? answer.status : 'goes no further';
      const text = paused === undefined ? status : `${heldText(paused)}; ${status}`;
      engine.emit({ kind: 'status', path, text: engine.options.secrets.mask(text) });
    }
    const ms = node.everyMs - (engine.options.clock.monotonic() - begun);
    if (mode.again) await rest(engine, ms);
    else await listen(engine, path, ms);
    if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
  }
}

/** What a paused run sees tells it to go back or nothing: the next look after the pause decides. A gate that is open stays open. */
function whilePaused(engine: Engine, node: Watch, path: string, watched: Watched): Watched {
  if (node.heartbeat === undefined) return watched;
  const { held, looks, asks } = engine.state;
  const paused = held !== undefined || looks.get(path)?.at(-1)?.held === true;
  const asksNow = watched.answer?.kind === 'ask' && watched.answered === (asks.get(path) ?? 0);
  return paused && (watched.answer?.kind === 'pass' || asksNow) ? { ...watched, answer: undefined } : watched;
}

/** The run is aborted while a gate of this watch stands open: its guard comes down as for an answer that sends the version back. */
async function leaveAsked(engine: Engine, node: Watch, path: string, barred: End): Promise<End> {
  const asked = engine.state.asks.get(path) ?? 0;
  const gate = node.ask?.gate;
  if (gate === undefined || asked === 0) return barred;
  const left = await leaveGate(engine, gate, gatePath(path, gate, asked), false);
  return left.kind === 'done' ? barred : left;
}

type Folded =
  | { readonly kind: 'watched'; readonly watched: Watched }
  /** At a gate whose answer does not count, or not any more. */
  | { readonly kind: 'end'; readonly end: End };

/** Folds what was recorded since. What is folded is what the journal holds (masked), never the live value. */
async function foldNew(engine: Engine, node: Watch, path: string, before: Watched): Promise<Folded> {
  let watched = before;
  const gate = node.ask?.gate;
  for (const entry of (engine.state.looks.get(path) ?? []).slice(before.looks)) {
    if (entry.kind === 'sample' || gate === undefined) {
      watched = foldLook(node, watched, entry, path);
      continue;
    }
    const answer = await openGate(engine, gate, entry.gate);
    if (answer.kind === 'end') return answer;
    watched = foldLook(node, watched, { ...entry, evidence: answer.evidence }, path);
  }
  const asked = engine.state.asks.get(path) ?? 0;
  if (gate === undefined || watched.answered >= asked || watched.answer?.kind === 'ask') {
    return { kind: 'watched', watched };
  }
  // It went on without an answer, which only an edited journal says.
  const answer = await openGate(engine, gate, gatePath(path, gate, watched.answered + 1));
  return answer.kind === 'end' ? answer : { kind: 'watched', watched };
}

function gatePath(path: string, gate: Gate, number: number): string {
  return `${childPath(path, gate.id)}#${number}`;
}

/** What follows from an answer: the end of the watch, or undefined to look on. */
async function act(
  engine: Engine,
  node: Watch,
  path: string,
  answer: WatchAnswer<unknown>,
  watched: Watched,
): Promise<End | 'again' | undefined> {
  const asked = engine.state.asks.get(path) ?? 0;
  const gate = node.ask?.gate;
  const gateAt = gate === undefined ? '' : gatePath(path, gate, Math.max(asked, 1));
  // A gate that was filled in and not left yet: the guard comes down first, unless the answer is to fail.
  if (gate !== undefined && asked > 0 && watched.answered === asked) {
    if (engine.state.nodes.get(gateAt)?.phase !== 'done') {
      const left = await leaveGate(engine, gate, gateAt, answer.kind !== 'fail');
      if (left.kind !== 'done') return left;
    }
  }
  switch (answer.kind) {
    case 'look-on':
      return undefined;
    case 'pass': {
      const outputs = storableOutputs(node, answer.outputs, path);
      await verdict(engine, path, 'pass', answer.status);
      await engine.record('step.done', path, 1, { outputs, results: [], note: answer.status });
      engine.outputs.set(node, engine.state.nodes.get(path)?.outputs);
      engine.emit({ kind: 'node-done', path, title: node.title, text: answer.status });
      return DONE;
    }
    case 'fail': {
      const [problem = answer.problem] = maskedProblems(engine, [answer.problem]);
      await engine.record('analysis.verdict', path, 1, { answer: 'fail', status: problem.found, problem });
      engine.emit({ kind: 'verdict', path, answer: 'fail', text: problem.found });
      await engine.record('step.failed', path, 1, { problems: [problem], final: true, refused: false });
      engine.emit({ kind: 'node-failed', path, title: node.title, attempt: 1, final: true, problems: [problem] });
      return { kind: 'failed', problems: [problem] };
    }
    case 'ask': {
      if (gate === undefined) throw new Error('the watch asks and has no gate to ask at');
      let number = asked;
      if (watched.answered === asked) {
        await verdict(engine, path, 'ask', answer.status);
        number = asked + 1;
      }
      const opened = await openGate(engine, gate, gatePath(path, gate, number));
      return opened.kind === 'end' ? opened.end : 'again';
    }
  }
}

async function verdict(engine: Engine, path: string, answer: 'pass' | 'ask', status: string): Promise<void> {
  await engine.record('analysis.verdict', path, 1, { answer, status });
  engine.emit({ kind: 'verdict', path, answer, text: status });
}

/** False when the look failed: it is noted, and the next one is tried in its time. */
async function takeSample(engine: Engine, node: Watch, path: string): Promise<boolean> {
  const { clock } = engine.options;
  const ms = Math.max(SLOWEST_LOOK_MS, 3 * node.everyMs);
  const stop = engine.options.signal?.signal;
  const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
  try {
    const found = await withDeadline({ clock, ms, what: path, signal, abandon: true }, (inner) =>
      node.sample(readContext(engine, path, inner)),
    );
    const sample = toJson(found);
    node.samples.parse(sample);
    await engine.record('analysis.sample', path, 1, { sample });
    return true;
  } catch (error) {
    if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
    if (error instanceof LeaseLostError) throw error;
    if (engine.stopAsked()) return false;
    const [problem] = maskedProblems(engine, problemsOf(error, path));
    engine.emit({ kind: 'note', path, text: `this look failed and is tried again: ${problem?.found ?? ''}` });
    return false;
  }
}

async function rest(engine: Engine, ms: number): Promise<void> {
  const stop = engine.options.signal?.signal;
  const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
  await engine.options.clock.sleep(Math.max(0, ms), signal).catch(() => undefined);
}

/**
 * Heartbeats on a rhythm of their own, also while a slow look hangs. They end with the lease: a controller that lost it must not
 * keep a version alive that somebody else is taking back.
 */
async function beatOn(engine: Engine, node: Watch, path: string, signal: AbortSignal): Promise<void> {
  const { heartbeat } = node;
  if (heartbeat === undefined) return;
  const { clock } = engine.options;
  let failing = false;
  while (!signal.aborted) {
    const begun = clock.monotonic();
    try {
      await engine.lease.ensure(true);
      await withDeadline({ clock, ms: SLOWEST_BEAT_MS, what: `heartbeat of ${path}`, signal, abandon: true }, (inner) =>
        heartbeat.beat(readContext(engine, path, inner)),
      );
      if (failing) engine.emit({ kind: 'note', path, text: 'heartbeats get through again' });
      failing = false;
    } catch (error) {
      if (signal.aborted) return;
      const [problem] = maskedProblems(engine, problemsOf(error, path));
      if (!failing) engine.emit({ kind: 'note', path, text: `heartbeats do not get through: ${problem?.found ?? ''}` });
      failing = true;
    }
    await clock.sleep(Math.max(0, heartbeat.everyMs - (clock.monotonic() - begun)), signal).catch(() => undefined);
  }
}
