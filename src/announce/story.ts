import { z } from 'zod';
import type { JournalRecord, RecordType } from '../model/journal.ts';
import type { Json } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import { type Asked, type Payload, payloadSchema } from '../procedure/journal/records.ts';
import type { AlertName, Severity } from './alert.ts';

/** What in a run needs a person, or should be known: a fold over its journal, the same while it runs and long after. No I/O. */

/** A record with its payload; left out when it was redacted. */
export interface Entry {
  readonly record: Pick<JournalRecord, 'run' | 'seq' | 'time' | 'type' | 'node'>;
  readonly payload?: Json;
}

export interface Matter {
  readonly alert: AlertName;
  readonly severity: Severity;
  /** Labels that tell two matters of one run apart. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Null while it lasts. */
  readonly until: number | null;
  /** Happened and is over: it is told for a while from `until` on, so that somebody sees it. */
  readonly event: boolean;
}

export interface Story {
  readonly run: string;
  procedure: string;
  environment: string;
  title: string;
  who: string;
  /** The alert that started it; null: a person did. */
  alert: string | null;
  /** Run that this one undoes: what is open there ends too. */
  preempts: string | null;
  /** Run that this one was taken over by. */
  preemptedBy: string | null;
  /** By the journal; a run whose process died without a word is `running` too. */
  state: 'running' | 'paused' | 'over';
  /** Newest failure: why a way back begins. */
  failure: Problem | null;
  lastAt: number;
  /** Gates at which persons are checked: one answer need not be enough, so they are over when the run has gone through them. */
  readonly checked: Set<string>;
  /** By what they are about, so that the end of one finds its beginning. */
  readonly matters: Map<string, Matter>;
}

export function emptyStory(run: string): Story {
  return {
    run,
    procedure: '',
    environment: '',
    title: '',
    who: '',
    alert: null,
    preempts: null,
    preemptedBy: null,
    state: 'running',
    failure: null,
    lastAt: 0,
    checked: new Set(),
    matters: new Map(),
  };
}

export function storyOf(run: string, entries: readonly Entry[]): Story {
  const story = emptyStory(run);
  for (const entry of entries) tell(story, entry);
  return story;
}

const SILENT: readonly string[] = ['analysis.sample', 'analysis.verdict', 'lease.taken', 'lease.renewed'];

/** May a record of this type have to be announced? Samples are most of a journal, and nothing is announced because of one. */
export function speaks(type: RecordType): boolean {
  return !SILENT.includes(type);
}

const WAY_BACK = /(?:^|\/)rollback(?:\/|$)/;

/** Adds one record. True when something to be announced began, changed or ended. */
export function tell(story: Story, entry: Entry): boolean {
  const { record } = entry;
  const at = Date.parse(record.time);
  story.lastAt = at;
  if (!speaks(record.type)) return false;
  const parsed = payloadSchema.safeParse({ type: record.type, data: entry.payload ?? null });
  const back = record.type.startsWith('step.') && WAY_BACK.test(record.node) && goesBack(story, at);
  if (!parsed.success) return back;
  return tellPayload(story, parsed.data, record, at) || back;
}

function tellPayload(story: Story, payload: Payload, record: Entry['record'], at: number): boolean {
  const { node } = record;
  switch (payload.type) {
    case 'run.started': {
      const { procedure, environment, who, preempts, breakGlass } = payload.data;
      story.procedure = procedure.id;
      story.environment = environment;
      story.title = procedure.title;
      story.who = who;
      story.preempts = preempts ?? null;
      return startedByAlert(story, procedure.inputs, at) || brokeGlass(story, who, breakGlass, at);
    }
    case 'run.resumed': {
      const { changed, who, breakGlass, asked } = payload.data;
      if (asked !== undefined) return end(story, 'paused', at);
      story.state = 'running';
      const held = end(story, 'held', at);
      const news = brokeGlass(story, who, breakGlass, at) || held;
      if (changed === undefined) return news;
      // What opens again says so itself; what is no longer there would stay open for ever.
      for (const key of story.matters.keys()) {
        if (changed.reopened.includes(key.replace(/^gate /, '').replace(/#\d+/g, '#'))) end(story, key, at);
      }
      event(story, 'changed', at, {
        alert: 'ShiplockOverride',
        severity: 'warning',
        labels: { reason: 'procedure-changed' },
        summary: `${story.title}: went on although the procedure had changed`,
        description: `${who}, as ${changed.role}: ${changed.reason}. To be reviewed.`,
      });
      return true;
    }
    case 'run.paused':
      if (payload.data.asked !== undefined) return ordered(story, payload.data.reason, payload.data.asked, at);
      story.state = 'paused';
      return payload.data.reason !== 'waiting' && held(story, payload.data, at);
    case 'run.finished':
      return finished(story, payload.data, at);
    case 'step.done':
      return end(story, `gate ${node}`, at);
    case 'step.failed':
      story.failure = payload.data.problems[0] ?? story.failure;
      return payload.data.final && endGatesAt(story, node, at);
    case 'step.intent':
      return payload.data.what === 'undo' && goesBack(story, at);
    case 'gate.opened':
      return opened(story, node, payload.data, at);
    case 'gate.evidence':
      return !story.checked.has(node) && end(story, `gate ${node}`, at);
    case 'gate.override':
      if (!story.checked.has(node)) end(story, `gate ${node}`, at);
      event(story, `override ${node}`, at, {
        alert: 'ShiplockOverride',
        severity: 'warning',
        labels: { gate: node },
        summary: `${story.title}: the gate ${node} was overridden`,
        description: `${payload.data.by}, as ${payload.data.role}: ${payload.data.reason}. To be reviewed.`,
      });
      return true;
    case 'lease.lost':
      leaseLost(story, payload.data.why, at);
      return true;
    default:
      return false;
  }
}

/** As a runbook records it that nobody asked for. */
const unattended = z.looseObject({
  runbook: z.string(),
  alert: z.looseObject({ alertname: z.string(), rule: z.string() }),
});

function startedByAlert(story: Story, inputs: Json, at: number): boolean {
  const found = unattended.safeParse(inputs);
  if (!found.success) return false;
  const { runbook, alert } = found.data;
  story.alert = alert.alertname;
  event(story, 'started', at, {
    alert: 'ShiplockRunbookStarted',
    severity: 'info',
    labels: {},
    summary: `${story.title}: started by the alert ${alert.alertname}`,
    description: `Nobody was asked: the rule ${alert.rule} allows the runbook ${runbook}. What it does: shiplock journal show ${story.run}`,
  });
  return true;
}

function brokeGlass(story: Story, who: string, reason: string | undefined, at: number): boolean {
  if (reason === undefined) return false;
  event(story, 'glass', at, {
    alert: 'ShiplockOverride',
    severity: 'warning',
    labels: { reason: 'break-glass' },
    summary: `${story.title}: with broken glass`,
    description: `${who}: ${reason}. Where git did not answer it went on without. To be reviewed; afterwards: shiplock journal import`,
  });
  return true;
}

/** The lease was lost; also for a process that cannot write into the journal any more. */
export function leaseLost(story: Story, why: string, at: number): void {
  event(story, 'lease', at, {
    alert: 'ShiplockLeaseLost',
    severity: 'warning',
    labels: {},
    summary: `${story.title}: the lease was lost`,
    description: `${why}. This run changes nothing any more. See what holds the environment, then: shiplock resume ${story.run}`,
  });
}

/** A run that has not ended and has no process: nothing in its journal says so, whoever looked at the lease knows. */
export function noProcess(story: Story): void {
  story.matters.set('no-process', {
    ...HELD,
    labels: { reason: 'no-process' },
    summary: `${story.title}: its process is gone`,
    description: `It ended without a word (crash, kill, power). The new version loses its share by itself. Go on: shiplock resume ${story.run}`,
    from: story.lastAt,
    until: null,
  });
}

const HELD = { alert: 'ShiplockRunHeld', severity: 'warning', event: false } as const;

interface Opened {
  readonly opening?: string;
  readonly title: string;
  readonly description?: string;
  readonly role: string;
  readonly guard: string;
}

function opened(story: Story, node: string, gate: Opened, at: number): boolean {
  const { title, description, role, guard } = gate;
  if (gate.opening === undefined) story.checked.delete(node);
  else story.checked.add(node);
  // The gates of a watch are numbered: there nobody planned to ask, the evidence did not come.
  const unplanned = /#\d+$/.test(node);
  const words = description === undefined ? '' : `${description} `;
  story.matters.set(`gate ${node}`, {
    ...(unplanned ? HELD : { alert: 'ShiplockGateOpen', severity: 'warning', event: false }),
    labels: { gate: node, ...(unplanned ? { reason: 'no-verdict' } : {}) },
    summary: `${story.title}: ${title}`,
    description: `${words}Asked of ${role}. Meanwhile: ${guard}. What is asked: shiplock gate show ${story.run}`,
    from: at,
    until: null,
  });
  return true;
}

interface Paused {
  readonly reason: string;
  readonly problems: readonly Problem[];
}

const WHY_HELD: Readonly<Record<string, string>> = {
  stopped: 'was stopped and is not over',
  'unknown-outcome': 'nobody can tell whether a step has happened',
  'compensation-failed': 'the way back failed: the environment stands between two states',
  'internal-error': 'stopped at a fault of this program or of the machine',
  'store-behind': 'waits for the git store: nothing forward begins before it has the journal',
};

function held(story: Story, { reason, problems }: Paused, at: number): boolean {
  const [problem] = problems;
  const found = problem === undefined ? '' : `${problem.where}: ${problem.found}. ${problem.remedy}. `;
  story.matters.set('held', {
    ...HELD,
    severity: reason === 'compensation-failed' ? 'critical' : 'warning',
    labels: { reason },
    summary: `${story.title}: ${WHY_HELD[reason] ?? reason}`,
    description: `${found}Go on: shiplock resume ${story.run}`,
    from: at,
    until: null,
  });
  return true;
}

/** A person has paused it, or ended a pause for good by taking the run back; what that brings says so itself. */
function ordered(story: Story, reason: string, { by, why }: Asked, at: number): boolean {
  if (reason !== 'asked') return end(story, 'paused', at);
  story.matters.set('paused', {
    ...HELD,
    labels: { reason: 'paused' },
    summary: `${story.title}: paused by ${by}`,
    description: `${why}. It keeps its share and is judged on. Go on: shiplock rollout resume ${story.run}`,
    from: at,
    until: null,
  });
  return true;
}

/** The way back begins, or goes on. */
function goesBack(story: Story, at: number): boolean {
  if (story.matters.has('rollback')) return false;
  end(story, 'paused', at);
  const asked = story.procedure === 'rollback';
  const why = story.failure === null ? '' : `: ${story.failure.found} (${story.failure.code})`;
  event(story, 'rollback', at, {
    alert: 'ShiplockRollback',
    severity: 'warning',
    labels: {},
    summary: asked ? story.title : `${story.title}: is taken back${why}`,
    description: asked
      ? `Asked for by ${story.who}. Review it afterwards.`
      : 'Started by itself. Review it afterwards.',
  });
  return true;
}

interface Finished {
  readonly outcome: string;
  readonly problems: readonly Problem[];
  readonly preemptedBy?: string;
}

function finished(story: Story, { outcome, problems, preemptedBy }: Finished, at: number): boolean {
  let news = false;
  story.state = 'over';
  story.preemptedBy = preemptedBy ?? null;
  for (const key of story.matters.keys()) news = end(story, key, at) || news;
  const back = story.matters.get('rollback');
  if (back !== undefined) story.matters.set('rollback', { ...back, until: at });
  if (preemptedBy !== undefined) {
    // Taken over on purpose: the run that did it says so itself.
    story.matters.delete('lease');
    return true;
  }
  if (outcome === 'done' && story.alert !== null) {
    event(story, 'done', at, {
      alert: 'ShiplockRunbookDone',
      severity: 'info',
      labels: {},
      summary: `${story.title}: done, after the alert ${story.alert}`,
      description: `Why it came to this is not known: look into it. What was done: shiplock journal show ${story.run}`,
    });
    return true;
  }
  if (outcome !== 'failed') return news || back !== undefined;
  const [problem] = problems;
  event(story, 'failed', at, {
    alert: 'ShiplockRunFailed',
    severity: 'warning',
    labels: {},
    summary: `${story.title}: failed`,
    description:
      problem === undefined
        ? `shiplock journal show ${story.run}`
        : `${problem.where}: ${problem.found}. ${problem.remedy}`,
  });
  return true;
}

type Words = Pick<Matter, 'alert' | 'severity' | 'labels' | 'summary' | 'description'>;

function event(story: Story, key: string, at: number, words: Words): void {
  story.matters.set(key, { ...words, from: at, until: at, event: true });
}

/** A gate that rejects, or a watch that fails with a gate open below it: nobody is asked any more. */
function endGatesAt(story: Story, node: string, at: number): boolean {
  let news = false;
  for (const key of story.matters.keys()) {
    if (`${key}/`.startsWith(`gate ${node}/`)) news = end(story, key, at) || news;
  }
  return news;
}

function end(story: Story, key: string, at: number): boolean {
  const matter = story.matters.get(key);
  if (matter === undefined || matter.until !== null) return false;
  story.matters.set(key, { ...matter, until: at });
  return true;
}
