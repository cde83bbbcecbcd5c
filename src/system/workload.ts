import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import { type Cluster, type Kube, type KubeKind, type KubeObject, kubeText, POD } from '../model/kube.ts';
import type { Clock } from '../model/ports.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import type { WorkloadKind } from '../model/workload-kinds.ts';
import { missingObject } from '../procedure/kube/problems.ts';
import type { Meant, Member, ServiceControl, Workload } from './types.ts';

/** A workload of a cluster as a service: stopped at no pods, and started with as many as it had. */

const API: Readonly<Record<WorkloadKind, Omit<KubeKind, 'kind' | 'namespace'>>> = {
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments' },
  StatefulSet: { group: 'apps', version: 'v1', plural: 'statefulsets' },
  Rollout: { group: 'argoproj.io', version: 'v1alpha1', plural: 'rollouts' },
};

export interface WorkloadControlOptions {
  readonly kube: Kube;
  readonly cluster: Cluster;
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  /** Pods to start where nobody has written down how many there were. */
  readonly replicas: number;
  /** Whether Argo CD would undo what we do. */
  readonly healed: (workload: KubeObject, signal?: AbortSignal) => Promise<string | null>;
  readonly clock: Clock;
}

/** A workload in the API of the cluster. Pure. */
export function workloadKind(kind: WorkloadKind, namespace: string): KubeKind {
  return { ...API[kind], kind, namespace };
}

/** How many pods it is meant to have, and how many there are. */
export async function workloadPods(
  kube: Kube,
  object: KubeObject,
  { kind, namespace }: { readonly kind: WorkloadKind; readonly namespace: string },
  signal?: AbortSignal,
) {
  const { wanted, available, updated, seen, given } = lookOf(object, kind);
  return { wanted, available, updated, seen, given, there: await podsOf(kube, object, namespace, signal) };
}

/** How many pods ran before it was stopped: beside the number itself, so that whoever looks sees both. */
export const REPLICAS = 'shiplock.dev/replicas';
/** What `kubectl rollout restart` writes: pods of another template replace those that are there. */
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';
const TIMEOUT_MS = 10_000;

export function workloadControl(options: WorkloadControlOptions): ServiceControl {
  const { kube, cluster, namespace, name, clock } = options;
  const kind = workloadKind(options.kind, namespace);
  const patch = ({ workload }: Meant[number], body: Patch, why: string): Effect => ({
    ...{ kind: 'kube', cluster, verb: 'merge', object: kind, name, body, why, timeoutMs: TIMEOUT_MS },
    ...(workload === undefined ? {} : { resourceVersion: workload.resourceVersion }),
    resource: `kube:${namespace}/${name}`,
  });
  const scaled = (replicas: number, noted: string | null): Patch => ({
    metadata: { annotations: { [REPLICAS]: noted } },
    spec: { replicas },
  });
  const found = async (signal?: AbortSignal): Promise<KubeObject> => {
    const object = await kube.get(kind, name, signal);
    if (object === null) throw new ProblemError(missingObject('system', kind, name));
    return object;
  };
  return {
    async observe(signal) {
      const object = await found(signal);
      const look = lookOf(object, options.kind);
      const left = look.wanted > 0 ? 0 : await podsOf(kube, object, namespace, signal);
      return [workloadMember(kubeText(kind, name), look, { left, replicas: options.replicas })];
    },
    start: (members) =>
      members.map((one) => {
        const replicas = one.workload?.replicas ?? options.replicas;
        return patch(one, scaled(replicas, null), `as many pods as before it was stopped: ${replicas}`);
      }),
    stop: (members) =>
      members.map((one) =>
        patch(
          one,
          scaled(0, String(one.workload?.replicas ?? options.replicas)),
          'no pods; how many there were is noted at it',
        ),
      ),
    restart: (members) => {
      const at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
      const body: Patch =
        options.kind === 'Rollout'
          ? { spec: { restartAt: at } }
          : { spec: { template: { metadata: { annotations: { [RESTARTED]: at } } } } };
      return members.map((one) => patch(one, body, 'its pods are replaced, one after another, by its own rules'));
    },
    async mayStop(signal) {
      const why = await options.healed(await found(signal), signal);
      return why === null ? [] : [healedProblem(kubeText(kind, name), why)];
    },
    retry: { attempts: 5, delayMs: 300, only: ['kube.conflict'] },
  };
}

type Patch = Extract<Effect, { kind: 'kube' }>['body'];

const metaTemplate = z.object({ annotations: z.record(z.string(), z.string()).nullish() });
const bodySchema = z.object({
  spec: z.object({
    replicas: z.number().int().default(1),
    restartAt: z.string().nullish(),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()).nullish() }).nullish(),
    template: z.object({ metadata: metaTemplate.nullish() }).nullish(),
  }),
  status: z
    .object({
      // A Rollout says it as a text.
      observedGeneration: z.union([z.number(), z.string()]).nullish(),
      restartedAt: z.string().nullish(),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().nullish(),
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
    })
    .prefault({}),
});

/** What one look at a workload found. */
interface WorkloadLook {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly wanted: number;
  /** How many ran before it was stopped; null: nobody has noted it. */
  readonly noted: number | null;
  readonly updated: number;
  readonly available: number;
  readonly pods: number;
  /** Its controller has seen what is asked of it. */
  readonly seen: boolean;
  readonly restart: string;
  /** It was asked to restart its pods, and has not ended that. */
  readonly restarting: boolean;
  /** Why its controller has given up; null: it has not. */
  readonly given: string | null;
  readonly rollout: boolean;
}

/** Pure. @throws when the answer has another form than the documented one */
export function lookOf({ meta, body }: KubeObject, kind: WorkloadKind): WorkloadLook {
  const { spec, status } = bodySchema.parse(body);
  const noted = Number(meta.annotations[REPLICAS] ?? Number.NaN);
  const late = status.conditions?.find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
  return {
    uid: meta.uid,
    resourceVersion: meta.resourceVersion,
    wanted: spec.replicas,
    noted: Number.isInteger(noted) && noted > 0 ? noted : null,
    updated: status.updatedReplicas,
    available: status.availableReplicas ?? status.readyReplicas,
    pods: status.replicas,
    seen: Number(status.observedGeneration ?? 0) >= (meta.generation ?? 0),
    restart: spec.restartAt ?? spec.template?.metadata?.annotations?.[RESTARTED] ?? '',
    restarting: spec.restartAt != null && (status.restartedAt ?? '') < spec.restartAt,
    given: late === undefined ? null : late.message,
    rollout: kind === 'Rollout',
  };
}

/** Pods of it that have not ended, however they were asked to. */
async function podsOf(kube: Kube, { body }: KubeObject, namespace: string, signal?: AbortSignal): Promise<number> {
  const labels = Object.entries(bodySchema.parse(body).spec.selector?.matchLabels ?? {});
  if (labels.length === 0) return 0;
  const { items } = await kube.list(
    { ...POD, namespace },
    labels.map(([key, value]) => `${key}=${value}`).join(','),
    signal,
  );
  return items.filter(({ body: pod }) => !ENDED.includes(phaseSchema.safeParse(pod).data?.status.phase ?? '')).length;
}

const phaseSchema = z.object({ status: z.object({ phase: z.string() }) });
const ENDED: readonly string[] = ['Succeeded', 'Failed'];

/** Pure. */
export function workloadMember(
  name: string,
  look: WorkloadLook,
  { left, replicas }: { readonly left: number; readonly replicas: number },
): Member {
  const { wanted, available, updated, pods, seen, given, resourceVersion } = look;
  const workload: Workload = { replicas: wanted > 0 ? wanted : (look.noted ?? replicas), resourceVersion };
  // Without pods there is no run of it that could be told from the next one.
  const base = { name, identity: wanted === 0 ? null : `${look.uid} ${look.restart}`.trim(), workload };
  if (wanted === 0) {
    return left === 0
      ? { ...base, state: 'stopped', detail: look.noted === null ? 'no pods' : `no pods; there were ${look.noted}` }
      : { ...base, state: 'changing', detail: `${left} ${left === 1 ? 'pod has' : 'pods have'} not ended` };
  }
  if (!seen) return { ...base, state: 'changing', detail: 'its controller has not seen yet what is asked of it' };
  // A canary of a Rollout that waits is no restart: some of its pods are meant to be of another version.
  const renewed = look.rollout ? !look.restarting : updated >= wanted && pods <= updated;
  if (available >= wanted && renewed) return { ...base, state: 'running', detail: '' };
  const detail =
    available < wanted
      ? `${available} of ${wanted} pods are ready`
      : look.rollout
        ? 'its pods are being replaced'
        : `${updated} of ${wanted} pods are new`;
  // Also where its controller has given up: pods of it may serve, and a stop has something to do.
  return { ...base, state: 'changing', detail: given === null ? detail : `${detail}; ${given}` };
}

function healedProblem(where: string, found: string): Problem {
  return {
    code: 'system.healed',
    where,
    found,
    expected: 'a workload that stays stopped',
    remedy:
      'leave `replicas` out of its manifest, or let the Application ignore /spec/replicas of it (spec.ignoreDifferences), or switch its self-heal off, commit, and stop again; nothing was changed here',
  };
}
