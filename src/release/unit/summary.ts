import { EXIT, type ExitCode } from '../../model/exit.ts';
import type { Anchor } from '../../model/journal.ts';
import { formatProblem, type Problem } from '../../model/problem.ts';
import type { Outcome, RunResult } from '../../procedure/index.ts';
import type { RunState } from '../../procedure/journal/state.ts';
import type { UnitBackInputs } from './back.ts';
import type { ServiceUnit } from './open.ts';
import { attemptRun, backRun } from './ports.ts';
import { memberRun, type UnitInputs, versionOf } from './procedure.ts';
import { unitReleaseDigest } from './record.ts';
import { knownState } from './shared.ts';

/** How a unit run ended, for people and machines at the end of a command. */

/** Where a member stands in a unit run. */
export type MemberStanding =
  /** What it has served before the run already. */
  | 'stays'
  | 'not-begun'
  | 'under-way'
  /** Its new release serves. */
  | 'released'
  /** Its own run did not bring it to serve: refused, failed or taken back. */
  | 'not-released'
  /** It served, and went back because another member did not come through, or since the whole unit goes back. */
  | 'taken-back'
  /** It was to go back, and its own run refused or failed. */
  | 'not-taken-back';

export interface MemberSummary {
  readonly name: string;
  readonly version: string;
  readonly before: string | null;
  readonly standing: MemberStanding;
  /** Its own run; null when it stays or nothing was begun. */
  readonly run: string | null;
}

export interface UnitSummary {
  readonly unit: string;
  readonly environment: string;
  /** Digest of the unit release. */
  readonly release: string;
  readonly outcome: Outcome;
  readonly sentence: string;
  readonly run: string;
  readonly planHash: string;
  readonly anchor: Anchor;
  readonly members: readonly MemberSummary[];
  readonly problems: readonly Problem[];
}

export interface UnitOutcome {
  readonly exit: ExitCode;
  readonly summary: UnitSummary;
}

/** A member whose environment another run holds makes the unit wait: that is told as what it is. Pure. */
export function exitOf({ exit, problems }: Pick<RunResult, 'exit' | 'problems'>): ExitCode {
  const held = problems.some(({ code }) => code.startsWith('lease.'));
  return exit === EXIT.waiting && held ? EXIT.leaseHeld : exit;
}

type Over = Pick<RunState, 'status' | 'finished'> | undefined;

/** From the journals of its runs: the one that brings it, and those that take it back. Pure. */
export function standingOf(brings: Over, backs: readonly Over[]): MemberStanding {
  if (brings === undefined) return 'not-begun';
  if (brings.status !== 'finished') return 'under-way';
  if (brings.finished?.outcome !== 'done') return 'not-released';
  if (backs.some((back) => back?.finished?.outcome === 'done')) return 'taken-back';
  return backs.some((back) => back !== undefined && back.status !== 'finished') ? 'under-way' : 'released';
}

/** From the journals of the runs that take it back, while the unit goes back. Pure. */
export function standingBack(attempts: readonly Over[]): MemberStanding {
  if (attempts.some((one) => one?.finished?.outcome === 'done')) return 'taken-back';
  if (attempts.some((one) => one !== undefined && one.status !== 'finished')) return 'under-way';
  return attempts.length === 0 ? 'not-begun' : 'not-taken-back';
}

/** Every member of a unit run, by the journals of the members. */
export async function memberSummaries(
  unit: ServiceUnit,
  { members }: UnitInputs,
  run: string,
): Promise<readonly MemberSummary[]> {
  return Promise.all(
    members.map(async (member): Promise<MemberSummary> => {
      const version = versionOf(member);
      if (member.kind === 'stays') {
        return { name: member.name, version, before: version, standing: 'stays', run: null };
      }
      const own = memberRun(run, member.name);
      const brings = await knownState(unit, member.name, own);
      const backs = await attemptsFrom(unit, member.name, backRun(own, 1));
      const before = member.inputs.stable?.release.version ?? null;
      const standing = standingOf(brings, backs);
      return { name: member.name, version, before, standing, run: standing === 'not-begun' ? null : own };
    }),
  );
}

/** The same of a run that takes the unit back. */
export async function backSummaries(
  unit: ServiceUnit,
  { members, versions }: UnitBackInputs,
  { run, outcome }: { readonly run: string; readonly outcome?: Outcome },
): Promise<readonly MemberSummary[]> {
  return Promise.all(
    members.map(async (member): Promise<MemberSummary> => {
      const { name } = member;
      const version = versions[name] ?? '';
      if (member.kind === 'stays') return { name, version, before: version, standing: 'stays', run: null };
      const own = memberRun(run, name);
      const attempts = await attemptsFrom(unit, name, own);
      // At its turn it may have been back already, or somebody has answered for it.
      const standing = outcome === 'done' ? 'taken-back' : standingBack(attempts);
      const before = member.inputs.candidate.release.version;
      return { name, version, before, standing, run: attempts.length === 0 ? null : own };
    }),
  );
}

async function attemptsFrom(unit: ServiceUnit, name: string, base: string): Promise<readonly Over[]> {
  const attempts: Over[] = [];
  for (let number = 1; ; number++) {
    const state = await knownState(unit, name, attemptRun(base, number));
    if (state === undefined) return attempts;
    attempts.push(state);
  }
}

export function summariseUnit(inputs: UnitInputs, result: RunResult, members: readonly MemberSummary[]): UnitSummary {
  return summaryOf(inputs, result, members, sentenceOf(inputs, result, members));
}

export function summariseBack(
  inputs: UnitBackInputs,
  result: RunResult,
  members: readonly MemberSummary[],
): UnitSummary {
  return summaryOf(inputs, result, members, backSentence(inputs, result, members));
}

function summaryOf(
  { unit, environment, release }: Pick<UnitInputs, 'unit' | 'environment' | 'release'>,
  { outcome, run, planHash, anchor, problems }: RunResult,
  members: readonly MemberSummary[],
  sentence: string,
): UnitSummary {
  return {
    unit,
    environment,
    release: unitReleaseDigest(release),
    outcome,
    sentence,
    run,
    planHash,
    anchor,
    members,
    problems,
  };
}

/** The whole story in one sentence. Pure. */
function sentenceOf(
  { unit, environment }: UnitInputs,
  { outcome, run }: Pick<RunResult, 'outcome' | 'run'>,
  members: readonly MemberSummary[],
): string {
  const named = namesOf(members);
  const what = `The unit ${unit}`;
  switch (outcome) {
    case 'done':
      return `${what} is released in ${environment}: ${members.map(({ name, version }) => `${name} ${version}`).join(', ')}.`;
    case 'rolled-back': {
      const [back, stays] = [named('taken-back'), named('released')];
      const went = back === '' ? '' : `, ${back} went back with it`;
      const left = stays === '' ? '' : `; ${stays} stays released, as somebody has answered for`;
      return `${what} was taken back from ${environment}: ${named('not-released')} did not come through${went}${left}.`;
    }
    case 'failed':
      return `${what} stands between two states in ${environment}: still released ${named('released') || 'is nobody'}, under way ${named('under-way') || 'is nobody'}.`;
    case 'waiting':
    case 'refused':
    case 'lease-held':
    case 'stopped':
      return goesOnLater(what, environment, { outcome, run }, named);
  }
}

/** The same for a unit that goes back. Pure. */
function backSentence(
  { unit, environment, versions }: UnitBackInputs,
  { outcome, run }: Pick<RunResult, 'outcome' | 'run'>,
  members: readonly MemberSummary[],
): string {
  const named = namesOf(members);
  const what = `The unit ${unit}`;
  const words = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  switch (outcome) {
    case 'done':
      return `${what} is back in ${environment} on ${words.join(', ')}.`;
    case 'rolled-back':
    case 'failed': {
      const back = named('taken-back');
      return back === ''
        ? `${what} did not go back in ${environment}: ${named('not-taken-back') || 'a member'} could not.`
        : `${what} stands between two states in ${environment}: back is ${back}, not yet ${named('not-taken-back', 'under-way', 'not-begun') || 'nobody'}.`;
    }
    case 'waiting':
    case 'refused':
    case 'lease-held':
    case 'stopped':
      return goesOnLater(what, environment, { outcome, run }, named);
  }
}

type Named = (...standings: readonly MemberStanding[]) => string;

function namesOf(members: readonly MemberSummary[]): Named {
  return (...standings) =>
    members
      .filter(({ standing }) => standings.includes(standing))
      .map(({ name }) => name)
      .join(', ');
}

function goesOnLater(
  what: string,
  environment: string,
  { outcome, run }: { readonly outcome: 'waiting' | 'refused' | 'lease-held' | 'stopped'; readonly run: string },
  named: Named,
): string {
  switch (outcome) {
    case 'waiting':
      return `${what} waits in ${environment} for ${named('under-way') || 'a member'}; \`shiplock resume --unit …\` goes on with run ${run}.`;
    case 'refused':
      return `${what} was refused; nothing was changed in ${environment}.`;
    case 'lease-held':
      return `${what} goes no further: another run holds ${environment}.`;
    case 'stopped':
      return `${what} stopped at a safe place; \`shiplock resume --unit …\` goes on with run ${run}.`;
  }
}

const WORDS: Readonly<Record<MemberStanding, string>> = {
  stays: 'stays as it is',
  'not-begun': 'not begun',
  'under-way': 'under way',
  released: 'released',
  'not-released': 'did not come through',
  'taken-back': 'taken back',
  'not-taken-back': 'could not go back',
};

export function unitSummaryText({ sentence, run, planHash, anchor, release, members, problems }: UnitSummary): string {
  return [
    sentence,
    ...members.map(({ name, version, before, standing, run: own }) => {
      const change = standing === 'stays' ? version : `${before ?? 'nothing'} → ${version}`;
      return `  ${name}: ${change}: ${WORDS[standing]}${own === null ? '' : ` (run ${own})`}`;
    }),
    `run ${run}, plan ${planHash.slice(0, 12)}, ${anchor.count} records, head ${anchor.head.slice(0, 12)}`,
    `unit release ${release}`,
    ...problems.map(formatProblem),
  ].join('\n');
}
