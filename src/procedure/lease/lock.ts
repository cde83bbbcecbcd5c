import { randomBytes } from 'node:crypto';
import type { Lease } from '../../model/journal.ts';
import type { Json } from '../../model/json.ts';
import type { Clock } from '../../model/ports.ts';
import { bad, ok, type Problem, ProblemError, type Result } from '../../model/problem.ts';
import { digestOf, toJson } from '../journal/canonical.ts';
import { createJournal } from '../journal/journal.ts';
import type { Payload } from '../journal/records.ts';
import { timestamp } from '../machine/clock.ts';
import { isGone } from '../machine/identity.ts';
import { copyRun } from '../shared/replicator.ts';
import type { SharedStore } from '../shared/store.ts';
import { StoreUnreachableError } from '../shared/unreachable.ts';
import { anchorPath, replaceFile, runPaths } from '../store.ts';
import { NOBODY } from './lease.ts';
import { fileLeases, type LeaseStore } from './store.ts';

/** A person keeps runs away from an environment, and lets them in again. Both are recorded as runs of their own. */
export interface LockRequest {
  readonly store: string;
  readonly shared?: SharedStore | undefined;
  readonly environment: string;
  readonly by: string;
  readonly reason: string;
  readonly clock: Clock;
  mask(payload: Json): Json;
}

export interface Locked {
  /** Run that records it. */
  readonly run: string;
  readonly lease: Lease;
  /** What is not as it should be although it is done. */
  readonly notes: readonly string[];
}

/** No run may take the environment from now on, except a rollback. One that is at work goes on to its end. */
export async function lockEnvironment(request: LockRequest): Promise<Result<Locked>> {
  return change(request, 'lock', (now) => {
    const { lock } = now;
    if (lock?.on !== true) return ok({ ...now, lock: lockOf(request, true) });
    return bad({
      code: 'lease.locked',
      where: `environment ${request.environment}`,
      found: `a lock of ${lock.by} since ${lock.time}: ${lock.reason}`,
      expected: 'an environment that nobody has locked',
      remedy: `ask ${lock.by}; \`shiplock unlock ${request.environment} --reason …\` takes it off`,
    });
  });
}

export interface UnlockRequest extends LockRequest {
  /** The run that loses the environment, when one has it. */
  readonly from?: string | undefined;
}

/**
 * Takes the lock off and raises the fence: whoever still believes to hold the environment is refused at its resources. A run that has the environment keeps
 * it unless it is named.
 */
export async function unlockEnvironment(request: UnlockRequest): Promise<Result<Locked>> {
  const { from, environment } = request;
  return change(request, 'unlock', (now) => {
    const { holder, lock } = now;
    if (from !== undefined && holder?.run !== from) return bad(notThere(environment, from, holder?.run));
    const named = from !== undefined;
    const process = holder !== null && holder.pid !== NOBODY.pid && !isGone(holder);
    if (process && !named) return bad(atWork(now));
    if (lock?.on !== true && !named) return bad(notLocked(environment));
    const kept = named ? null : holder;
    return ok({ ...now, fence: now.fence + 1, renewals: 0, holder: kept, lock: lockOf(request, false) });
  });
}

/** The lease of an environment as the newest of the stores has it. Throws when the shared store does not answer. */
export async function newestLease(
  store: string,
  shared: SharedStore | undefined,
  environment: string,
  signal?: AbortSignal,
): Promise<Lease | undefined> {
  const here = (await fileLeases(store).read(environment))?.lease;
  const there = (await shared?.leases.read(environment, signal))?.lease;
  return there === undefined || (here !== undefined && here.fence > there.fence) ? here : there;
}

type Decide = (now: Lease) => Result<Lease>;

/** In the shared store, and here too where the state directory has a lock or a lease of its own. */
async function change(request: LockRequest, what: 'lock' | 'unlock', decide: Decide): Promise<Result<Locked>> {
  const { shared, store } = request;
  const notes: string[] = [];
  const leases = fileLeases(store);
  const here = await leases.read(request.environment);
  let written: Lease | undefined;
  if (shared !== undefined) {
    const there = await inOne(shared.leases, request, decide).catch(unlessUnreachable);
    if (there === undefined) notes.push(`${shared.where} does not answer: only this state directory knows of it`);
    else if (there.ok) written = there.value;
    // Locked here while the store did not answer: then it is unlocked here.
    else if (what === 'lock' || here?.lease.lock?.on !== true) return there;
  }
  const follow = written;
  if (follow === undefined) {
    const done = await inOne(leases, request, decide);
    if (!done.ok) return done;
    written = done.value;
  } else if (here !== undefined && what === 'unlock') {
    // The same fence and the same holder as there: an older one is refused by both.
    const same = await inOne(leases, request, (now) =>
      ok({
        ...now,
        fence: Math.max(now.fence + 1, follow.fence),
        renewals: 0,
        holder: follow.holder,
        lock: lockOf(request, false),
      }),
    );
    if (!same.ok) return same;
  }
  if (written === undefined) throw new TypeError('a lease was written');
  const run = await record(request, what, written);
  if (shared !== undefined) {
    await copyRun({ shared, run, paths: runPaths(store, run), from: undefined }).catch((error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
      notes.push(`git is not yet true: ${error.problems[0]?.found ?? ''}`);
    });
  }
  return ok({ run, lease: written, notes });
}

async function inOne(leases: LeaseStore, request: LockRequest, decide: Decide): Promise<Result<Lease>> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const now = await leases.read(request.environment);
    const next = decide(now?.lease ?? freeLease(request.environment));
    if (!next.ok) return next;
    const written = await leases.swap(now, next.value);
    if (written !== undefined) return ok(written.lease);
  }
  return bad({
    code: 'lease.contended',
    where: `environment ${request.environment}`,
    found: 'a lease that others change all the time',
    expected: 'a moment in which it can be changed',
    remedy: 'try again; `shiplock status` says who works there',
  });
}

function freeLease(environment: string): Lease {
  return { formatVersion: 1, environment, fence: 1, holder: null, renewals: 0, durationMs: 15_000, anchor: null };
}

function lockOf({ by, reason, clock }: LockRequest, on: boolean): NonNullable<Lease['lock']> {
  return { on, by, reason, time: timestamp(clock) };
}

/** As a run: it stands in every list and report, and goes where journals go. */
async function record(request: LockRequest, what: 'lock' | 'unlock', lease: Lease): Promise<string> {
  const { store, environment, by, reason, clock, mask } = request;
  const time = timestamp(clock).slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const run = `${time}-${randomBytes(2).toString('hex')}`;
  const inputs = { environment, reason };
  const journal = await createJournal({
    run,
    paths: runPaths(store, run),
    clock,
    fence: lease.fence,
    mask: (data) => mask(data),
  });
  const title = `${what === 'lock' ? 'Lock' : 'Unlock'} ${environment}: ${reason}`;
  const records: readonly Payload[] = [
    {
      type: 'run.started',
      data: {
        procedure: { id: what, title, version: 1, inputs },
        environment,
        who: by,
        planHash: digestOf({ what, ...inputs }),
        outline: {},
      },
    },
    { type: 'run.finished', data: { outcome: 'done', problems: [] } },
  ];
  for (const { type, data } of records) await journal.append(type, '', 0, toJson(data));
  const anchor = journal.anchor();
  await journal.close();
  await replaceFile(anchorPath(store, run), `${JSON.stringify(anchor)}\n`);
  return run;
}

function unlessUnreachable(error: unknown): undefined {
  if (error instanceof StoreUnreachableError) return undefined;
  throw error;
}

function notLocked(environment: string): Problem {
  return {
    code: 'lease.not-locked',
    where: `environment ${environment}`,
    found: 'no lock',
    expected: 'a lock to take off',
    remedy: 'to take the environment away from a run that will not come back, name it with --from',
  };
}

function atWork({ environment, holder, fence }: Lease): Problem {
  const run = holder?.run ?? '?';
  return {
    code: 'lease.held',
    where: `environment ${environment}`,
    found: `run ${run} at work (${holder?.who ?? '?'} on ${holder?.host ?? '?'}, fence ${fence})`,
    expected: 'an environment where no process works',
    remedy: `wait for it, or stop it with Ctrl-C where it runs; \`--from ${run}\` takes the environment away from it, also when it is dead`,
  };
}

function notThere(environment: string, from: string, found: string | undefined): Problem {
  return {
    code: 'lease.other-holder',
    where: `environment ${environment}`,
    found: found === undefined ? 'nobody' : `run ${found}`,
    expected: `run ${from}, as --from says`,
    remedy: '`shiplock status` says who has the environment',
  };
}
