import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Exec, HttpClient } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { hasCode } from '../../procedure/store.ts';
import { type Cache, CacheError, cacheProblem, discardCache, ensureCache, openCache } from './cache.ts';
import { diagnose } from './diagnose.ts';
import { EMPTY_LINE, type Line, movedTo, readLine, withoutDead, writeLine } from './line.ts';
import { withLock } from './lock.ts';
import { commitsSince } from './objects.ts';
import type { Place } from './place.ts';
import { noBranch } from './refusals.ts';
import { type Fetched, fetchHead, headRef } from './remote.ts';

/** What the commits of one process on one branch share: the cache, the line of those who wait, and two locks. */
export interface Session {
  readonly place: Place;
  readonly cache: Cache;
  readonly ports: CommitPorts;
  readonly names: {
    readonly line: string;
    /** Held while a commit is built or the line is changed: milliseconds. */
    readonly lineLock: string;
    /** Held while the network is used. */
    readonly netLock: string;
  };
}

export interface CommitPorts {
  readonly exec: Exec;
  readonly clock: Clock;
  readonly http: HttpClient;
  /** In [0, 1): jitter only. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** A head that was seen so lately is built on without another look, where nobody competes: the push looks anyway. */
const FRESH_MS = 2_000;
const READ_TRIES = 3;

export async function openSession(place: Place, ports: CommitPorts): Promise<Session> {
  const dir = place.location.cache;
  const branch = headRef(place.branch).split('-').at(-1) ?? '';
  await mkdir(dirname(dir), { recursive: true });
  return {
    place,
    cache: openCache(dir, ports.exec, ports.signal),
    ports,
    names: { line: `${dir}.${branch}.line`, lineLock: `${dir}.line.lock`, netLock: `${dir}.net.lock` },
  };
}

/** Changes the line under its lock. */
export async function changeLine<T>(session: Session, work: (line: Line) => Promise<readonly [Line, T]>): Promise<T> {
  const { names, ports } = session;
  return withLock(names.lineLock, ports, async () => {
    const before = await readLine(names.line);
    const [after, result] = await work(withoutDead(before, ports.clock.now()));
    if (after !== before) await writeLine(names.line, after);
    return result;
  });
}

export function isFresh(line: Line, now: number): boolean {
  const lately = line.seenAt > 0 && line.seenAt <= now && now - line.seenAt <= FRESH_MS;
  return lately && line.window < 1;
}

/** Brings the head of the branch here, unless somebody did since `begun`. Whoever waited for a commit that is there now learns it. */
export async function refresh(session: Session, begun: number): Promise<void> {
  await withLock(session.names.netLock, session.ports, async () => {
    const { seenAt } = await readLine(session.names.line);
    if (seenAt < begun || seenAt > session.ports.clock.now()) await bringHead(session);
  });
}

/** Under the lock of the network. Returns the head. */
export async function bringHead(session: Session): Promise<string | null> {
  const { cache, ports, place } = session;
  await ensureCache(cache);
  const head = await answered(session);
  const now = ports.clock.now();
  if (head.kind === 'no-branch') {
    if (head.branches.length > 0) throw new ProblemError(await noBranch(place, head.branches, ports));
    return changeLine(session, async (line) => [movedTo(line, null, [], now), null]);
  }
  const { commit } = head;
  const before = await readLine(session.names.line);
  const since =
    before.base === commit || before.waiting.length === 0
      ? []
      : await commitsSince(cache, before.base, commit).catch(() => [commit]);
  return changeLine(session, async (line) => {
    const landed = line.waiting.map((one) => one.commit).filter((one) => since.includes(one));
    return [movedTo(line, commit, landed, now), commit];
  });
}

async function answered(session: Session): Promise<Exclude<Fetched, { kind: 'no-answer' }>> {
  const { cache, place, ports } = session;
  for (let tries = 1; ; tries++) {
    const fetched = await fetchHead(cache, place);
    if (fetched.kind !== 'no-answer') return fetched;
    const problem = await diagnose({ place, want: 'read', said: fetched.said, ...ports });
    // Only what may be better in a moment is asked again.
    const passing = problem.code === 'gitops.unreachable' || problem.code === 'gitops.git-failed';
    if (!passing || tries === READ_TRIES) throw new ProblemError(problem);
    await ports.clock.sleep(100 + ports.random() * 300 * tries, ports.signal);
  }
}

/**
 * Runs work that needs the cache. Where that is broken it is thrown away and the work is done once more; it begins by reading the branch anew,
 * so nothing is done twice.
 * @throws ProblemError also when the disk does not take what we write
 */
export async function recovering<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const { cache } = session;
  try {
    for (let recovered = 0; ; recovered++) {
      const used = identity(cache.dir);
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof CacheError) || recovered === 2) throw error;
        session.ports.signal.throwIfAborted();
        await beginAnew(session, used);
      }
    }
  } catch (error) {
    const broken = isDiskError(error) ? new CacheError(error.message) : error;
    throw broken instanceof CacheError ? new ProblemError(await cacheProblem(cache.dir, broken)) : error;
  }
}

async function beginAnew({ cache, names, ports }: Session, used: string | undefined): Promise<void> {
  await withLock(names.netLock, ports, () =>
    withLock(names.lineLock, ports, async () => {
      // Somebody else may have done so already.
      if (used !== undefined && identity(cache.dir) !== used) return;
      await discardCache(cache.dir);
      await writeLine(names.line, EMPTY_LINE);
    }),
  );
}

function isDiskError(error: unknown): error is Error {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].some((code) => hasCode(error, code));
}

function identity(dir: string): string | undefined {
  if (!existsSync(dir)) return undefined;
  const { ino, birthtimeMs } = statSync(dir);
  return `${ino} ${birthtimeMs}`;
}
