import type { Problem } from '../../model/problem.ts';

/** What speaks against a run whose record is not there: told before anything of records is loaded. */

export function needed(environment: string): Problem {
  return {
    code: 'change.needed',
    where: environment,
    found: 'no change record',
    expected: 'one that asks for this plan: the policy of this environment wants it',
    remedy: `ask for it: shiplock change new ${environment} …, then say --change CHG-…; in an emergency --await-override begins a run that waits for somebody with the role of overrides`,
  };
}

export function unknownChange(id: string, environment: string): Problem {
  return {
    code: 'change.unknown',
    where: id,
    found: `no such record for ${environment}`,
    expected: 'a change record of this environment',
    remedy: '`shiplock change list` has them all',
  };
}
