import { type Problem, ProblemError } from '../../model/problem.ts';

/** Why the run of this step goes no further now. `stuck`: a way back that it drives has failed. */
export type PauseKind = 'waiting' | 'stopped' | 'stuck';

/**
 * Thrown by an opaque step that drives something with a journal of its own, when that is not over: nothing has failed and nothing is taken
 * back, the run ends, and a resume does the step again.
 */
export class StepPaused extends ProblemError {
  readonly how: PauseKind;

  constructor(how: PauseKind, problems: readonly Problem[]) {
    super(problems);
    this.name = 'StepPaused';
    this.how = how;
  }
}
