import { distance } from 'fastest-levenshtein';
import { expect, test } from 'vitest';
import { jsonSchema, nearest } from '../../src/model/json.ts';

test.each([
  ['stratgy', 'strategy'],
  ['Strategy', 'strategy'],
  ['setps', 'steps'],
  ['healthdeadline', 'healthDeadline'],
])('%s resembles %s', (word, expected) => {
  expect(nearest(word, ['strategy', 'steps', 'healthDeadline', 'smoke'], distance)).toBe(expected);
});

test('what resembles nothing has no nearest word', () => {
  expect(nearest('zzzzzzzz', ['strategy', 'steps'], distance)).toBeUndefined();
  expect(nearest('anything', [], distance)).toBeUndefined();
});

test('JSON has no functions, dates or undefined', () => {
  expect(jsonSchema.safeParse({ a: [1, 'b', null, true, { c: {} }] }).success).toBe(true);
  for (const value of [undefined, () => 1, new Date(), Number.NaN])
    expect(jsonSchema.safeParse({ value }).success).toBe(false);
});
