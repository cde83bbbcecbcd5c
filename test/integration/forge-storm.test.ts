import { expect, test } from 'vitest';
import { forgeStorm } from '../support/forge-storm.ts';

test('30 % of all calls fail in every way: nothing is lost, nothing is doubled', async () => {
  const result = await forgeStorm({ seed: 20_261_122, rounds: 4, rate: 0.3 });
  expect(result.faults / result.calls).toBeGreaterThan(0.2);
  expect({ lost: result.lost, doubled: result.doubled, wrong: result.wrong }).toEqual({
    lost: [],
    doubled: [],
    wrong: [],
  });
});
