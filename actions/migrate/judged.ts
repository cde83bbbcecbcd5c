import type { Finding } from '../../src/model/finding.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { OutputsOf } from '../shared/define.ts';
import type { Done } from '../shared/job.ts';
import type { migrate } from './definition.ts';

export interface Judged extends Done<keyof OutputsOf<typeof migrate>> {
  /** What the rules found in files. */
  readonly findings?: readonly Finding[];
}

/** To apply, to plan and to judge are three things; one step does one. Pure. */
export function twoModes(input: 'lint' | 'stored-plan', beside: 'plan' | 'lint' = 'plan'): Problem {
  return {
    code: 'cli.action-input',
    where: `input ${input}`,
    found: `${input === 'lint' ? '"true"' : 'a plan that is to be applied'} beside \`${beside}: true\``,
    expected: 'one of them',
    remedy: 'take two steps: one judges the files, another says what would be done, a third applies it',
  };
}
