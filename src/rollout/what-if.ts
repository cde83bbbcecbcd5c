import { ProblemError } from '../model/problem.ts';
import type { DecideContext, Evidence, Watch, WatchAnswer } from '../procedure/tree.ts';
import type { Policy } from './analysis/index.ts';
import { bakeWatch } from './bake.ts';
import type { Analyses, BakeState } from './bake-state.ts';
import { bakeVerdict } from './bake-state.ts';
import type { CanaryStep, Rollout } from './options.ts';
import { pastWatch } from './past.ts';

/**
 * A release that is over, judged again from its journaled counters by the very watches that judged it, under any policy. Pure: no
 * look at the world, and nothing is written.
 */

/** One look of a watch as the journal has it; a redacted sample is undefined. `held`: the run was paused, so it led to no pass and no question. */
export type RecordedLook =
  | { readonly kind: 'sample'; readonly sample: unknown; readonly held: boolean }
  | { readonly kind: 'evidence'; readonly evidence: Evidence; readonly held: boolean };

export interface RecordedBake {
  /** Id of its node, `judge-10-percent`. */
  readonly id: string;
  readonly step: CanaryStep;
  readonly looks: readonly RecordedLook[];
}

/** What a watch answered, and at which look. */
export interface Decision {
  readonly answer: 'pass' | 'fail' | 'ask';
  readonly text: string;
  /** Of the look that decided, wall clock in milliseconds. */
  readonly time: number;
  /** Since the first look of the step. */
  readonly afterMs: number;
}

export interface RejudgedBake {
  readonly id: string;
  readonly share: number;
  readonly looks: number;
  /**
   * In order: questions, then the pass or the failure. The looks behind a pass are looked at too: a version that would have gone on
   * to its next share, and shows itself as worse then, has a failure after the pass.
   */
  readonly decisions: readonly Decision[];
  /** Canary requests still missing for `not-worse` at the last look; null when it cannot be told, 0 when decided. */
  readonly requestsNeeded: number | null;
}

/**
 * @param rollout the release, with the ports of nothing: no port is used
 * @param policy how evidence is weighed, instead of the rollout's
 * @param past looks at the stable version alone, before the first share
 * @throws ProblemError `rollout.sample-unreadable`
 */
export function rejudge(
  rollout: Rollout,
  policy: Policy,
  past: readonly RecordedLook[],
  bakes: readonly RecordedBake[],
): readonly RejudgedBake[] {
  const changed: Rollout = { ...rollout, policy: { ...rollout.policy, analysis: policy } };
  const learning = pastWatch(changed, 'past');
  let analyses: Analyses = refold(learning, NOTHING_BEFORE, past, learning.id).state.analyses;
  const judged: RejudgedBake[] = [];
  for (const { id, step, looks } of bakes) {
    const node = bakeWatch(changed, { ...step, previous: learning }, id);
    const { state, decisions } = refold(node, goingOnFrom(analyses), looks, id);
    analyses = state.analyses;
    judged.push({
      id,
      share: step.share,
      looks: looks.length,
      decisions,
      requestsNeeded: decisions.some(({ answer }) => answer !== 'ask')
        ? 0
        : bakeVerdict(state).clear.requestsNeeded.notWorse,
    });
    if (decisions.some(({ answer }) => answer === 'fail')) break;
  }
  return judged;
}

interface Refolded {
  readonly state: BakeState;
  readonly decisions: readonly Decision[];
}

/** Folds looks as the engine does, and goes on behind a pass until the looks end or the version fails. */
function refold<M extends { readonly time: number }, O>(
  node: Watch<BakeState, M, O>,
  context: DecideContext,
  looks: readonly RecordedLook[],
  where: string,
): Refolded {
  let state = node.start(context);
  let answered: WatchAnswer<O>['kind'] = 'look-on';
  const decisions: Decision[] = [];
  let first: number | undefined;
  let time = 0;
  for (const [index, look] of looks.entries()) {
    const passed = decisions.some((one) => one.answer === 'pass');
    let answer: WatchAnswer<O>;
    if (look.kind === 'sample') {
      const sample = sampleOf(node, look, `${where}, look ${index + 1}`);
      time = sample.time;
      first ??= time;
      state = node.fold(state, sample);
      answer = node.decide(state);
    } else {
      // Nobody would have been asked about a version that had passed.
      if (node.ask === undefined || passed) continue;
      ({ answer, state } = node.ask.goOn(look.evidence, state));
    }
    if (look.held && answer.kind !== 'fail') answer = { kind: 'look-on', status: 'paused' };
    const news = passed ? answer.kind === 'fail' : answer.kind !== answered;
    answered = answer.kind;
    if (answer.kind === 'look-on' || !news) continue;
    const text = answer.kind === 'fail' ? answer.problem.found : answer.status;
    decisions.push({ answer: answer.kind, text, time, afterMs: time - (first ?? time) });
    if (answer.kind === 'fail') break;
  }
  return { state, decisions };
}

function sampleOf<M>(node: Pick<Watch<BakeState, M>, 'samples'>, look: { readonly sample: unknown }, where: string): M {
  const parsed = node.samples.safeParse(look.sample);
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    code: 'rollout.sample-unreadable',
    where,
    found: look.sample === undefined ? 'a redacted sample' : (parsed.error.issues[0]?.message ?? 'another form'),
    expected: 'a sample in the form this version of the watch declares',
    remedy: 'judge it with the version that recorded it, or leave this run out',
  });
}

const NOTHING_BEFORE: DecideContext = {
  mode: 'run',
  run: '',
  fence: 0,
  outputOf: (ref) => ref.outputs.parse(undefined),
  evidenceOf: () => ({}),
};

/** For a watch that goes on from what was known before it. */
function goingOnFrom(analyses: Analyses): DecideContext {
  return { ...NOTHING_BEFORE, outputOf: (ref) => ref.outputs.parse(analyses) };
}
