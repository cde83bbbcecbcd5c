import { describe, expect, test } from 'vitest';
import type { GateRules, GivenEvidence, Participant } from '../../../src/model/people.ts';
import { bad, ok } from '../../../src/model/problem.ts';
import { createGatekeeper, type GateCase } from '../../../src/procedure/gate/keeper.ts';
import {
  GATE_NAMESPACE,
  type GateStatement,
  gateText,
  START_NAMESPACE,
  startText,
} from '../../../src/procedure/gate/statement.ts';
import { person, policy } from '../../support/policy.ts';
import { fakeSign, fakeSignatures } from '../../support/signatures.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const people = [person('anna', 'approver'), person('ben', 'approver', 'emergency'), person('dan')];
const AUTHOR: Participant = { did: 'wrote commit 1', person: 'dan', how: 'by its signature' };

function keeper(rules: Partial<GateRules> = {}, authors: readonly Participant[] = [AUTHOR]) {
  const clock = virtualClock(Date.UTC(2026, 10, 21, 6));
  return createGatekeeper({ policy: policy(people, rules), signatures: fakeSignatures, clock, authors });
}

const STATEMENT: GateStatement = {
  run: 'r1',
  environment: 'testing',
  gate: 'all/one',
  opening: 'o1',
  subject: 's1',
  planHash: 'p1',
  host: 'h1',
  person: 'anna',
  kind: 'evidence',
  reason: '',
  items: { go: 'on' },
};
const START = { run: 'r1', environment: 'testing', procedure: 'test', planHash: 'p0', host: 'h0', person: 'dan' };

function signed(change: Partial<GateStatement> = {}, more: Partial<GivenEvidence> = {}): GivenEvidence {
  const statement = { ...STATEMENT, ...change };
  const { kind, items, reason, host, opening, person: name } = statement;
  const signature = fakeSign(`key-of-${name}`, gateText(statement), GATE_NAMESPACE);
  return { seq: 7, kind, items, reason, by: name, host, opening, person: name, signature, ...more };
}

type Started = NonNullable<GateCase['started']>;
function started(more: Partial<Started> = {}): Started {
  const procedure = { id: 'test', title: 't', version: 1, inputs: {} };
  const startedBy = { person: 'dan', host: 'h0', signature: fakeSign('key-of-dan', startText(START), START_NAMESPACE) };
  return { procedure, environment: 'testing', who: 'x', planHash: 'p0', outline: {}, startedBy, ...more };
}

function gateCase(given: readonly GivenEvidence[], more: Partial<GateCase> = {}): GateCase {
  return {
    run: 'r1',
    environment: 'testing',
    path: 'all/one',
    role: 'approver',
    asks: 'persons',
    urgent: false,
    unmet: [],
    subject: 's1',
    opened: { opening: 'o1', planHash: 'p1' },
    given,
    left: false,
    started: started(),
    accepts: (items) => ok(items),
    ...more,
  };
}
const outcome = async (
  given: readonly GivenEvidence[],
  more: Partial<GateCase> = {},
  rules: Partial<GateRules> = {},
) => {
  const ruling = await keeper(rules).rule(gateCase(given, more));
  return ruling.kind === 'pass'
    ? `pass ${ruling.by.join('+')}`
    : ruling.refused.map(({ problem }) => problem.code).join();
};

describe('evidence', () => {
  test('signed by a person with the role passes', async () => {
    expect(await keeper().rule(gateCase([signed()]))).toEqual({
      kind: 'pass',
      evidence: { go: 'on' },
      by: ['anna'],
      override: undefined,
      refused: [],
    });
  });

  test.each<readonly [string, Partial<GateStatement>]>([
    ['run', { run: 'r2' }],
    ['environment', { environment: 'other' }],
    ['gate', { gate: 'all/two' }],
    ['subject', { subject: 's2' }],
    ['plan', { planHash: 'p2' }],
  ])('that was signed for another %s does not', async (_name, change) => {
    expect(await outcome([signed(change)])).toBe('gate.signature-invalid');
  });

  test.each<readonly [string, Partial<GivenEvidence>]>([
    ['host', { host: 'h2' }],
    ['answers', { items: { go: 'back' } }],
    ['kind', { kind: 'override' }],
    ['reason', { reason: 'x' }],
    ['person', { person: 'ben' }],
    ['signature', { signature: 'rubbish' }],
  ])('whose record has another %s than what was signed does not', async (_name, change) => {
    expect(await outcome([signed({}, change)])).toBe('gate.signature-invalid');
  });

  test('says what is wrong, who it was, and what to do', async () => {
    const ruling = await keeper().rule(gateCase([signed({}, { host: 'h2' })]));
    expect(ruling.refused[0]?.problem).toEqual({
      code: 'gate.signature-invalid',
      where: 'gate all/one of run r1',
      found: 'a signature that is not one of anna for this: over another text',
      expected: 'a signature by a key of anna over exactly this run, gate, opening, plan and answers',
      remedy: 'fill it in again with --sign-key; a signature cannot be carried over from elsewhere',
    });
  });

  test('of another opening, or of a gate that never opened, does not count', async () => {
    expect(await outcome([signed({ opening: 'o2' })])).toBe('gate.other-opening');
    expect(await outcome([signed({}, { opening: undefined })])).toBe('gate.other-opening');
    expect(await outcome([signed()], { opened: undefined })).toBe('gate.other-opening');
    const bare = signed({}, { opening: undefined });
    expect(await outcome([bare], { opened: { planHash: 'p1' } })).toBe('gate.other-opening');
    const ruling = await keeper().rule(gateCase([signed({ opening: 'o2' })]));
    expect(ruling.refused[0]?.problem.found).toBe('evidence of anna for another opening of this gate');
  });

  test('of somebody who is not in the policy', async () => {
    const ruling = await keeper().rule(gateCase([signed({ person: 'eve' })]));
    expect(ruling.refused[0]?.problem).toMatchObject({
      code: 'gate.unknown-person',
      found: 'eve, who is not in the policy',
      expected: 'one of anna, ben, dan',
    });
  });

  test('without a signature counts only where names are believed', async () => {
    const named = signed({}, { signature: undefined, person: undefined });
    const ruling = await keeper().rule(gateCase([named]));
    expect(ruling.refused[0]?.problem).toMatchObject({
      code: 'gate.unsigned',
      found: 'evidence in the name of anna without a signature',
      expected: 'a signature by a key of anna: testing takes nothing else',
    });
    expect(await outcome([named], {}, { evidence: 'unsigned' })).toBe('pass anna');
    expect(await outcome([signed({}, { host: 'h2' })], {}, { evidence: 'unsigned' })).toBe('gate.signature-invalid');
    expect(await outcome([{ ...named, by: 'eve' }], {}, { evidence: 'unsigned' })).toBe('gate.unknown-person');
  });

  test('whose answers the procedure does not take', async () => {
    const problem = { code: 'gate.wrong-answer', where: 'w', found: 'f', expected: 'e', remedy: 'r' };
    expect(await outcome([signed()], { accepts: () => bad(problem) })).toBe('gate.wrong-answer');
    expect(await outcome([signed()], { accepts: () => bad() })).toBe('gate.wrong-answer');
    const ruling = await keeper().rule(gateCase([signed()], { accepts: () => ok({ go: 'as read' }) }));
    expect(ruling).toMatchObject({ evidence: { go: 'as read' } });
  });

  test('an override carries its reason', async () => {
    const override = signed({ person: 'ben', kind: 'override', reason: 'shop is down' });
    expect(await keeper().rule(gateCase([override]))).toMatchObject({ kind: 'pass', override: 'shop is down' });
    expect(keeper().overrideRole).toBe('emergency');
    expect(keeper().source.commit).toBe('c0ffee');
  });
});

describe('who started the run', () => {
  const needs = async (change: Partial<Started>, rules: Partial<GateRules> = {}) => {
    const ruling = await keeper(rules).rule(gateCase([], { started: started(change) }));
    return ruling.kind === 'wait' ? (ruling.problems[0]?.expected ?? '') : '';
  };
  const proof = (statement: Partial<typeof START>, by = 'dan', host = 'h0') => {
    const whole = { ...START, ...statement };
    return {
      startedBy: { person: by, host, signature: fakeSign(`key-of-${whole.person}`, startText(whole), START_NAMESPACE) },
    };
  };

  test('is proven by a signature over run, environment, procedure, plan, host and person', async () => {
    expect(await needs({})).toBe('1 person with the role approver who give the same answers');
    for (const change of [
      { run: 'r2' },
      { environment: 'other' },
      { procedure: 'other' },
      { planHash: 'p9' },
      { host: 'h9' },
      { person: 'ben' },
    ]) {
      expect(await needs(proof(change)), JSON.stringify(change)).toContain(
        'one more since nobody can tell who started the run',
      );
    }
    const space = { person: 'dan', host: 'h0', signature: fakeSign('key-of-dan', startText(START), GATE_NAMESPACE) };
    expect(await needs({ startedBy: space })).toContain('made for something else');
    expect(await needs(proof({ person: 'eve' }, 'eve'))).toContain('(eve is not in the policy)');
  });

  test('without one nobody knows, whatever name is recorded; where names are believed it is that person', async () => {
    const { startedBy: _, ...bare } = started({ who: 'anna' });
    const rule = async (rules: Partial<GateRules>, who = 'anna') =>
      keeper(rules).rule(gateCase([signed()], { started: { ...bare, who } }));
    expect(await rule({})).toMatchObject({
      kind: 'wait',
      problems: [
        { expected: expect.stringContaining('it was not started with --sign-key; the name anna proves nothing') },
      ],
    });
    expect(await rule({ evidence: 'unsigned' })).toMatchObject({
      kind: 'wait',
      refused: [{ problem: { code: 'gate.four-eyes', found: 'anna, who started the run (by name)' } }],
    });
    expect(await rule({ evidence: 'unsigned' }, 'ben')).toMatchObject({ kind: 'pass' });
    expect(await rule({ evidence: 'unsigned' }, 'root')).toMatchObject({ kind: 'wait', refused: [] });
    const nothing = await keeper().rule(gateCase([signed()], { started: undefined }));
    expect(nothing).toMatchObject({
      kind: 'wait',
      problems: [{ expected: expect.stringContaining('(nothing is recorded)') }],
    });
  });

  test('with the proof of another person that person is barred', async () => {
    const ruling = await keeper().rule(gateCase([signed()], { started: started(proof({ person: 'anna' }, 'anna')) }));
    expect(ruling.refused[0]?.problem).toMatchObject({
      code: 'gate.four-eyes',
      found: 'anna, who started the run (by signature)',
    });
  });

  test('who wrote the commit is barred too', async () => {
    const authors = [{ ...AUTHOR, person: 'anna' }];
    const ruling = await keeper({}, authors).rule(gateCase([signed()]));
    expect(ruling.refused[0]?.problem.found).toBe('anna, who wrote commit 1 (by its signature)');
  });
});

describe('the time', () => {
  const windows = { timeZone: 'UTC', open: [{ days: ['sat'] as const, from: '07:00', to: '08:00' }], freezes: [] };

  test('is read off the clock when the gate wants to pass', async () => {
    const asks = { asks: 'persons-and-window' } as const;
    const closed = await keeper({ windows }).rule(gateCase([signed()], asks));
    expect(closed).toMatchObject({ kind: 'wait', problems: [{ code: 'gate.window-closed' }] });
    const open = { ...windows, open: [{ ...windows.open[0], days: ['sat'] as const, from: '05:00', to: '07:00' }] };
    expect(await outcome([signed()], asks, { windows: open })).toBe('pass anna');
    expect(await outcome([signed()], asks)).toBe('pass anna');
    expect(await outcome([signed()], { ...asks, left: true }, { windows })).toBe('pass anna');
  });
});

describe('what a gate asks for, in words', () => {
  const demands = (rules: Partial<GateRules>, more: Partial<GateCase> = {}) =>
    keeper(rules).demands(gateCase([], more));
  const windows = { timeZone: 'UTC', open: [], freezes: [] };

  test('names the number, the role, who has it, and how', async () => {
    const plain = '1 person with the role approver (anna, ben)';
    expect(await demands({})).toBe(`${plain}, not who started the run or wrote the commit, signed`);
    expect(await demands({ fourEyes: false })).toBe(`${plain}, signed`);
    expect(await demands({}, { urgent: true })).toBe(`${plain}, signed`);
    expect(await demands({ evidence: 'unsigned', fourEyes: false })).toBe(`${plain}, by name without proof`);
    expect(await demands({ approvals: 2, fourEyes: false })).toBe(
      '2 distinct persons with the role approver (anna, ben), signed',
    );
    expect(await demands({ fourEyes: false }, { role: 'owner' })).toBe(
      '1 person with the role owner (nobody has it), signed',
    );
    expect(await demands({ windows }, { asks: 'window' })).toBe('an open release window');
    expect(await demands({ windows, fourEyes: false }, { asks: 'persons-and-window' })).toBe(
      `${plain}, signed; an open release window`,
    );
    expect(await demands({ windows, fourEyes: false })).toBe(`${plain}, signed`);
    expect(await demands({ fourEyes: false }, { asks: 'persons-and-window' })).toBe(`${plain}, signed`);
  });
});
