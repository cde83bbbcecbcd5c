import type { Check, Checked } from '../../model/check.ts';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';

/** A check with its answer. */
export type CheckResult = { readonly id: string; readonly title: string } & Checked;

/** All at once, each within its own time: one that hangs costs its own line. In the order given. */
export function runChecks(checks: readonly Check[], clock: Clock, eachMs: number): Promise<readonly CheckResult[]> {
  return Promise.all(
    checks.map(async (check) => ({ id: check.id, title: check.title, ...(await one(check, clock, eachMs)) })),
  );
}

async function one(check: Check, clock: Clock, eachMs: number): Promise<Checked> {
  const over = new AbortController();
  const late = clock.sleep(eachMs, over.signal).then(
    (): Checked => ({
      state: 'failed',
      found: `no answer within ${eachMs / 1000} s`,
      expected: 'an answer',
      mend: 'see why it does not answer; the other checks do not depend on it',
    }),
    (): Checked => ({ state: 'failed', found: 'given up', expected: 'an answer', mend: 'look again' }),
  );
  try {
    return await Promise.race([check.look(over.signal).catch(asFailed), late]);
  } finally {
    // Ends the look as well: one that goes on by itself would keep the process.
    over.abort();
  }
}

function asFailed(error: unknown): Checked {
  if (error instanceof ProblemError) {
    const [problem] = error.problems;
    if (problem !== undefined) {
      const { found, expected, remedy } = problem;
      return { state: 'failed', found, expected, mend: remedy };
    }
  }
  const found = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return { state: 'failed', found, expected: 'an answer', mend: 'mend what the message names' };
}
