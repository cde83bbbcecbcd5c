import type { ResolvedEffect } from '../../model/effect.ts';
import type { Json } from '../../model/json.ts';
import type { GivenEvidence } from '../../model/people.ts';
import type { Problem } from '../../model/problem.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Evidence } from '../tree.ts';
import type { Entry } from './read.ts';
import { type Asked, type Payload, type PayloadOf, payloadSchema } from './records.ts';

/** What a journal says about a run: a fold over its records, the same while running and when resuming. No I/O. */

export type NodePhase = 'intent' | 'done' | 'failed' | 'undo-intent' | 'undone';

export interface NodeState {
  readonly phase: NodePhase;
  /** Attempts begun. */
  readonly attempts: number;
  /** Failed attempts since the run was last resumed. */
  readonly failures: number;
  /** Of the last intent. */
  readonly effects: readonly ResolvedEffect[];
  /** Is an intent open, that is: may effects have happened about which nothing is recorded? */
  readonly open: boolean;
  readonly intentSeq: number;
  readonly intentFence: number;
  /** Undefined also when the payload was redacted. */
  readonly outputs: Json | undefined;
  readonly problems: readonly Problem[];
  readonly refused: boolean;
  readonly final: boolean;
  readonly seq: number;
  /** How often the run had been resumed when this was recorded. */
  readonly epoch: number;
}

export interface GateState {
  readonly opened: PayloadOf<'gate.opened'>;
  readonly openedAt: string;
  /** What was said since it opened, in order. */
  readonly given: readonly GivenEvidence[];
  /** The first of it; which of it counts says a gatekeeper, where there is one. */
  readonly evidence: Evidence | undefined;
}

/** `held`: the run was paused before anything followed from it, so neither a pass nor a question does. */
export type Look =
  /** Undefined when it was redacted. */
  | { readonly kind: 'sample'; readonly sample: Json | undefined; readonly held: boolean }
  | { readonly kind: 'evidence'; readonly gate: string; readonly evidence: Evidence; readonly held: boolean };

export interface RunState {
  readonly run: string;
  started: (PayloadOf<'run.started'> & { readonly time: string }) | undefined;
  planHash: string;
  outline: Readonly<Record<string, string>>;
  /** Times the run was resumed. */
  epoch: number;
  status: 'empty' | 'running' | 'paused' | 'finished';
  paused: PayloadOf<'run.paused'> | undefined;
  /** Who has paused it on its way forward; outlives the process. */
  held: (Asked & { readonly since: string }) | undefined;
  /** Who has aborted it. */
  aborted: Asked | undefined;
  /** Ids of the orders that were taken up. */
  readonly orders: Set<string>;
  finished: PayloadOf<'run.finished'> | undefined;
  /** Effects were begun: the run can no longer be refused as if nothing had happened. */
  changed: boolean;
  readonly nodes: Map<string, NodeState>;
  readonly gates: Map<string, GateState>;
  /** Per watch: its samples and the evidence of its gates, in order: what its state is folded from. */
  readonly looks: Map<string, Look[]>;
  /** Per watch: how many gates it has opened. */
  readonly asks: Map<string, number>;
  /** What a person said about a step whose outcome is unknown. */
  readonly answers: Map<
    string,
    { readonly seq: number; readonly outcome: 'applied' | 'not-applied'; readonly evidence: string }
  >;
  count: number;
  lastTime: string;
}

export function emptyState(run: string): RunState {
  return {
    run,
    started: undefined,
    planHash: '',
    outline: {},
    epoch: 0,
    status: 'empty',
    paused: undefined,
    held: undefined,
    aborted: undefined,
    orders: new Set(),
    finished: undefined,
    changed: false,
    nodes: new Map(),
    gates: new Map(),
    looks: new Map(),
    asks: new Map(),
    answers: new Map(),
    count: 0,
    lastTime: '',
  };
}

export function foldState(run: string, entries: readonly Entry[]): RunState {
  const state = emptyState(run);
  for (const entry of entries) advance(state, entry);
  return state;
}

const NEW: NodeState = {
  phase: 'intent',
  attempts: 0,
  failures: 0,
  effects: [],
  open: false,
  intentSeq: -1,
  intentFence: 0,
  outputs: undefined,
  problems: [],
  refused: false,
  final: false,
  seq: 0,
  epoch: 0,
};

/** Adds one record to the state. The state is changed in place: a run has many records. */
export function advance(state: RunState, entry: Entry): void {
  const { record } = entry;
  state.count = record.seq + 1;
  state.lastTime = record.time;
  const change = (fields: Partial<NodeState>): void => {
    const before = state.nodes.get(record.node) ?? NEW;
    const failures = before.epoch === state.epoch ? before.failures : 0;
    state.nodes.set(record.node, { ...before, failures, ...fields, seq: record.seq, epoch: state.epoch });
  };
  if (entry.payload.kind === 'redacted') {
    advanceRedacted(state, entry, change);
    return;
  }
  const payload = parsePayload(entry);
  switch (payload.type) {
    case 'run.started':
      state.started = { ...payload.data, time: record.time };
      state.planHash = payload.data.planHash;
      state.outline = payload.data.outline;
      state.status = 'running';
      return;
    case 'run.paused':
      if (payload.data.asked === undefined) {
        state.status = 'paused';
        state.paused = payload.data;
      } else order(state, payload.data.reason, payload.data.asked, record.time);
      return;
    case 'run.resumed':
      resume(state, payload.data);
      return;
    case 'run.finished':
      state.status = 'finished';
      state.finished = payload.data;
      return;
    case 'step.intent': {
      const undo = payload.data.what === 'undo';
      if (payload.data.effects.length > 0 || payload.data.what === 'opaque') state.changed = true;
      change({
        phase: undo ? 'undo-intent' : 'intent',
        attempts: record.attempt,
        effects: payload.data.effects,
        open: true,
        intentSeq: record.seq,
        intentFence: record.fence,
      });
      return;
    }
    case 'step.done':
      change({ phase: 'done', outputs: payload.data.outputs, open: false });
      return;
    case 'step.failed': {
      // Of a group: the way back begins, and that is not held up by a pause.
      if (record.attempt === 0) state.held = undefined;
      const before = state.nodes.get(record.node) ?? NEW;
      const failures = before.epoch === state.epoch ? before.failures : 0;
      // What was done and then fails is an undo that is still to be finished.
      const undoing = before.phase === 'done' || before.phase === 'undo-intent';
      change({
        ...(undoing ? {} : { phase: 'failed' as const }),
        attempts: Math.max(record.attempt, before.attempts),
        failures: failures + 1,
        problems: payload.data.problems,
        final: payload.data.final,
        refused: payload.data.refused,
        ...(payload.data.begun === false ? { open: false } : {}),
      });
      return;
    }
    case 'step.undone':
      change({ phase: 'undone', open: false });
      return;
    case 'gate.opened':
      openAgain(state, record.node);
      state.gates.set(record.node, { opened: payload.data, openedAt: record.time, given: [], evidence: undefined });
      return;
    case 'gate.evidence':
      give(state, record.node, { ...proofOf(payload.data, record.seq), kind: 'evidence', reason: '' });
      return;
    case 'gate.override':
      give(state, record.node, { ...proofOf(payload.data, record.seq), kind: 'override', reason: payload.data.reason });
      return;
    case 'analysis.sample':
      look(state, record.node, payload.data.sample);
      return;
    case 'analysis.verdict':
      if (payload.data.answer === 'ask') state.asks.set(record.node, (state.asks.get(record.node) ?? 0) + 1);
      return;
    case 'lease.taken':
    case 'lease.renewed':
    case 'lease.lost':
      return;
  }
}

/** The process stays, so the run is not paused as one is that waits for another process. */
function order(state: RunState, reason: string, asked: Asked, since: string): void {
  state.orders.add(asked.order);
  state.held = reason === 'asked' ? { ...asked, since } : undefined;
  if (reason === 'aborted') state.aborted = asked;
  if (state.held === undefined) return;
  // Nothing follows any more from what was seen last, unless something did already.
  for (const [path, looks] of state.looks) {
    const phase = state.nodes.get(path)?.phase;
    const answered = looks.filter(({ kind }) => kind === 'evidence').length;
    const over = phase === 'done' || phase === 'failed' || (state.asks.get(path) ?? 0) > answered;
    if (!over && looks.at(-1)?.kind === 'sample') holdLast(looks);
  }
}

function look(state: RunState, path: string, sample: Json | undefined): void {
  const held = state.held !== undefined;
  if (held) holdLast(state.looks.get(path) ?? []);
  push(state.looks, path, { kind: 'sample', sample, held });
}

function holdLast(looks: Look[]): void {
  const last = looks.at(-1);
  if (last !== undefined && !last.held) looks[looks.length - 1] = { ...last, held: true };
}

function resume(state: RunState, data: PayloadOf<'run.resumed'>): void {
  if (data.asked !== undefined) {
    state.orders.add(data.asked.order);
    state.held = undefined;
    return;
  }
  state.status = 'running';
  state.paused = undefined;
  state.epoch++;
  state.planHash = data.planHash;
  if (data.outcome !== undefined) {
    const seq = state.nodes.get(data.outcome.step)?.intentSeq ?? -1;
    state.answers.set(data.outcome.step, { seq, outcome: data.outcome.outcome, evidence: data.outcome.evidence });
  }
  if (data.changed === undefined) return;
  state.outline = data.changed.outline;
  for (const gate of data.changed.reopened) {
    for (const path of [...state.gates.keys(), ...state.nodes.keys()]) {
      // The gate and the steps around it, in every round: they are gone through again.
      const plain = path.replace(/#\d+/g, '#');
      if (plain !== gate && !plain.startsWith(`${gate}/`)) continue;
      state.gates.delete(path);
      state.nodes.delete(path);
    }
  }
}

/** A gate that opens a second time has not passed, and what was said before counts no more. */
function openAgain(state: RunState, path: string): void {
  if (state.nodes.get(path)?.phase === 'done') state.nodes.delete(path);
  for (const [watch, looks] of state.looks) {
    const kept = looks.filter((look) => look.kind !== 'evidence' || look.gate !== path);
    if (kept.length < looks.length) state.looks.set(watch, kept);
  }
}

function give(state: RunState, path: string, given: GivenEvidence): void {
  const gate = state.gates.get(path);
  if (gate !== undefined) {
    state.gates.set(path, { ...gate, given: [...gate.given, given], evidence: gate.evidence ?? given.items });
  }
  // A watch folds the answer once, however many persons gave it.
  if (gate !== undefined && gate.given.length > 0) return;
  const watch = /^(.*)\/[^/]+#\d+$/.exec(path)?.[1];
  if (watch !== undefined)
    push(state.looks, watch, { kind: 'evidence', gate: path, evidence: given.items, held: false });
}

function proofOf(
  data: PayloadOf<'gate.evidence'> | PayloadOf<'gate.override'>,
  seq: number,
): Omit<GivenEvidence, 'kind' | 'reason'> {
  const { evidence = {}, by, host = '', opening, person, signature } = data;
  return { seq, items: evidence, by, host, opening, person, signature };
}

/** The record still says that something happened; only what it held is gone. */
function advanceRedacted(state: RunState, { record }: Entry, change: (fields: Partial<NodeState>) => void): void {
  if (record.type === 'step.done') change({ phase: 'done', outputs: undefined, open: false });
  if (record.type === 'step.undone') change({ phase: 'undone', open: false });
  if (record.type === 'step.intent') {
    state.changed = true;
    change({ attempts: record.attempt, effects: [], open: true, intentSeq: record.seq, intentFence: record.fence });
  }
  if (record.type === 'step.failed') change({ phase: 'failed', final: true, problems: [] });
  if (record.type === 'analysis.sample') look(state, record.node, undefined);
}

function parsePayload(entry: Entry): Payload {
  const data = entry.payload.kind === 'data' ? entry.payload.data : null;
  const parsed = payloadSchema.safeParse({ type: entry.record.type, data });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ProblemError({
    code: 'journal.payload',
    where: `run ${entry.record.run}, record ${entry.record.seq} (${entry.record.type})`,
    found: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'another form'}`,
    expected: 'a payload of journal version 1',
    remedy: 'read the journal with the version of shiplock that wrote it',
  });
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
