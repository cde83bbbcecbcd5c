import type { PushEntry } from '../model/forge.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';

/** Which commit did somebody mean when they wrote "this branch"? Pure, from the server's own record of pushes. */

export interface Question {
  readonly branch: string;
  /** When it was said; whole seconds. */
  readonly moment: number;
  /** Newest first, as the forge lists them; the list may end before the branch begins. */
  readonly entries: readonly PushEntry[];
  /** Commit that the branch is at now; null: it is gone. */
  readonly head: string | null;
}

const SECOND_MS = 1000;

/**
 * The newest push before the second in which it was said. Within that second nobody can tell which was first. The record must lead from there
 * to what the branch is at now without a gap, else something was not written down, or is not yet.
 */
export function commitAt({
  branch,
  moment,
  entries,
  head,
}: Question): Result<{ readonly commit: string; readonly pushed: PushEntry }> {
  const second = Math.floor(moment / SECOND_MS);
  const where = `branch ${branch} at ${new Date(second * SECOND_MS).toISOString()}`;
  const at = entries.findIndex((one) => Math.floor(one.at / SECOND_MS) <= second);
  const pushed = entries[at];
  if (pushed === undefined) return bad(unrecorded(where, 'no push before that in the record of the forge'));
  if (Math.floor(pushed.at / SECOND_MS) === second) return bad(sameSecond(where, pushed));
  let follows = head;
  for (const one of entries.slice(0, at + 1)) {
    const after = one.kind === 'deleted' ? null : one.after;
    if (after !== follows) {
      return bad(unrecorded(where, `${follows ?? 'a deleted branch'}, which no push of the record has brought there`));
    }
    follows = one.kind === 'created' ? null : one.before;
  }
  if (pushed.kind === 'deleted') return bad(gone(where));
  return ok({ commit: pushed.after, pushed });
}

function sameSecond(where: string, { after, by }: PushEntry): Problem {
  return {
    code: 'forge.push-in-the-same-second',
    where,
    found: `a push of ${after.slice(0, 12)}${by === null ? '' : ` by ${by.login}`} in the same second`,
    expected: 'a commit that was there before it was said',
    remedy: `look at what the branch is at now, and say it again; or name the commit: ${after.slice(0, 12)}`,
  };
}

function unrecorded(where: string, found: string): Problem {
  return {
    code: 'forge.no-push-record',
    where,
    found,
    expected: 'a record of pushes that leads to that moment without a gap',
    remedy: 'say it again with the commit, at least 12 hexadecimal digits: it then needs no record',
  };
}

function gone(where: string): Problem {
  return {
    code: 'forge.branch-was-gone',
    where,
    found: 'a branch that was deleted before',
    expected: 'a branch that was there when it was said',
    remedy: 'push the branch again, look at it, and say it again',
  };
}
