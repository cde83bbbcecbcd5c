import { type Catalogue, type Chain, chainOf, type Mark } from '../../backup/index.ts';
import type { Target } from '../../backup/replay/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';

/** What is wanted of a restore, and what one that was cut had chosen. */

export interface RestoreRequest {
  readonly environment: string;
  readonly target: Target;
  /** The target as it was written: the same words go on with a restore that was cut. */
  readonly text: string;
  /** Which full backup; left out: the best. */
  readonly id?: string | undefined;
}

/**
 * What a restore that was cut had chosen: the same backup and the same logs, whatever was taken since. Pure.
 * @throws ProblemError when one of them is no longer to be believed
 */
export function chosenAgain({ fulls, segments }: Catalogue, { full: id, segments: digests }: Mark): Chain {
  const full = fulls.find((one) => one.id === id);
  const logs = digests.map((digest) => segments.find(({ sha256 }) => sha256 === digest));
  const held = logs.filter((one) => one !== undefined);
  if (full === undefined || held.length < logs.length) throw new ProblemError(gone(id));
  const chain = chainOf(full, held);
  if (chain.segments.length < held.length || chain.restorableTo === null) throw new ProblemError(gone(id, chain.ends));
  return chain;
}

function gone(id: string, why: string | null = null): Problem {
  return {
    code: 'restore.choice-gone',
    where: id,
    found: why ?? 'a backup or binary log that the catalogue does not name any more',
    expected: 'what the restore that was cut had chosen',
    remedy: 'begin anew in another directory: another backup is chosen',
  };
}
