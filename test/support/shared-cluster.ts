import { join } from 'node:path';
import { type Cluster, startCluster } from '../lab/cluster/start.ts';
import { GITOPS } from '../lab/manifests/check.ts';

/** The one cluster of the tier `cluster`: its files run one after the other in one process, and the cluster ends with that process, however it ends. */

let running: Promise<Cluster> | undefined;

/** With Argo CD and Argo Rollouts; made when the first file asks. Whoever takes it gives it back with `leaveCluster`, and stops nothing of it. */
export function useCluster(): Promise<Cluster> {
  running ??= startCluster({ argocd: true, rollouts: true });
  return running;
}

/** What every cluster of the lab has. */
const KEPT = /^(default|kube-.*|argocd|argo-rollouts|shiplock-policy)$/;

/** Takes away what a file has made: Applications, namespaces, what runs in `default`, and what stands in quarantine. The next file may take the same names. */
export async function leaveCluster(cluster: Cluster | undefined): Promise<void> {
  if (cluster === undefined) return;
  const names = async (kind: string, ...where: readonly string[]): Promise<readonly string[]> =>
    (await cluster.must(['get', kind, ...where, '-o', 'jsonpath={.items[*].metadata.name}']))
      .split(' ')
      .filter((name) => name !== '');
  const argocd = ['-n', 'argocd'];
  // Argo CD must bring nothing back, and need not take away one by one what goes with its namespace.
  await cluster.must(['delete', 'applicationsets', '--all', '--cascade=orphan', ...argocd]);
  for (const name of await names('applications', ...argocd)) {
    const free = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}'];
    // It may be on its way out already.
    await cluster.kubectl(['patch', 'application', name, ...argocd, ...free]);
  }
  await cluster.must(['delete', 'applications', '--all', ...argocd]);
  await cluster.must(['delete', 'rollouts,analysistemplates,analysisruns', '--all', '-n', 'default', '--wait=false']);
  const spaces = await names('namespaces');
  const made = spaces.filter((name) => !KEPT.test(name));
  if (made.length > 0) await cluster.must(['delete', 'namespaces', ...made, '--timeout=180s']);
  await cluster.must(['delete', 'persistentvolumes', '--all', '--wait=false']);
  if (spaces.includes('shiplock-policy')) {
    await cluster.must(['replace', '-f', join(GITOPS, 'platform', 'admission', 'quarantine.yaml')]);
  }
}
