import { hostname } from 'node:os';
import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import type { Clock } from '../model/ports.ts';
import { bad, ok, type Problem, problemsOf, type Result } from '../model/problem.ts';
import type { OpenGate } from './api.ts';
import { systemClock } from './clock.ts';
import { takeLease } from './lease.ts';
import { isUnfinished, loadRun } from './load.ts';
import { createRecorder } from './recorder.ts';
import { openGates } from './result.ts';
import { listRuns } from './runs.ts';
import { foldState, type GateState, type RunState } from './state.ts';
import type { Evidence, EvidenceField } from './tree.ts';

/** Gates of every run of the state directory that wait for somebody, oldest first. */
export async function showGates(store: string): Promise<readonly OpenGate[]> {
  const found: OpenGate[] = [];
  for (const { run, finished } of await listRuns(store)) {
    if (finished !== null) continue;
    const loaded = await loadRun(store, run);
    if (loaded !== undefined) found.push(...openGates(loaded.state));
  }
  return found.toSorted((a, b) => a.openedAt.localeCompare(b.openedAt));
}

/**
 * Fills a gate in: checks the evidence against the questions that were journaled when it opened and records it, bound to run, gate,
 * host and plan. The run goes on with a resume. Refused: unknown or missing answers, a gate that is not open, a second filling.
 */
export async function fillGate(
  store: string,
  run: string,
  gatePath: string,
  evidence: Evidence,
  by: string,
  clock: Clock = systemClock,
): Promise<Result<Evidence>> {
  try {
    const loaded = await loadRun(store, run);
    const started = loaded?.state.started;
    if (loaded === undefined || started === undefined) return bad(noRun(run));
    const checked = checkGate(loaded.state, gatePath, evidence);
    if (!checked.ok) return checked;
    const taken = await takeLease({
      store,
      environment: started.environment,
      run,
      who: by,
      clock,
      durationMs: 15_000,
      unfinished: (other) => isUnfinished(store, other),
    });
    if (taken.kind === 'busy') return bad(stillBusy(run, taken.lease.holder?.run ?? '?'));
    try {
      const recorder = await createRecorder(run, { store, clock }, taken.handle);
      try {
        // Read again under the lease: somebody may have been faster.
        const state = foldState(run, recorder.reading.entries);
        const again = checkGate(state, gatePath, evidence);
        if (!again.ok) return again;
        const { planHash } = state;
        await recorder.record('gate.evidence', gatePath, 1, { evidence: again.value, by, host: hostname(), planHash });
        return again;
      } finally {
        await recorder.close();
      }
    } finally {
      await taken.handle.release('reserved');
    }
  } catch (error) {
    return bad(...problemsOf(error, `gate ${gatePath} of run ${run}`));
  }
}

function checkGate(state: RunState, path: string, evidence: Evidence): Result<Evidence> {
  const gate = state.gates.get(path);
  const where = `gate ${path} of run ${state.run}`;
  if (gate === undefined || state.status === 'finished') {
    const open = openGates(state).map((one) => one.path);
    return bad({
      code: 'gate.not-open',
      where,
      found: state.status === 'finished' ? 'a run that is over' : 'no such gate',
      expected: open.length === 0 ? 'a run with an open gate' : `one of ${open.join(', ')}`,
      remedy: '`shiplock gate show` lists the open gates',
    });
  }
  if (gate.evidence !== undefined) {
    return bad({
      code: 'gate.filled',
      where,
      found: 'evidence that was filled in before',
      expected: 'an open gate',
      remedy: `it stays as it is; \`shiplock resume ${state.run}\` goes on`,
    });
  }
  return checkEvidence(gate, evidence, where);
}

/** Pure: the evidence with numbers and ticks as such, or what is wrong with it. */
export function checkEvidence(gate: Pick<GateState, 'opened'>, evidence: Evidence, where: string): Result<Evidence> {
  const fields = gate.opened.evidence;
  const names = fields.map((field) => field.name);
  const problems: Problem[] = [];
  for (const name of Object.keys(evidence)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names, distance);
    problems.push({
      code: 'gate.unknown-field',
      where,
      found: name,
      expected: `one of ${names.join(', ')}`,
      remedy: near === undefined ? 'leave it out' : `did you mean ${near}?`,
    });
  }
  const accepted: Record<string, string | number | boolean> = {};
  for (const field of fields) {
    const answer = evidence[field.name];
    const value = answer === undefined ? undefined : accept(field, answer, gate.opened.judged);
    if (value === undefined) {
      problems.push({
        code: answer === undefined ? 'gate.missing-field' : 'gate.wrong-answer',
        where: `${where}: ${field.name}`,
        found: answer === undefined ? 'no answer' : JSON.stringify(answer),
        expected: `${wanted(field, gate.opened.judged)} (${field.question})`,
        remedy: `answer it: --evidence ${field.name}=…`,
      });
    } else accepted[field.name] = value;
  }
  return problems.length > 0 ? bad(...problems) : ok(accepted);
}

function accept(
  field: EvidenceField,
  answer: string | number | boolean,
  judged: boolean,
): string | number | boolean | undefined {
  const text = String(answer).trim();
  switch (field.kind) {
    case 'text':
      return text.length >= Math.max(1, field.minLength ?? 1) ? text : undefined;
    case 'number': {
      const value = text === '' || typeof answer === 'boolean' ? Number.NaN : Number(text);
      if (!Number.isFinite(value)) return undefined;
      return value >= (field.min ?? -Infinity) && value <= (field.max ?? Infinity) ? value : undefined;
    }
    case 'check': {
      if (/^(true|yes)$/i.test(text)) return true;
      // An item that is not so lets nothing pass, unless the procedure has a judgement of its own for it.
      return judged && /^(false|no)$/i.test(text) ? false : undefined;
    }
    case 'choice':
      return field.options.includes(text) ? text : undefined;
  }
}

function wanted(field: EvidenceField, judged: boolean): string {
  switch (field.kind) {
    case 'text':
      return `a text of at least ${Math.max(1, field.minLength ?? 1)} characters`;
    case 'number': {
      const bounds = [
        field.min === undefined ? '' : ` from ${field.min}`,
        field.max === undefined ? '' : ` to ${field.max}`,
      ];
      return `a number${bounds.join('')}`;
    }
    case 'check':
      return judged ? 'yes or no' : 'yes: the item has been checked and is so';
    case 'choice':
      return `one of ${field.options.join(', ')}`;
  }
}

function noRun(run: string): Problem {
  return {
    code: 'journal.missing',
    where: `run ${run}`,
    found: 'no journal',
    expected: 'a run of this state directory',
    remedy: '`shiplock status` lists the runs; check the id and --state',
  };
}

function stillBusy(run: string, holder: string): Problem {
  return {
    code: 'gate.busy',
    where: `run ${run}`,
    found: `run ${holder} at work in the same environment`,
    expected: 'a run that waits',
    remedy: 'wait until it has stopped at its gates, then fill this one in',
  };
}
