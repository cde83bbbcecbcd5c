import { randomBytes } from 'node:crypto';
import type { Anchor } from '../../model/journal.ts';
import type { Json } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import { ProblemError, problemsOf } from '../../model/problem.ts';
import type { EngineOptions, Outcome, ResumeOptions, RunResult } from '../api.ts';
import { policyCommitOf, policyOf, startedBy } from '../gate/start.ts';
import { toJson } from '../journal/canonical.ts';
import { payloadFormOf } from '../journal/form.ts';
import { createJournal, type Journal, type JournalOptions, noJournal, takeJournal } from '../journal/journal.ts';
import { loadRun } from '../journal/load.ts';
import type { PayloadOf } from '../journal/records.ts';
import { emptyState, foldState, type RunState } from '../journal/state.ts';
import { busyResult } from '../lease/busy.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { readLease } from '../lease/file.ts';
import { LEASE_MS, type LeaseHandle } from '../lease/lease.ts';
import { closePreempted } from '../lease/preempt.ts';
import { timestamp } from '../machine/clock.ts';
import { ownIdentity } from '../machine/identity.ts';
import { type Registry, registryOf } from '../paths.ts';
import { outlineOf, planHash, titlesOf } from '../plan/hash.ts';
import { changedPayload, preemptedResult, whyRefused } from '../plan/resume-check.ts';
import { closeTakenOver, copyAtTheEnd, openReplicator, pullForResume, stillHeldThere } from '../shared/run.ts';
import { takeEnvironment } from '../shared/take.ts';
import { anchorPath, replaceFile, runPaths } from '../store.ts';
import type { Procedure } from '../tree.ts';
import type { End } from './end.ts';
import { createEngine, type Engine } from './engine.ts';
import { maskedProblems } from './mode.ts';
import { runNode } from './node.ts';
import { openGates, resultOf } from './result.ts';

export { LEASE_MS };

/**
 * Runs a procedure from the start: takes the lease of its environment, journals, and goes as far as it can. Never throws for what
 * happens in the run: that is in the result, with its exit code. Throws a ProblemError for a procedure that is malformed.
 */
export async function runProcedure(
  procedure: Procedure,
  options: EngineOptions & { readonly run?: string | undefined },
): Promise<RunResult> {
  const registry = registryOf(procedure);
  const hash = planHash(procedure);
  const run = options.run ?? newRunId(options);
  const taken = await take(options, procedure.environment, run, hash);
  if (taken.kind === 'no') return taken.result;
  const lease = taken.handle;
  try {
    const journal = await createJournal(journalOptions({ ...options, procedure, registry }, run, lease));
    const state = emptyState(run);
    const replicator = openReplicator(options, run, true);
    const engine = createEngine({ options, procedure, planHash: hash, registry, lease, journal, state, replicator });
    await engine.record('run.started', '', 0, {
      procedure: {
        id: procedure.id,
        title: procedure.title,
        version: procedure.version,
        inputs: plainInputs(procedure.inputs),
      },
      environment: procedure.environment,
      who: options.who,
      planHash: hash,
      outline: outlineOf(procedure),
      titles: titlesOf(procedure),
      ...policyOf(options),
      ...(await startedBy(procedure, hash, run, options)),
      ...(options.breakGlass === undefined ? {} : { breakGlass: options.breakGlass }),
      ...(options.preempt === undefined ? {} : { preempts: options.preempt }),
    });
    return await drive(engine, journal, false);
  } catch (error) {
    return atBoundary(error, { options, run, hash, lease });
  }
}

/**
 * Goes on with a run where its journal ends. Refused (5) when the procedure is another one by now, unless `allowChanged` says who
 * takes that on; a run that is over returns its recorded outcome again.
 */
export async function resumeProcedure(procedure: Procedure, run: string, options: ResumeOptions): Promise<RunResult> {
  const registry = registryOf(procedure);
  const hash = planHash(procedure);
  const before = await loadRun(options.store, run);
  if (before?.state.started === undefined) throw noJournal(run);
  const { state: seen } = before;
  const environment = before.state.started.environment;
  if (seen.finished?.preemptedBy !== undefined) return preemptedResult(seen, seen.finished.preemptedBy, hash);
  if (seen.status === 'finished') {
    const current = await readLease(options.store, environment);
    const held = current?.lease.holder?.run === run || (await stillHeldThere(options, environment, run));
    if (!held) return finishedResult(seen, registry, hash, before.reading.anchor);
  } else {
    const refused = whyRefused(procedure, hash, seen, options);
    if (refused !== undefined) return resultOf({ run, outcome: 'refused', problems: [refused], planHash: hash });
  }
  const taken = await take(options, environment, run, hash);
  if (taken.kind === 'no') return taken.result;
  const lease = taken.handle;
  try {
    await pullForResume(options, run);
    const { journal, reading } = await takeJournal(
      journalOptions({ ...options, procedure, registry }, run, lease),
      () => lease.ensure(),
    );
    const state = foldState(run, reading.entries);
    registerSecrets(state, options);
    if (state.status === 'finished') {
      const anchor = await endAgain(state, options, lease, journal);
      const by = state.finished?.preemptedBy;
      return by === undefined ? finishedResult(state, registry, hash, anchor) : preemptedResult(state, by, hash);
    }
    const changed = hash === state.planHash ? undefined : changedPayload(procedure, state, options);
    const replicator = openReplicator(options, run, false);
    const engineParts = { options, procedure, planHash: hash, registry, lease, journal, state, replicator };
    // Recorded before the engine hydrates from the state: it may open gates again.
    await createEngine(engineParts).record('run.resumed', '', 0, {
      who: options.who,
      planHash: hash,
      tornBytes: reading.tornBytes,
      ...policyCommitOf(options),
      ...(options.breakGlass === undefined ? {} : { breakGlass: options.breakGlass }),
      ...(options.outcome === undefined ? {} : { outcome: options.outcome }),
      ...(changed === undefined ? {} : { changed }),
    });
    return await drive(createEngine(engineParts), journal, true);
  } catch (error) {
    return atBoundary(error, { options, run, hash, lease });
  }
}

async function drive(engine: Engine, journal: Journal, resumed: boolean): Promise<RunResult> {
  if (engine.options.fenceFile !== undefined) engine.locks.warm();
  try {
    return await toTheEnd(engine, journal, resumed);
  } finally {
    engine.replicator?.close();
    await engine.locks.close();
    await engine.connections.close();
  }
}

async function toTheEnd(engine: Engine, journal: Journal, resumed: boolean): Promise<RunResult> {
  const { options, procedure, lease, state } = engine;
  engine.emit({ kind: 'run-started', run: state.run, title: procedure.title, resumed });
  const { host, pid } = ownIdentity();
  const durationMs = options.leaseMs ?? LEASE_MS;
  await engine.record('lease.taken', '', 0, {
    environment: procedure.environment,
    who: options.who,
    host,
    pid,
    durationMs,
  });
  const preempted = state.started?.preempts;
  if (preempted !== undefined) await closePreempted(preempted, options, lease, state.run);
  try {
    const end = await runNode(engine, procedure.root, procedure.root.id, { again: false });
    return await conclude(engine, journal, end);
  } catch (error) {
    if (lease.lost.aborted || error instanceof LeaseLostError) return await loseLease(engine, journal, error);
    // A fault of ours or of the machine (disk full): the run stays resumable.
    const problems = maskedProblems(engine, problemsOf(error, `run ${state.run}`));
    await engine.record('run.paused', '', 0, { reason: 'internal-error', problems }).catch(() => undefined);
    return await leave(engine, journal, 'failed', problems, 'reserved');
  }
}

/** Records how the run ended, or why it pauses, and gives the lease back. */
async function conclude(engine: Engine, journal: Journal, end: End): Promise<RunResult> {
  const { signal } = engine.options;
  switch (end.kind) {
    case 'done':
      return finish(engine, journal, 'done', []);
    case 'failed':
    case 'rolled-back':
      return finish(engine, journal, end.kind, end.problems);
    case 'refused':
      return finish(engine, journal, engine.state.changed ? 'failed' : 'refused', end.problems);
    case 'waiting': {
      const problems = maskedProblems(engine, end.problems);
      await engine.record('run.paused', '', 0, { reason: 'waiting', problems });
      return leave(engine, journal, 'waiting', problems, 'reserved');
    }
    case 'unknown':
      await engine.record('run.paused', '', 0, { reason: 'unknown-outcome', problems: end.problems });
      return leave(engine, journal, 'waiting', end.problems, 'reserved');
    case 'behind': {
      await engine.record('run.paused', '', 0, { reason: 'store-behind', problems: end.problems });
      return leave(engine, journal, 'failed', [...end.problems], 'reserved');
    }
    case 'stopped': {
      const asked = signal?.requested;
      await engine.record('run.paused', '', 0, {
        reason: 'stopped',
        problems: [],
        ...(asked === undefined ? {} : { signal: asked }),
      });
      return leave(engine, journal, 'stopped', [], 'reserved');
    }
    case 'stuck': {
      const problems = [halfWay(engine), ...end.problems];
      await engine.record('run.paused', '', 0, { reason: 'compensation-failed', problems });
      return leave(engine, journal, 'failed', problems, 'reserved');
    }
  }
}

async function finish(
  engine: Engine,
  journal: Journal,
  outcome: PayloadOf<'run.finished'>['outcome'],
  problems: readonly Problem[],
): Promise<RunResult> {
  await engine.record('run.finished', '', 0, { outcome, problems });
  return leave(engine, journal, outcome, problems, 'free');
}

async function leave(
  engine: Engine,
  journal: Journal,
  outcome: Outcome,
  problems: readonly Problem[],
  how: 'free' | 'reserved',
): Promise<RunResult> {
  const { options, lease, state } = engine;
  await journal.close();
  const anchor = journal.anchor();
  await replaceFile(anchorPath(options.store, state.run), `${JSON.stringify(anchor)}\n`).catch(() => undefined);
  await copyAtTheEnd(engine);
  await closeTakenOver(engine);
  // When the lease cannot be given back it runs out by itself; the run is over all the same.
  await lease.release(how).catch(() => undefined);
  engine.emit({ kind: 'run-ended', run: state.run, outcome, problems });
  const { planHash: hash, outputs } = engine;
  return resultOf({
    run: state.run,
    outcome,
    problems,
    planHash: hash,
    anchor,
    state,
    outputs,
    signal: options.signal,
  });
}

async function loseLease(engine: Engine, journal: Journal, error: unknown): Promise<RunResult> {
  const { lease, state } = engine;
  lease.abandon();
  const reason: unknown = lease.lost.aborted ? lease.lost.reason : error;
  const why = reason instanceof Error ? reason.message : String(reason);
  await engine.record('lease.lost', '', 0, { why }).catch(() => undefined);
  const anchor = journal.anchor();
  await journal.close().catch(() => undefined);
  const problems = [lostProblem(state.run, why)];
  engine.emit({ kind: 'run-ended', run: state.run, outcome: 'lease-held', problems });
  const { planHash: hash, outputs } = engine;
  return resultOf({ run: state.run, outcome: 'lease-held', problems, planHash: hash, anchor, state, outputs });
}

/** Errors before or beside the run itself, when nothing can be recorded any more. */
async function atBoundary(
  error: unknown,
  at: { readonly options: EngineOptions; readonly run: string; readonly hash: string; readonly lease: LeaseHandle },
): Promise<RunResult> {
  const { run, hash, lease, options } = at;
  lease.abandon();
  if (lease.lost.aborted || error instanceof LeaseLostError) {
    const why = error instanceof Error ? error.message : String(error);
    return resultOf({ run, outcome: 'lease-held', problems: [lostProblem(run, why)], planHash: hash });
  }
  await lease.release('reserved').catch(() => undefined);
  const problems = problemsOf(error, `run ${run}`).map((problem) => ({
    ...problem,
    found: options.secrets.mask(problem.found),
  }));
  return resultOf({ run, outcome: 'failed', problems, planHash: hash });
}

/** The run was over already; a crash may have come between its last record and giving the lease back. */
async function endAgain(
  state: RunState,
  options: EngineOptions,
  lease: LeaseHandle,
  journal: Journal,
): Promise<Anchor> {
  const anchor = journal.anchor();
  lease.setAnchor(anchor);
  await journal.close();
  await replaceFile(anchorPath(options.store, state.run), `${JSON.stringify(anchor)}\n`).catch(() => undefined);
  await lease.release('free').catch(() => undefined);
  return anchor;
}

function finishedResult(state: RunState, registry: Registry, hash: string, anchor: Anchor): RunResult {
  const outputs = new Map<object, Json | undefined>();
  for (const [path, node] of state.nodes) {
    const object = registry.nodeAt(path);
    if (object !== undefined && node.phase === 'done') outputs.set(object, node.outputs);
  }
  const { outcome, problems } = state.finished ?? { outcome: 'failed', problems: [] };
  return resultOf({ run: state.run, outcome, problems, planHash: hash, anchor, state, outputs });
}

/** The lease, or what the door is told instead. */
async function take(
  options: EngineOptions,
  environment: string,
  run: string,
  hash: string,
): Promise<
  { readonly kind: 'taken'; readonly handle: LeaseHandle } | { readonly kind: 'no'; readonly result: RunResult }
> {
  try {
    const taken = await takeEnvironment(options, { environment, run });
    return taken.kind === 'taken' ? taken : { kind: 'no', result: busyResult(taken, options, run, hash) };
  } catch (error) {
    // The shared store does not answer, or it refuses. Nothing was changed.
    if (options.shared === undefined || !(error instanceof ProblemError)) throw error;
    const { problems } = error;
    options.onEvent?.({ kind: 'run-ended', run, outcome: 'refused', problems });
    return { kind: 'no', result: resultOf({ run, outcome: 'refused', problems, planHash: hash }) };
  }
}

function journalOptions(
  options: EngineOptions & { readonly procedure: Procedure; readonly registry: Registry },
  run: string,
  lease: LeaseHandle,
): JournalOptions {
  return {
    run,
    paths: runPaths(options.store, run),
    clock: options.clock,
    fence: lease.fence,
    mask: (payload, type, node) => options.secrets.maskJson(payload, payloadFormOf(options, type, node)),
    killAt: options.killAt,
  };
}

/** `20261121-071500-3f2a`: sorts by time, easy to type. */
function newRunId(options: EngineOptions): string {
  const time = timestamp(options.clock).slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${time}-${randomBytes(2).toString('hex')}`;
}

/** An earlier process may have left output that holds a secret which this one has not asked for yet. */
function registerSecrets(state: RunState, options: EngineOptions): void {
  const references = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('secret' in value && typeof value.secret === 'string') references.add(value.secret);
    for (const member of Object.values(value)) collect(member);
  };
  for (const node of state.nodes.values()) collect(node.effects);
  for (const reference of references) {
    try {
      options.secrets.get(reference);
    } catch {
      // Needed again only if an effect asks for it, and that says so then.
    }
  }
}

function plainInputs(inputs: Procedure['inputs']): PayloadOf<'run.started'>['procedure']['inputs'] {
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, toJson(value)]));
}

function lostProblem(run: string, why: string): Problem {
  return {
    code: 'lease.lost',
    where: `run ${run}`,
    found: why,
    expected: 'to hold the environment to the end of the run',
    remedy: `nothing more was changed by this run; when the other one is over: shiplock resume ${run}`,
  };
}

function halfWay(engine: Engine): Problem {
  const { run } = engine.state;
  const waiting = openGates(engine.state).length;
  return {
    code: 'procedure.rollback-failed',
    where: `run ${run}`,
    found: `the way back failed: ${engine.procedure.environment} stands between two states${waiting > 0 ? ', with open gates' : ''}`,
    expected: 'a rollback that goes through',
    remedy: `act now: mend what the problems below name, then \`shiplock resume ${run}\` goes on with the rollback`,
  };
}
