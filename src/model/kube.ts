import { z } from 'zod';
import type { Json } from './json.ts';

/** Kubernetes as plain data: where a cluster is, what kind of object is meant, and what such an object looks like to us. */

/** Which cluster, by reference: credentials are read at the moment of a request and stand in no effect. */
export const clusterSchema = z.strictObject({
  /** Absolute paths, the first one that names something counts; null: the service account of the pod that we run in. */
  kubeconfig: z.array(z.string()).min(1).readonly().nullable(),
  /** Context of it; left out: its current one. */
  context: z.string().exactOptional(),
});
export type Cluster = Readonly<z.infer<typeof clusterSchema>>;

/** A kind of object, in a namespace where it has one. */
export const kubeKindSchema = z.strictObject({
  /** Empty for the core group. */
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  plural: z.string(),
  namespace: z.string().exactOptional(),
});
export type KubeKind = Readonly<z.infer<typeof kubeKindSchema>>;

/** What every object says of itself, as far as we use it. */
export const kubeMetaSchema = z.object({
  name: z.string(),
  namespace: z.string().exactOptional(),
  uid: z.string().default(''),
  resourceVersion: z.string(),
  generation: z.number().exactOptional(),
  creationTimestamp: z.string().exactOptional(),
  deletionTimestamp: z.string().exactOptional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })).default([]),
});
export type KubeMeta = Readonly<z.infer<typeof kubeMetaSchema>>;

/** Any object: what it says of itself, and all of it as it came. Who knows the kind parses the body. */
export interface KubeObject {
  readonly meta: KubeMeta;
  readonly body: Json;
}

/** What one of our accounts may be asked about. */
export interface KubeRight {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';
  readonly kind: KubeKind;
  readonly subresource?: 'status';
}

/** One event of a watch: what changed, and the object as it is then. */
export interface KubeEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** Looks at a cluster. Changes are effects (`kind: 'kube'`). Failures are ProblemErrors whose codes begin with `kube.`. */
export interface Kube {
  /** Null: the kind is known and there is no such object. */
  get(kind: KubeKind, name: string, signal?: AbortSignal): Promise<KubeObject | null>;
  /** @param selector label selector, `app=api,tier!=test`; left out: all */
  list(kind: KubeKind, selector?: string, signal?: AbortSignal): Promise<KubeList>;
  /** Events after a version that `list` gave; ends when the server ends it. A version that is too old is `kube.watch-too-old`. */
  watch(kind: KubeKind, options: KubeWatchOptions): AsyncIterable<KubeEvent>;
  may(right: KubeRight, signal?: AbortSignal): Promise<boolean>;
  /** Version of the server, `v1.34.4`. Needs no rights beyond those of every account. */
  version(signal?: AbortSignal): Promise<string>;
}

export interface KubeList {
  readonly items: readonly KubeObject[];
  /** Where a watch goes on. */
  readonly resourceVersion: string;
}

export interface KubeWatchOptions {
  readonly resourceVersion: string;
  readonly selector?: string;
  readonly signal: AbortSignal;
}

/** Path of a kind, or of one object of it. */
export function kubePath({ group, version, plural, namespace }: KubeKind, name?: string, subresource?: string): string {
  const parts = [
    group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    ...(namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)]),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return parts.join('/');
}

/** `Rollout demo/api`, `Namespace argocd`. */
export function kubeText({ kind, namespace }: KubeKind, name: string): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

export const CORE = { group: '', version: 'v1' } as const;
export const POD = { ...CORE, kind: 'Pod', plural: 'pods' } as const;
export const NAMESPACE = { ...CORE, kind: 'Namespace', plural: 'namespaces' } as const;
