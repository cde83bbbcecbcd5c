import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/model/evidence.ts';
import { checkEvidence } from '../../../src/procedure/gate/evidence.ts';
import type { EvidenceField } from '../../../src/procedure/tree.ts';

function check(field: EvidenceField, answer: string | number | boolean | undefined, judged = false) {
  const evidence: Evidence = answer === undefined ? {} : { [field.name]: answer };
  return checkEvidence({ opened: { evidence: [field], judged } }, evidence, 'gate g of run r');
}
function value(field: EvidenceField, answer: string | number | boolean, judged = false) {
  const result = check(field, answer, judged);
  return result.ok ? result.value[field.name] : result.problems.map(({ code }) => code).join();
}
const WRONG = 'gate.wrong-answer';
const text: EvidenceField = { kind: 'text', name: 'why', question: 'Why?' };
const number: EvidenceField = { kind: 'number', name: 'load', question: 'Load?', min: 0, max: 10 };
const tick: EvidenceField = { kind: 'check', name: 'seen', question: 'Seen?' };
const choice: EvidenceField = { kind: 'choice', name: 'go', question: 'Go?', options: ['on', 'back'] };

describe('answers', () => {
  test('texts are trimmed and as long as is asked, at least one character', () => {
    expect(value(text, ' so ')).toBe('so');
    expect(value(text, '  ')).toBe(WRONG);
    expect(value({ ...text, minLength: 0 }, '')).toBe(WRONG);
    expect(value({ ...text, minLength: 3 }, 'abc')).toBe('abc');
    expect(value({ ...text, minLength: 3 }, ' ab ')).toBe(WRONG);
    expect(value(text, 7)).toBe('7');
  });

  test('numbers lie within their bounds, bounds included', () => {
    expect(value(number, 0)).toBe(0);
    expect(value(number, '10')).toBe(10);
    expect(value(number, -0.1)).toBe(WRONG);
    expect(value(number, 10.1)).toBe(WRONG);
    for (const no of ['', ' ', 'x', true, Number.NaN, Number.POSITIVE_INFINITY]) expect(value(number, no)).toBe(WRONG);
    const free: EvidenceField = { kind: 'number', name: 'n', question: '?' };
    expect(value(free, -1e9)).toBe(-1e9);
    expect(value(free, '1e9')).toBe(1e9);
  });

  test('a tick is yes; no passes only where the procedure judges it', () => {
    for (const yes of [true, 'true', 'YES', ' yes ']) expect(value(tick, yes)).toBe(true);
    for (const no of [false, 'false', 'No']) {
      expect(value(tick, no)).toBe(WRONG);
      expect(value(tick, no, true)).toBe(false);
    }
    for (const other of ['maybe', 'yesno', 'nono', 1]) expect(value(tick, other, true)).toBe(WRONG);
  });

  test('a choice is one of its options', () => {
    expect(value(choice, 'on')).toBe('on');
    expect(value(choice, ' back ')).toBe('back');
    expect(value(choice, 'ON')).toBe(WRONG);
  });

  test('several, all at once', () => {
    const fields = { opened: { evidence: [text, number], judged: false } };
    expect(checkEvidence(fields, { why: 'x', load: '3' }, 'w')).toEqual({ ok: true, value: { why: 'x', load: 3 } });
  });
});

describe('what is wrong, in words', () => {
  const problemOf = (field: EvidenceField, answer: string | number | boolean | undefined, judged = false) => {
    const result = check(field, answer, judged);
    return result.ok ? undefined : result.problems[0];
  };

  test.each<readonly [EvidenceField, boolean, string]>([
    [text, false, 'a text of at least 1 characters (Why?)'],
    [{ ...text, minLength: 0 }, false, 'a text of at least 1 characters (Why?)'],
    [{ ...text, minLength: 5 }, false, 'a text of at least 5 characters (Why?)'],
    [number, false, 'a number from 0 to 10 (Load?)'],
    [{ kind: 'number', name: 'load', question: 'Load?' }, false, 'a number (Load?)'],
    [{ kind: 'number', name: 'load', question: 'Load?', max: 3 }, false, 'a number to 3 (Load?)'],
    [tick, false, 'yes: the item has been checked and is so (Seen?)'],
    [tick, true, 'yes or no (Seen?)'],
    [choice, false, 'one of on, back (Go?)'],
  ])('missing: %j', (field, judged, expected) => {
    expect(problemOf(field, undefined, judged)).toEqual({
      code: 'gate.missing-field',
      where: `gate g of run r: ${field.name}`,
      found: 'no answer',
      expected,
      remedy: `answer it: --item ${field.name}=…`,
    });
  });

  test('a wrong answer is repeated', () => {
    expect(problemOf(choice, 'up')).toMatchObject({ code: WRONG, found: '"up"' });
  });

  test('an answer to no question; a misspelt one is guessed', () => {
    const fields = { opened: { evidence: [text, number], judged: false } };
    const result = checkEvidence(fields, { why: 'x', load: 1, laod: 2, zzzzzzzzzz: 1 }, 'w');
    expect(result.ok ? [] : result.problems).toEqual([
      {
        code: 'gate.unknown-field',
        where: 'w',
        found: 'laod',
        expected: 'one of why, load',
        remedy: 'did you mean load?',
      },
      {
        code: 'gate.unknown-field',
        where: 'w',
        found: 'zzzzzzzzzz',
        expected: 'one of why, load',
        remedy: 'leave it out',
      },
    ]);
  });
});
