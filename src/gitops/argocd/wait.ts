import { z } from 'zod';
import type { Kube } from '../../model/kube.ts';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { repeatUntil, sequence, step, watch } from '../../procedure/build.ts';
import { missingObject } from '../../procedure/kube/problems.ts';
import type { OutputRef, Sequence, Step, Watch } from '../../procedure/tree.ts';
import { type ApplicationPlace, applicationKind, applicationLookSchema, lookOf } from './application.ts';
import { judgeSync, requestSync, type SyncHistory, type SyncLook, short } from './decide.ts';
import type { Relations } from './relation.ts';

/** Waits until Argo CD has brought one commit into the cluster: this one, or one that contains it; never an older one. */

export interface SyncOptions {
  /** Node id; tells two waits of one procedure apart. */
  readonly id: string;
  readonly place: ApplicationPlace;
  readonly kube: Kube;
  /** The step that makes the commit. */
  readonly commit: OutputRef<{ readonly commit: string }>;
  readonly relations: (exec: Exec) => Relations;
  /** How long Argo CD may take. */
  readonly deadlineMs: number;
  /** Part of a way back: runs even while a stop was asked for. */
  readonly urgent?: boolean;
}

const relationSchema = z.enum(['same', 'after', 'before', 'unknown']);
const sampleSchema = z.strictObject({
  time: z.number(),
  application: applicationLookSchema,
  compared: relationSchema,
  operating: relationSchema.nullable(),
});
type Sample = z.infer<typeof sampleSchema>;

const syncOutputs = z.strictObject({
  there: z.boolean(),
  /** Commit that the cluster was compared with. */
  revision: z.string(),
});
export type SyncOutputs = z.infer<typeof syncOutputs>;

interface State {
  readonly history: SyncHistory | null;
  readonly commit: string;
  readonly deadlineAt: number;
}

/** Asks Argo CD to look at git, ends what stands in the way, and waits. The last watch tells what it came to. */
export function syncNode(options: SyncOptions): {
  readonly node: Sequence;
  readonly synced: OutputRef<SyncOutputs>;
} {
  const deadline = deadlineStep(options);
  const look = lookWatch(options, deadline);
  return {
    synced: look,
    node: sequence({
      id: options.id,
      title: `Wait until Argo CD has brought the commit (${options.place.name})`,
      steps: [
        deadline,
        repeatUntil({
          id: 'bring',
          title: 'Ask Argo CD and look',
          max: 200,
          until: (ctx) => ctx.outputOf(look).there,
          body: sequence({ id: 'round', title: 'Ask and look', steps: [requestStep(options), look] }),
        }),
      ],
    }),
  };
}

const deadlineSchema = z.strictObject({ at: z.number() });
type Deadline = z.infer<typeof deadlineSchema>;

function deadlineStep({ deadlineMs, urgent = false }: SyncOptions): Step<number, Deadline> {
  return step<number, Deadline>({
    id: 'begin',
    title: `Give Argo CD ${deadlineMs / 1000} s`,
    inputs: { deadlineMs },
    read: async (ctx) => ctx.clock.now(),
    decide: () => ({ kind: 'nothing', why: 'the time runs from here' }),
    outputs: deadlineSchema,
    collect: (_results, now) => ({ at: now + deadlineMs }),
    planned: (now) => ({ at: now + deadlineMs }),
    probe: 'repeatable',
    urgent,
  });
}

function requestStep(options: SyncOptions): Step<SyncLook & { readonly now: number }, object> {
  const { place, urgent = false } = options;
  return step<SyncLook & { readonly now: number }, object>({
    id: 'ask',
    title: `Ask Argo CD to bring it`,
    inputs: { application: place.name, namespace: place.namespace },
    read: async (ctx) => {
      // In a plan there is no commit yet: what is asked of Argo CD is decided after it.
      const { commit } = ctx.outputOf(options.commit);
      return { ...(await lookNow(options, commit, ctx.exec, ctx.signal)), now: ctx.clock.now() };
    },
    decide: (facts, ctx) => requestSync(facts, { place, commit: ctx.outputOf(options.commit).commit, now: facts.now }),
    outputs: z.strictObject({}),
    collect: () => ({}),
    planned: () => ({}),
    probe: 'repeatable',
    // Argo CD writes its status all the time: the next attempt reads and decides anew.
    retry: { attempts: 20, delayMs: 150 },
    urgent,
  });
}

function lookWatch(options: SyncOptions, deadline: OutputRef<Deadline>): Watch<State, Sample, SyncOutputs> {
  const where = `Application ${options.place.namespace}/${options.place.name}`;
  return watch<State, Sample, SyncOutputs>({
    id: 'look',
    title: `Look whether ${options.place.name} is synced`,
    inputs: { application: options.place.name, deadlineMs: options.deadlineMs },
    everyMs: 500,
    samples: sampleSchema,
    outputs: syncOutputs,
    sample: async (ctx) => {
      const { commit } = ctx.outputOf(options.commit);
      return { time: ctx.clock.now(), ...(await lookNow(options, commit, ctx.exec, ctx.signal)) };
    },
    start: (ctx) => ({
      history: null,
      commit: ctx.outputOf(options.commit).commit,
      deadlineAt: ctx.outputOf(deadline).at,
    }),
    fold: (state, sample) => ({
      ...state,
      history: {
        roundSince: state.history?.roundSince ?? sample.time,
        errorSince: sample.application.errors.length === 0 ? null : (state.history?.errorSince ?? sample.time),
        last: sample,
      },
    }),
    decide: ({ history, commit, deadlineAt }) => {
      if (history === null) return { kind: 'look-on', status: `nothing seen yet of ${short(commit)}` };
      const beganAt = deadlineAt - options.deadlineMs;
      const answer = judgeSync(history, { where, commit, beganAt, deadlineAt });
      const { revision } = history.last.application;
      if (answer.kind === 'there') return { kind: 'pass', status: answer.status, outputs: { there: true, revision } };
      if (answer.kind === 'ask-again')
        return { kind: 'pass', status: answer.status, outputs: { there: false, revision } };
      return answer;
    },
  });
}

/** One look at the Application, with what git says of the commits that it names. */
export async function lookNow(
  { place, kube, relations }: Pick<SyncOptions, 'place' | 'kube' | 'relations'>,
  commit: string,
  exec: Exec,
  signal: AbortSignal,
): Promise<SyncLook> {
  const kind = applicationKind(place.namespace);
  const object = await kube.get(kind, place.name, signal);
  if (object === null) throw new ProblemError(missingObject('platform.application', kind, place.name));
  const application = lookOf(object);
  const relation = relations(exec);
  const operating = application.operation;
  return {
    application,
    compared: await relation(commit, application.revision, signal),
    operating: operating === null ? null : await relation(commit, operating.revision, signal),
  };
}
