import type { EffectResult, ResolvedEffect } from '../model/effect.ts';
import type { JournalRecord } from '../model/journal.ts';
import type { Json } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import type { RecordedEntry } from '../procedure/api.ts';
import { effectText } from '../procedure/effects/describe.ts';
import { type Asked, type Payload, type PayloadOf, payloadSchema } from '../procedure/journal/records.ts';
import { beginSteps, type StepNotes } from './steps.ts';
import type { CommandStory, DecisionStory, Fact, GateStory, GivenStory, ProcessStory, Story } from './types.ts';

/** A run's records told as a story: what was done, by whom, and what came of it. Pure; nothing is looked at but the records. */

/** What is gathered while the records are gone through. */
interface Telling {
  readonly titles: Map<string, string>;
  readonly steps: StepNotes;
  /** In the order in which they opened; a gate that opens again stands there again. */
  readonly gates: { -readonly [K in keyof GateStory]: GateStory[K] }[];
  /** Per gate: its questions by the name of the answer. */
  readonly questions: Map<string, ReadonlyMap<string, string>>;
  readonly decisions: DecisionStory[];
  readonly commands: CommandStory[];
  /** Per node: the commands of its open intent, by their place in `commands`. */
  readonly begun: Map<string, { readonly first: number; readonly effects: readonly ResolvedEffect[] }>;
  readonly processes: ProcessStory[];
  more: readonly Fact[];
  readonly pauses: { readonly from: number; readonly until: number }[];
  /** Time of the last record that a working process wrote. */
  worked: number;
  redacted: number;
}

export function storyOf(entries: readonly RecordedEntry[]): Story {
  const titles = new Map<string, string>();
  const telling: Telling = {
    titles,
    steps: beginSteps((path) => titleOf(titles, path)),
    gates: [],
    questions: new Map(),
    decisions: [],
    commands: [],
    begun: new Map(),
    processes: [],
    more: [],
    pauses: [],
    worked: 0,
    redacted: 0,
  };
  for (const entry of entries) tell(telling, entry);
  const [first, last] = [entries[0], entries.at(-1)];
  return {
    startedAt: first === undefined ? 0 : Date.parse(first.record.time),
    lastAt: last === undefined ? 0 : Date.parse(last.record.time),
    steps: telling.steps.told(),
    gates: telling.gates,
    decisions: telling.decisions,
    commands: telling.commands,
    processes: telling.processes,
    more: telling.more,
    pauses: telling.pauses,
    redacted: telling.redacted,
  };
}

/** The recorded title; a journal of an earlier version has none, then the id has to do. */
function titleOf(titles: ReadonlyMap<string, string>, path: string): string {
  const own = titles.get(path);
  if (own !== undefined) return own;
  const known = titles.get(path.replace(/#\d+/g, '#'));
  const round = /#(\d+)$/.exec(path)?.[1];
  if (known !== undefined) return round === undefined || round === '1' ? known : `${known} (${round})`;
  return path.slice(path.lastIndexOf('/') + 1).replaceAll('-', ' ');
}

function tell(telling: Telling, { record, payload }: RecordedEntry): void {
  const time = Date.parse(record.time);
  const before = telling.worked;
  if (record.type !== 'gate.evidence' && record.type !== 'gate.override') telling.worked = time;
  if (payload === undefined) {
    telling.redacted++;
    telling.steps.redacted(record, time);
    return;
  }
  if (record.type === 'analysis.sample') {
    // The many; what they hold is the course's.
    telling.steps.look(record.node, time);
    return;
  }
  const parsed = payloadSchema.safeParse({ type: record.type, data: payload });
  if (parsed.success) tellPayload(telling, record, parsed.data, { time, before, payload });
}

interface At {
  readonly time: number;
  /** When a process worked on the run for the last time before. */
  readonly before: number;
  readonly payload: Json;
}

function tellPayload(telling: Telling, record: JournalRecord, { type, data }: Payload, at: At): void {
  const { steps } = telling;
  const { node, attempt } = record;
  const { time } = at;
  switch (type) {
    case 'run.started':
      remember(telling, data.titles);
      telling.processes.push({ time, text: `started by ${data.who}` });
      telling.more = othersIn(at.payload, PLACED.started);
      return;
    case 'run.paused':
      if (data.asked === undefined) telling.processes.push({ time, text: pausedText(data) });
      else tellOrder(telling, data.reason === 'asked' ? 'pause' : 'abort', data.asked, at);
      return;
    case 'run.resumed':
      if (data.asked !== undefined) {
        tellOrder(telling, 'end of a pause', data.asked, at);
        return;
      }
      telling.pauses.push({ from: at.before, until: time });
      tellResumed(telling, data, time);
      return;
    case 'run.finished':
      telling.processes.push({ time, text: finishedText(data) });
      return;
    case 'lease.lost':
      telling.processes.push({ time, text: `lost the environment: ${data.why}` });
      return;
    case 'lease.taken':
    case 'lease.renewed':
      return;
    case 'step.intent':
      steps.intent(node, attempt, data.what === 'undo', time);
      begin(telling, node, data, time);
      return;
    case 'step.done':
      steps.done(node, attempt, data.note ?? '', data.results, time);
      pass(telling, node);
      end(telling, node, data.results);
      return;
    case 'step.undone':
      steps.undone(node, attempt, data.note ?? '', time);
      end(telling, node, data.results);
      return;
    case 'step.failed':
      steps.failed(node, attempt, data, time);
      telling.begun.delete(node);
      return;
    case 'analysis.sample':
      return;
    case 'analysis.verdict':
      steps.verdict(node, data.status, time);
      return;
    case 'gate.opened':
      telling.titles.set(node, data.title);
      steps.gate(node, time);
      telling.gates.push(gateOf(node, data, time));
      telling.questions.set(node, new Map(data.evidence.map((field) => [field.name, field.question])));
      return;
    case 'gate.evidence':
      steps.filled(node, data.by, time);
      fill(telling, node, data, at);
      return;
    case 'gate.override':
      telling.decisions.push({
        time,
        kind: 'override',
        by: data.by,
        role: data.role,
        what: titleOf(telling.titles, node),
        why: data.reason,
        more: othersIn(at.payload, PLACED.override),
      });
      return;
  }
}

function remember(telling: Telling, titles: Readonly<Record<string, string>> | undefined): void {
  for (const [path, title] of Object.entries(titles ?? {})) telling.titles.set(path, title);
}

const PAUSES: Readonly<Record<PayloadOf<'run.paused'>['reason'], string>> = {
  waiting: 'paused: it waits for a person',
  stopped: 'stopped at a safe place',
  'unknown-outcome': 'paused: nobody can tell whether a step happened',
  'compensation-failed': 'paused: the way back failed',
  'internal-error': 'paused after an error of its own',
  'store-behind': 'paused: the git store has not taken its records',
  asked: 'paused by a person',
  aborted: 'aborted by a person',
};

function pausedText({ reason, signal }: PayloadOf<'run.paused'>): string {
  return `${PAUSES[reason]}${signal === undefined ? '' : ` (${signal})`}`;
}

function tellOrder(telling: Telling, kind: DecisionStory['kind'], { by, why }: Asked, { time, payload }: At): void {
  const asked =
    typeof payload === 'object' && payload !== null && 'asked' in payload ? (payload['asked'] ?? null) : null;
  telling.decisions.push({ time, kind, by, role: '', what: 'the rollout', why, more: othersIn(asked, PLACED.asked) });
}

function finishedText({ outcome, preemptedBy }: PayloadOf<'run.finished'>): string {
  return preemptedBy === undefined ? `ended: ${outcome}` : `ended: run ${preemptedBy} took the environment over`;
}

function tellResumed(telling: Telling, data: PayloadOf<'run.resumed'>, time: number): void {
  const { who, tornBytes, outcome, changed, breakGlass } = data;
  remember(telling, changed?.titles);
  const torn = tornBytes === 0 ? '' : `; ${tornBytes} bytes of a record that a crash had cut were left out`;
  const glass = breakGlass === undefined ? '' : `, with broken glass: ${breakGlass}`;
  telling.processes.push({ time, text: `resumed by ${who}${glass}${torn}` });
  telling.steps.resumed(time);
  if (outcome !== undefined) {
    const what = `${titleOf(telling.titles, outcome.step)}: ${outcome.outcome}`;
    telling.decisions.push({
      time,
      kind: 'outcome of a step',
      by: who,
      role: '',
      what,
      why: outcome.evidence,
      more: [],
    });
  }
  if (changed !== undefined) {
    const parts = changed.differences.map(({ path, change }) => `${path === '' ? 'the inputs' : path} ${change}`);
    telling.decisions.push({
      time,
      kind: 'changed procedure',
      by: who,
      role: changed.role,
      what: parts.join(', '),
      why: changed.reason,
      more: [],
    });
  }
}

function begin(telling: Telling, node: string, { what, effects }: PayloadOf<'step.intent'>, time: number): void {
  const title = titleOf(telling.titles, node);
  telling.begun.set(node, { first: telling.commands.length, effects });
  for (const effect of effects) {
    telling.commands.push({
      time,
      title: what === 'undo' ? `Undo: ${title}` : title,
      kind: effect.kind,
      text: effectText(effect),
      why: effect.why ?? '',
      result: 'no result recorded',
      durationMs: null,
    });
  }
}

/** Results stand in the order of the effects; after a crash a step may be done without any. */
function end(telling: Telling, node: string, results: readonly EffectResult[]): void {
  const begun = telling.begun.get(node);
  telling.begun.delete(node);
  if (begun === undefined) return;
  for (const [index, result] of results.entries()) {
    const place = begun.first + index;
    const command = telling.commands[place];
    if (command === undefined || index >= begun.effects.length) continue;
    telling.commands[place] = { ...command, result: resultText(result), durationMs: result.durationMs };
  }
}

function resultText(result: EffectResult): string {
  switch (result.kind) {
    case 'exec':
      return `exit ${result.exitCode}`;
    case 'sql':
      return `${result.affected.reduce((sum, rows) => sum + rows, 0)} rows`;
    case 'http':
      return `status ${result.status}`;
    case 'file':
      return 'done';
    case 'socket':
      return result.answers.every((answer) => answer.trim() === '') ? 'accepted' : result.answers.join(' ').trim();
    case 'kube':
      return `version ${result.resourceVersion}`;
  }
}

function gateOf(path: string, data: PayloadOf<'gate.opened'>, time: number): GateStory {
  const { title, description = '', role, guard } = data;
  return { path, title, description, role, guard, openedAt: time, given: [], passed: false };
}

function pass({ gates }: Telling, path: string): void {
  const gate = gates.findLast((one) => one.path === path);
  if (gate !== undefined) gate.passed = true;
}

function fill(telling: Telling, node: string, data: PayloadOf<'gate.evidence'>, { time, payload }: At): void {
  const gate = telling.gates.findLast((one) => one.path === node);
  if (gate === undefined) return;
  const answers = Object.entries(data.evidence).map(([name, value]) => ({
    name,
    question: telling.questions.get(node)?.get(name) ?? '',
    value: typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value),
  }));
  const given: GivenStory = { time, by: data.by, host: data.host, answers, more: othersIn(payload, PLACED.evidence) };
  gate.given = [...gate.given, given];
}

/** Fields of records that have a place of their own in the report, or say nothing to people. */
const PLACED = {
  started: ['procedure', 'environment', 'who', 'planHash', 'outline', 'titles', 'preempts'],
  evidence: ['evidence', 'by', 'host', 'planHash', 'opening'],
  asked: ['order', 'by', 'why', 'person'],
  override: ['role', 'reason', 'by', 'planHash', 'opening'],
} as const;

/** Whatever else a record holds: signatures, a policy's commit. Nothing that was recorded is kept from the reader. */
function othersIn(payload: Json, placed: readonly string[]): readonly Fact[] {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return [];
  return Object.entries(payload).flatMap(([name, value]): readonly Fact[] =>
    placed.includes(name) ? [] : [{ name, value: typeof value === 'string' ? value : JSON.stringify(value) }],
  );
}

/** The problems that a run ended or paused with; none while it works. */
export function lastProblems(entries: readonly RecordedEntry[]): readonly Problem[] {
  const last = entries.findLast(({ record }) => record.type.startsWith('run.'));
  const parsed = payloadSchema.safeParse({ type: last?.record.type, data: last?.payload });
  if (!parsed.success) return [];
  const { type, data } = parsed.data;
  return type === 'run.finished' || type === 'run.paused' ? data.problems : [];
}
