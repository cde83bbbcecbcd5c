import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/model/evidence.ts';
import type { GateRules, Participant } from '../../../src/model/people.ts';
import { type Checked, entitled, personsNeeded, type Question, rule } from '../../../src/procedure/gate/ruling.ts';
import { person, policy } from '../../support/policy.ts';

const people = [
  person('anna', 'approver'),
  person('ben', 'approver'),
  person('cara', 'approver', 'emergency'),
  person('dan'),
];
const CLOSED = { kind: 'closed', why: 'a freeze', opens: Date.UTC(2026, 11, 1, 8) } as const;
const OPEN = { kind: 'open' } as const;
const starter = (who: string | null): Participant => ({ did: 'started the run', person: who, how: 'so' });
const author = (who: string | null): Participant => ({ did: 'wrote commit 1', person: who, how: 'so' });
const PROVEN = [starter('dan'), author('dan')];

let seq = 0;
function sound(who: string, items: Evidence = {}, override?: string): Checked {
  const kind = override === undefined ? 'evidence' : 'override';
  const given = { seq: seq++, kind, items, reason: override ?? '', by: who, host: 'h' } as const;
  return {
    kind: 'sound',
    person: who,
    items,
    given: { ...given, opening: 'o', person: who, signature: 's' },
  };
}
function unsound(who: string): Checked {
  const { given } = sound(who);
  return { kind: 'refused', given, problem: { code: 'x.y', where: 'w', found: who, expected: 'e', remedy: 'r' } };
}
function ask(checked: readonly Checked[], more: Partial<Question> = {}, rules: Partial<GateRules> = {}) {
  return rule({
    where: 'gate g of run r',
    role: 'approver',
    asks: 'persons',
    urgent: false,
    left: false,
    unmet: [],
    policy: policy(people, rules),
    participants: PROVEN,
    checked,
    window: OPEN,
    ...more,
  });
}
const codes = (ruling: ReturnType<typeof ask>): readonly string[] =>
  ruling.kind === 'wait' ? ruling.problems.map(({ code }) => code) : [`pass ${ruling.by.join('+')}`];

describe('persons', () => {
  test('nobody: waits, and says who could', () => {
    expect(ask([])).toEqual({
      kind: 'wait',
      refused: [],
      problems: [
        {
          code: 'gate.persons-missing',
          where: 'gate g of run r',
          found: 'nobody of 1 needed',
          expected: '1 person with the role approver who give the same answers',
          remedy: 'ask anna, ben, cara; in an emergency cara may override with a reason (role emergency)',
        },
      ],
    });
    expect(ask([], {}, { override: null })).toMatchObject({ problems: [{ remedy: 'ask anna, ben, cara' }] });
  });

  test('one with the role is enough for one approval', () => {
    expect(ask([sound('anna', { ok: true })])).toEqual({
      kind: 'pass',
      evidence: { ok: true },
      by: ['anna'],
      override: undefined,
      refused: [],
    });
  });

  test('one without the role, or one who is not in the policy, counts for nothing', () => {
    const ruling = ask([sound('dan'), sound('eve')], { participants: [starter('anna'), author('anna')] });
    expect(codes(ruling)).toEqual(['gate.persons-missing', 'gate.role-missing', 'gate.role-missing']);
    expect(ruling.kind === 'wait' ? ruling.problems[1] : null).toEqual({
      code: 'gate.role-missing',
      where: 'gate g of run r',
      found: 'dan, without the role approver in testing',
      expected: 'somebody with that role: anna, ben, cara',
      remedy: 'ask one of them, or give the role on the protected branch of the policy',
    });
    expect(ruling.refused.map(({ given }) => given.by)).toEqual(['dan', 'eve']);
  });

  test('the same person twice is one person', () => {
    const rules = { approvals: 2 };
    expect(codes(ask([sound('anna'), sound('anna')], {}, rules))).toEqual(['gate.persons-missing']);
    expect(codes(ask([sound('anna'), sound('anna'), sound('ben')], {}, rules))).toEqual(['pass anna+ben']);
    const waiting = ask([sound('anna')], {}, rules);
    expect(waiting).toMatchObject({
      problems: [
        {
          found: 'anna of 2 needed',
          expected: '2 distinct persons with the role approver who give the same answers',
          remedy: expect.stringMatching(/^ask ben, cara;/),
        },
      ],
    });
  });

  test('persons must give the same answers; the last word of each counts', () => {
    const rules = { approvals: 2 };
    const differ = ask([sound('anna', { go: 'on' }), sound('ben', { go: 'back' })], {}, rules);
    expect(differ).toMatchObject({
      kind: 'wait',
      problems: [{ found: 'anna of 2 needed; the answers of others differ' }],
    });
    const agreed = [sound('anna', { go: 'on' }), sound('ben', { go: 'back' }), sound('anna', { go: 'back' })];
    expect(ask(agreed, {}, rules)).toMatchObject({ kind: 'pass', evidence: { go: 'back' }, by: ['anna', 'ben'] });
    const three = [...agreed.slice(0, 2), sound('cara', { go: 'on' })];
    expect(ask(three, {}, rules)).toMatchObject({ kind: 'pass', evidence: { go: 'on' }, by: ['anna', 'cara'] });
  });

  test('what comes after enough have agreed changes nothing', () => {
    const ruling = ask([sound('anna', { go: 'on' }), sound('ben', { go: 'back' }), unsound('eve')]);
    expect(ruling).toMatchObject({ kind: 'pass', evidence: { go: 'on' }, by: ['anna'] });
  });

  test('evidence that did not stand its check is named and does not count', () => {
    const ruling = ask([unsound('anna'), sound('ben')]);
    expect(ruling).toMatchObject({ kind: 'pass', by: ['ben'], refused: [{ problem: { found: 'anna' } }] });
    expect(codes(ask([unsound('anna')]))).toEqual(['gate.persons-missing', 'x.y']);
  });

  test('when nobody else has the role it says so', () => {
    const only = policy([person('anna', 'approver')], { approvals: 2, override: null });
    expect(ask([sound('anna')], { policy: only })).toMatchObject({
      problems: [{ remedy: 'nobody else may: give the role on the protected branch of the policy' }],
    });
  });
});

describe('four eyes', () => {
  test('who started the run or wrote the commit may not approve, by whatever key', () => {
    for (const participants of [
      [starter('anna'), author('dan')],
      [starter('dan'), author('anna')],
    ]) {
      const ruling = ask([sound('anna')], { participants });
      expect(codes(ruling)).toEqual(['gate.persons-missing', 'gate.four-eyes']);
      expect(codes(ask([sound('anna'), sound('ben')], { participants }))).toEqual(['pass ben']);
    }
    const ruling = ask([sound('anna')], { participants: [starter('anna')] });
    expect(ruling.kind === 'wait' ? ruling.problems[1] : null).toEqual({
      code: 'gate.four-eyes',
      where: 'gate g of run r',
      found: 'anna, who started the run (so)',
      expected: 'another person with the role approver: ben, cara',
      remedy: 'ask one of them',
    });
    expect(codes(ask([sound('anna')], { participants: [starter('anna')] }, { fourEyes: false }))).toEqual([
      'pass anna',
    ]);
  });

  test('each participant whom nobody can name costs one person more', () => {
    const unknown = [starter(null), author(null)];
    expect(personsNeeded({ ...question(), participants: unknown })).toBe(3);
    expect(personsNeeded({ ...question(), participants: [starter('dan'), author(null)] })).toBe(2);
    expect(personsNeeded({ ...question(), participants: unknown, policy: policy(people, { fourEyes: false }) })).toBe(
      1,
    );
    expect(personsNeeded({ ...question(), participants: unknown, urgent: true })).toBe(1);
    expect(personsNeeded({ ...question(), participants: unknown, asks: 'window' })).toBe(0);
    expect(personsNeeded({ ...question(), participants: unknown, asks: 'persons-and-window' })).toBe(3);
    const waiting = ask([sound('anna'), sound('ben')], { participants: unknown });
    expect(waiting).toMatchObject({
      problems: [
        {
          expected:
            '3 distinct persons with the role approver who give the same answers; one more since nobody can tell who started the run (so); one more since nobody can tell who wrote commit 1 (so)',
        },
      ],
    });
    expect(codes(ask([sound('anna'), sound('ben'), sound('cara')], { participants: unknown }))).toEqual([
      'pass anna+ben+cara',
    ]);
    const open = ask([], { participants: unknown }, { fourEyes: false });
    expect(open).toMatchObject({
      problems: [{ expected: '1 person with the role approver who give the same answers' }],
    });
  });

  test('entitled: with the role, and not barred', () => {
    const ids = (more: Partial<Question>): string[] => entitled({ ...question(), ...more }).map(({ id }) => id);
    expect(ids({})).toEqual(['anna', 'ben', 'cara']);
    expect(ids({ participants: [starter('ben')] })).toEqual(['anna', 'cara']);
    expect(ids({ participants: [starter('ben')], urgent: true })).toEqual(['anna', 'ben', 'cara']);
    expect(ids({ role: 'nobody' })).toEqual([]);
  });
});

describe('the way back', () => {
  test('needs one person, at any time, also who started it', () => {
    const more = { urgent: true, window: CLOSED, participants: [starter('anna'), author(null)] } as const;
    expect(codes(ask([sound('anna')], { ...more, asks: 'persons-and-window' }))).toEqual(['pass anna']);
    expect(codes(ask([], more))).toEqual(['gate.persons-missing']);
    expect(ask([], more)).toMatchObject({ problems: [{ expected: expect.not.stringContaining('one more') }] });
  });
});

describe('windows', () => {
  test('a gate that asks only for the time passes in a window and waits outside of it', () => {
    expect(ask([], { asks: 'window' })).toEqual({
      kind: 'pass',
      evidence: {},
      by: [],
      override: undefined,
      refused: [],
    });
    expect(ask([], { asks: 'window', window: CLOSED }, { windows: berlin })).toEqual({
      kind: 'wait',
      refused: [],
      problems: [
        {
          code: 'gate.window-closed',
          where: 'gate g of run r',
          found: 'a freeze',
          expected: 'the window that opens 2026-12-01 09:00 Europe/Berlin',
          remedy: 'resume when it is open; in an emergency cara may override with a reason (role emergency)',
        },
      ],
    });
    const never = ask([], { asks: 'window', window: { ...CLOSED, opens: undefined } });
    expect(never).toMatchObject({ problems: [{ expected: 'an open window' }] });
    const utc = ask([], { asks: 'window', window: CLOSED });
    expect(utc).toMatchObject({ problems: [{ expected: 'the window that opens 2026-12-01 08:00 UTC' }] });
    expect(codes(ask([sound('anna')], { asks: 'window', window: CLOSED }))).toEqual(['gate.window-closed']);
  });

  test('a gate that asks for both wants both; one that asks for persons does not look at the time', () => {
    const both = { asks: 'persons-and-window', window: CLOSED } as const;
    expect(codes(ask([sound('anna')], both))).toEqual(['gate.window-closed']);
    expect(codes(ask([], both))).toEqual(['gate.persons-missing', 'gate.window-closed']);
    expect(codes(ask([sound('anna')], { ...both, window: OPEN }))).toEqual(['pass anna']);
    expect(codes(ask([], { ...both, window: OPEN }))).toEqual(['gate.persons-missing']);
    expect(codes(ask([sound('anna')], { window: CLOSED }))).toEqual(['pass anna']);
  });

  test('one that has passed is not asked for the time again, but for its persons', () => {
    const left = { asks: 'persons-and-window', window: CLOSED, left: true } as const;
    expect(codes(ask([sound('anna')], left))).toEqual(['pass anna']);
    expect(codes(ask([], left))).toEqual(['gate.persons-missing']);
    expect(codes(ask([], { ...left, asks: 'window' }))).toEqual(['pass ']);
  });
});

describe('override', () => {
  test('one person with the role lets it pass alone, with a reason, outside of windows and of four eyes', () => {
    const more = { asks: 'persons-and-window', window: CLOSED, participants: [starter('cara'), author(null)] } as const;
    expect(ask([sound('cara', { go: 'on' }, 'shop is down')], more, { approvals: 5 })).toEqual({
      kind: 'pass',
      evidence: { go: 'on' },
      by: ['cara'],
      override: 'shop is down',
      refused: [],
    });
  });

  test('without the role, or where the policy names none, it is refused', () => {
    const ruling = ask([sound('anna', {}, 'because')]);
    expect(codes(ruling)).toEqual(['gate.persons-missing', 'gate.no-override']);
    expect(ruling.kind === 'wait' ? ruling.problems[1] : null).toEqual({
      code: 'gate.no-override',
      where: 'gate g of run r',
      found: 'an override by anna',
      expected: 'an override by somebody with the role emergency: cara',
      remedy: 'get the approvals that the gate asks for, or change the policy on its protected branch',
    });
    expect(ask([sound('cara', {}, 'because')], {}, { override: null })).toMatchObject({
      problems: [
        {},
        { code: 'gate.no-override', expected: 'no override: the policy names no role for one in testing' },
      ],
    });
    expect(codes(ask([sound('eve', {}, 'because')]))).toEqual(['gate.persons-missing', 'gate.no-override']);
    const nobody = ask([], {}, { override: 'absent' });
    expect(nobody).toMatchObject({ problems: [{ remedy: expect.stringContaining('nobody may override') }] });
  });
});

const berlin = { timeZone: 'Europe/Berlin', open: [], freezes: [] };
function question(): Omit<Question, 'checked' | 'window'> {
  return {
    where: 'w',
    role: 'approver',
    asks: 'persons',
    urgent: false,
    left: false,
    unmet: [],
    policy: policy(people),
    participants: PROVEN,
  };
}
