import { type Problem, ProblemError } from '../../model/problem.ts';

/** The shared store does not answer, or not in time: nobody knows whether what was asked of it has happened. */
export class StoreUnreachableError extends ProblemError {
  constructor(problem: Problem) {
    super(problem);
    this.name = 'StoreUnreachableError';
  }
}

export function unreachable(where: string, found: string): StoreUnreachableError {
  return new StoreUnreachableError({
    code: 'store.unreachable',
    where,
    found,
    expected: 'an answer from the git store',
    remedy:
      'check `store.git.url`, that this machine reaches it, and its rights; in an emergency --break-glass with a reason goes on without it, and `shiplock journal import` makes git true afterwards',
  });
}
