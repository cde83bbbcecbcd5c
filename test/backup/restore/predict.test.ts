import { expect, it } from 'vitest';
import { predictTime, type RestoreTimes } from '../../../src/backup/restore/predict.ts';
import { fullAt, HOUR, iso, START } from '../sample.ts';

/** Times are told from what was measured, and not told where nothing was. */

const full = fullAt(START, 3, { bytes: 2000 });
const proven = fullAt(START - HOUR, 2, {
  ...{ bytes: 1000, state: 'verified' },
  verified: { at: iso(START), seconds: 10, segments: 0 },
});
const measured: RestoreTimes = {
  ...{ at: iso(START + HOUR), bytes: 4000, baseSeconds: 8, logBytes: 1000, fetchSeconds: 1 },
  ...{ transactions: 100, replaySeconds: 5 },
};
const logs = [{ bytes: 1500 }, { bytes: 500 }];

it('is not known before anything was measured', () => {
  expect(predictTime(full, logs, { fulls: [full], restores: [] }, 10)).toMatchObject({
    ...{ baseSeconds: null, logSeconds: null, seconds: null },
    from: 'no restore or verification was measured yet, no replay was measured yet',
  });
});
it('is in proportion to the last verification, which says nothing of a replay', () => {
  const known = { fulls: [proven, full], restores: [] };
  expect(predictTime(full, logs, known, 10)).toMatchObject({ baseSeconds: 20, logSeconds: null, seconds: null });
  expect(predictTime(full, [], known, 0)).toMatchObject({ baseSeconds: 20, logSeconds: 0, seconds: 20 });
});
it('is in proportion to the last restore, by transactions where they are known', () => {
  const known = {
    fulls: [proven, full],
    restores: [measured, { ...measured, at: iso(START - HOUR), baseSeconds: 99 }],
  };
  expect(predictTime(full, logs, known, 300)).toMatchObject({ baseSeconds: 4, logSeconds: 2 + 15, seconds: 21 });
  expect(predictTime(full, logs, known, null)).toMatchObject({ logSeconds: 2 + 10, seconds: 16 });
});
it('tells files from files and SQL from SQL', () => {
  const files = { ...measured, form: 'physical', baseSeconds: 1 } as const;
  const known = { fulls: [proven], restores: [files] };
  expect(predictTime(full, [], known, 0)).toMatchObject({ baseSeconds: 20 });
  expect(predictTime({ ...full, form: 'physical' }, [], known, 0)).toMatchObject({ baseSeconds: 0.5 });
  expect(predictTime({ ...full, form: 'physical' }, [], { ...known, restores: [measured] }, 0).seconds).toBeNull();
});
it('passes over restores that replayed nothing, where logs are meant', () => {
  const restores = [measured, { ...measured, at: iso(START + 2 * HOUR), transactions: 0, baseSeconds: 2 }];
  expect(predictTime(full, logs, { fulls: [], restores }, 300)).toMatchObject({ baseSeconds: 1, logSeconds: 17 });
});
it('goes by the last restore, which went the whole way, while that is not old', () => {
  const verified = (days: number) =>
    fullAt(START, 2, {
      ...{ bytes: 1000, state: 'verified' },
      verified: { at: iso(START + HOUR + days * 24 * HOUR), seconds: 10, segments: 0 },
    });
  const restores = [{ ...measured, otherSeconds: 3 }];
  const at = (days: number) => predictTime(full, [], { fulls: [verified(days)], restores }, 0);
  expect(at(99)).toMatchObject({ baseSeconds: 4, seconds: 4 + 3, from: expect.stringContaining('the restore of') });
  expect(at(101)).toMatchObject({ baseSeconds: 20, seconds: 20, from: expect.stringContaining('the verification of') });
});
