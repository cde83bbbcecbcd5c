import { type Problem, ProblemError } from '../../model/problem.ts';
import { delayMs, narrower, wider } from './backoff.ts';
import { diagnose } from './diagnose.ts';
import { readLine, refusedBy, scattered, taken, without } from './line.ts';
import { tryLock, withLock } from './lock.ts';
import { isBelow } from './objects.ts';
import type { Pushed } from './porcelain.ts';
import { pushRefused } from './refusals.ts';
import { push } from './remote.ts';
import { bringHead, changeLine, type Session } from './session.ts';

/** Gets a commit of the line to the branch, together with those before it. Whoever finds the network free pushes for everybody. */

export type Landing =
  | { readonly kind: 'landed' }
  /** The branch went another way: derive anew. */
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** A push that changed nothing is tried so often before it counts as refused: another one may have been in the middle of it. */
const STRIKES = 3;
const POLL_MS = 10;
const SLOWEST_POLL_MS = 60;
const WITHDRAW_MS = 10_000;

/** What this process has learnt about tries; kept while it lives. */
export interface Tries {
  strikes: number;
  /** How long one takes, from reading the branch to the answer of the push; the latest count most. */
  tryMs: number;
}

export async function land(session: Session, commit: string, tries: Tries): Promise<Landing> {
  const { names, ports } = session;
  let pollMs = POLL_MS;
  for (;;) {
    ports.signal.throwIfAborted();
    const line = await readLine(names.line);
    if (line.landed.includes(commit)) return { kind: 'landed' };
    const refused = line.refused.find((one) => one.commit === commit);
    if (refused !== undefined) {
      return { kind: 'refused', problem: await pushRefused(session.place, refused.said, ports) };
    }
    if (!line.waiting.some((one) => one.commit === commit)) return lookFor(session, commit, line.base);
    const pushed = await tryLock(names.netLock, ports.clock, () => pushLine(session, tries));
    if (pushed !== 'busy') continue;
    await ports.clock.sleep(pollMs * (0.5 + ports.random()), ports.signal);
    pollMs = Math.min(SLOWEST_POLL_MS, pollMs * 1.5);
  }
}

/** Nobody remembers it: the branch does. */
async function lookFor(session: Session, commit: string, base: string | null): Promise<Landing> {
  if (base !== null && (await isBelow(session.cache, commit, base))) return { kind: 'landed' };
  return { kind: 'overtaken' };
}

/** Under the lock of the network: one push of all who wait. */
async function pushLine(session: Session, tries: Tries): Promise<void> {
  const { cache, place, ports } = session;
  const { waiting, window, base } = await changeLine(session, async (line) => [line, line]);
  const last = waiting.at(-1)?.commit;
  if (last === undefined) return;
  const begun = ports.clock.monotonic();
  const pushed = await push(cache, place, last);
  const pushMs = ports.clock.monotonic() - begun;
  if (pushed.kind === 'landed') {
    tries.strikes = 0;
    const now = ports.clock.now();
    await changeLine(session, async (line) => [{ ...taken(line, last, now), window: narrower(window) }, undefined]);
    return;
  }
  if (pushed.kind === 'rejected') {
    await ports.clock.sleep(delayMs(window, tries.tryMs, ports.random()), ports.signal);
  }
  // Whatever the push said or did not say: where the branch is now decides.
  const looked = ports.clock.monotonic();
  const head = await bringHead(session);
  tries.tryMs = 0.6 * tries.tryMs + 0.4 * (pushMs + ports.clock.monotonic() - looked);
  if (head === base) return strike(session, { last, alone: waiting.length === 1, pushed, tries });
  tries.strikes = 0;
  await changeLine(session, async (line) => {
    const ours = line.landed.includes(last);
    return [ours ? line : { ...line, window: wider(line.window) }, undefined];
  });
}

interface Failed {
  readonly last: string;
  readonly alone: boolean;
  readonly pushed: Exclude<Pushed, { kind: 'landed' }>;
  readonly tries: Tries;
}

/** Nobody moved the branch, and our commits are not on it. */
async function strike(session: Session, { last, alone, pushed, tries }: Failed): Promise<void> {
  const { place, ports } = session;
  tries.strikes++;
  if (tries.strikes < STRIKES) {
    await ports.clock.sleep(50 + ports.random() * 200 * tries.strikes, ports.signal);
    return;
  }
  tries.strikes = 0;
  if (pushed.kind === 'no-answer') {
    throw new ProblemError(await diagnose({ place, want: 'push', said: pushed.said, ...ports }));
  }
  // One of them is not taken; which one shows when each is pushed by itself.
  await changeLine(session, async (line) => [
    alone ? refusedBy(line, last, pushed.said) : scattered(line, 1),
    undefined,
  ]);
}

/** Takes a commit out of the line, so that nobody pushes it after we gave up. */
export async function withdraw(session: Session, commit: string): Promise<void> {
  const { names, ports } = session;
  const signal = AbortSignal.timeout(WITHDRAW_MS);
  const own: Session = { ...session, ports: { ...ports, signal } };
  await withLock(names.netLock, own.ports, () =>
    changeLine(own, async (line) => [without(line, commit), undefined]),
  ).catch(() => undefined);
}
