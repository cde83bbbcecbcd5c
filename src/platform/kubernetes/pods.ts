import { z } from 'zod';
import { digestIn, type VersionNames, versionOf } from '../../model/cluster-rollout.ts';
import { type Kube, type KubeObject, POD } from '../../model/kube.ts';
import type { Instance, InstanceState, PlatformState } from '../../model/platform.ts';
import type { Platform } from '../../model/ports.ts';
import { problemsOf } from '../../model/problem.ts';

/** Pods as instances. Only looks: whoever brings and takes pods is a controller of the cluster. */

export interface PodsOptions {
  readonly kube: Kube;
  readonly namespace: string;
  /** Of the Rollout whose pods they are: pods belong to it through ReplicaSets, whose names begin with it. */
  readonly owner: string;
  /** Label that the controller puts on its pods. */
  readonly hashLabel: string;
  readonly container: string;
  readonly component: string;
  readonly names: VersionNames;
}

export function podsPlatform(options: PodsOptions): Platform {
  const { kube, namespace, component, names } = options;
  const none = () => [];
  return {
    async observe(signal): Promise<PlatformState> {
      const host = { name: namespace, address: namespace };
      try {
        const { items } = await kube.list({ ...POD, namespace }, options.hashLabel, signal);
        const known = await names();
        const instances = items.flatMap((pod) => instanceOf(pod, options, known));
        return { instances, installed: [], current: {}, hosts: [{ ...host, kind: 'reachable', current: {} }] };
      } catch (error) {
        signal?.throwIfAborted();
        const reason = problemsOf(error, component)
          .map(({ found }) => found)
          .join('; ');
        return { instances: [], installed: [], current: {}, hosts: [{ ...host, kind: 'unreachable', reason }] };
      }
    },
    install: none,
    start: none,
    stop: none,
    makeCurrent: none,
    remove: none,
  };
}

const stateSchema = z
  .object({
    waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).nullish(),
    terminated: z
      .object({ reason: z.string().default(''), exitCode: z.number().default(0), message: z.string().default('') })
      .nullish(),
  })
  .default({});

const podSchema = z.object({
  spec: z.object({
    containers: z.array(
      z.object({
        name: z.string(),
        image: z.string().default(''),
        ports: z.array(z.object({ containerPort: z.number() })).nullish(),
      }),
    ),
    nodeName: z.string().default(''),
  }),
  status: z
    .object({
      phase: z.string().default(''),
      podIP: z.string().default(''),
      reason: z.string().default(''),
      message: z.string().default(''),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .nullish(),
      containerStatuses: z
        .array(
          z.object({
            name: z.string(),
            restartCount: z.number().default(0),
            imageID: z.string().default(''),
            state: stateSchema,
            lastState: stateSchema,
          }),
        )
        .nullish(),
    })
    .prefault({}),
});
type Pod = z.infer<typeof podSchema>;

function instanceOf(
  { meta, body }: KubeObject,
  options: PodsOptions,
  names: ReadonlyMap<string, string>,
): readonly Instance[] {
  const { owner, hashLabel, container, component } = options;
  const hash = meta.labels[hashLabel];
  const ours = meta.ownerReferences.some((one) => one.kind === 'ReplicaSet' && one.name === `${owner}-${hash}`);
  const pod = podSchema.safeParse(body);
  if (hash === undefined || !ours || !pod.success) return [];
  const { spec, status } = pod.data;
  const main = spec.containers.find((one) => one.name === container);
  const running = status.containerStatuses?.find((one) => one.name === container);
  const digest = digestIn(main?.image ?? '') ?? digestIn(running?.imageID ?? '');
  return [
    {
      component,
      version: versionOf(names, digest, hash),
      instance: meta.name,
      on: spec.nodeName === '' ? 'no node yet' : spec.nodeName,
      host: status.podIP,
      port: main?.ports?.[0]?.containerPort ?? 0,
      state: stateOf(pod.data, running, meta.deletionTimestamp !== undefined),
      restarts: running?.restartCount ?? 0,
      detail: detailOf(pod.data, running),
    },
  ];
}

/** The kubelet speaks of a crash loop after the first crash already; one that waits for something that is not up yet gets this many more tries. */
const CRASH_LOOP = 3;

type ContainerStatus = NonNullable<Pod['status']['containerStatuses']>[number];

/** Pure. */
export function stateOf({ status }: Pod, running: ContainerStatus | undefined, leaving: boolean): InstanceState {
  if (leaving) return 'draining';
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return 'stopped';
  const dying = running?.state.waiting?.reason === 'CrashLoopBackOff';
  if (dying && (running?.restartCount ?? 0) >= CRASH_LOOP) return 'crash-loop';
  const ready = status.conditions?.find((one) => one.type === 'Ready')?.status === 'True';
  if (ready) return 'ready';
  return status.phase === 'Pending' ? 'starting' : 'not-ready';
}

/** Why it is not well: the container's own words, else the pod's. */
function detailOf({ status }: Pod, running: ContainerStatus | undefined): string {
  const { waiting, terminated } = running?.state ?? {};
  const last = running?.lastState.terminated;
  const words = [
    waiting == null ? '' : `${waiting.reason} ${waiting.message}`,
    terminated == null ? '' : `ended with ${terminated.exitCode} ${terminated.reason} ${terminated.message}`,
    last == null ? '' : `last ended with ${last.exitCode} ${last.reason}`,
    status.reason === '' ? '' : `${status.reason} ${status.message}`,
    ...(status.conditions ?? [])
      .filter((one) => one.type === 'PodScheduled' && one.status !== 'True')
      .map((one) => `${one.reason} ${one.message}`),
  ];
  return words
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .join('; ');
}
