import { describe, expect, it } from 'vitest';
import { readCheck } from '../../../src/migrate/generate/checks.ts';

/** What CHECK constraints say, as both families write them down. */

describe('checks', () => {
  it.each([
    [
      "((`price` > 0) and (`kind` in (_utf8mb4'a',_utf8mb4'b''c')))",
      [
        { kind: 'bound', column: 'price', sign: '>', value: '0' },
        { kind: 'values', column: 'kind', values: ['a', "b'c"] },
      ],
    ],
    ['`a` is null or `a` >= 3.5', [{ kind: 'bound', column: 'a', sign: '>=', value: '3.5' }]],
    ['(5 <= `a`)', [{ kind: 'bound', column: 'a', sign: '>=', value: '5' }]],
    ['((`k` = 1) or (`k` = 2))', [{ kind: 'values', column: 'k', values: ['1', '2'] }]],
    ['(`from_on` < `to_on`)', [{ kind: 'order', low: 'from_on', high: 'to_on', strict: true }]],
    ['char_length(`n`) between 3 and 9', [
      { kind: 'length', column: 'n', sign: '>=', value: 3 },
      { kind: 'length', column: 'n', sign: '<=', value: 9 },
    ]],
    ['json_valid(`x`)', [{ kind: 'json', column: 'x' }]],
    ['(`a` between -5 and 1)', [
      { kind: 'bound', column: 'a', sign: '>=', value: '-5' },
      { kind: 'bound', column: 'a', sign: '<=', value: '1' },
    ]],
  ])('%s', (clause, asked) => {
    expect(readCheck(clause)).toEqual(asked);
  });

  // What is half understood would give rows that the server refuses.
  it.each(['`a` regexp \'x\'', '`a` + 1 > 2', '`a` is null and `b` > 3', '`a` is null', '`a` > 1 or `b` > 1', '`a` > 1 garbage', '(`a` > 1'])(
    '%s is not read',
    (clause) => {
      expect(readCheck(clause)).toBeNull();
    },
  );
});
