import { z } from 'zod';
import type { ClusterEnvironment, ResolvedScale } from '../../config/index.ts';
import {
  applicationKind,
  type GitopsNumbersOptions,
  gitopsNumbersNode,
  gitopsPlace,
  type Relations,
  readNumbers,
  syncNode,
} from '../../gitops/index.ts';
import type { ClusterRollouts } from '../../model/cluster-rollout.ts';
import type { Kube, KubeKind, KubeObject } from '../../model/kube.ts';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { missingObject } from '../../procedure/kube/problems.ts';
import { workloadKind, workloadPods } from '../../system/index.ts';
import { applicationPlace } from './cluster-place.ts';
import { ignoresReplicas } from './healed.ts';
import type { Bounds, PodsCommit, PodsLook, PodsTarget, PodsWorld } from './pods.ts';

/** Sees and changes how many pods a workload has, by way of git. */

export interface PodsSurroundings {
  readonly kube: Kube;
  readonly cluster: Parameters<typeof applicationPlace>[1];
  /** State directory. */
  readonly store: string;
  readonly rollouts: ClusterRollouts;
  readonly relations: (exec: Exec) => Relations;
}

/**
 * @param workload its name; undefined: the Rollout of the platform
 * @throws ProblemError `system.not-scaled-here` where nobody has said where git counts its pods, or git is changed by pull requests
 */
export function podsTarget(
  environment: ClusterEnvironment,
  workload: string | undefined,
  around: PodsSurroundings,
): PodsTarget {
  const { platform, rollout } = environment;
  const { kube, cluster } = around;
  const name = workload ?? platform.rollout;
  const settings = settingsOf(environment, name);
  const kind = workloadKind(settings.kind, platform.namespace);
  const files = {
    ...gitopsPlace(environment, around.store),
    file: settings.file,
    environment: environment.environment,
  };
  const own = settings.kind === 'Rollout' && name === platform.rollout;
  const found = async (signal?: AbortSignal): Promise<KubeObject> => {
    const object = await kube.get(kind, name, signal);
    if (object === null) throw new ProblemError(missingObject('scale', kind, name));
    return object;
  };
  const pods = async (object: KubeObject, signal?: AbortSignal): Promise<PodsLook> =>
    workloadPods(kube, object, { kind: settings.kind, namespace: platform.namespace }, signal);
  return {
    environment: environment.environment,
    service: environment.service,
    namespace: platform.namespace,
    workload: name,
    kind: settings.kind,
    counts: settings.counts,
    policy: {
      deadlineMs: rollout.healthDeadlineMs,
      capacityPerPod: own ? rollout.capacityPerInstance : null,
      role: rollout.role,
    },
    pods: async (signal) => pods(await found(signal), signal),
    async look(ctx): Promise<PodsWorld> {
      const object = await found(ctx.signal);
      const look = await pods(object, ctx.signal);
      const [git, autoscalers, underWay, overlookedBy] = await Promise.all([
        readNumbers(files, placesOf(settings.counts), ctx),
        autoscalersOf(kube, platform.namespace, kind.kind, name, ctx.signal),
        own ? releaseUnderWay(around.rollouts, ctx.signal) : templateUnderWay(look),
        settings.counts.by === 'autoscaler'
          ? null
          : overlooking(kube, environment, { kind: kind.kind, workload: object }, ctx.signal),
      ]);
      const [least = 0, most = least] = git;
      return { pods: look, git: { least, most }, autoscalers, underWay, overlookedBy };
    },
    commit: (options) => gitopsNumbersNode(numbersOptions(environment, files, name, options)),
    sync: (id, commit, urgent) =>
      syncNode({
        ...{ id, kube, commit, urgent, relations: around.relations },
        place: applicationPlace(environment, cluster),
        deadlineMs: platform.syncDeadlineMs,
      }).node,
  };
}

/** Where the numbers stand inside the file, the least first. Pure. */
export function placesOf(counts: ResolvedScale['counts']): readonly string[] {
  return counts.by === 'replicas' ? [counts.replicas] : [counts.min, counts.max];
}

type FilesOf = Pick<GitopsNumbersOptions, 'repository' | 'branch' | 'workDir' | 'baseDir' | 'file'>;

function numbersOptions(
  { gitops, service, environment }: ClusterEnvironment,
  files: FilesOf,
  workload: string,
  { id, title, changes, back }: PodsCommit,
): GitopsNumbersOptions {
  return {
    ...files,
    ...{ id, title, changes, service, environment },
    others: back ? 'stay' : 'refuse',
    urgent: back,
    author: gitops.author,
    signingKey: gitops.signingKey,
    message: (numbers) =>
      `${service} in ${environment}: ${numbers.map(({ value }) => value).join(' to ')} pods of ${workload}`,
  };
}

function settingsOf({ gitops, environment }: ClusterEnvironment, name: string): ResolvedScale {
  const settings = gitops.scale?.[name];
  const where = `environments.${environment}.gitops`;
  if (settings === undefined) {
    throw new ProblemError({
      code: 'system.not-scaled-here',
      where: `${where}.scale`,
      found: gitops.scale === undefined ? 'no `scale`' : `${Object.keys(gitops.scale).join(', ')}, and no \`${name}\``,
      expected: `where git says how many pods \`${name}\` has`,
      remedy: `write it down: \`scale: { ${name}: { replicas: 'replicas[name=${name}].count' } }\` for a kustomization, or \`min:\` and \`max:\` of its autoscaler, with \`file:\` where that is another file`,
    });
  }
  if (gitops.by === 'push') return settings;
  throw new ProblemError({
    code: 'system.not-scaled-here',
    where: `${where}.by`,
    found: 'pull-request',
    expected: 'a branch that is pushed',
    remedy: `change the number in ${settings.file} by a pull request, merge it, and wait with \`shiplock gitops wait\``,
  });
}

async function releaseUnderWay(rollouts: ClusterRollouts, signal: AbortSignal): Promise<string | null> {
  const seen = await rollouts.observe(signal);
  // That it is gone is told by the look at its pods.
  if (seen.kind === 'absent') return null;
  if (seen.aborted) return 'a release that was aborted, and git still names it';
  if (seen.paused) return `a release with ${Math.round(seen.share * 1000) / 10} % of the traffic`;
  return seen.stable === null || seen.stable.hash !== seen.desired.hash ? 'a release that is not whole' : null;
}

/** Pods that are not ready may be why more are wanted: they are no release. Pure. */
function templateUnderWay({ updated, wanted }: PodsLook): string | null {
  return updated < wanted ? `${updated} of ${wanted} pods are of the newest template` : null;
}

const AUTOSCALER = {
  ...{ group: 'autoscaling', version: 'v2' },
  ...{ kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers' },
} as const;

const autoscalerSchema = z.object({
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().nullish(),
    maxReplicas: z.number(),
  }),
});

async function autoscalersOf(
  kube: Kube,
  namespace: string,
  kind: string,
  name: string,
  signal: AbortSignal,
): Promise<readonly (Bounds & { readonly name: string })[]> {
  const where: KubeKind = { ...AUTOSCALER, namespace };
  const { items } = await kube.list(where, undefined, signal);
  return items.flatMap(({ meta, body }) => {
    const { scaleTargetRef: target, minReplicas, maxReplicas } = autoscalerSchema.parse(body).spec;
    const counts = target.kind === kind && target.name === name;
    return counts ? [{ name: meta.name, least: minReplicas ?? 1, most: maxReplicas }] : [];
  });
}

async function overlooking(
  kube: Kube,
  { platform }: ClusterEnvironment,
  { kind, workload }: { readonly kind: string; readonly workload: KubeObject },
  signal: AbortSignal,
): Promise<string | null> {
  const { argocdNamespace, application } = platform;
  const found = await kube.get(applicationKind(argocdNamespace), application, signal);
  if (found === null)
    throw new ProblemError(missingObject('platform.application', applicationKind(argocdNamespace), application));
  return ignoresReplicas(found, kind, workload) ? `Application ${argocdNamespace}/${application}` : null;
}
