import type { Lease } from '../../model/journal.ts';
import type { Problem } from '../../model/problem.ts';
import type { EngineOptions, RunResult } from '../api.ts';
import { resultOf } from '../run/result.ts';
import type { Busy } from './lease.ts';

/** Somebody else has the environment: who, and every way out. */
export function busyResult(busy: Busy, options: EngineOptions, run: string, planHash: string): RunResult {
  const problem = problemOf(busy);
  options.onEvent?.({ kind: 'run-ended', run, outcome: 'lease-held', problems: [problem] });
  return resultOf({ run, outcome: 'lease-held', problems: [problem], heldBy: busy.run, planHash });
}

function problemOf({ why, lease, run }: Busy): Problem {
  const where = `environment ${lease.environment}`;
  const other = run ?? '?';
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
        found: reservedBy(other, lease.holder),
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

function reservedBy(run: string, holder: Lease['holder']): string {
  if (holder === null || holder.run === run) return `run ${run} of ${holder?.who ?? '?'}, which is not over`;
  return `run ${run}, which is not over; run ${holder.run} of ${holder.who} began to take it over, and died before its first record`;
}
