import { staysSteps } from '../../rollout/index.ts';
import type { Target } from '../environment/target.ts';
import type { ReleaseRecord } from '../record.ts';

/**
 * The steps around migrations that ask what serves whether it still answers; null where there is no database, nothing runs, or nothing can be asked. In
 * a cluster no smoke requests can be configured: readiness probes stand there.
 */
export function staysBeside(
  { database, policy, ports }: Pick<Target, 'database' | 'policy' | 'ports'>,
  stable: ReleaseRecord | null,
): ReturnType<typeof staysSteps> {
  if (database === null || stable === null) return null;
  return staysSteps({ stable: stable.unit, policy, ports }, 'the migrations');
}
