import { z } from 'zod';
import { until } from '../../lab/cluster/namespaces.ts';
import type { Cluster } from '../../lab/cluster/start.ts';

/** An Application of Argo CD, as far as tests look at it. */
const application = z.object({
  status: z
    .object({
      sync: z.object({ status: z.string(), revision: z.string().optional() }),
      health: z.object({ status: z.string() }),
      operationState: z
        .object({ phase: z.string(), message: z.string().optional(), retryCount: z.number().optional() })
        .optional(),
    })
    .partial()
    .optional(),
});
/** A Job, and how often its pod failed. */
export const job = z.object({
  metadata: z.object({ uid: z.string() }),
  status: z.object({ failed: z.number().optional() }),
});
/** Pods with their images and why they wait. */
export const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), uid: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({
        containerStatuses: z
          .array(
            z.object({
              ready: z.boolean(),
              imageID: z.string(),
              state: z.object({ waiting: z.object({ reason: z.string(), message: z.string().optional() }).optional() }),
            }),
          )
          .optional(),
      }),
    }),
  ),
});

type Status = NonNullable<z.infer<typeof application>['status']>;

/** Applications of Argo CD in a cluster. */
export function argocd(cluster: Cluster): {
  look(name: string): Promise<Status>;
  refresh(name: string): Promise<string>;
  /** Synced at this very commit, and healthy. */
  settled(name: string, commit: string): Promise<void>;
} {
  const look = async (name: string): Promise<Status> =>
    application.parse(JSON.parse(await cluster.must(['get', 'application', '-n', 'argocd', name, '-o', 'json'])))
      .status ?? {};
  return {
    look,
    refresh: (name) =>
      cluster.must([
        'annotate',
        'application',
        '-n',
        'argocd',
        name,
        'argocd.argoproj.io/refresh=normal',
        '--overwrite',
      ]),
    settled: (name, commit) =>
      until(`${name} to be synced and healthy`, async () => {
        const { sync, health } = await look(name);
        return sync?.status === 'Synced' && sync.revision === commit && health?.status === 'Healthy';
      }),
  };
}
