import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { type Outcome, StepPaused } from '../../procedure/index.ts';
import { loadRun } from '../../procedure/journal/load.ts';
import type { RunState } from '../../procedure/journal/state.ts';
import type { ReleaseInputs } from '../run/procedure.ts';

/** What a unit run asks of a member, and how it hears of the member's own run. */

/** A run of a member, driven as far as it goes now. */
export type MemberEnd =
  | { readonly kind: 'done' }
  /** Its run is over, or never began, and what it was to bring does not serve. */
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] }
  /** Its run is not over: at a gate, or until somebody gives its environment back. */
  | { readonly kind: 'waiting'; readonly problems: readonly Problem[] }
  | { readonly kind: 'stopped' }
  /** Its way back has failed: it stands between two states. */
  | { readonly kind: 'stuck'; readonly problems: readonly Problem[] };

export interface MemberTask {
  /** Id of the run of the unit. */
  readonly of: string;
  /** Id of the run that brings the release. */
  readonly run: string;
  readonly inputs: ReleaseInputs;
  /** Aborted when the unit run has lost its lease: the member stops at its next safe place. */
  readonly signal: AbortSignal;
}

/** Both may be asked again, by another process, at any time: they look for the run first. */
export interface MemberPorts {
  forward(name: string, task: MemberTask): Promise<MemberEnd>;
  /** Takes back what `run` brought, by runs of its own; does nothing where it never came to serve. */
  back(name: string, task: MemberTask): Promise<MemberEnd>;
  /** Takes the member from what serves it to the release before, by `run` or one that follows it. */
  goBack(name: string, task: MemberTask): Promise<MemberEnd>;
}

/** The unit run goes on only when the run of the member is over: else it pauses there. */
export function mustBeOver(end: MemberEnd): void {
  switch (end.kind) {
    case 'done':
      return;
    case 'failed':
      throw new ProblemError(end.problems);
    case 'stopped':
      throw new StepPaused('stopped', []);
    case 'waiting':
    case 'stuck':
      throw new StepPaused(end.kind, end.problems);
  }
}

/** The same where the member before it has gone back already: what cannot go back now is tried again once it is mended. */
export function mustFollow(end: MemberEnd): void {
  if (end.kind === 'failed') throw new StepPaused('stuck', end.problems);
  mustBeOver(end);
}

/** What was told of a run, and what its journal says. `state` undefined: it recorded nothing. */
export interface Seen {
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
  readonly state: Pick<RunState, 'status' | 'paused' | 'finished'> | undefined;
}

/** Its journal counts: only a run that is over has failed; whatever else it met, it can be gone on with. Pure. */
export function endOf({ outcome, problems, state }: Seen): MemberEnd {
  if (state === undefined) {
    // Somebody else has its environment: nothing of it has begun, and it may begin later.
    return outcome === 'lease-held' ? { kind: 'waiting', problems } : { kind: 'failed', problems };
  }
  if (state.status === 'finished') {
    if (state.finished?.outcome === 'done') return { kind: 'done' };
    return { kind: 'failed', problems: problems.length > 0 ? problems : (state.finished?.problems ?? []) };
  }
  if (outcome === 'stopped') return { kind: 'stopped' };
  if (state.paused?.reason === 'compensation-failed') return { kind: 'stuck', problems };
  return { kind: 'waiting', problems };
}

/** A run as its journal has it; undefined when it recorded nothing. */
export async function stateOf(store: string, run: string): Promise<RunState | undefined> {
  const state = (await loadRun(store, run))?.state;
  return state?.started === undefined ? undefined : state;
}

/** Runs something of a member; problems that are thrown are how it ended. */
export async function heard(store: string, run: string, work: () => Promise<Omit<Seen, 'state'>>): Promise<MemberEnd> {
  let told: Omit<Seen, 'state'>;
  try {
    told = await work();
  } catch (error) {
    told = { outcome: 'failed', problems: problemsOf(error, `run ${run}`) };
  }
  return endOf({ ...told, state: await stateOf(store, run) });
}
