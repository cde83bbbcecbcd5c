import { z } from 'zod';
import { type ClusterRollout, isFinished } from '../../model/cluster-rollout.ts';
import { action, step } from '../../procedure/build.ts';
import type { DecideContext, Decision, Step } from '../../procedure/tree.ts';
import { percent } from '../chart/index.ts';
import { type InCluster, newerHolder, pausesDiffer, sameShare, standingOf, superseded, takenBack } from './options.ts';

/** Orders to the controller of a cluster. Each reads, decides purely, and is refused by the cluster if it changed meanwhile; then it is read anew. */

/** The controller writes its status all the time. */
const RETRY = { attempts: 40, delayMs: 100 } as const;

function orderStep(
  rollout: InCluster,
  spec: {
    readonly id: string;
    readonly title: string;
    readonly urgent?: boolean;
    readonly endsLease?: boolean;
    decide(seen: Extract<ClusterRollout, { kind: 'present' }>, ctx: DecideContext): Decision;
    readonly absent: Decision;
  },
): Step<ClusterRollout, object> {
  const { id, title, urgent = false, endsLease = false } = spec;
  return action<ClusterRollout>({
    id,
    title,
    inputs: { version: rollout.candidate.version, digest: rollout.candidate.digest },
    read: (ctx) => rollout.cluster.observe(ctx.signal),
    decide: (seen, ctx) => {
      if (seen.kind === 'absent') return spec.absent;
      const newer = ctx.mode === 'plan' ? [] : newerHolder(seen, ctx.fence, `Rollout of ${rollout.service}`);
      return newer.length > 0 ? { kind: 'refuse', problems: newer } : spec.decide(seen, ctx);
    },
    // An order that was carried out shows in what is read: it is not given a second time.
    probe: 'repeatable',
    retry: RETRY,
    urgent,
    endsLease,
  });
}

/** Before anything: our fence on the Rollout, and its pauses as we expect them. */
export function takeStep(rollout: InCluster, urgent = false): Step<ClusterRollout, object> {
  const { policy, candidate } = rollout;
  return orderStep(rollout, {
    id: 'take',
    title: 'Take the Rollout under our fence',
    urgent,
    absent: { kind: 'nothing', why: 'there is none yet: the first release brings it' },
    decide: (seen, ctx) => {
      const wanted = policy.steps.map(({ share }) => share);
      const differs =
        seen.pauses.length !== wanted.length ||
        !seen.pauses.every((share, index) => sameShare(share, wanted[index] ?? -1));
      if (!urgent && policy.strategy === 'canary' && differs && rollout.stable !== null) {
        const where = `Rollout of ${candidate.component}`;
        return { kind: 'refuse', problems: [pausesDiffer(where, seen.pauses, wanted)] };
      }
      if (ctx.mode === 'run' && seen.fence === ctx.fence) return { kind: 'nothing', why: 'it is ours' };
      return { kind: 'do', effects: rollout.cluster.take(seen, ctx.fence) };
    },
  });
}

/** Ends the pause at a share, after the verdict on it. */
export function goOnStep(rollout: InCluster, share: number, id: string, last: boolean): Step<ClusterRollout, object> {
  const { candidate } = rollout;
  const where = `${candidate.component} ${candidate.version} at ${percent(share)}`;
  return orderStep(rollout, {
    id,
    title: `Let the cluster go on from ${percent(share)}`,
    endsLease: last,
    absent: { kind: 'nothing', why: 'known when it runs' },
    decide: (seen, ctx) => {
      if (ctx.mode === 'plan') return { kind: 'nothing', why: 'the pause is ended after the verdict' };
      const standing = standingOf(seen, candidate.digest);
      switch (standing.kind) {
        case 'paused':
          return sameShare(standing.share, share)
            ? { kind: 'do', effects: rollout.cluster.goOn(seen) }
            : { kind: 'nothing', why: `it is at ${percent(standing.share)} already` };
        case 'aborted':
        case 'stuck':
          return { kind: 'refuse', problems: [takenBack(where, standing.why)] };
        case 'other':
          return { kind: 'refuse', problems: [superseded(where, standing.digest)] };
        default:
          return { kind: 'nothing', why: 'it goes on already' };
      }
    },
  });
}

/** Gives the traffic back at once. Git still names the new version: that is made true next. */
export function abortStep(rollout: InCluster): Step<ClusterRollout, object> {
  const { candidate } = rollout;
  return orderStep(rollout, {
    id: 'abort',
    title: `Take ${candidate.version} out of the traffic`,
    urgent: true,
    absent: { kind: 'nothing', why: 'there is no Rollout' },
    decide: (seen, ctx) => {
      if (ctx.mode === 'plan') return { kind: 'nothing', why: 'decided when it is needed' };
      return abortDecision(seen, candidate.digest, () => rollout.cluster.abort(seen));
    },
  });
}

/** Pure: only what brings this version is aborted, and only while there is something to go back to. */
export function abortDecision(
  seen: Extract<ClusterRollout, { kind: 'present' }>,
  digest: string,
  abort: () => Extract<Decision, { kind: 'do' }>['effects'],
): Decision {
  if (seen.desired.digest !== digest) return { kind: 'nothing', why: 'the cluster asks for something else' };
  if (seen.aborted) return { kind: 'nothing', why: 'it is aborted already' };
  if (isFinished(seen)) return { kind: 'nothing', why: 'it serves alone: git takes it back' };
  if (seen.stable === null) return { kind: 'nothing', why: 'nothing served before it' };
  return { kind: 'do', effects: abort() };
}

/** What git asks for again has served before, and beside a first release nothing serves: neither needs pauses. */
export function finishStep(rollout: InCluster, of: 'candidate' | 'stable'): Step<ClusterRollout, object> {
  const { version, digest } = of === 'candidate' ? rollout.candidate : (rollout.stable ?? rollout.candidate);
  return orderStep(rollout, {
    id: 'no-pauses',
    title: `Let the cluster bring ${version} without pauses`,
    urgent: of === 'stable',
    absent: { kind: 'nothing', why: 'there is no Rollout' },
    decide: (seen, ctx) => {
      if (ctx.mode === 'plan') return { kind: 'nothing', why: 'decided when it is needed' };
      return finishDecision(seen, digest, () => rollout.cluster.finish(seen));
    },
  });
}

/** Pure: only what we go back to is brought without pauses; what somebody else asks for waits at them. */
export function finishDecision(
  seen: Extract<ClusterRollout, { kind: 'present' }>,
  digest: string,
  finish: () => Extract<Decision, { kind: 'do' }>['effects'],
): Decision {
  const standing = standingOf(seen, digest);
  const under = standing.kind === 'paused' || standing.kind === 'moving';
  if (under && seen.stable?.digest !== digest) return { kind: 'do', effects: finish() };
  return { kind: 'nothing', why: standing.kind === 'finished' ? 'it serves alone' : 'nothing pauses it' };
}

const agreeSchema = z.strictObject({
  agrees: z.boolean(),
  /** What git names, and what serves. */
  git: z.string().nullable(),
  serves: z.string().nullable(),
});
export type Agreement = z.infer<typeof agreeSchema>;

/** Looks whether git names exactly what serves. */
export function agreeStep(
  rollout: InCluster,
  named: () => Promise<string | null>,
): Step<{ readonly git: string | null; readonly seen: ClusterRollout }, Agreement> {
  const digest = rollout.stable?.digest ?? '';
  return step<{ readonly git: string | null; readonly seen: ClusterRollout }, Agreement>({
    id: 'agree',
    title: 'Look whether git and the cluster agree',
    inputs: { digest },
    read: async (ctx) => ({ seen: await rollout.cluster.observe(ctx.signal), git: await named() }),
    decide: () => ({ kind: 'nothing', why: 'only a look' }),
    outputs: agreeSchema,
    collect: (_results, { git, seen }) => agreement(git, seen, digest),
    planned: () => ({ agrees: true, git: digest, serves: digest }),
    probe: 'repeatable',
    urgent: true,
  });
}

/** Pure. `git` may be a whole image. */
export function agreement(git: string | null, seen: ClusterRollout, digest: string): Agreement {
  const serves = seen.kind === 'present' && isFinished(seen) ? (seen.stable?.digest ?? null) : null;
  return { agrees: serves === digest && git !== null && (git === digest || git.endsWith(`@${digest}`)), git, serves };
}
