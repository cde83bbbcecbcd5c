import { expect, test } from 'vitest';
import { GATE_NAMESPACE, gateText, START_NAMESPACE, startText } from '../../../src/procedure/gate/statement.ts';

/** What is signed must never change its form: old signatures would no longer be good. */

test('the text of evidence', () => {
  const statement = {
    run: 'r1',
    environment: 'production',
    gate: 'release/approval',
    opening: 'o',
    subject: 's',
    planHash: 'p',
    host: 'h',
    person: 'anna',
    kind: 'evidence',
    reason: '',
    items: { b: true, a: 1, c: 'ü' },
  } as const;
  expect(gateText(statement)).toBe(
    '{"environment":"production","format":"shiplock-gate@v1","gate":"release/approval","host":"h","items":{"a":1,"b":true,"c":"ü"},"kind":"evidence","opening":"o","person":"anna","planHash":"p","reason":"","run":"r1","subject":"s"}\n',
  );
  expect(GATE_NAMESPACE).toBe('shiplock-gate@v1');
});

test('the text of a start', () => {
  const statement = { run: 'r1', environment: 'e', procedure: 'release', planHash: 'p', host: 'h', person: 'anna' };
  expect(startText(statement)).toBe(
    '{"environment":"e","format":"shiplock-start@v1","host":"h","person":"anna","planHash":"p","procedure":"release","run":"r1"}\n',
  );
  expect(START_NAMESPACE).toBe('shiplock-start@v1');
});
