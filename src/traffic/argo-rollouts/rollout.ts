import { z } from 'zod';
import { type ClusterRevision, digestIn, type PresentRollout } from '../../model/cluster-rollout.ts';
import type { KubeKind, KubeObject } from '../../model/kube.ts';
import { ProblemError } from '../../model/problem.ts';

/** A Rollout of Argo Rollouts, as far as we read it. Parsed once, at the border. */

export function rolloutKind(namespace: string): KubeKind {
  return { group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout', plural: 'rollouts', namespace };
}

export function replicaSetKind(namespace: string): KubeKind {
  return { group: 'apps', version: 'v1', kind: 'ReplicaSet', plural: 'replicasets', namespace };
}

/** Label that the controller puts on ReplicaSets and pods. */
export const HASH_LABEL = 'rollouts-pod-template-hash';
/** Greatest fence that wrote on the Rollout. Not in git, so Argo CD leaves it alone. */
export const FENCE = 'shiplock/fence';

const containersSchema = z.object({
  spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string().default('') })) }),
});

const stepSchema = z.object({
  setWeight: z.number().nullish(),
  pause: z.object({ duration: z.union([z.number(), z.string()]).nullish() }).nullish(),
});

const bodySchema = z.object({
  spec: z.object({
    replicas: z.number().default(1),
    template: containersSchema.nullish(),
    strategy: z
      .object({
        canary: z.object({ steps: z.array(stepSchema).nullish() }).nullish(),
        blueGreen: z.object({ activeService: z.string().default('') }).nullish(),
      })
      .default({}),
  }),
  status: z
    .object({
      abort: z.boolean().default(false),
      phase: z.string().default(''),
      message: z.string().default(''),
      observedGeneration: z.string().default(''),
      controllerPause: z.boolean().default(false),
      pauseConditions: z.array(z.object({ reason: z.string() })).nullish(),
      currentPodHash: z.string().default(''),
      stableRS: z.string().default(''),
      currentStepIndex: z.number().nullish(),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      blueGreen: z.object({ activeSelector: z.string().default('') }).default({ activeSelector: '' }),
    })
    .prefault({}),
});

const replicaSetSchema = z.object({ spec: z.object({ template: containersSchema }) });

/** What a Rollout and its ReplicaSets say together. Pure. */
export function lookOf(object: KubeObject, replicaSets: readonly KubeObject[], container: string): PresentRollout {
  const { meta } = object;
  const parsed = bodySchema.safeParse(object.body);
  if (!parsed.success) throw unreadable(meta.name, parsed.error);
  const { spec, status } = parsed.data;
  const steps = spec.strategy.canary?.steps ?? [];
  const wanted = imageOf(spec.template, container);
  const hash = status.currentPodHash;
  // Before the controller has taken up a manifest, its hash is that of the one before.
  const observed = Number(status.observedGeneration) === meta.generation;
  const desired: ClusterRevision = { hash: observed ? hash : '', digest: digestIn(wanted ?? '') };
  const stable =
    status.stableRS === ''
      ? null
      : { hash: status.stableRS, digest: digestOf(replicaSets, status.stableRS, container) };
  const pauses = status.pauseConditions ?? [];
  return {
    kind: 'present',
    resourceVersion: meta.resourceVersion,
    fence: Number(/^\d+/.exec(meta.annotations[FENCE] ?? '')?.[0] ?? '0'),
    strategy: spec.strategy.blueGreen != null ? 'blue-green' : spec.strategy.canary != null ? 'canary' : 'none',
    pauses: pausesOf(steps),
    settled: observed && status.phase !== '' && !(status.controllerPause && pauses.length === 0),
    phase: status.phase,
    message: status.message,
    aborted: status.abort,
    paused: pauses.length > 0,
    share: shareOf(parsed.data),
    desired,
    stable,
    pods: { wanted: spec.replicas, updated: status.updatedReplicas, available: status.availableReplicas },
  };
}

type Body = z.infer<typeof bodySchema>;

/** Share that the steps up to now give to what is brought; 1 when they are through or there are none to go. */
function shareOf({ spec, status }: Body): number {
  if (status.abort) return 0;
  if (status.stableRS !== '' && status.stableRS === status.currentPodHash) return 1;
  if (spec.strategy.blueGreen != null) return status.blueGreen.activeSelector === status.currentPodHash ? 1 : 0;
  const steps = spec.strategy.canary?.steps ?? [];
  const at = status.currentStepIndex ?? 0;
  if (at >= steps.length) return 1;
  const given = steps.slice(0, at + 1).findLast((one) => one.setWeight != null)?.setWeight ?? 0;
  return given / 100;
}

function pausesOf(steps: readonly z.infer<typeof stepSchema>[]): readonly number[] {
  let weight = 0;
  const found: number[] = [];
  for (const { setWeight, pause } of steps) {
    if (setWeight != null) weight = setWeight;
    if (pause != null && pause.duration == null) found.push(weight / 100);
  }
  return found;
}

/** Digest of the image that a state of the pods has. */
export function digestOf(replicaSets: readonly KubeObject[], hash: string, container: string): string | null {
  const found = replicaSets.find(({ meta }) => meta.labels[HASH_LABEL] === hash);
  if (found === undefined) return null;
  const parsed = replicaSetSchema.safeParse(found.body);
  return parsed.success ? digestIn(imageOf(parsed.data.spec.template, container) ?? '') : null;
}

function imageOf(template: z.infer<typeof containersSchema> | null | undefined, container: string): string | undefined {
  return template?.spec.containers.find((one) => one.name === container)?.image;
}

function unreadable(name: string, error: z.ZodError): ProblemError {
  const issue = error.issues[0];
  return new ProblemError({
    code: 'traffic.rollout-unreadable',
    where: `Rollout ${name}: ${issue?.path.join('.') ?? ''}`,
    found: issue?.message ?? 'another form',
    expected: 'a Rollout of Argo Rollouts 1.0 or newer',
    remedy: 'which version is it? `kubectl get crd rollouts.argoproj.io -o yaml`',
  });
}
