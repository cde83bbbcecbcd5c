import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import type { KubeObject } from '../../model/kube.ts';

/** Objects of a cluster as people read them: a row each, in words of the API. What an object does not say is left empty. All pure. */

const text = z.string().nullish();
const endedSchema = z
  .object({ reason: text, exitCode: z.number().nullish(), message: text, finishedAt: text })
  .nullish();
const containerSchema = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  imageID: text,
  state: z
    .object({ waiting: z.object({ reason: text, message: text }).nullish(), terminated: endedSchema })
    .prefault({}),
  lastState: z.object({ terminated: endedSchema }).prefault({}),
});
const podSchema = z.object({
  spec: z.object({ nodeName: text }).prefault({}),
  status: z
    .object({
      phase: text,
      reason: text,
      message: text,
      conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: text, message: text })).nullish(),
      initContainerStatuses: z.array(containerSchema).nullish(),
      containerStatuses: z.array(containerSchema).nullish(),
    })
    .prefault({}),
});

/** Those that begin a pod count while they keep it from beginning. */
function containersOf({ containerStatuses, initContainerStatuses }: Status) {
  const beginning = (initContainerStatuses ?? []).filter(({ state }) => state.terminated?.exitCode !== 0);
  return { main: containerStatuses ?? [], all: [...beginning, ...(containerStatuses ?? [])] };
}

function statusOf({ body }: KubeObject) {
  return podSchema.safeParse(body).data ?? podSchema.parse({});
}

type Status = z.infer<typeof podSchema>['status'];

/** Containers of pods, those that are not ready or have died first. Pure. */
export function worstFirst(
  pods: readonly KubeObject[],
): readonly { pod: string; container: string; restarts: number }[] {
  return pods
    .flatMap((pod) =>
      containersOf(statusOf(pod).status).all.map((one) => ({
        pod: pod.meta.name,
        container: one.name,
        restarts: one.restartCount,
        ready: one.ready,
      })),
    )
    .toSorted((a, b) => Number(a.ready) - Number(b.ready) || b.restarts - a.restarts)
    .map(({ pod, container, restarts }) => ({ pod, container, restarts }));
}

/** Pure, as all of these. */
export function podRow(pod: KubeObject) {
  const { spec, status } = statusOf(pod);
  const { main: containers, all } = containersOf(status);
  const why = [
    words(status.reason, status.message),
    ...(status.conditions ?? [])
      .filter((one) => one.status !== 'True')
      .map((one) => words(one.type, one.reason, one.message)),
    ...all.flatMap(({ name, state, lastState }) => [
      state.waiting == null ? '' : words(name, 'waits:', state.waiting.reason, state.waiting.message),
      endedText(`${name} ended`, state.terminated),
      endedText(`${name} ended last`, lastState.terminated),
    ]),
  ];
  return {
    pod: pod.meta.name,
    phase: pod.meta.deletionTimestamp === undefined ? (status.phase ?? '') : 'leaving',
    ready: `${containers.filter((one) => one.ready).length}/${containers.length}`,
    restarts: containers.reduce((sum, one) => sum + one.restartCount, 0),
    since: pod.meta.creationTimestamp ?? '',
    node: spec.nodeName ?? '',
    image: containers.map(({ imageID }) => imageID?.replace(/^.*@/, '') ?? '').join(' '),
    why: why.filter((one) => one !== '').join('; '),
  };
}

function endedText(what: string, ended: z.infer<typeof endedSchema>): string {
  if (ended == null) return '';
  return words(what, `with ${ended.exitCode ?? '?'}`, ended.reason, ended.message, ended.finishedAt);
}

function words(...parts: readonly (string | null | undefined)[]): string {
  return parts
    .filter((one) => one != null && one !== '')
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

const replicaSetSchema = z.object({
  spec: z.object({
    replicas: z.number().default(0),
    template: z.object({ spec: z.object({ containers: z.array(z.object({ image: text })).default([]) }) }),
  }),
  status: z.object({ replicas: z.number().default(0), readyReplicas: z.number().default(0) }).prefault({}),
});

export function replicaSetRow({ meta, body }: KubeObject) {
  const { spec, status } = replicaSetSchema.safeParse(body).data ?? {};
  return {
    'replica set': meta.name,
    wanted: spec?.replicas ?? '?',
    'are there': status?.replicas ?? '?',
    ready: status?.readyReplicas ?? '?',
    since: meta.creationTimestamp ?? '',
    images: spec?.template.spec.containers.map(({ image }) => image ?? '').join(' ') ?? '',
  };
}

const sliceSchema = z.object({
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()).default([]),
        conditions: z.object({ ready: z.boolean().nullish(), terminating: z.boolean().nullish() }).prefault({}),
        targetRef: z.object({ name: text }).nullish(),
      }),
    )
    .nullish(),
});

export function endpointRows({ meta, body }: KubeObject) {
  return (sliceSchema.safeParse(body).data?.endpoints ?? []).map(({ addresses, conditions, targetRef }) => ({
    service: meta.labels['kubernetes.io/service-name'] ?? meta.name,
    pod: targetRef?.name ?? '',
    addresses: addresses.join(' '),
    ready: conditions.ready ?? '?',
    leaving: conditions.terminating ?? false,
  }));
}

const eventSchema = z.object({
  type: text,
  reason: text,
  message: text,
  count: z.number().nullish(),
  lastTimestamp: text,
  eventTime: text,
  series: z.object({ count: z.number().nullish(), lastObservedTime: text }).nullish(),
  involvedObject: z.object({ kind: text, name: text }).prefault({}),
});

export function eventRow({ meta, body }: KubeObject) {
  const event = eventSchema.safeParse(body).data;
  const { series, lastTimestamp, eventTime } = event ?? {};
  return {
    time: series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? meta.creationTimestamp ?? '',
    type: event?.type ?? '',
    reason: event?.reason ?? '',
    object: words(event?.involvedObject.kind, event?.involvedObject.name),
    times: series?.count ?? event?.count ?? 1,
    message: words(event?.message),
  };
}

const nodeSchema = z.object({
  spec: z.object({ unschedulable: z.boolean().default(false) }).prefault({}),
  status: z.object({
    conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: text, message: text })).default([]),
    allocatable: z.record(z.string(), z.string()).default({}),
    nodeInfo: z.object({ kubeletVersion: text }).prefault({}),
  }),
});

export function nodeRow({ meta, body }: KubeObject) {
  const { spec, status } = nodeSchema.safeParse(body).data ?? {};
  const bad = (status?.conditions ?? []).filter(({ type, status: is }) => is !== (type === 'Ready' ? 'True' : 'False'));
  return {
    node: meta.name,
    ready: status?.conditions.find(({ type }) => type === 'Ready')?.status ?? '?',
    'takes pods': spec?.unschedulable !== true,
    kubelet: status?.nodeInfo.kubeletVersion ?? '',
    room: Object.entries(status?.allocatable ?? {})
      .filter(([name]) => ['cpu', 'memory', 'pods', 'ephemeral-storage'].includes(name))
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    'not as it should be': bad.map((one) => words(one.type, one.reason, one.message)).join('; '),
  };
}

const VALUE = '(left out)';

/** Objects as text, without values of the environment, which are where passwords stand, and without what only the API server needs. */
export function jsonText(bodies: readonly Json[]): string {
  return bodies.map((body) => `${JSON.stringify(withoutValues(body), null, 2)}\n`).join('');
}

/** Pure. */
export function withoutValues(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutValues);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]): readonly (readonly [string, Json])[] => {
      if (key === 'managedFields' || key === 'kubectl.kubernetes.io/last-applied-configuration') return [];
      if (key === 'env' && Array.isArray(member)) return [[key, member.map(withoutOwnValue)]];
      return [[key, withoutValues(member)]];
    }),
  );
}

function withoutOwnValue(variable: Json): Json {
  if (typeof variable !== 'object' || variable === null || Array.isArray(variable)) return variable;
  return 'value' in variable ? { ...variable, value: VALUE } : variable;
}
