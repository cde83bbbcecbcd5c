import type { Problem } from '../../model/problem.ts';
import type { Engine } from './engine.ts';

/** Where in a run a node is interpreted. */
export interface Mode {
  /** Inside a rollback or around a gate: what failed in an earlier process is tried again. */
  readonly again: boolean;
}

export function maskedProblems(engine: Engine, problems: readonly Problem[]): readonly Problem[] {
  const { mask } = engine.options.secrets;
  return problems.map((problem) => ({
    ...problem,
    where: mask(problem.where),
    found: mask(problem.found),
    expected: mask(problem.expected),
    remedy: mask(problem.remedy),
  }));
}
