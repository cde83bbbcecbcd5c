import type { Finding } from '../../src/model/finding.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { OutputsOf } from '../shared/define.ts';
import type { Done } from '../shared/job.ts';
import type { migrate } from './definition.ts';

export interface Judged extends Done<keyof OutputsOf<typeof migrate>> {
  /** What the rules found in files. */
  readonly findings?: readonly Finding[];
}

/** To apply, to plan and to judge are three things; one step does one. */
export function twoModes(): Problem {
  return {
    code: 'cli.action-input',
    where: 'input lint',
    found: '"true" beside `plan: true`',
    expected: 'one of them',
    remedy: 'take two steps: one judges the files, the other says what would be done',
  };
}
