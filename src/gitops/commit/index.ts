import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Conflict, Derive, FileEdit, Head, OurCommit } from './derive.ts';
import { filesAt } from './files.ts';
import { land, type Tries, withdraw } from './land.ts';
import { joined } from './line.ts';
import { type Author, messageOf, type Origin } from './message.ts';
import { headAt, makeCommit, touchedSince } from './objects.ts';
import type { Place } from './place.ts';
import { type CommitPorts, changeLine, isFresh, openSession, recovering, refresh, type Session } from './session.ts';
import { signCommit } from './sign.ts';
import { valueAt } from './values.ts';

export interface CommitRequest {
  readonly place: Place;
  /** Every file that the derivation reads or changes. */
  readonly files: readonly string[];
  readonly derive: Derive;
  readonly origin: Origin;
  readonly author: Author;
  /** Date of the commit, seconds since 1970. */
  readonly time: number;
  /** First line of the message; default `<service> in <environment>: <version>`. */
  readonly subject?: string | undefined;
  readonly signingKey?: string | undefined;
  /** Head at which the values were read that the derivation compares with: who changed one since is named in a conflict. */
  readonly readAt?: string | null | undefined;
  /** A run makes it round by round: an earlier commit of it is no answer, only what stands on the branch is. */
  readonly repeats?: boolean | undefined;
  /** Most milliseconds; then it gives up and nothing of it lands later. */
  readonly deadlineMs: number;
}

export type Committed =
  /** `tries`: heads it was derived on. */
  | { readonly kind: 'committed'; readonly commit: string; readonly edits: readonly FileEdit[]; readonly tries: number }
  /** A commit of the same run and node is on the branch: an earlier try, whose answer was lost. */
  | { readonly kind: 'was-committed'; readonly commit: string }
  | { readonly kind: 'nothing'; readonly why: string; readonly base: string | null };

/**
 * One commit on the branch, by compare-and-swap: derived from the head, pushed as a plain fast-forward, and derived anew from the new head
 * when somebody was quicker. Nothing is merged, nothing forced. Commits of several processes on one machine go in one push, each as a
 * commit of its own. The same run and node are never committed twice, unless it `repeats`.
 * @throws ProblemError when it is refused, in conflict, out of time, or the repository does not answer
 */
export async function commit(request: CommitRequest, ports: CommitPorts): Promise<Committed> {
  const session = await openSession(request.place, ports);
  const tries: Tries = { strikes: 0, tryMs: 400 };
  const begun = ports.clock.now();
  const end = ports.clock.monotonic() + request.deadlineMs;
  let count = 0;
  return recovering(session, async () => {
    for (;;) {
      if (ports.clock.monotonic() > end) throw new ProblemError(contended(request.place, count, request.deadlineMs));
      const built = await build(session, request, begun);
      if (built.kind === 'look') {
        await refresh(session, begun);
        continue;
      }
      if (built.kind === 'full') {
        await ports.clock.sleep(20 + ports.random() * 40, ports.signal);
        continue;
      }
      if (built.kind !== 'built') return built;
      count++;
      const landing = await landOrWithdraw(session, built.commit, tries);
      if (landing.kind === 'landed') {
        return { kind: 'committed', commit: built.commit, edits: built.edits, tries: count };
      }
      if (landing.kind === 'refused') throw new ProblemError(landing.problem);
    }
  });
}

async function landOrWithdraw(session: Session, made: string, tries: Tries) {
  try {
    return await land(session, made, tries);
  } catch (error) {
    await withdraw(session, made);
    throw error;
  }
}

type Built =
  | { readonly kind: 'built'; readonly commit: string; readonly edits: readonly FileEdit[] }
  /** The head must be read first. */
  | { readonly kind: 'look' }
  /** As many wait as go in one push. */
  | { readonly kind: 'full' }
  | Exclude<Committed, { kind: 'committed' }>;

/** Derives on the last commit of the line and joins it; an answer that needs no commit is given on the head of the branch itself. */
function build(session: Session, request: CommitRequest, begun: number): Promise<Built> {
  const { cache, ports } = session;
  const { files, origin, derive } = request;
  const isOwn = (at: Head): boolean => ownIn(at, request) !== undefined;
  return changeLine<Built>(session, async (line) => {
    const now = ports.clock.now();
    const seen = line.seenAt >= begun && line.seenAt <= now;
    if (!seen && !isFresh(line, now)) return [line, { kind: 'look' }];
    if (line.waiting.length >= line.limit) return [line, { kind: 'full' }];
    const tip = line.waiting.at(-1)?.commit ?? line.base;
    const head = await headAt(cache, tip, files, origin.environment);
    const derived = isOwn(head) ? undefined : derive(head);
    if (derived?.kind === 'edit') {
      const made = await make(session, request, tip, derived.edits);
      return [joined(line, made, now), { kind: 'built', commit: made, edits: derived.edits }];
    }
    // Whoever waits may not land: only what is on the branch, and was seen since we began, answers for good.
    if (!seen) return [line, { kind: 'look' }];
    if (tip !== line.base) {
      const there = await headAt(cache, line.base, files, origin.environment);
      const again = !isOwn(there) && derive(there).kind === 'edit';
      return again ? [line, { kind: 'full' }] : [line, await answer(session, request, there)];
    }
    return [line, await answer(session, request, head)];
  });
}

async function answer(session: Session, request: CommitRequest, head: Head): Promise<Built> {
  const own = ownIn(head, request);
  if (own !== undefined) return { kind: 'was-committed', commit: own.commit };
  const derived = request.derive(head);
  switch (derived.kind) {
    case 'nothing':
      return { kind: 'nothing', why: derived.why, base: head.base };
    case 'refuse':
      throw new ProblemError(derived.problems);
    case 'conflict':
      throw new ProblemError(await conflictProblem(session, request, head, derived.conflict));
    case 'edit':
      return { kind: 'look' };
  }
}

function ownIn(head: Head, { origin: { run, node }, repeats }: CommitRequest): OurCommit | undefined {
  if (repeats === true) return undefined;
  return head.ours.find((one) => one.run === run && one.node === node);
}

async function make(
  { cache, ports }: Session,
  request: CommitRequest,
  base: string | null,
  edits: readonly FileEdit[],
): Promise<string> {
  const { author, time, origin, subject, signingKey } = request;
  const made = await makeCommit(cache, { base, author, time, edits, message: messageOf(origin, edits, subject) });
  return signingKey === undefined ? made : signCommit(cache, made, { key: signingKey, ...ports });
}

async function conflictProblem(
  { cache, place }: Session,
  { readAt }: CommitRequest,
  { base }: Head,
  { file, path, read, theirs, ours }: Conflict,
): Promise<Problem> {
  const who = base === null ? undefined : await writerOf(cache, { readAt: readAt ?? null, base, file, path, theirs });
  return {
    code: 'gitops.conflict',
    where: `${place.location.address} ${place.branch}:${file} ${path}`,
    found: `${theirs}${who === undefined ? '' : `, by ${who.author} in commit ${who.commit.slice(0, 12)} of ${who.time}`}`,
    expected: `${read}, as it was read before it should become ${ours}`,
    remedy:
      'ask them which of the two is meant; to go on with ours, start the release again: it then begins from their value',
  };
}

/** The commit that gave the value what it is now. */
async function writerOf(
  cache: Session['cache'],
  of: {
    readonly readAt: string | null;
    readonly base: string;
    readonly file: string;
    readonly path: string;
    readonly theirs: string;
  },
) {
  const touched = await touchedSince(cache, of.readAt, of.base, of.file).catch(() => []);
  let writer = touched[0];
  for (const one of touched) {
    const files = await filesAt(cache, one.commit, [of.file]);
    if ((valueAt(files[of.file] ?? null, of.path) ?? 'nothing') !== of.theirs) break;
    writer = one;
  }
  return writer;
}

function contended(place: Place, tries: number, deadlineMs: number): Problem {
  return {
    code: 'gitops.contended',
    where: `${place.location.address} ${place.branch}`,
    found: `${tries} tries in ${Math.round(deadlineMs / 1000)} s, and somebody else was quicker each time`,
    expected: 'a moment in which the branch stands still',
    remedy:
      'run the same again; where many write to one branch all the time, give each service a repository or a branch of its own',
  };
}
