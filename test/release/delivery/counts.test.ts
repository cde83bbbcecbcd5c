import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countDeliveries, type DeliveryCounts } from '../../../src/release/delivery/counts.ts';
import type { DeliveryRun } from '../../../src/release/delivery/facts.ts';
import { deliveryStats, readDeliveries } from '../../../src/release/delivery/stats.ts';
import { at, says, writeDelivery } from '../../support/delivery-journals.ts';
import { type Bench, bench } from '../../support/engine.ts';
import { HAND_COUNT, STORIES, WINDOW } from './fixture.ts';

let on: Bench;
let production: readonly DeliveryRun[];
const OF = { service: 'shop', environment: 'production' };

beforeAll(async () => {
  on = bench();
  for (const story of STORIES) await writeDelivery(on.store, story);
  production = (await readDeliveries(on.store)).runs.filter(({ environment }) => environment === 'production');
});
afterAll(() => on[Symbol.dispose]());

test('two weeks of journals give what was counted by hand', async () => {
  const stats = await deliveryStats(on.store, { ...WINDOW, environment: 'production' });
  expect(stats.counts).toHaveLength(1);
  const { underWay, ...counts } = stats.counts[0] ?? { underWay: [] };
  const { underWay: waiting, ...byHand } = HAND_COUNT;
  expect(counts).toEqual({ ...OF, journalsBegin: '2026-11-01T10:00:00.000Z', ...byHand });
  expect(underWay.toSorted((a, b) => a.run.localeCompare(b.run))).toEqual(waiting);
  expect(stats.damaged).toEqual([{ run: 'r11', why: '26 bytes of an unfinished record at its end' }]);
});

test('environments and services are counted apart', async () => {
  const all = await deliveryStats(on.store, WINDOW);
  expect(all.counts.map(({ environment, deployments }) => [environment, deployments.n])).toEqual([
    ['production', 9],
    ['staging', 1],
  ]);
  expect((await deliveryStats(on.store, { ...WINDOW, service: 'other' })).counts).toEqual([]);
});

describe('whatever the order and the window', () => {
  test('the order of the journals does not matter', () => {
    const inOrder = countDeliveries(production, OF, WINDOW);
    fc.assert(
      fc.property(fc.shuffledSubarray([...production], { minLength: production.length }), (shuffled) => {
        const { underWay, ...counts } = countDeliveries(shuffled, OF, WINDOW);
        const { underWay: expected, ...others } = inOrder;
        expect(counts).toEqual(others);
        expect(new Set(underWay.map(({ run }) => run))).toEqual(new Set(expected.map(({ run }) => run)));
      }),
      { numRuns: 100 },
    );
  });

  test('counts of adjacent windows add up to those of both', () => {
    const [first, last] = [at('10-30 00:00'), at('11-20 00:00')];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: first, max: last }), { maxLength: 4 }), (cuts) => {
        const edges = [...new Set([first, ...cuts, last])].toSorted((a, b) => a - b);
        const parts = edges.slice(1).map((until, index) => numbers({ since: edges[index] ?? first, until }));
        const whole = numbers({ since: first, until: last });
        expect(Object.keys(whole).map((key) => parts.reduce((sum, part) => sum + (part[key] ?? 0), 0))).toEqual(
          Object.values(whole),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('cuts exactly at the moments that count', () => {
    const moments = production.flatMap(({ allAt, backAt, restoredAt }) => [allAt, backAt, restoredAt]);
    const [first, last] = [at('10-30 00:00'), at('11-20 00:00')];
    const whole = numbers({ since: first, until: last });
    for (const cut of moments) {
      if (cut === null) continue;
      const [before, after] = [numbers({ since: first, until: cut }), numbers({ since: cut, until: last })];
      for (const [key, sum] of Object.entries(whole)) expect((before[key] ?? 0) + (after[key] ?? 0), key).toBe(sum);
    }
  });
});

/** Everything that is a count. */
function numbers(window: typeof WINDOW): Readonly<Record<string, number>> {
  const { deployments, leadTime, changes, timeToRestore, runs }: DeliveryCounts = countDeliveries(
    production,
    OF,
    window,
  );
  return {
    deployments: deployments.n,
    first: deployments.first,
    configuration: deployments.configuration,
    hotfix: deployments.hotfix,
    leads: leadTime.n,
    withoutCommitTime: leadTime.withoutCommitTime,
    commitFromFuture: leadTime.commitFromFuture,
    changes: changes.n,
    failed: changes.failed,
    early: changes.takenBackEarly,
    late: changes.takenBackLate,
    wentBackFrom: changes.wentBackFrom,
    mended: changes.mended,
    restored: timeToRestore.n,
    notRestored: timeToRestore.notRestored,
    ...Object.fromEntries(
      ['done', 'rolled-back', 'refused', 'failed', 'taken over'].flatMap((outcome) => [
        [`release ${outcome}`, runs.release[outcome] ?? 0],
        [`rollback ${outcome}`, runs.rollback[outcome] ?? 0],
      ]),
    ),
  };
}

describe('never a number from nothing', () => {
  const none = (window: typeof WINDOW, runs = production) => countDeliveries(runs, OF, window);

  test('a window without journals, and one before them', () => {
    const empty = none({ since: at('10-01 00:00'), until: at('10-15 00:00') });
    expect(empty.deployments).toMatchObject({ n: 0, perWeek: { kind: 'unknown', why: 'no journal of this time' } });
    expect(empty.leadTime).toMatchObject({ kind: 'unknown', n: 0 });
    expect(empty.changes.failureRate).toEqual({ kind: 'unknown', why: 'no release had traffic in this time' });
    expect(empty.timeToRestore).toMatchObject({ kind: 'unknown', why: 'nothing was restored in this time' });
  });

  test('a quiet week after the first journal is a week with nothing: that is a number', () => {
    const quiet = none({ since: at('11-18 00:00'), until: at('11-25 00:00') });
    expect(quiet.deployments.perWeek).toEqual({ kind: 'known', value: 0 });
  });

  test('the week is counted from the first journal on; less than a day is no week', () => {
    expect(none({ since: at('10-01 00:00'), until: at('11-08 10:00') }).deployments.perWeek).toEqual({
      kind: 'known',
      value: 7,
    });
    expect(none({ since: at('10-01 00:00'), until: at('11-02 09:59') }).deployments.perWeek).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('what counts as failed', () => {
  const counted = async (name: string, stories: Parameters<typeof writeDelivery>[1][]): Promise<DeliveryCounts> => {
    const store = `${on.dir}/${name}`;
    for (const story of stories) await writeDelivery(store, story);
    const [counts] = (await deliveryStats(store, WINDOW)).counts;
    if (counts === undefined) throw new Error('there are journals');
    return counts;
  };
  const release = (run: string, day: string, version: string, other: string | null, why = 'release') => ({
    run,
    start: `${day} 08:00`,
    version,
    other,
    why,
    steps: [says.share(`${day} 08:05`), says.full(`${day} 09:00`), says.ended(`${day} 09:10`, 'done' as const)],
  });
  const back = (run: string, day: string, version: string, other: string) => ({
    run,
    kind: 'rollback' as const,
    start: `${day} 12:00`,
    version,
    other,
    steps: [
      says.back(`${day} 12:00:10`, GO_BACK),
      ...says.backAtOnce(`${day} 12:00:20`, GO_BACK),
      says.ended(`${day} 12:01`, 'done' as const),
    ],
  });
  const GO_BACK = 'go-back';

  test('a hotfix after a rollback does not accuse the version that was gone back to', async () => {
    const { changes, timeToRestore } = await counted('rollback-then-hotfix', [
      release('a', '11-03', '1', null),
      release('b', '11-04', '2', '1'),
      back('c', '11-04', '2', '1'),
      release('d', '11-05', '3', '1', 'Hotfix for the search'),
    ]);
    expect(changes).toMatchObject({ n: 3, failed: 1, wentBackFrom: 1, mended: 0 });
    expect(timeToRestore).toMatchObject({ n: 1, medianMs: 20_000 });
  });

  test('a hotfix that is taken back itself restores nothing, the next one does', async () => {
    const { changes, timeToRestore, deployments } = await counted('second-hotfix', [
      release('a', '11-03', '1', null),
      release('b', '11-04', '2', '1'),
      {
        run: 'c',
        start: '11-05 08:00:00',
        version: '3',
        other: '2',
        why: 'hotfix: first try',
        steps: [
          says.share('11-05 08:05'),
          ...says.worse('11-05 08:10:00'),
          says.back('11-05 08:10:01'),
          ...says.backAtOnce('11-05 08:10:10'),
          says.ended('11-05 08:11', 'rolled-back' as const),
        ],
      },
      release('d', '11-06', '4', '2', 'hotfix: second try'),
    ]);
    expect(deployments).toMatchObject({ n: 3, hotfix: 1 });
    expect(changes).toMatchObject({ n: 4, failed: 2, takenBackEarly: 1, mended: 1 });
    // 10 s for the first try, and from its start on the 5th to all traffic of the second on the 6th, 09:00.
    expect(timeToRestore).toMatchObject({ n: 2, medianMs: 10_000, p90Ms: 25 * 3_600_000, notRestored: 0 });
  });

  test('a reason that only mentions the word is no hotfix', async () => {
    const { changes, deployments } = await counted('no-hotfix', [
      release('a', '11-03', '1', null),
      release('b', '11-04', '2', '1', 'undo the hotfix of June'),
      release('c', '11-05', '3', '2', 'hotfixes: a tool for them'),
    ]);
    expect(deployments.hotfix).toBe(0);
    expect(changes.failed).toBe(0);
  });

  test('two rollbacks one after the other: two failures, each restored once', async () => {
    const { changes, timeToRestore } = await counted('twice-back', [
      release('a', '11-03', '1', null),
      release('b', '11-04', '2', '1'),
      release('c', '11-05', '3', '2'),
      back('d', '11-05', '3', '2'),
      back('e', '11-06', '2', '1'),
    ]);
    expect(changes).toMatchObject({ n: 3, failed: 2, wentBackFrom: 2 });
    expect(timeToRestore).toMatchObject({ n: 2, notRestored: 0 });
  });

  test('the same version released again after it was gone back from: only its last release failed again', async () => {
    const { changes } = await counted('again', [
      release('a', '11-03', '1', null),
      release('b', '11-04', '2', '1'),
      back('c', '11-04', '2', '1'),
      release('d', '11-05', '2', '1'),
    ]);
    expect(changes).toMatchObject({ n: 3, failed: 1 });
  });

  test('a rollback that got stuck leaves its change not restored', async () => {
    const { changes, timeToRestore } = await counted('stuck', [
      release('a', '11-03', '1', null),
      release('b', '11-04', '2', '1'),
      { ...back('c', '11-04', '2', '1'), steps: [says.back('11-04 12:00:10', GO_BACK), says.stopped('11-04 12:01')] },
    ]);
    expect(changes.failed).toBe(1);
    expect(timeToRestore).toMatchObject({ kind: 'unknown', n: 0, notRestored: 1 });
  });

  test('a first release that is removed again failed; there was nothing to restore', async () => {
    const { changes, timeToRestore } = await counted('removed', [
      {
        run: 'a',
        start: '11-03 08:00',
        version: '1',
        other: null,
        steps: [
          says.opened('11-03 08:05'),
          says.failed('11-03 08:10', 'release/initial/observe'),
          says.failed('11-03 08:10', 'release/initial'),
          ['11-03 08:11', 'step.intent', 'release/initial/rollback/unroute', { what: 'do', effects: [], facts: '' }],
          says.ended('11-03 08:12', 'rolled-back'),
        ],
      },
    ]);
    expect(changes).toMatchObject({ n: 1, failed: 1, takenBackLate: 1 });
    expect(timeToRestore).toMatchObject({ n: 0, notRestored: 0 });
  });
});

test('a journal that was tampered with counts up to there, and is named', async () => {
  const { readFileSync, writeFileSync } = await import('node:fs');
  const store = `${on.dir}/tampered`;
  const story = STORIES.find(({ run }) => run === 'r02');
  if (story === undefined) throw new Error('the fixture has r02');
  await writeDelivery(store, story);
  const file = `${store}/runs/r02/journal.jsonl`;
  const lines = readFileSync(file, 'utf8').split('\n');
  // The third line was changed, so the fourth no longer fits.
  writeFileSync(
    file,
    lines.map((line, index) => (index === 2 ? line.replace('"attempt":1', '"attempt":2') : line)).join('\n'),
  );
  const stats = await deliveryStats(store, WINDOW);
  expect(stats.damaged).toEqual([{ run: 'r02', why: expect.stringMatching(/^record 3: /) }]);
  expect(stats.counts[0]?.deployments.n).toBe(1);
});
