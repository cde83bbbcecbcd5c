import type { ResolvedSystemService } from '../../config/index.ts';
import { LOCAL_HOST } from '../../model/platform.ts';
import { LOOPBACK } from '../../platform/index.ts';
import { kubeClient } from '../../procedure/index.ts';
import { composeControl, type ServiceOnHost, workloadControl } from '../../system/index.ts';
import { clusterAt } from './cluster-place.ts';
import { healedBy } from './healed.ts';
import type { ServiceEnvironment } from './service.ts';

/** Where a service of Compose or a workload of a cluster is seen and moved. */

type Run = Extract<ResolvedSystemService['run'], { kind: 'compose' | 'workload' }>;

/**
 * The namespace of a workload stands for a host; what its pods answer is asked from this machine, as of everything else.
 * @param resource whose fence is compared, of what this machine does
 */
export function placeElsewhere(
  { clock, door, exec, baseDir }: Pick<ServiceEnvironment, 'clock' | 'door' | 'exec' | 'baseDir'>,
  service: string,
  run: Run,
  resource: string,
): ServiceOnHost {
  if (run.kind === 'compose') {
    const control = composeControl({ service, ...run, cwd: baseDir, resource, exec });
    return { host: LOCAL_HOST, address: LOOPBACK, control };
  }
  const { kind, name, namespace, replicas, argocdNamespace } = run.workload;
  const cluster = clusterAt(run.workload, door.env);
  const kube = kubeClient(cluster, clock);
  const healed = healedBy(kube, { kind, argocdNamespace });
  return {
    host: namespace,
    address: LOOPBACK,
    control: workloadControl({ kube, cluster, kind, namespace, name, replicas, healed, clock }),
  };
}
