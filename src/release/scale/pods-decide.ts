import type { NumberChange } from '../../gitops/index.ts';
import type { Problem } from '../../model/problem.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Bounds, PodsLook, PodsTarget, PodsWorld } from '../environment/pods.ts';

/** How many pods a workload has: what follows from a look. All pure. */

type Place = Pick<PodsTarget, 'environment' | 'namespace' | 'workload' | 'kind' | 'counts' | 'policy'>;

const NUMBER = /^[1-9]\d{0,3}$/;
const BOUNDS = /^([1-9]\d{0,3})-([1-9]\d{0,3})$/;

/**
 * How many pods are meant by `3`, or where an autoscaler counts them, between which numbers by `3-9`.
 * @throws ProblemError for anything else
 */
export function podsMeant(text: string, counts: PodsTarget['counts']): Bounds {
  if (counts.by === 'replicas' && NUMBER.test(text)) return { least: Number(text), most: Number(text) };
  const [, least = '', most = ''] = (counts.by === 'autoscaler' ? BOUNDS.exec(text) : null) ?? [];
  if (least !== '' && Number(least) <= Number(most)) return { least: Number(least), most: Number(most) };
  throw new ProblemError({
    code: 'cli.runbook-input',
    where: '--to',
    found: text,
    expected:
      counts.by === 'replicas'
        ? 'a number of pods, 1 or more'
        : 'the least and the greatest number of pods, such as 3-9: an autoscaler counts them between these',
    remedy:
      counts.by === 'replicas'
        ? 'to have no pods at all stop it: `shiplock runbook run system-stop`'
        : 'write both; the same number twice holds it there',
  });
}

/** `3 pods`, `3 to 9 pods`. */
export function podsText({ least, most }: Bounds): string {
  return least === most ? `${least} ${least === 1 ? 'pod' : 'pods'}` : `${least} to ${most} pods`;
}

/** Does it take pods away, now or at the next peak? */
export function isSmaller(wanted: Bounds, before: Bounds): boolean {
  return wanted.least < before.least || wanted.most < before.most;
}

/** What git is to say in place of what it says. */
export function numberChanges(counts: PodsTarget['counts'], from: Bounds, to: Bounds): readonly NumberChange[] {
  if (counts.by === 'replicas') return [{ path: counts.replicas, value: to.least, replaces: from.least }];
  return [
    { path: counts.min, value: to.least, replaces: from.least },
    { path: counts.max, value: to.most, replaces: from.most },
  ];
}

/** Why it may not be begun. */
export function podsRefusals(
  place: Place,
  { pods, git, autoscalers, underWay, overlookedBy }: PodsWorld,
  wanted: Bounds,
): readonly Problem[] {
  const where = `${place.kind} ${place.namespace}/${place.workload}`;
  if (pods.wanted === 0) return [stopped(where)];
  if (underWay !== null) return [releaseUnderWay(where, underWay)];
  const counted = autoscalerProblems(place, where, autoscalers);
  if (counted.length > 0) return counted;
  const there = autoscalers[0] ?? { least: pods.wanted, most: pods.wanted };
  const needed = place.policy.capacityPerPod === null ? 0 : Math.ceil(1 / place.policy.capacityPerPod - 1e-9);
  return [
    ...(overlookedBy === null ? [] : [overlooked(where, overlookedBy)]),
    ...(there.least === git.least && there.most === git.most ? [] : [differs(where, git, there)]),
    ...(wanted.least < needed ? [tooFewPods(where, wanted, needed)] : []),
  ];
}

function autoscalerProblems(
  { counts, environment, workload }: Place,
  where: string,
  autoscalers: PodsWorld['autoscalers'],
): readonly Problem[] {
  const names = autoscalers.map(({ name }) => name).join(', ');
  const settings = `environments.${environment}.gitops.scale.${workload}`;
  if (counts.by === 'replicas' && autoscalers.length > 0) {
    return [
      {
        code: 'system.autoscaled',
        where,
        found: `HorizontalPodAutoscaler ${names}, which counts its pods`,
        expected: 'a workload whose pods its manifest counts',
        remedy: `name the places of minReplicas and maxReplicas in \`${settings}\` as \`min\` and \`max\`, and leave \`replicas\` out of the manifest: else the two undo each other`,
      },
    ];
  }
  if (counts.by === 'replicas' || autoscalers.length === 1) return [];
  return [
    {
      code: 'system.autoscaled',
      where,
      found: autoscalers.length === 0 ? 'no HorizontalPodAutoscaler that counts its pods' : `several: ${names}`,
      expected: 'one whose bounds git has',
      remedy: `bring one there by git, or name the place of \`replicas\` in \`${settings}\``,
    },
  ];
}

/** Are there as many pods as are wanted, all ready, and no others? @param bounds null: whatever number git has by now */
export function isSettled(bounds: Bounds | null, { seen, wanted, available, there }: PodsLook): boolean {
  const within = bounds === null || (wanted >= bounds.least && wanted <= bounds.most);
  return seen && within && available >= wanted && there <= wanted;
}

/** How far it is, in words. */
export function settlingText({ wanted, available, there, given }: PodsLook): string {
  const rest = there > wanted ? `, ${there - wanted} more have not ended` : '';
  return `${available} of ${wanted} pods are ready${rest}${given === null ? '' : `; ${given}`}`;
}

function stopped(where: string): Problem {
  return {
    ...{ code: 'system.nothing-to-scale', where, found: 'no pods: it is stopped' },
    expected: 'a workload that runs',
    remedy: 'start it first (`shiplock runbook run system-start`)',
  };
}

function releaseUnderWay(where: string, found: string): Problem {
  return {
    ...{ code: 'system.release-under-way', where, found },
    expected: 'one version that serves, and nothing under way',
    remedy: 'bring the release to its end first, or go back (`shiplock status`)',
  };
}

function overlooked(where: string, found: string): Problem {
  return {
    ...{ code: 'system.pods-overlooked', where, found: `${found} ignores /spec/replicas of it` },
    expected: 'an Application that brings the number which git has',
    remedy:
      'take /spec/replicas out of its spec.ignoreDifferences (to stop the workload by a runbook, switch self-heal off instead), or scale it by hand',
  };
}

function differs(where: string, git: Bounds, there: Bounds): Problem {
  return {
    ...{ code: 'system.pods-differ', where, found: `${podsText(git)} in git, ${podsText(there)} there` },
    expected: 'the same in both, before it is changed',
    remedy:
      '`shiplock drift` says who wrote it: commit what is meant, or let Argo CD bring what git has, then run it again',
  };
}

function tooFewPods(where: string, { least }: Bounds, needed: number): Problem {
  return {
    ...{ code: 'system.too-few', where, found: `${least} pods at least would be left` },
    expected: `at least ${needed}, by \`rollout.capacity.perInstance\``,
    remedy: 'leave more pods, or measure again what one of them can carry',
  };
}

/** When they are not as wanted in time. */
export function notSettled({ kind, namespace, workload }: Place, look: PodsLook, limitMs: number): Problem {
  return {
    code: 'system.pods-not-settled',
    where: `${kind} ${namespace}/${workload}`,
    found: settlingText(look),
    expected: `as many ready pods as are wanted within ${limitMs / 1000} s, and no others`,
    remedy: `see why in the events (\`kubectl describe pods -n ${namespace}\`): no node has room, a quota is used up, or pods do not become ready; what is ready serves on`,
  };
}
