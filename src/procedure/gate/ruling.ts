import type { Evidence } from '../../model/evidence.ts';
import type { GivenEvidence, Participant, Person, Policy } from '../../model/people.ts';
import type { Problem } from '../../model/problem.ts';
import { canonical } from '../journal/canonical.ts';
import type { GateAsks } from '../tree.ts';
import { type WindowAnswer, wallText } from './windows.ts';

/** May a gate pass? Pure: over evidence whose signatures have been checked before. */

/** Evidence after its check: who it is proven (or, where that is enough, said) to be, or why it does not count. */
export type Checked =
  | { readonly kind: 'sound'; readonly given: GivenEvidence; readonly person: string; readonly items: Evidence }
  | { readonly kind: 'refused'; readonly given: GivenEvidence; readonly problem: Problem };

export interface Question {
  /** For problems. */
  readonly where: string;
  readonly role: string;
  readonly asks: GateAsks;
  /** The way back: one person, at any time. */
  readonly urgent: boolean;
  /** It passed before: it is not asked for the time again, only for its persons. */
  readonly left: boolean;
  /** What the gate's condition says against it. */
  readonly unmet: readonly Problem[];
  readonly policy: Policy;
  readonly participants: readonly Participant[];
  readonly checked: readonly Checked[];
  readonly window: WindowAnswer;
}

export interface Refused {
  readonly given: GivenEvidence;
  readonly problem: Problem;
}

export type Ruling =
  | {
      readonly kind: 'pass';
      readonly evidence: Evidence;
      readonly by: readonly string[];
      /** Why one person let it pass alone; undefined: it passed in the usual way. */
      readonly override: string | undefined;
      readonly refused: readonly Refused[];
    }
  | { readonly kind: 'wait'; readonly problems: readonly Problem[]; readonly refused: readonly Refused[] };

/** Counts, in the order of the journal, until enough distinct persons agree on the same answers. */
export function rule(question: Question): Ruling {
  const refused: Refused[] = [];
  const latest = new Map<string, Evidence>();
  const wanted = personsNeeded(question);
  const time = timeProblem(question);
  const open = time === undefined && question.unmet.length === 0;
  if (wanted === 0 && open) return pass({}, [], undefined, refused);
  for (const one of question.checked) {
    if (one.kind === 'refused') {
      refused.push(one);
      continue;
    }
    const problem = notEntitled(question, one);
    if (problem !== undefined) {
      refused.push({ given: one.given, problem });
      continue;
    }
    if (one.given.kind === 'override') return pass(one.items, [one.person], one.given.reason, refused);
    latest.set(one.person, one.items);
    const agreed = agreeing(latest, one.items);
    if (wanted > 0 && agreed.length >= wanted && open) return pass(one.items, agreed, undefined, refused);
  }
  const people = wanted === 0 ? [] : missingPersons(question, latest, wanted);
  return {
    kind: 'wait',
    problems: [
      ...people,
      ...(time === undefined ? [] : [time]),
      ...question.unmet,
      ...refused.map(({ problem }) => problem),
    ],
    refused,
  };
}

/**
 * How many distinct persons must agree. Under four eyes each participant whom nobody can name costs one more: whoever it was, enough
 * others have agreed.
 */
export function personsNeeded({ asks, urgent, policy, participants }: Omit<Question, 'checked' | 'window'>): number {
  if (asks === 'window' || asks === 'condition') return 0;
  if (urgent) return 1;
  const { approvals, fourEyes } = policy.rules;
  return approvals + (fourEyes ? participants.filter(({ person }) => person === null).length : 0);
}

/** Persons who may fill the gate in as things stand. */
export function entitled(question: Pick<Question, 'policy' | 'participants' | 'urgent' | 'role'>): readonly Person[] {
  return question.policy.people.filter(
    (person) => person.roles.includes(question.role) && barredBy(question, person.id) === undefined,
  );
}

function barredBy({ policy, participants, urgent }: Pick<Question, 'policy' | 'participants' | 'urgent'>, id: string) {
  if (urgent || !policy.rules.fourEyes) return undefined;
  return participants.find(({ person }) => person === id);
}

function agreeing(latest: ReadonlyMap<string, Evidence>, items: Evidence): readonly string[] {
  const same = canonical({ ...items });
  return [...latest].filter(([, others]) => canonical({ ...others }) === same).map(([person]) => person);
}

function pass(
  evidence: Evidence,
  by: readonly string[],
  override: string | undefined,
  refused: readonly Refused[],
): Ruling {
  return { kind: 'pass', evidence, by, override, refused };
}

/** Is a release window part of what the gate asks for? */
export function asksTime(asks: GateAsks): boolean {
  return asks === 'window' || asks === 'persons-and-window';
}

function timeProblem({ asks, urgent, left, policy, window, where }: Question): Problem | undefined {
  if (!asksTime(asks) || urgent || left || window.kind === 'open') return undefined;
  const zone = policy.rules.windows?.timeZone ?? 'UTC';
  return {
    code: 'gate.window-closed',
    where,
    found: window.why,
    expected: window.opens === undefined ? 'an open window' : `the window that opens ${wallText(zone, window.opens)}`,
    remedy: `resume when it is open${overrideHint(policy)}`,
  };
}

function notEntitled(question: Question, { given, person }: Extract<Checked, { kind: 'sound' }>): Problem | undefined {
  const { policy, where } = question;
  const found = policy.people.find(({ id }) => id === person);
  if (given.kind === 'override') {
    const { override } = policy.rules;
    if (override !== null && found?.roles.includes(override) === true) return undefined;
    return {
      code: 'gate.no-override',
      where,
      found: `an override by ${person}`,
      expected:
        override === null
          ? `no override: the policy names no role for one in ${policy.environment}`
          : `an override by somebody with the role ${override}: ${listed(policy.people, override)}`,
      remedy: 'get the approvals that the gate asks for, or change the policy on its protected branch',
    };
  }
  if (found?.roles.includes(question.role) !== true) {
    return {
      code: 'gate.role-missing',
      where,
      found: `${person}, without the role ${question.role} in ${policy.environment}`,
      expected: `somebody with that role: ${listed(policy.people, question.role)}`,
      remedy: 'ask one of them, or give the role on the protected branch of the policy',
    };
  }
  const barred = barredBy(question, person);
  if (barred === undefined) return undefined;
  return {
    code: 'gate.four-eyes',
    where,
    found: `${person}, who ${barred.did} (${barred.how})`,
    expected: `another person with the role ${question.role}: ${names(entitled(question))}`,
    remedy: 'ask one of them',
  };
}

function missingPersons(question: Question, latest: ReadonlyMap<string, Evidence>, wanted: number): readonly Problem[] {
  const { where, role, participants, policy } = question;
  const groups = [...latest.values()].map((items) => agreeing(latest, items));
  const most = groups.toSorted((a, b) => b.length - a.length)[0] ?? [];
  if (most.length >= wanted) return [];
  const unknown = policy.rules.fourEyes && !question.urgent ? participants.filter(({ person }) => person === null) : [];
  const others = entitled(question).filter(({ id }) => !most.includes(id));
  const differ = latest.size > most.length ? '; the answers of others differ' : '';
  return [
    {
      code: 'gate.persons-missing',
      where,
      found: `${most.length === 0 ? 'nobody' : names(most.map((id) => ({ id })))} of ${wanted} needed${differ}`,
      expected: `${wanted} ${wanted === 1 ? 'person' : 'distinct persons'} with the role ${role} who give the same answers${unknown.map(({ did, how }) => `; one more since nobody can tell who ${did} (${how})`).join('')}`,
      remedy: `${others.length === 0 ? 'nobody else may: give the role on the protected branch of the policy' : `ask ${names(others)}`}${overrideHint(policy)}`,
    },
  ];
}

function overrideHint({ rules, people }: Policy): string {
  if (rules.override === null) return '';
  return `; in an emergency ${listed(people, rules.override)} may override with a reason (role ${rules.override})`;
}

function listed(people: readonly Person[], role: string): string {
  return names(people.filter(({ roles }) => roles.includes(role)));
}

function names(people: readonly { readonly id: string }[]): string {
  return people.length === 0 ? 'nobody' : people.map(({ id }) => id).join(', ');
}
