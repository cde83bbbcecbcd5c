import type { Evidence } from '../../model/evidence.ts';
import type { GivenEvidence, Participant, Policy, PolicySource, Signatures } from '../../model/people.ts';
import type { Clock } from '../../model/ports.ts';
import type { Problem, Result } from '../../model/problem.ts';
import type { PayloadOf } from '../journal/records.ts';
import type { GateAsks } from '../tree.ts';
import { asksTime, type Checked, entitled, personsNeeded, type Question, type Ruling, rule } from './ruling.ts';
import { GATE_NAMESPACE, gateText, START_NAMESPACE, startText } from './statement.ts';
import { type WindowAnswer, windowAt } from './windows.ts';

/**
 * Decides whether a gate may pass: checks every signature anew, each time, against the policy of today. The journal is never believed
 * about who approved; what it holds is only what is checked. Without a gatekeeper nobody is checked.
 */
export interface Gatekeeper {
  readonly source: PolicySource;
  /** Role that may let a gate pass alone. */
  readonly overrideRole: string | null;
  rule(gate: GateCase): Promise<Ruling>;
  /** What the gate asks for, in one line for people. */
  demands(gate: Pick<GateCase, 'run' | 'environment' | 'role' | 'asks' | 'urgent' | 'started'>): Promise<string>;
}

/** A gate at the moment it wants to pass. */
export interface GateCase {
  readonly run: string;
  readonly environment: string;
  readonly path: string;
  readonly role: string;
  readonly asks: GateAsks;
  readonly urgent: boolean;
  /** What its condition says against it. */
  readonly unmet: readonly Problem[];
  /** Digest of what the gate stands for now. */
  readonly subject: string;
  readonly opened: Pick<PayloadOf<'gate.opened'>, 'opening' | 'planHash'> | undefined;
  readonly given: readonly GivenEvidence[];
  /** It passed before. */
  readonly left: boolean;
  readonly started: PayloadOf<'run.started'> | undefined;
  /** The answers as the procedure wants them, or what is wrong with them. */
  accepts(items: Evidence): Result<Evidence>;
}

export interface GatekeeperOptions {
  readonly policy: Policy;
  readonly signatures: Signatures;
  readonly clock: Clock;
  /** Who wrote what is released. */
  readonly authors: readonly Participant[];
}

const ALWAYS: WindowAnswer = { kind: 'open' };

export function createGatekeeper({ policy, signatures, clock, authors }: GatekeeperOptions): Gatekeeper {
  const participantsOf = async (gate: Pick<GateCase, 'run' | 'environment' | 'started'>) => [
    await starterOf(policy, signatures, gate),
    ...authors,
  ];
  return {
    source: policy.source,
    overrideRole: policy.rules.override,
    async rule(gate) {
      const { windows } = policy.rules;
      const checked: Checked[] = [];
      for (const given of gate.given) checked.push(await check(policy, signatures, gate, given));
      const question: Question = {
        where: `gate ${gate.path} of run ${gate.run}`,
        role: gate.role,
        asks: gate.asks,
        urgent: gate.urgent,
        left: gate.left,
        unmet: gate.unmet,
        policy,
        participants: await participantsOf(gate),
        checked,
        window: windows === null ? ALWAYS : windowAt(windows, clock.now()),
      };
      return rule(question);
    },
    async demands(gate) {
      const participants = await participantsOf(gate);
      const question = { ...gate, where: '', left: false, unmet: [], policy, participants };
      return demandText(policy, question);
    },
  };
}

const PROOF = {
  signed: ', signed',
  forge: ', signed or by a comment at the forge',
  unsigned: ', by name without proof',
} as const;

function demandText(policy: Policy, question: Omit<Question, 'checked' | 'window'>): string {
  const { rules } = policy;
  const count = personsNeeded(question);
  const may = entitled(question).map(({ id }) => id);
  const who = may.length === 0 ? 'nobody has it' : may.join(', ');
  const persons = `${count} ${count === 1 ? 'person' : 'distinct persons'} with the role ${question.role} (${who})`;
  const not = rules.fourEyes && !question.urgent ? ', not who started the run or wrote the commit' : '';
  const signed = PROOF[rules.evidence];
  const parts = [
    ...(count === 0 ? [] : [`${persons}${not}${signed}`]),
    ...(!asksTime(question.asks) || rules.windows === null ? [] : ['an open release window']),
  ];
  return parts.length === 0 ? 'nobody: it passes when its condition is met' : parts.join('; ');
}

async function check(policy: Policy, signatures: Signatures, gate: GateCase, given: GivenEvidence): Promise<Checked> {
  const where = `gate ${gate.path} of run ${gate.run}`;
  const refused = (problem: Omit<Problem, 'where'>): Checked => ({
    kind: 'refused',
    given,
    problem: { where, ...problem },
  });
  const opening = gate.opened?.opening;
  if (gate.opened === undefined || opening === undefined || given.opening !== opening) {
    return refused({
      code: 'gate.other-opening',
      found: `evidence of ${given.by} for another opening of this gate`,
      expected: 'evidence that was given since the gate opened',
      remedy: 'fill it in again; `shiplock gate show` says what it asks now',
    });
  }
  const name = given.person ?? given.by;
  const person = policy.people.find(({ id }) => id === name);
  if (person === undefined) {
    return refused({
      code: 'gate.unknown-person',
      found: `${name}, who is not in the policy`,
      expected: `one of ${policy.people.map(({ id }) => id).join(', ') || 'the people of the policy'}`,
      remedy: 'sign with the key of a person whom the policy names (--sign-key, --as)',
    });
  }
  const { signature } = given;
  if (signature === undefined && policy.rules.evidence !== 'unsigned') {
    return refused({
      code: 'gate.unsigned',
      found: `evidence in the name of ${name} without a signature`,
      expected: `a signature by a key of ${name}: ${policy.environment} takes nothing else`,
      remedy: 'fill it in with --sign-key ~/.ssh/id_ed25519',
    });
  }
  if (signature !== undefined) {
    const text = gateText({
      run: gate.run,
      environment: gate.environment,
      gate: gate.path,
      opening,
      subject: gate.subject,
      planHash: gate.opened.planHash,
      host: given.host,
      person: name,
      kind: given.kind,
      reason: given.reason,
      items: given.items,
    });
    const why = await signatures.verify({
      text,
      signature,
      namespace: GATE_NAMESPACE,
      person: name,
      keys: person.keys,
      account: person.account,
    });
    if (why !== undefined) {
      return refused({
        code: 'gate.signature-invalid',
        found: `a signature that is not one of ${name} for this: ${why}`,
        expected: `a signature by a key of ${name} over exactly this run, gate, opening, plan and answers`,
        remedy: 'fill it in again with --sign-key; a signature cannot be carried over from elsewhere',
      });
    }
  }
  const items = gate.accepts(given.items);
  const [problem] = items.ok ? [] : items.problems;
  if (!items.ok) {
    return {
      kind: 'refused',
      given,
      problem: problem ?? {
        code: 'gate.wrong-answer',
        where,
        found: 'no answers',
        expected: 'answers',
        remedy: 'answer',
      },
    };
  }
  return { kind: 'sound', given, person: name, items: items.value };
}

/** Who started the run: proven by a signature, or where names are believed, by name. */
async function starterOf(
  policy: Policy,
  signatures: Signatures,
  { run, environment, started }: Pick<GateCase, 'run' | 'environment' | 'started'>,
): Promise<Participant> {
  const did = 'started the run';
  const by = started?.startedBy;
  if (started === undefined) return { did, person: null, how: 'nothing is recorded' };
  if (by === undefined) {
    const named = policy.people.find(({ id }) => id === started.who);
    return policy.rules.evidence === 'unsigned' && named !== undefined
      ? { did, person: named.id, how: 'by name' }
      : { did, person: null, how: `it was not started with --sign-key; the name ${started.who} proves nothing` };
  }
  const person = policy.people.find(({ id }) => id === by.person);
  if (person === undefined) return { did, person: null, how: `${by.person} is not in the policy` };
  const text = startText({
    run,
    environment,
    procedure: started.procedure.id,
    planHash: started.planHash,
    host: by.host,
    person: by.person,
  });
  const question = {
    text,
    signature: by.signature,
    namespace: START_NAMESPACE,
    person: by.person,
    keys: person.keys,
    account: person.account,
  };
  const why = await signatures.verify(question);
  return why === undefined
    ? { did, person: by.person, how: 'by signature' }
    : { did, person: null, how: `the signature is not one of ${by.person}: ${why}` };
}
