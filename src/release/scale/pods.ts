import { z } from 'zod';
import type { ReadContext } from '../../procedure/index.ts';
import {
  type Gate,
  gate,
  type Node,
  type OutputRef,
  type Step,
  sequence,
  step,
  type Watch,
  watch,
} from '../../procedure/index.ts';
import type { Bounds, PodsLook, PodsTarget, PodsWorld } from '../environment/pods.ts';
import {
  isSettled,
  isSmaller,
  notSettled,
  numberChanges,
  podsRefusals,
  podsText,
  settlingText,
} from './pods-decide.ts';

/** More pods, or fewer: git is told, Argo CD brings it, and it is waited for. A person looks at the load before there are fewer. */

const LOOK_EVERY_MS = 500;

const boundsSchema = z.strictObject({ least: z.number().int(), most: z.number().int() });
const lookSchema = z.strictObject({
  wanted: z.number(),
  available: z.number(),
  there: z.number(),
  updated: z.number(),
  seen: z.boolean(),
  given: z.string().nullable(),
});
const foundSchema = z.strictObject({ before: boundsSchema, pods: lookSchema });
type Found = z.infer<typeof foundSchema>;
type FoundStep = Step<PodsWorld, Found>;

export interface PodsNodes {
  readonly nodes: readonly Node[];
  readonly after: Step<PodsLook, PodsLook>;
}

export function podsNodes(target: PodsTarget, wanted: Bounds): PodsNodes {
  const look = lookStep(target, wanted);
  const forward = commitStep(target, look, wanted);
  const back = backStep(target, look, wanted);
  const after = afterStep(target);
  return {
    after,
    nodes: [
      look,
      checkpoint(target, look, wanted),
      sequence({
        id: 'change',
        title: `Let git, then the cluster, have ${podsText(wanted)} of ${target.workload}`,
        steps: [forward, target.sync('sync', forward, false), settledWatch(target, 'settled', wanted)],
        rollback: sequence({
          id: 'back',
          title: `Let git, then the cluster, have as many pods of ${target.workload} as before`,
          steps: [back, target.sync('sync-back', back, true), settledWatch(target, 'settled-back', null)],
        }),
      }),
      after,
    ],
  };
}

/** Recorded: a resume goes by what was found first. */
function lookStep(target: PodsTarget, wanted: Bounds): FoundStep {
  const { workload, namespace, policy } = target;
  return step<PodsWorld, Found>({
    id: 'look',
    title: `Look how many pods of ${workload} there are, and who counts them`,
    inputs: { workload, namespace, wanted: { ...wanted }, capacityPerPod: policy.capacityPerPod },
    read: (ctx) => target.look(ctx),
    decide: (world) => {
      const problems = podsRefusals(target, world, wanted);
      if (problems.length > 0) return { kind: 'refuse', problems };
      const same = world.git.least === wanted.least && world.git.most === wanted.most;
      return {
        kind: 'nothing',
        why: same ? `git has ${podsText(wanted)} already` : `${podsText(world.git)} will be ${podsText(wanted)}`,
      };
    },
    outputs: foundSchema,
    collect: (_results, { git, pods }) => ({ before: git, pods }),
    planned: ({ git, pods }) => ({ before: git, pods }),
    probe: 'repeatable',
  });
}

/** Pods that end take their requests with them, and nothing brings them back at once: so before anything is changed. */
function checkpoint({ policy, workload }: PodsTarget, look: FoundStep, wanted: Bounds): Gate {
  return gate({
    id: 'checkpoint',
    title: `Look whether ${podsText(wanted)} carry the load before pods of ${workload} end`,
    description: 'Nothing is changed yet. “No” leaves it as it is.',
    role: policy.role,
    evidence: [
      { kind: 'check', name: 'carries', question: 'Do the pods that are left carry the load, also at the next peak?' },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    needed: (ctx) => isSmaller(wanted, ctx.outputOf(look).before),
    judge: (evidence) =>
      evidence['carries'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: `${podsText(wanted)} of ${workload} do not carry the load` },
  });
}

function commitStep(target: PodsTarget, look: FoundStep, wanted: Bounds) {
  return target.commit({
    id: 'git',
    title: `Make git name ${podsText(wanted)} of ${target.workload}`,
    changes: (ctx) => numberChanges(target.counts, before(ctx, look), wanted),
    back: false,
  });
}

function backStep(target: PodsTarget, look: FoundStep, wanted: Bounds) {
  return target.commit({
    id: 'git-back',
    title: `Make git name as many pods of ${target.workload} as before`,
    changes: (ctx) => numberChanges(target.counts, wanted, before(ctx, look)),
    back: true,
  });
}

function before(ctx: Pick<ReadContext, 'outputOf'>, look: OutputRef<Found>): Bounds {
  return ctx.outputOf(look).before;
}

const sampleSchema = z.strictObject({ time: z.number(), pods: lookSchema });
type Sample = z.infer<typeof sampleSchema>;
interface State {
  readonly from: number | null;
  readonly last: Sample | null;
}

function settledWatch(target: PodsTarget, id: string, bounds: Bounds | null): Watch<State, Sample, PodsLook> {
  const { workload, policy } = target;
  const limitMs = policy.deadlineMs;
  return watch<State, Sample, PodsLook>({
    id,
    title: `Wait until the pods of ${workload} are as git has them`,
    inputs: { workload, limitMs, bounds: bounds === null ? null : { ...bounds } },
    everyMs: LOOK_EVERY_MS,
    samples: sampleSchema,
    outputs: lookSchema,
    sample: async (ctx) => ({ time: ctx.clock.now(), pods: await target.pods(ctx.signal) }),
    start: () => ({ from: null, last: null }),
    fold: ({ from }, last) => ({ from: from ?? last.time, last }),
    decide: ({ from, last }) => {
      if (from === null || last === null) return { kind: 'look-on', status: 'nothing seen yet' };
      const status = settlingText(last.pods);
      if (isSettled(bounds, last.pods)) return { kind: 'pass', status, outputs: last.pods };
      if (last.time - from < limitMs) return { kind: 'look-on', status };
      return { kind: 'fail', problem: notSettled(target, last.pods, limitMs) };
    },
    forecast: async () => `looks every ${LOOK_EVERY_MS / 1000} s, for at most ${limitMs / 1000} s`,
  });
}

/** For the report. */
function afterStep(target: PodsTarget): Step<PodsLook, PodsLook> {
  return step<PodsLook, PodsLook>({
    id: 'after',
    title: `Write down how many pods of ${target.workload} there are`,
    read: (ctx) => target.pods(ctx.signal),
    decide: () => ({ kind: 'nothing', why: 'it is only looked at' }),
    outputs: lookSchema,
    collect: (_results, look) => look,
    probe: 'repeatable',
  });
}
