import { describe, expect, test } from 'vitest';
import { batchesOf, roomOf } from '../../../src/rollout/rolling/batches.ts';
import { platformState, rollout, routesState, unit, world } from '../../support/rollout.ts';

const hosts = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `h${index + 1}`);
const share = (part: number) => ({ kind: 'share' as const, share: part });
const more = (count: number) => ({ kind: 'hosts' as const, hosts: count });

/** Hosts of each wave of each batch. */
function sizes(batches: ReturnType<typeof batchesOf>): readonly (readonly number[])[] {
  return batches.map(({ waves }) => waves.map((wave) => wave.hosts.length));
}

describe('the batches of a rolling release', () => {
  test('are the first host alone, then 10 %, 50 % and all of the others', () => {
    const batches = batchesOf(hosts(21), [share(0.1), share(0.5), share(1)], 20);
    expect(batches.map(({ name }) => name)).toEqual(['first', 'batch-2', 'batch-3', 'batch-4']);
    expect(sizes(batches)).toEqual([[1], [2], [8], [10]]);
  });

  test('go in waves of as many hosts as can be spared', () => {
    expect(sizes(batchesOf(hosts(20), [share(0.1), share(0.5), share(1)], 3))).toEqual([
      [1],
      [2],
      [3, 3, 2],
      [3, 3, 3],
    ]);
  });

  test('of numbers: so many more, and the last number for what is left', () => {
    expect(sizes(batchesOf(hosts(10), [more(1), more(3)], 9))).toEqual([[1], [1], [3], [3], [2]]);
  });

  test('what is left after the last share is one batch; entries that add nothing make none', () => {
    expect(sizes(batchesOf(hosts(4), [share(0.1), share(0.2)], 3))).toEqual([[1], [1], [2]]);
    expect(sizes(batchesOf(hosts(2), [share(0.1), share(0.5), share(1)], 1))).toEqual([[1], [1]]);
  });

  test('every wave knows the hosts before it, and each host is in exactly one', () => {
    const waves = batchesOf(hosts(9), [share(0.5)], 2).flatMap((batch) => batch.waves);
    expect(waves.flatMap((wave) => wave.hosts)).toEqual(hosts(9));
    expect(waves.map((wave) => wave.number)).toEqual(waves.map((_, index) => index + 1));
    for (const wave of waves) {
      expect([...wave.before, ...wave.hosts]).toEqual(hosts(wave.before.length + wave.hosts.length));
    }
  });
});

describe('the hosts that can be spared', () => {
  const parts = world(platformState([]), routesState({ 1: 1 }));
  const room = (count: number, replicas: number, capacityPerInstance?: number) =>
    roomOf({
      ...rollout(parts, {
        candidate: unit('2', replicas),
        policy: capacityPerInstance === undefined ? {} : { capacityPerInstance },
      }),
      hosts: hosts(count),
    });

  test('follow from what an instance can carry', () => {
    expect(room(4, 4, 0.34)).toMatchObject({ perHost: 1, needed: 3, atOnce: 1 });
    expect(room(4, 4, 0.5)).toMatchObject({ needed: 2, atOnce: 2 });
    expect(room(4, 8, 0.25)).toMatchObject({ perHost: 2, needed: 2, atOnce: 2 });
    expect(room(20, 20, 1 / 18)).toMatchObject({ needed: 18, atOnce: 2 });
  });

  test('are none where all of them together carry the load, as is assumed when nothing is said', () => {
    expect(room(4, 4)).toMatchObject({ needed: 4, atOnce: 0 });
  });
});
