import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_WEIGHT, weightsFor } from '../../src/traffic/haproxy/weights.ts';
import { largestRemainder } from '../../src/traffic/shares.ts';

const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);

describe('weights', () => {
  it('are exact to 0.1 point for 1 to 99 % over 1 to 8 instances each, and even within a version to 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 990 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (milli, canaries, stables) => {
          const share = milli / 1000;
          const { weights, error } = weightsFor([
            { share: 1 - share, servers: stables },
            { share, servers: canaries },
          ]);
          const [stable = [], canary = []] = weights;
          const actual = sum(canary) / (sum(canary) + sum(stable));
          expect(Math.abs(actual - share)).toBeLessThanOrEqual(0.001);
          expect(error).toBeCloseTo(Math.abs(actual - share), 9);
          for (const list of weights) {
            expect(Math.max(...list) - Math.min(...list)).toBeLessThanOrEqual(1);
            for (const weight of list) {
              expect(Number.isInteger(weight) && weight >= 0 && weight <= MAX_WEIGHT).toBe(true);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('give a version with a share at least one request in a round, and say how far off that is', () => {
    const { weights, error } = weightsFor([
      { share: 0.9999, servers: 1 },
      { share: 0.0001, servers: 1 },
    ]);
    expect(weights[1]).toEqual([1]);
    expect(error).toBeGreaterThan(0.003);
  });

  it('are 0 for a share of 0, and for nothing at all', () => {
    expect(
      weightsFor([
        { share: 1, servers: 2 },
        { share: 0, servers: 3 },
      ]).weights,
    ).toEqual([
      [256, 256],
      [0, 0, 0],
    ]);
    expect(weightsFor([]).weights).toEqual([]);
    expect(weightsFor([{ share: 0, servers: 2 }]).weights).toEqual([[0, 0]]);
  });

  it('deal out by largest remainder without losing one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 }),
        fc.nat(3000),
        (raw, total) => {
          const whole = sum(raw);
          const parts = largestRemainder(
            raw.map((one) => one / whole),
            total,
          );
          expect(sum(parts)).toBe(total);
          for (const [index, part] of parts.entries()) {
            expect(Math.abs(part - ((raw[index] ?? 0) / whole) * total)).toBeLessThan(1 + 1e-6);
          }
        },
      ),
    );
  });
});
