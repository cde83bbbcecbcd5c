import type { Lease } from '../../model/journal.ts';
import type { Problem } from '../../model/problem.ts';
import type { EngineOptions, RunResult } from '../api.ts';
import { resultOf } from '../run/result.ts';
import type { Taken } from './lease.ts';

/** Somebody else has the environment: who, and every way out. */
export function busyResult(
  busy: Extract<Taken, { kind: 'busy' }>,
  options: EngineOptions,
  run: string,
  planHash: string,
): RunResult {
  const { lease, why } = busy;
  const problem = problemOf(why, lease);
  options.onEvent?.({ kind: 'run-ended', run, outcome: 'lease-held', problems: [problem] });
  return resultOf({ run, outcome: 'lease-held', problems: [problem], planHash });
}

function problemOf(why: Extract<Taken, { kind: 'busy' }>['why'], lease: Lease): Problem {
  const where = `environment ${lease.environment}`;
  const other = lease.holder?.run ?? '?';
  switch (why) {
    case 'alive':
      return {
        code: 'lease.held',
        where,
        found: `run ${other} at work (${lease.holder?.who ?? '?'} on ${lease.holder?.host ?? '?'}, fence ${lease.fence})`,
        expected: 'an environment that nobody holds',
        remedy: 'wait for it, or stop it with Ctrl-C where it runs; a rollback may take the environment over',
      };
    case 'reserved':
      return {
        code: 'lease.reserved',
        where,
        found: `run ${other} of ${lease.holder?.who ?? '?'}, which is not over`,
        expected: 'an environment without an unfinished run',
        remedy: `\`shiplock gate show ${other}\` and \`shiplock resume ${other}\` go on with it; \`shiplock rollback ${lease.environment}\` takes it back`,
      };
    case 'locked':
      return {
        code: 'lease.locked',
        where,
        found: `a lock of ${lease.lock?.by ?? '?'} since ${lease.lock?.time ?? '?'}: ${lease.lock?.reason ?? '?'}`,
        expected: 'an environment that nobody has locked',
        remedy: `ask ${lease.lock?.by ?? 'them'}, then \`shiplock unlock ${lease.environment} --reason …\`; a rollback goes through`,
      };
  }
}
