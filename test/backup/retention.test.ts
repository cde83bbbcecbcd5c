import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainsOf, furthest } from '../../src/backup/catalogue/chain.ts';
import { retention } from '../../src/backup/catalogue/retention.ts';
import { toForget } from '../../src/release/backup/forget.ts';
import { catalogue, fullAt, HOUR, hostFilesAt, iso, START, segmentAt } from './sample.ts';

/** What may go, and what never does. */

const DAY = 24 * HOUR;
const NONE = { last: 0, daily: 0, weekly: 0, monthly: 0 };

describe('retention', () => {
  it('keeps by days, weeks and months, each newest once', () => {
    const fulls = Array.from({ length: 90 }, (_, day) => fullAt(START + day * DAY, day));
    const { kept, forget } = retention(
      catalogue(fulls),
      { last: 2, daily: 3, weekly: 2, monthly: 2 },
      START + 90 * DAY,
    );
    expect(kept.get(fulls[89]?.id ?? '')).toBe('reaches furthest');
    // The last three days; the Sunday before; the end of April.
    expect([...kept.keys()].toSorted().map((id) => id.slice(0, 8))).toEqual([
      '20260430',
      '20260524',
      '20260527',
      '20260528',
      '20260529',
    ]);
    expect(forget).toHaveLength(85);
  });

  it('lets nothing go for a backup that a clock which was ahead has timed', () => {
    const [old, now, ahead] = [fullAt(START, 1), fullAt(START + DAY, 2), fullAt(START + 9 * DAY, 3)];
    const { kept, forget } = retention(catalogue([old, now, ahead]), { ...NONE, last: 1 }, START + DAY + HOUR);
    expect([...kept.keys()].toSorted()).toEqual([now.id, ahead.id]);
    expect(forget).toEqual([old]);
  });

  it('keeps backups of each host by themselves, with the newest that was verified', () => {
    const files = ['web1', 'web2'].flatMap((name) =>
      Array.from({ length: 10 }, (_, day) => hostFilesAt(START + day * DAY, name)),
    );
    const known = files.map((one) =>
      one.host.name === 'web1' && one.takenAt === iso(START + 2 * DAY)
        ? { ...one, state: 'verified' as const }
        : one.host.name === 'web2' && one.takenAt >= iso(START + 8 * DAY)
          ? { ...one, state: 'suspect' as const }
          : one,
    );
    const { forget } = retention({ fulls: [], segments: [], files: known }, { ...NONE, last: 2 }, START + 10 * DAY);
    const left = known.filter((one) => !forget.includes(one)).map(({ id }) => id.slice(6, 8) + id.slice(-5));
    expect(left).toEqual(['03-web1', '09-web1', '10-web1', '07-web2', '08-web2', '09-web2', '10-web2']);
    const lost = known.map((one) => ({ ...one, state: 'suspect' as const }));
    expect(retention({ fulls: [], segments: [], files: lost }, { ...NONE, last: 1 }, START + 10 * DAY).forget).toEqual(
      [],
    );
  });

  it('keeps backups of files of this machine as those of a host, also where there is no full backup', () => {
    const known = Array.from({ length: 10 }, (_, day) => {
      const { host: _none, ...files } = hostFilesAt(START + day * DAY, 'here');
      return { ...files, state: day === 2 ? ('verified' as const) : ('stored' as const) };
    });
    const { forget } = retention({ fulls: [], segments: [], files: known }, { ...NONE, last: 2 }, START + 10 * DAY);
    const left = known.filter((one) => !forget.includes(one)).map(({ id }) => id.slice(6, 8));
    expect(left).toEqual(['03', '09', '10']);
  });

  const states = fc.constantFrom('stored' as const, 'verified' as const, 'failed' as const, 'suspect' as const);
  it('never lets go what reaches furthest, what was verified last, or a log that either needs', () => {
    fc.assert(
      fc.property(
        fc.array(states, { minLength: 1, maxLength: 20 }),
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        (all, lost) => {
          const fulls = all.map((state, day) => fullAt(START + day * DAY, day, { state }));
          const segments = lost.flatMap((gone, day) => (gone ? [] : [segmentAt(START + (day + 1) * DAY - 1000, day)]));
          const before = catalogue(fulls, segments);
          const { forget } = retention(before, NONE, START + 30 * DAY);
          const after = {
            fulls: fulls.filter((one) => !forget.includes(one)),
            segments: segments.filter((one) => !forget.includes(one)),
            files: [],
          };
          const [was, is] = [furthest(chainsOf(before)), furthest(chainsOf(after))];
          expect(is?.restorableTo).toBe(was?.restorableTo);
          const proven = fulls.findLast(({ state }) => state === 'verified');
          if (proven !== undefined) {
            expect(after.fulls).toContain(proven);
            const chain = chainsOf(before).find(({ full }) => full === proven);
            for (const one of chain?.segments ?? []) expect(after.segments).toContain(one);
          }
          if (was === undefined) expect(forget).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('snapshots are forgotten by the id of their backup, and only ours', () => {
  const snapshot = (id: string, ...tags: readonly string[]) => ({ id, tags: ['shiplock', ...tags] });
  const all = [
    snapshot('a', 'kind:full', 'id:1'),
    snapshot('b', 'kind:segments', 'id:2'),
    snapshot('c', 'kind:segments', 'id:3'),
    snapshot('d'),
    ...Array.from({ length: 12 }, (_, at) => snapshot(`k${at}`, 'kind:catalogue', `id:${10 + at}`)),
  ];
  // A log of the second snapshot is still in the catalogue.
  expect(toForget(all, new Set(['1', '2']), new Set(['2']))).toEqual(['k1', 'k0', 'a']);
});
