import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import type { HostLook, UnitSpec } from '../../model/platform.ts';
import type { HostPlatform } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import { action, type Node, sequence, watch } from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';

/** What stands beside the releases of a local host: the proxy, and the static server where there are files to serve. */

const START_MS = 15_000;

const sampleSchema = z.strictObject({ time: z.number(), answers: z.boolean(), reason: z.string() });
type Sample = z.infer<typeof sampleSchema>;
interface State {
  readonly from: number | null;
  readonly last: Sample | null;
}

/** Whether it answers; if not, why not. */
export type Answers = { readonly answers: true } | { readonly answers: false; readonly reason: string };

export interface HostUnit {
  /** Id of the node, and component name on the host. */
  readonly name: string;
  /** In sentences: `the proxy`. */
  readonly words: string;
  readonly argv: readonly string[];
  /** All that makes it what it is; its hash is the version of the unit. Lies at `descriptionPath` as the artefact. */
  readonly description: string;
  readonly descriptionPath: string;
  readonly readyPath: string;
  readonly stopTimeoutMs: number;
  /** `alone`: whoever started it, one that answers is left alone. `exact`: only one of this very description will do. */
  readonly accept: 'alone' | 'exact';
  /** Where it listens. */
  readonly listens: string;
  readonly answers: (signal: AbortSignal) => Promise<Answers>;
  /** The problem of one that does not answer in time. */
  readonly silent: (found: string, expected: string) => Problem;
  /** Files it needs before its first start. Looks only. */
  readonly configure: () => Promise<readonly Effect[]>;
  readonly platform: HostPlatform;
}

interface Facts {
  readonly answer: Answers;
  readonly state: HostLook;
  readonly files: readonly Effect[];
}

/** Brings it up as a supervised unit like any other: its artefact is the description of how it is started. */
export function hostUnitNode(unit: HostUnit): Node {
  const { name, words, platform } = unit;
  const hash = createHash('sha256').update(unit.description).digest('hex');
  const spec: UnitSpec = {
    component: name,
    version: hash.slice(0, 12),
    digest: `sha256:${hash}`,
    artefact: unit.descriptionPath,
    command: unit.argv,
    env: {},
    replicas: 1,
    readyPath: unit.readyPath,
    livePath: unit.readyPath,
    startTimeoutMs: START_MS,
    stopTimeoutMs: unit.stopTimeoutMs,
  };
  const read = async (ctx: { readonly signal: AbortSignal }): Promise<Facts> => ({
    answer: await unit.answers(ctx.signal),
    state: await platform.observe(ctx.signal),
    files: await unit.configure(),
  });
  const running = (state: HostLook) =>
    state.instances.filter((one) => one.component === name && one.state !== 'stopped');
  const isUp = ({ answer, state }: Facts): boolean =>
    answer.answers && (unit.accept === 'alone' || running(state).some((one) => one.version === spec.version));
  const configure = action<Facts>({
    id: 'configure',
    title: `Write what ${words} is started with`,
    inputs: { listens: unit.listens, description: unit.descriptionPath },
    read,
    decide: (facts) =>
      isUp(facts)
        ? { kind: 'nothing', why: 'it answers' }
        : {
            kind: 'do',
            effects: [
              ...facts.files,
              {
                kind: 'file',
                path: unit.descriptionPath,
                content: unit.description,
                why: `how ${words} is started`,
                timeoutMs: 10_000,
              },
            ],
          },
    probe: 'repeatable',
  });
  const start = action<Facts>({
    id: 'start',
    title: `Start ${words}`,
    inputs: { argv: [...unit.argv] },
    read,
    decide: (facts) => {
      if (isUp(facts)) return { kind: 'nothing', why: 'it answers' };
      const others = new Set(running(facts.state).map((one) => one.version));
      others.delete(spec.version);
      return doOrNothing(
        [
          ...platform.install(spec, facts.state),
          ...[...others].flatMap((version) => platform.stop(version, facts.state)),
          ...platform.start(spec, facts.state),
          ...platform.makeCurrent(spec.version, facts.state),
        ],
        'it runs',
      );
    },
    probe: 'repeatable',
  });
  const ready = watch<State, Sample, object>({
    id: 'ready',
    title: `Wait until ${words} answers`,
    everyMs: 100,
    samples: sampleSchema,
    outputs: z.strictObject({}),
    sample: async (ctx) => {
      const answer = await unit.answers(ctx.signal);
      return { time: ctx.clock.now(), answers: answer.answers, reason: answer.answers ? '' : answer.reason };
    },
    start: () => ({ from: null, last: null }),
    fold: (state, sample) => ({ from: state.from ?? sample.time, last: sample }),
    decide: ({ from, last }) => {
      if (last === null || from === null) return { kind: 'look-on', status: 'nothing seen yet' };
      if (last.answers) return { kind: 'pass', status: 'it answers', outputs: {} };
      if (last.time - from < START_MS) return { kind: 'look-on', status: last.reason };
      return {
        kind: 'fail',
        problem: unit.silent(last.reason, `an answer within ${START_MS / 1000} s`),
      };
    },
  });
  return sequence({ id: name, title: `Make sure that ${words} runs`, steps: [configure, start, ready] });
}
