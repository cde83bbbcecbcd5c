import { until } from '../lab/cluster/namespaces.ts';
import type { Cluster } from '../lab/cluster/start.ts';
import { type ClusterLab, openClusterLab } from './cluster-release.ts';

/** A service in a real cluster whose pods git counts: a Rollout by its manifest, a Deployment by an autoscaler. */

export const OBJECTS = 'app/all.yaml';

export interface PodsLab {
  readonly lab: ClusterLab;
  /** A field of an object of its namespace, as jsonpath; empty where it is not there. */
  field(kind: string, name: string, path: string): Promise<string>;
  /** Pods whose processes have not ended. */
  pods(app: string): Promise<readonly string[]>;
}

export async function openPodsLab(
  cluster: Cluster,
  {
    namespace,
    nodePort,
    selfHeal,
  }: { readonly namespace: string; readonly nodePort: number; readonly selfHeal: boolean },
): Promise<PodsLab> {
  const image = await cluster.pushService({ version: '1.0.0' });
  const lab = await openClusterLab(cluster, {
    ...{ namespace, nodePort, selfHeal, strategy: 'canary', replicas: 2 },
    digest: image.slice(image.indexOf('@') + 1),
    rollout: { healthDeadline: '45s' },
    scale: {
      certkeeper: { file: OBJECTS, replicas: 'spec.replicas' },
      worker: { kind: 'Deployment', file: OBJECTS, min: 'spec.minReplicas', max: 'spec.maxReplicas' },
    },
    system: {
      services: {
        store: { workload: { kind: 'Deployment', name: 'store' }, startTimeout: '90s', stopTimeout: '90s' },
        api: { component: 'api', after: ['store'], startTimeout: '90s', stopTimeout: '90s' },
      },
    },
    parts: async () => ({ strategy: undefined, objects: workerObjects(image) }),
  });
  const there = ['get', 'rollout', 'certkeeper', '-n', namespace];
  await until(`the Rollout of ${namespace}`, async () => (await cluster.kubectl(there)).code === 0);
  // Beside what git has: nobody would start it again.
  await cluster.must(['apply', '-n', namespace, '-f', '-'], JSON.stringify(deploymentOf('store', image, 2)));
  const field = async (kind: string, name: string, path: string): Promise<string> =>
    (await cluster.kubectl(['get', kind, name, '-n', namespace, '-o', `jsonpath={${path}}`])).output.trim();
  return {
    lab,
    field,
    async pods(app) {
      const ended = '--field-selector=status.phase!=Succeeded,status.phase!=Failed';
      const words = ['get', 'pods', '-n', namespace, '-l', `app=${app}`, ended];
      const seen = await cluster.must([...words, '-o', 'jsonpath={.items[*].metadata.uid}']);
      return seen.split(' ').filter((uid) => uid !== '');
    },
  };
}

function deploymentOf(name: string, image: string, replicas: number | null): object {
  const labels = { app: name };
  const container = {
    ...{ name: 'main', image },
    readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 },
    resources: { requests: { cpu: '10m', memory: '32Mi' } },
  };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    spec: {
      ...(replicas === null ? {} : { replicas }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { enableServiceLinks: false, terminationGracePeriodSeconds: 3, containers: [container] },
      },
    },
  };
}

function workerObjects(image: string): readonly object[] {
  return [
    deploymentOf('worker', image, null),
    {
      ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'worker' } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' },
        ...{ minReplicas: 1, maxReplicas: 3 },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
        ],
      },
    },
  ];
}
