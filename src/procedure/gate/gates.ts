import { hostname } from 'node:os';
import type { GivenEvidence, Signer } from '../../model/people.ts';
import type { Clock } from '../../model/ports.ts';
import { bad, ok, type Problem, problemsOf, type Result } from '../../model/problem.ts';
import type { OpenGate } from '../api.ts';
import { isUnfinished, loadRun } from '../journal/load.ts';
import { createRecorder, type Recorder } from '../journal/recorder.ts';
import type { PayloadOf } from '../journal/records.ts';
import { listRuns } from '../journal/runs.ts';
import { foldState, type RunState } from '../journal/state.ts';
import { takeLease } from '../lease/lease.ts';
import { systemClock } from '../machine/clock.ts';
import { policyMissing } from '../plan/resume-check.ts';
import { openGates } from '../run/result.ts';
import type { Evidence } from '../tree.ts';
import { checkEvidence } from './evidence.ts';
import type { Gatekeeper } from './keeper.ts';
import { GATE_NAMESPACE, type GateStatement, gateText } from './statement.ts';

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

export interface Filling {
  readonly store: string;
  readonly run: string;
  readonly gate: string;
  /** Undefined: the answers that were given last, or none where the gate asks nothing. */
  readonly evidence: Evidence | undefined;
  /** Who says so, where no signature does. */
  readonly by: string;
  readonly clock?: Clock | undefined;
  /** Checks it at once, as the run will check it again. */
  readonly gatekeeper?: Gatekeeper | undefined;
  readonly signer?: Signer | undefined;
  /** A signature that was made elsewhere, over what `gateStatement` says. */
  readonly signature?: { readonly person: string; readonly text: string } | undefined;
  /** Reason of somebody who lets the gate pass alone. */
  readonly override?: string | undefined;
}

export interface Filled {
  readonly evidence: Evidence;
  /** What the gate still waits for; empty: the run may go on. */
  readonly waitsFor: readonly Problem[];
}

/**
 * Fills a gate in: checks the evidence against the questions that were journaled when it opened and records it, bound to run, gate,
 * opening, host and plan. The run goes on with a resume, which checks it again. Refused: unknown or missing answers, a gate that is not open,
 * somebody who may not.
 */
export async function giveEvidence(filling: Filling): Promise<Result<Filled>> {
  const { store, run, gate, clock = systemClock } = filling;
  try {
    const loaded = await loadRun(store, run);
    const started = loaded?.state.started;
    if (loaded === undefined || started === undefined) return bad(noRun(run));
    const checked = checkGate(loaded.state, filling);
    if (!checked.ok) return checked;
    const prepared = await prepare(loaded.state, filling, checked.value);
    if (!prepared.ok) return prepared;
    const taken = await takeLease({
      store,
      environment: started.environment,
      run,
      who: filling.by,
      clock,
      durationMs: 15_000,
      unfinished: (other) => isUnfinished(store, other),
    });
    if (taken.kind === 'busy') return bad(stillBusy(run, taken.run ?? '?'));
    try {
      const recorder = await createRecorder(run, { store, clock }, taken.handle);
      try {
        // Read again under the lease: somebody may have been faster, or the gate may have opened anew.
        const state = foldState(run, recorder.reading.entries);
        const again = checkGate(state, filling);
        if (!again.ok) return again;
        const { opening } = prepared.value.given;
        if (opening !== state.gates.get(gate)?.opened.opening) return bad(notOpen(state, `gate ${gate} of run ${run}`));
        await append(recorder, state, gate, prepared.value.given, filling.gatekeeper?.overrideRole ?? '');
        return ok({ evidence: prepared.value.given.items, waitsFor: prepared.value.waitsFor });
      } finally {
        await recorder.close();
      }
    } finally {
      await taken.handle.release('reserved');
    }
  } catch (error) {
    return bad(...problemsOf(error, `gate ${gate} of run ${run}`));
  }
}

/** The same where nobody is checked: only the answers come back. */
export async function fillGate(
  store: string,
  run: string,
  gate: string,
  evidence: Evidence,
  by: string,
  clock: Clock = systemClock,
): Promise<Result<Evidence>> {
  const filled = await giveEvidence({ store, run, gate, evidence, by, clock });
  return filled.ok ? ok(filled.value.evidence) : filled;
}

/** What a person signs to fill this gate in, for signing on another machine. */
export async function gateStatement(filling: Filling & { readonly person: string }): Promise<Result<string>> {
  const loaded = await loadRun(filling.store, filling.run);
  if (loaded?.state.started === undefined) return bad(noRun(filling.run));
  const checked = checkGate(loaded.state, filling);
  if (!checked.ok) return checked;
  const statement = statementOf(loaded.state, filling, checked.value, filling.person);
  if (statement !== undefined) return ok(gateText(statement));
  return bad({
    code: 'gate.nothing-to-sign',
    where: `gate ${filling.gate} of run ${filling.run}`,
    found: 'a gate that was opened without a policy',
    expected: 'a gate that checks persons',
    remedy: 'fill it in without a signature',
  });
}

interface Prepared {
  readonly given: GivenEvidence;
  readonly waitsFor: readonly Problem[];
}

/** Signs, and asks the gatekeeper before anything is recorded. */
async function prepare(state: RunState, filling: Filling, items: Evidence): Promise<Result<Prepared>> {
  const { gatekeeper, signer, signature, override, gate: path } = filling;
  const policy = state.started?.policy;
  if (policy !== undefined && gatekeeper === undefined) return bad(policyMissing(state.run, policy.place));
  const person = signer?.person ?? signature?.person;
  const statement = person === undefined ? undefined : statementOf(state, filling, items, person);
  const signed = statement === undefined ? undefined : await signer?.sign(gateText(statement), GATE_NAMESPACE);
  const gate = state.gates.get(path);
  const opening = gate?.opened.opening;
  const given: GivenEvidence = {
    seq: state.count,
    kind: override === undefined ? 'evidence' : 'override',
    items,
    reason: override ?? '',
    by: person ?? filling.by,
    host: hostname(),
    opening,
    person,
    signature: signed ?? signature?.text,
  };
  if (gatekeeper === undefined || gate === undefined) return ok({ given, waitsFor: [] });
  const ruling = await gatekeeper.rule({
    run: state.run,
    environment: state.started?.environment ?? '',
    path,
    role: gate.opened.role,
    asks: gate.opened.asks ?? 'persons',
    urgent: gate.opened.urgent ?? false,
    // As it was when the gate opened; the run looks again.
    unmet: gate.opened.condition?.unmet ?? [],
    subject: gate.opened.subject ?? '',
    opened: gate.opened,
    given: [...gate.given, given],
    left: false,
    started: state.started,
    accepts: (answers) => checkEvidence(gate, answers, `gate ${path} of run ${state.run}`),
  });
  const refused = ruling.refused.find((one) => one.given === given);
  if (refused !== undefined) return bad(refused.problem);
  return ok({ given, waitsFor: ruling.kind === 'wait' ? ruling.problems : [] });
}

function statementOf(
  state: RunState,
  { gate: path, override }: Filling,
  items: Evidence,
  person: string,
): GateStatement | undefined {
  const opened = state.gates.get(path)?.opened;
  if (opened?.opening === undefined || opened.subject === undefined) return undefined;
  return {
    run: state.run,
    environment: state.started?.environment ?? '',
    gate: path,
    opening: opened.opening,
    subject: opened.subject,
    planHash: opened.planHash,
    host: hostname(),
    person,
    kind: override === undefined ? 'evidence' : 'override',
    reason: override ?? '',
    items,
  };
}

async function append(
  recorder: Recorder,
  state: RunState,
  path: string,
  given: GivenEvidence,
  role: string,
): Promise<void> {
  const proof: Pick<PayloadOf<'gate.evidence'>, 'opening' | 'person' | 'signature'> = {
    ...(given.opening === undefined ? {} : { opening: given.opening }),
    ...(given.person === undefined ? {} : { person: given.person }),
    ...(given.signature === undefined ? {} : { signature: given.signature }),
  };
  const { items, by, host, reason } = given;
  const planHash = state.gates.get(path)?.opened.planHash ?? state.planHash;
  if (given.kind === 'evidence') {
    await recorder.record('gate.evidence', path, 1, { evidence: items, by, host, planHash, ...proof });
  } else {
    await recorder.record('gate.override', path, 1, { role, reason, by, evidence: items, host, planHash, ...proof });
  }
}

/** The answers to record, as the gate asks for them. */
function checkGate(state: RunState, { gate: path, evidence, run }: Filling): Result<Evidence> {
  const gate = state.gates.get(path);
  const where = `gate ${path} of run ${run}`;
  if (gate === undefined || state.status === 'finished') return bad(notOpen(state, where));
  const persons = gate.opened.opening !== undefined;
  if (persons ? state.nodes.get(path)?.phase === 'done' : gate.evidence !== undefined) {
    return bad({
      code: 'gate.filled',
      where,
      found: 'evidence that was filled in before',
      expected: 'an open gate',
      remedy: `it stays as it is; \`shiplock resume ${state.run}\` goes on`,
    });
  }
  return checkEvidence(gate, evidence ?? gate.given.at(-1)?.items ?? {}, where);
}

function notOpen(state: RunState, where: string): Problem {
  const open = openGates(state).map((one) => one.path);
  return {
    code: 'gate.not-open',
    where,
    found: state.status === 'finished' ? 'a run that is over' : 'no such gate',
    expected: open.length === 0 ? 'a run with an open gate' : `one of ${open.join(', ')}`,
    remedy: '`shiplock gate show` lists the open gates',
  };
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
