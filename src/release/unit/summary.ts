import type { Anchor } from '../../model/journal.ts';
import { formatProblem, type Problem } from '../../model/problem.ts';
import type { Outcome, RunResult } from '../../procedure/index.ts';
import type { RunState } from '../../procedure/journal/state.ts';
import { stateOf } from './member.ts';
import { memberStore, type ServiceUnit } from './open.ts';
import { backRun } from './ports.ts';
import { memberRun, type UnitInputs, versionOf } from './procedure.ts';
import { unitReleaseDigest } from './record.ts';

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
  /** It served, and went back because another member did not come through. */
  | 'taken-back';

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

type Over = Pick<RunState, 'status' | 'finished'> | undefined;

/** From the journals of its runs: the one that brings it, and those that take it back. Pure. */
export function standingOf(brings: Over, backs: readonly Over[]): MemberStanding {
  if (brings === undefined) return 'not-begun';
  if (brings.status !== 'finished') return 'under-way';
  if (brings.finished?.outcome !== 'done') return 'not-released';
  if (backs.some((back) => back?.finished?.outcome === 'done')) return 'taken-back';
  return backs.some((back) => back !== undefined && back.status !== 'finished') ? 'under-way' : 'released';
}

/** Every member of a unit run, by the journals of the members. */
export async function memberSummaries(
  unit: Pick<ServiceUnit, 'file'>,
  { members }: UnitInputs,
  run: string,
): Promise<readonly MemberSummary[]> {
  return Promise.all(
    members.map(async (member): Promise<MemberSummary> => {
      const version = versionOf(member);
      if (member.kind === 'stays') {
        return { name: member.name, version, before: version, standing: 'stays', run: null };
      }
      const store = memberStore(unit, member.name);
      const own = memberRun(run, member.name);
      const brings = await stateOf(store, own);
      const backs: Over[] = [];
      for (let number = 1; ; number++) {
        const back = await stateOf(store, backRun(own, number));
        if (back === undefined) break;
        backs.push(back);
      }
      const before = member.inputs.stable?.release.version ?? null;
      const standing = standingOf(brings, backs);
      return { name: member.name, version, before, standing, run: standing === 'not-begun' ? null : own };
    }),
  );
}

export function summariseUnit(inputs: UnitInputs, result: RunResult, members: readonly MemberSummary[]): UnitSummary {
  const { unit, environment } = inputs;
  const { outcome, run, planHash, anchor, problems } = result;
  return {
    unit,
    environment,
    release: unitReleaseDigest(inputs.release),
    outcome,
    sentence: sentenceOf(inputs, result, members),
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
  const named = (standing: MemberStanding): string =>
    members
      .filter((one) => one.standing === standing)
      .map(({ name }) => name)
      .join(', ');
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
    case 'waiting':
      return `${what} waits in ${environment} for ${named('under-way') || 'a member'}; \`shiplock resume --unit …\` goes on with run ${run}.`;
    case 'refused':
      return `${what} was refused; nothing was changed in ${environment}.`;
    case 'lease-held':
      return `${what} goes no further: another run holds ${environment}.`;
    case 'stopped':
      return `${what} stopped at a safe place; \`shiplock resume --unit …\` goes on with run ${run}.`;
    case 'failed':
      return `${what} stands between two states in ${environment}: still released ${named('released') || 'is nobody'}, under way ${named('under-way') || 'is nobody'}.`;
  }
}

const WORDS: Readonly<Record<MemberStanding, string>> = {
  stays: 'stays as it is',
  'not-begun': 'not begun',
  'under-way': 'under way',
  released: 'released',
  'not-released': 'did not come through',
  'taken-back': 'taken back',
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
