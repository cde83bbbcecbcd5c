import { z } from 'zod';
import { clusterRolloutSchema } from '../../model/cluster-rollout.ts';
import { watch } from '../../procedure/build.ts';
import type { Watch, WatchAnswer } from '../../procedure/tree.ts';
import { percent } from '../chart/index.ts';
import { crashLoop, instanceSampleSchema, sampleInstances } from '../world.ts';
import { type InCluster, neverThere, sameShare, standingOf, superseded, takenBack } from './options.ts';

/** Watches over what the controller of a cluster does. Each sample is what was seen, so that a replay says the same. */

const sampleSchema = z.strictObject({
  time: z.number(),
  rollout: clusterRolloutSchema,
  /** Pods of the new version. */
  instances: z.array(instanceSampleSchema).readonly(),
});
type Sample = z.infer<typeof sampleSchema>;

interface State {
  readonly from: number | null;
  readonly last: Sample | null;
}

const stoodSchema = z.strictObject({
  /** It went on by itself, or by somebody else, and has finished. */
  finished: z.boolean(),
});
export type Stood = z.infer<typeof stoodSchema>;
export type ClusterWatch = Watch<State, Sample, Stood>;

interface Wanted {
  readonly id: string;
  readonly title: string;
  readonly deadlineMs: number;
  /** Which of the versions. */
  readonly of: 'candidate' | 'stable';
  decide(sample: Sample, waitedMs: number): WatchAnswer<Stood>;
}

function clusterWatch(rollout: InCluster, wanted: Wanted): ClusterWatch {
  const spec = wanted.of === 'candidate' ? rollout.candidate : (rollout.stable ?? rollout.candidate);
  return watch<State, Sample, Stood>({
    id: wanted.id,
    title: wanted.title,
    inputs: { version: spec.version, deadlineMs: wanted.deadlineMs },
    everyMs: 500,
    samples: sampleSchema,
    outputs: stoodSchema,
    sample: async (ctx) => {
      const [seen, platform] = await Promise.all([
        rollout.cluster.observe(ctx.signal),
        rollout.ports.platform.observe(ctx.signal),
      ]);
      return {
        time: ctx.clock.now(),
        rollout: seen,
        instances: sampleInstances(platform, spec.component, rollout.candidate.version),
      };
    },
    start: () => ({ from: null, last: null }),
    fold: (state, sample) => ({ from: state.from ?? sample.time, last: sample }),
    decide: ({ from, last }) =>
      last === null || from === null
        ? { kind: 'look-on', status: 'nothing seen yet' }
        : wanted.decide(last, last.time - from),
  });
}

const passed = (status: string, finished: boolean): WatchAnswer<Stood> => ({
  kind: 'pass',
  status,
  outputs: { finished },
});

/** Until the Rollout waits at this share, with its new pods ready. */
export function pauseWatch(rollout: InCluster, share: number, id: string): ClusterWatch {
  const { candidate, policy } = rollout;
  const where = `${candidate.component} ${candidate.version} at ${percent(share)}`;
  const deadlineMs = policy.healthDeadlineMs;
  return clusterWatch(rollout, {
    id,
    title: `Wait until the cluster gives ${candidate.version} ${percent(share)}`,
    deadlineMs,
    of: 'candidate',
    decide: (sample, waitedMs) => {
      const found = onTheWay(rollout, sample, where, waitedMs);
      if (found.kind !== 'look-on') return found;
      const standing = standingOf(sample.rollout, candidate.digest);
      // A share above: a resume after the pause was ended.
      if (standing.kind === 'paused' && (sameShare(standing.share, share) || standing.share > share))
        return passed(`paused at ${percent(standing.share)}`, false);
      return found;
    },
  });
}

/** Until the controller has taken up what git asks for, whatever that is by then. */
export function takenUpWatch(rollout: InCluster, of: 'candidate' | 'stable', id: string): ClusterWatch {
  const spec = of === 'candidate' ? rollout.candidate : (rollout.stable ?? rollout.candidate);
  const deadlineMs = rollout.policy.healthDeadlineMs;
  return clusterWatch(rollout, {
    id,
    title: `Wait until the cluster has taken up ${spec.version}`,
    deadlineMs,
    of,
    decide: ({ rollout: seen }, waitedMs) => {
      const standing = standingOf(seen, spec.digest);
      if (standing.kind !== 'unsettled') return passed(standing.kind, standing.kind === 'finished');
      if (waitedMs < deadlineMs) return { kind: 'look-on', status: standing.why };
      return { kind: 'fail', problem: neverThere(spec.version, standing.why, waitedMs) };
    },
  });
}

/** Until the new version has everything and nothing else runs. */
export function finishedWatch(rollout: InCluster, id: string): ClusterWatch {
  const { candidate, policy } = rollout;
  const where = `${candidate.component} ${candidate.version}`;
  return clusterWatch(rollout, {
    id,
    title: `Wait until the cluster has brought ${candidate.version} everywhere`,
    deadlineMs: policy.healthDeadlineMs,
    of: 'candidate',
    decide: (sample, waitedMs) => onTheWay(rollout, sample, where, waitedMs),
  });
}

/** What every wait for the new version has in common: it passes when it has finished, and fails when it cannot. */
function onTheWay(
  { candidate, policy }: InCluster,
  sample: Sample,
  where: string,
  waitedMs: number,
): WatchAnswer<Stood> {
  const looping = crashLoop(sample.instances, where);
  if (looping !== undefined) return { kind: 'fail', problem: looping };
  const standing = standingOf(sample.rollout, candidate.digest);
  const late = waitedMs >= policy.healthDeadlineMs;
  switch (standing.kind) {
    case 'finished':
      return passed('it serves alone', true);
    case 'aborted':
      return { kind: 'fail', problem: takenBack(where, standing.why) };
    case 'other':
      return { kind: 'fail', problem: superseded(where, standing.digest) };
    case 'stuck':
      return { kind: 'fail', problem: neverThere(where, standing.why, waitedMs) };
    case 'paused':
      if (late) return { kind: 'fail', problem: neverThere(where, `paused at ${percent(standing.share)}`, waitedMs) };
      return { kind: 'look-on', status: `paused at ${percent(standing.share)}` };
    case 'moving':
    case 'unsettled': {
      if (late) return { kind: 'fail', problem: neverThere(where, standing.why, waitedMs) };
      return { kind: 'look-on', status: standing.why };
    }
  }
}

/** Until no pod of the new version takes requests any more; after the deadline it goes on and says what is left. */
export function goneWatch(rollout: InCluster, id: string): ClusterWatch {
  const { candidate, policy } = rollout;
  return clusterWatch(rollout, {
    id,
    title: `Wait until ${candidate.version} gets no traffic`,
    deadlineMs: policy.drainTimeoutMs,
    of: 'candidate',
    decide: ({ rollout: seen, instances }, waitedMs) => {
      const standing = standingOf(seen, candidate.digest);
      if (standing.kind === 'finished') return passed('it was promoted: git takes it back', true);
      const ready = instances.filter((one) => one.state === 'ready').length;
      const weightless = seen.kind === 'present' && seen.strategy === 'blue-green' && seen.share === 0;
      if (ready === 0 || weightless) return passed('it gets none', false);
      const status = `${ready} of its pods are still ready`;
      return waitedMs >= policy.drainTimeoutMs
        ? passed(`${status} after the time-out`, false)
        : { kind: 'look-on', status };
    },
  });
}

/** Until what served before serves alone again. */
export function backWatch(rollout: InCluster, id: string): ClusterWatch {
  const { stable, policy } = rollout;
  const version = stable?.version ?? '';
  return clusterWatch(rollout, {
    id,
    title: `Wait until ${version} serves alone`,
    deadlineMs: policy.healthDeadlineMs,
    of: 'stable',
    decide: ({ rollout: seen }, waitedMs) => {
      const standing = standingOf(seen, stable?.digest ?? '');
      if (standing.kind === 'finished') return passed(`${version} serves alone`, true);
      // Somebody else's commit: the next round reads git again.
      if (standing.kind === 'other') return passed('the cluster asks for something else', false);
      const status = 'why' in standing ? standing.why : standing.kind;
      if (waitedMs < policy.healthDeadlineMs) return { kind: 'look-on', status };
      return { kind: 'fail', problem: neverThere(`${version} on the way back`, status, waitedMs) };
    },
  });
}
