import { expect, test } from 'vitest';
import { withoutLast } from '../../src/platform/local/index.ts';

test('the port of the static server is no port for instances', () => {
  const range = { first: 20_000, last: 20_024 };
  expect(withoutLast(range, 20_024)).toEqual({ first: 20_000, last: 20_023 });
  expect(withoutLast(range, 8081)).toEqual(range);
  expect(withoutLast(range, undefined)).toEqual(range);
  expect(withoutLast({ first: 9, last: 9 }, 9)).toEqual({ first: 9, last: 9 });
});
