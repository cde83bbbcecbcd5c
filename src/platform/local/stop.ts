import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { ComponentLayout, Layout } from './layout.ts';
import { withLock } from './lock.ts';
import { bootId, handles, isAlive, kill, marked, signal } from './processes.ts';
import type { RunRecord } from './records.ts';
import { isRunning } from './running.ts';
import { readRuns, readWanted, writeRecord } from './store.ts';

const LOCK_WAIT_MS = 60_000;
const POLL_MS = 20;
/** A supervisor that does not end by itself this long after its process should have is killed too. */
const SUPERVISOR_GRACE_MS = 5_000;
/** A killed process is gone at once unless the kernel is busy with it. */
const KILL_WAIT_MS = 3_000;
const SIGHUP = 1;

export interface StopRequest {
  readonly component: string;
  readonly version: string;
  /** `guards`: only the guards go and the instances stay. */
  readonly what: 'everything' | 'guards';
}

/**
 * Stops every instance of a version and waits until nothing of it is left: SIGTERM, its time to finish requests, SIGKILL. The
 * lock is held for the decision only, not while requests finish, so that a rollback beside it is not kept waiting.
 * @returns names of what was stopped; empty when nothing ran
 */
export async function stop(host: Layout, request: StopRequest, clock: Clock): Promise<readonly string[]> {
  const at = host.component(request.component);
  const chosen = await withLock(host.lock, LOCK_WAIT_MS, async () => {
    await forget(at, request);
    const { runs } = await readRuns(at);
    const leaving = runs
      .filter((run) => run.version === request.version)
      .filter((run) => request.what === 'everything' || run.role === 'guard');
    // A start that comes next must not take them for running, even before their supervisors know.
    await Promise.all(leaving.map((run) => writeFile(at.stopFile(run.instance), run.marker)));
    return leaving;
  });
  await Promise.all(chosen.map((run) => stopInstance(at, run, clock)));
  return chosen.map((run) => run.instance);
}

/** Ends one instance; its run file stays, and with it its port. */
export async function endInstance(run: RunRecord, clock: Clock): Promise<void> {
  if (signal(run.supervisor, run.boot, 'SIGTERM')) {
    const deadline = clock.monotonic() + run.stopTimeoutMs + SUPERVISOR_GRACE_MS;
    while (isAlive(run.supervisor, run.boot) && clock.monotonic() < deadline) await clock.sleep(POLL_MS);
    signal(run.supervisor, run.boot, 'SIGKILL');
  } else if (signal(run.child, run.boot, 'SIGTERM')) {
    // Its supervisor was killed and the kernel did not take the process along: it still gets the time it was promised.
    const deadline = clock.monotonic() + run.stopTimeoutMs;
    while (isAlive(run.child, run.boot) && clock.monotonic() < deadline) await clock.sleep(POLL_MS);
  }
  await clearAway(run, clock);
}

async function stopInstance(at: ComponentLayout, run: RunRecord, clock: Clock): Promise<void> {
  await endInstance(run, clock);
  await removeRunFile(at, run);
}

/** Kills whatever a dead supervisor left running, found by identity and by marker, and waits until it is gone: its port too. */
export async function clearAway(run: RunRecord, clock: Clock): Promise<void> {
  if (isAlive(run.supervisor, run.boot)) return;
  if (isAlive(run.child, run.boot) && run.child !== null) kill(-run.child.pid, 'SIGKILL');
  const left = run.boot === bootId() ? marked(run.marker) : [];
  for (const { pid } of left) kill(pid, 'SIGKILL');
  const ours = [...left, ...(run.child === null ? [] : [run.child])];
  const deadline = clock.monotonic() + KILL_WAIT_MS;
  while (ours.some((id) => isAlive(id, run.boot)) && clock.monotonic() < deadline) await clock.sleep(POLL_MS);
}

/** Is a stop of exactly this process under way? */
export async function isLeaving(at: ComponentLayout, run: RunRecord): Promise<boolean> {
  if (!isRunning(run)) return false;
  if (run.phase === 'stopping') return true;
  const marker = await readFile(at.stopFile(run.instance), 'utf8').catch(() => '');
  return marker === run.marker;
}

/** SIGHUP to each instance of a version. Refused before anything is sent when one of them would die of it. */
export async function reload(host: Layout, component: string, version: string): Promise<readonly string[]> {
  const { runs } = await readRuns(host.component(component));
  const services = runs.filter((run) => run.version === version && run.role === 'service' && isRunning(run));
  for (const { child, boot, instance } of services) {
    if (child !== null && isAlive(child, boot) && handles(child.pid, SIGHUP) === false) {
      throw new ProblemError({
        code: 'unit.no-reload',
        where: `${component} ${instance}`,
        found: 'a process that does not handle SIGHUP and would end',
        expected: 'a service that reads its configuration again at SIGHUP',
        remedy: 'use `unit restart`, which goes one instance at a time',
      });
    }
  }
  return services.filter((run) => signal(run.supervisor, run.boot, 'SIGHUP')).map((run) => run.instance);
}

/** What was stopped on purpose does not come back after a reboot. */
async function forget(at: ComponentLayout, request: StopRequest): Promise<void> {
  const wanted = await readWanted(at);
  const entry = wanted.versions[request.version];
  if (entry === undefined) return;
  const { [request.version]: _gone, ...others } = wanted.versions;
  const kept = request.what === 'guards' ? { ...others, [request.version]: { ...entry, guard: null } } : others;
  if (request.what === 'guards' && entry.guard === null) return;
  await writeRecord(at.wanted, { v: 1, versions: kept });
}

async function removeRunFile(at: ComponentLayout, run: RunRecord): Promise<void> {
  // A start after us may have written a new one under the same name.
  const { runs } = await readRuns(at);
  const now = runs.find((other) => other.instance === run.instance);
  if (now !== undefined && now.supervisor.pid === run.supervisor.pid && now.marker === run.marker) {
    await rm(at.runFile(run.instance), { force: true });
    await rm(at.stopFile(run.instance), { force: true });
  }
}
