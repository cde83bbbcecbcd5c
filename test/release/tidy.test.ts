import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oldest } from '../../src/release/run/tidy.ts';

const rows = (...versions: string[]) => versions.map((version) => ({ version }));
const released = (...versions: string[]) => versions.map((version) => ({ version, outcome: 'released' as const }));

describe('which releases leave the disk', () => {
  it('the oldest, so that with the new one as many are left as may stay', () => {
    const installed = rows('1.4.0', '1.2.0', '1.3.0', '1.1.0');
    const history = released('1.1.0', '1.2.0', '1.3.0', '1.4.0');
    expect(oldest(installed, ['1.5.0', '1.4.0'], history, 3)).toEqual(['1.1.0', '1.2.0']);
    expect(oldest(installed, ['1.5.0', '1.4.0'], history, 5)).toEqual([]);
  });

  it('first those that never served; what somebody went back to is new again', () => {
    const installed = rows('1.0.0', '1.1.0', '1.2.0', '9.9.9');
    const history = [
      ...released('1.0.0', '1.1.0'),
      { version: '1.2.0', outcome: 'rolled-back' as const },
      { version: '1.0.0', outcome: 'went-back-to' as const },
    ];
    expect(oldest(installed, ['1.3.0'], history, 3)).toEqual(['1.2.0', '9.9.9']);
    expect(oldest(installed, ['1.3.0'], history, 2)).toEqual(['1.2.0', '9.9.9', '1.1.0']);
  });

  it('never one that is held, and never more than needed', () => {
    const version = fc.integer({ min: 0, max: 9 }).map((n) => `1.${n}.0`);
    const entry = fc.record({ version, outcome: fc.constantFrom('released' as const, 'rolled-back' as const) });
    fc.assert(
      fc.property(
        fc.array(version),
        fc.array(version),
        fc.array(entry),
        fc.integer({ min: 2, max: 6 }),
        (installed, held, history, keep) => {
          const gone = oldest(rows(...installed), held, history, keep);
          expect(gone.filter((one) => held.includes(one) || !installed.includes(one))).toEqual([]);
          const left = new Set([...installed, ...held].filter((one) => !gone.includes(one)));
          expect(gone.length === 0 || left.size === Math.max(keep, new Set(held).size)).toBe(true);
        },
      ),
    );
  });
});
