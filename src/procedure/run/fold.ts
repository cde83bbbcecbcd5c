import { ProblemError } from '../../model/problem.ts';
import type { Look } from '../journal/state.ts';
import type { DecideContext, Watch, WatchAnswer } from '../tree.ts';

/** Where a watch stands: a pure fold over what is recorded, the same for a running watch, a resume and a replay. */
export interface Watched {
  readonly state: unknown;
  /** After the newest look; undefined when there was none. */
  readonly answer: WatchAnswer<unknown> | undefined;
  readonly looks: number;
  /** Gates that were filled in. */
  readonly answered: number;
}

export function beginWatch(node: Watch, ctx: DecideContext): Watched {
  return { state: node.start(ctx), answer: undefined, looks: 0, answered: 0 };
}

export function foldLook(node: Watch, before: Watched, look: Look, path: string): Watched {
  const looks = before.looks + 1;
  if (look.kind === 'evidence') {
    const answered = before.answered + 1;
    if (node.ask === undefined) return { ...before, looks, answered };
    const { answer, state } = node.ask.goOn(look.evidence, before.state);
    return { state, answer: following(node, answer, look), looks, answered };
  }
  const sample = node.samples.safeParse(look.sample);
  if (!sample.success) {
    throw new ProblemError({
      code: 'procedure.sample-unreadable',
      where: `${path}, look ${looks}`,
      found: look.sample === undefined ? 'a redacted sample' : (sample.error.issues[0]?.message ?? 'another form'),
      expected: 'a sample in the form this version of the watch declares',
      remedy: 'resume with the version that recorded it, or roll back with a new run',
    });
  }
  const state = node.fold(before.state, sample.data);
  return { ...before, state, answer: following(node, node.decide(state), look), looks };
}

/** While a run is paused a watch that keeps something alive judges, but neither passes nor asks. Any other watch goes on to its end. */
function following(node: Watch, answer: WatchAnswer<unknown>, { held }: Look): WatchAnswer<unknown> | undefined {
  return held && node.heartbeat !== undefined && (answer.kind === 'pass' || answer.kind === 'ask') ? undefined : answer;
}
