import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { chainOf, chainsOf, furthest, reach, successor } from '../../src/backup/catalogue/chain.ts';
import type { Segment } from '../../src/backup/catalogue/record.ts';
import { catalogue, fullAt, HOUR, iso, logName, SERVER, START, segmentAt } from './sample.ts';

/** What can be restored is never more than what is there. */

const full = fullAt(START, 3);
const logs = [1, 2, 3].map((hour) => segmentAt(START + hour * HOUR, 2 + hour));

describe('a chain', () => {
  it('reaches to the end of its last binary log', () => {
    expect(chainOf(full, logs)).toMatchObject({ restorableTo: iso(START + 3 * HOUR), ends: null });
  });
  it('reaches only as far as the full backup where there is no log', () => {
    expect(chainOf(full, [])).toMatchObject({ restorableTo: iso(START), ends: null });
    expect(chainOf(fullAt(START, 3, { coordinates: null }), logs).ends).toBe('the server wrote no binary log');
  });
  test.each([
    ['missing', logs.toSpliced(1, 1), 1, 'binlog.000004 is missing, binlog.000005 is there'],
    [
      'suspect',
      logs.with(1, { ...logs[1], state: 'suspect', why: 'flipped bits' } as Segment),
      1,
      'binlog.000004 is suspect: flipped bits',
    ],
    [
      'of another server',
      logs.with(1, segmentAt(START + 2 * HOUR, 4, { server: { ...SERVER, id: 'uuid-2' } })),
      1,
      'binlog.000004 is missing, binlog.000005 is there',
    ],
    [
      'from before a reset',
      logs.with(1, segmentAt(START + 2 * HOUR, 4, { gtidsBefore: '' })),
      1,
      'binlog.000004 begins behind no transaction, but binlog.000003 ends with u:1-40',
    ],
    [
      'shorter than where the full backup stands',
      logs.with(0, segmentAt(START + HOUR, 3, { bytes: 100 })),
      0,
      'binlog.000003 has 100 bytes, and the full backup stands at 157',
    ],
  ])('stops before a log that is %s', (_what, segments, hours, ends) => {
    expect(chainOf(full, segments)).toMatchObject({ restorableTo: iso(START + hours * HOUR), ends });
  });
  it('promises nothing from the future of a clock that is ahead', () => {
    const ahead = segmentAt(START + HOUR, 3, { lastEventAt: iso(START + 100 * HOUR) });
    expect(chainOf(full, [ahead]).restorableTo).toBe(iso(START + HOUR));
  });
  it('is nothing where the full backup is not to be believed', () => {
    for (const state of ['failed', 'suspect'] as const)
      expect(chainOf(fullAt(START, 3, { state }), logs)).toMatchObject({ restorableTo: null, segments: [] });
  });
  it('takes the newer of two logs of one name that fits', () => {
    const old = segmentAt(START - HOUR, 3);
    expect(chainOf(full, [old, ...logs]).restorableTo).toBe(iso(START + 3 * HOUR));
  });
});

test('logs are counted as servers count', () => {
  expect(successor('binlog.000009')).toBe('binlog.000010');
  expect(successor('a-b.999999')).toBe('a-b.1000000');
  expect(successor('relay')).toBeNull();
});

describe('whatever is lost', () => {
  const history = fc.record({
    lost: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    suspect: fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 2 }),
    jumps: fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 12, maxLength: 12 }),
    fulls: fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 4 }),
    broken: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  });

  it('nothing behind the first gap counts, and no time beyond what was taken', () => {
    fc.assert(
      fc.property(history, ({ lost, suspect, jumps, fulls, broken }) => {
        const segments = lost.flatMap((gone, at) =>
          gone
            ? []
            : [
                segmentAt(START + (at + 1) * HOUR, at, {
                  // The clock of the server jumps; ours does not.
                  lastEventAt: iso(START + (at + 1 + (jumps[at] ?? 0)) * HOUR),
                  ...(suspect.includes(at) ? { state: 'suspect' as const, why: 'x' } : {}),
                }),
              ],
        );
        const own = fulls
          .toSorted((a, b) => a - b)
          .map((at, index) =>
            fullAt(START + at * HOUR + 60_000, at, broken.includes(index) ? { state: 'failed' } : {}),
          );
        for (const chain of chainsOf(catalogue(own, segments))) {
          if (chain.restorableTo === null) {
            expect(chain.full.state).toBe('failed');
            continue;
          }
          const from = Number(/\d+/.exec(chain.full.coordinates?.file ?? '')?.[0]);
          // Independent of the code under test: count on until the first log that is lost or suspect.
          let count = 0;
          while (from + count < 12 && lost[from + count] === false && !suspect.includes(from + count)) count += 1;
          expect(chain.segments.map(({ file }) => file)).toEqual(
            Array.from({ length: count }, (_, at) => logName(from + at)),
          );
          const taken = Math.max(
            Date.parse(chain.full.takenAt),
            ...chain.segments.map((one) => Date.parse(one.takenAt)),
          );
          expect(reach(chain)).toBeLessThanOrEqual(taken);
          const later = lost.slice(from + count).some((gone) => !gone);
          expect(chain.ends !== null).toBe(from + count < 12 && later);
        }
        const best = furthest(chainsOf(catalogue(own, segments)));
        expect(best === undefined).toBe(own.every(({ state }) => state === 'failed'));
      }),
      { numRuns: 500 },
    );
  });
});
