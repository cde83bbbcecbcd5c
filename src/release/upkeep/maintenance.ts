import { isOnHosts } from '../../config/index.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Doors, Maintenance } from '../../traffic/index.ts';

import type { ServiceEnvironment } from '../environment/service.ts';

export { closeNode, openNode } from '../../traffic/maintenance/nodes.ts';

/** The doors of an environment, for the runbooks of maintenance. */

/** @throws ProblemError `traffic.no-doors` where a cluster routes */
export function doorsOf({ target }: Pick<ServiceEnvironment, 'target'>): Doors {
  if (target.doors !== null) return target.doors;
  throw new ProblemError({
    code: 'traffic.no-doors',
    where: `environments.${target.environment}.traffic`,
    found: 'traffic that a cluster routes',
    expected: 'a proxy of ours: `kind: haproxy` or `kind: nginx`',
    remedy: 'shut users out where the cluster lets them in: its gateway or ingress',
  });
}

/** What is marked, from what a person has said and what is configured. Pure. */
export function maintenanceOf(
  { door, environment }: Pick<ServiceEnvironment, 'door' | 'environment'>,
  said: Pick<Maintenance, 'reason' | 'until' | 'message'> & { readonly retryAfterMs: number },
): Maintenance {
  const { reason, until, message, retryAfterMs } = said;
  return {
    formatVersion: 1,
    who: door.who,
    ...{ reason, until, message },
    retryAfterS: Math.ceil(retryAfterMs / 1000),
    except: isOnHosts(environment) ? (environment.traffic.maintenanceExcept ?? []) : [],
  };
}
