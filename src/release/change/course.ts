import type { ChangeHead } from '../../model/change.ts';
import type { RecordedRun } from '../../procedure/index.ts';
import { type GateStory, type StepStory, storyOf } from '../../report/index.ts';
import { cameToServe, type EnvironmentRecord } from '../record.ts';

/** What became of a change, told from the journals of its runs each time somebody asks. Nothing of it is stored. Pure. */

export const CHANGE_STATES = [
  'requested',
  'waiting',
  'approved',
  'running',
  'verified',
  'failed',
  'rolled-back',
  'closed',
] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

/** A run that was begun for it. */
export interface ChangeRun {
  readonly run: string;
  readonly who: string;
  readonly startedAt: string;
  readonly lastAt: string;
  /** Null: it is not over. */
  readonly outcome: string | null;
  /** It has made effects: the change has begun. */
  readonly begun: boolean;
  /** Null: the policy asked nobody. */
  readonly approval: { readonly passed: boolean; readonly by: readonly string[] } | null;
  /** Gates that were let pass by one person alone. */
  readonly overrides: readonly string[];
  /** Titles of gates that wait now. */
  readonly waits: readonly string[];
  /** What looked whether it works, with its words. */
  readonly verification: readonly string[];
  /** The run that went back from it later; null: it was not. */
  readonly takenBackBy: string | null;
}

/** @param record of the environment: it knows when a release was gone back from later */
export function changeRun(recorded: RecordedRun, record: Pick<EnvironmentRecord, 'history'>): ChangeRun {
  const { run, who, startedAt, lastAt, finished } = recorded;
  const story = storyOf(recorded.entries);
  const approval = story.gates.find(({ path }) => idOf(path) === 'approval');
  return {
    ...{ run, who, startedAt, lastAt },
    outcome: finished?.outcome ?? null,
    begun: story.commands.length > 0,
    approval: approval === undefined ? null : { passed: approval.passed, by: byOf(approval) },
    overrides: story.decisions
      .filter(({ kind }) => kind === 'override')
      .map(({ by, what, why }) => `${what}, by ${by}: ${why}`),
    waits: finished === null ? story.gates.filter(({ passed }) => !passed).map(({ title }) => title) : [],
    verification: [...story.steps.filter(looks).map(stepLine), ...story.gates.filter(inspects).map(gateLine)],
    takenBackBy: takenBackBy(run, record),
  };
}

/** Where a change stands. A run that was refused before it changed anything leaves it as it was. */
export function stateOf({ closed }: Pick<ChangeHead, 'closed'>, runs: readonly ChangeRun[]): ChangeState {
  if (closed !== undefined) return 'closed';
  const last = runs.findLast(({ outcome }) => outcome !== 'refused');
  if (last === undefined) return 'requested';
  switch (last.outcome) {
    case null:
      if (last.begun) return 'running';
      return last.approval === null || last.approval.passed ? 'approved' : 'waiting';
    case 'done':
      return last.takenBackBy === null ? 'verified' : 'rolled-back';
    case 'rolled-back':
      return 'rolled-back';
    default:
      return 'failed';
  }
}

/** In one sentence, for people. */
export function stateSentence(
  state: ChangeState,
  { closed }: Pick<ChangeHead, 'closed'>,
  runs: readonly ChangeRun[],
): string {
  const last = runs.findLast(({ outcome }) => outcome !== 'refused');
  const waits = last === undefined || last.waits.length === 0 ? '' : `; it waits: ${last.waits.join(', ')}`;
  switch (state) {
    case 'requested':
      return 'asked for; no run of it has begun';
    case 'waiting':
      return `run ${last?.run ?? ''} waits to be approved${waits}`;
    case 'approved':
      return `nobody's approval is missing, and nothing is changed yet${waits}`;
    case 'running':
      return `run ${last?.run ?? ''} is under way${waits}`;
    case 'verified':
      return `run ${last?.run ?? ''} came through, with all that it looked at`;
    case 'failed':
      return `run ${last?.run ?? ''} failed: \`shiplock why ${last?.run ?? ''}\` says why`;
    case 'rolled-back':
      return last?.takenBackBy == null
        ? `run ${last?.run ?? ''} was taken back`
        : `run ${last.run} came through, and run ${last.takenBackBy} went back from it`;
    case 'closed':
      return `closed as ${closed?.outcome ?? ''} by ${closed?.by ?? ''}${closed?.note === '' ? '' : `: ${closed?.note ?? ''}`}`;
  }
}

function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function byOf({ given }: GateStory): readonly string[] {
  return [...new Set(given.map(({ by }) => by))];
}

/** Steps and watches whose work is to see whether it is as it should be. */
function looks({ path, kind }: StepStory): boolean {
  return kind === 'watch' || /(?:^|-)(?:verify|verified|healthy|works|check|judge)(?:-|$)/.test(idOf(path));
}

function inspects({ path, given }: GateStory): boolean {
  return idOf(path) !== 'approval' && given.length > 0;
}

function stepLine({ title, state, note }: StepStory): string {
  return `${title}: ${state === 'nothing' ? 'as it should be' : state}${note === '' ? '' : ` (${note})`}`;
}

function gateLine({ title, given, passed }: GateStory): string {
  const said = given.map(({ by, answers }) => {
    const words = answers.map(({ name, value }) => `${name}=${value}`).join(', ');
    return words === '' ? by : `${by}: ${words}`;
  });
  return `${title}: ${passed ? 'passed' : 'open'} (${said.join('; ')})`;
}

/** The run by which an environment went back from what this one brought, as long as it did not come again. */
function takenBackBy(run: string, { history }: Pick<EnvironmentRecord, 'history'>): string | null {
  const at = history.findIndex((entry) => entry.run === run && entry.outcome === 'released');
  const next = at < 0 ? undefined : history.slice(at + 1).find(cameToServe);
  return next?.outcome === 'went-back-to' && next.version !== history[at]?.version ? next.run : null;
}
