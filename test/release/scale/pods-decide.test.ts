import { describe, expect, it, test } from 'vitest';
import type { PodsLook, PodsTarget, PodsWorld } from '../../../src/release/environment/pods.ts';
import {
  isSettled,
  isSmaller,
  numberChanges,
  podsMeant,
  podsRefusals,
  podsText,
  settlingText,
} from '../../../src/release/scale/pods-decide.ts';

/** How many pods are meant, whether it may be begun, and when it is over. */

const replicas: PodsTarget['counts'] = { by: 'replicas', replicas: 'replicas[0].count' };
const autoscaler: PodsTarget['counts'] = { by: 'autoscaler', min: 'spec.minReplicas', max: 'spec.maxReplicas' };
const bounds = (least: number, most = least) => ({ least, most });

describe('pods are meant', () => {
  it('by one number where git has one, and by two where an autoscaler counts', () => {
    expect(podsMeant('3', replicas)).toEqual(bounds(3));
    expect(podsMeant('3-9', autoscaler)).toEqual(bounds(3, 9));
    expect(podsMeant('4-4', autoscaler)).toEqual(bounds(4));
  });
  test.each(['0', '-1', '03', '3-9', 'web1', '', '10000'])('not by %j where git has one', (text) =>
    expect(() => podsMeant(text, replicas)).toThrow(/a number of pods/),
  );
  test.each(['3', '0-3', '9-3', '3-', '-3', '3-9-12'])('not by %j where an autoscaler counts', (text) =>
    expect(() => podsMeant(text, autoscaler)).toThrow(/such as 3-9/),
  );
  it('in words', () =>
    expect([bounds(1), bounds(2), bounds(2, 5)].map(podsText)).toEqual(['1 pod', '2 pods', '2 to 5 pods']));
});

it('asks somebody when there are fewer at either end', () => {
  const before = bounds(2, 6);
  expect([bounds(2, 6), bounds(3, 9), bounds(1, 9), bounds(3, 5)].map((wanted) => isSmaller(wanted, before))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

it('names both places with what they replace', () => {
  expect(numberChanges(replicas, bounds(2), bounds(4))).toEqual([{ path: 'replicas[0].count', value: 4, replaces: 2 }]);
  expect(numberChanges(autoscaler, bounds(2, 6), bounds(3, 6))).toEqual([
    { path: 'spec.minReplicas', value: 3, replaces: 2 },
    { path: 'spec.maxReplicas', value: 6, replaces: 6 },
  ]);
});

const look: PodsLook = { wanted: 2, available: 2, there: 2, updated: 2, seen: true, given: null };
const world: PodsWorld = { pods: look, git: bounds(2), autoscalers: [], underWay: null, overlookedBy: null };
const place = {
  ...{ environment: 'production', namespace: 'shop', workload: 'api', kind: 'Rollout' as const, counts: replicas },
  policy: { deadlineMs: 1000, capacityPerPod: null, role: 'releaser' },
};
const scaled = { ...place, counts: autoscaler };
const hpa = { name: 'api', ...bounds(2, 6) };
const capacity = { ...place, policy: { ...place.policy, capacityPerPod: 0.25 } };

describe('it is refused', () => {
  test.each<[string, readonly string[], Parameters<typeof podsRefusals>]>([
    ['not, where git and the cluster agree', [], [place, world, bounds(5)]],
    [
      'not, when pods that want more are not ready',
      [],
      [place, { ...world, pods: { ...look, available: 0 } }, bounds(5)],
    ],
    ['when it is stopped', ['system.nothing-to-scale'], [place, { ...world, pods: { ...look, wanted: 0 } }, bounds(5)]],
    ['while a release is under way', ['system.release-under-way'], [place, { ...world, underWay: '25 %' }, bounds(5)]],
    ['when git has another number', ['system.pods-differ'], [place, { ...world, git: bounds(4) }, bounds(5)]],
    [
      'when Argo CD overlooks the number',
      ['system.pods-overlooked'],
      [place, { ...world, overlookedBy: 'Application argocd/shop' }, bounds(5)],
    ],
    ['when fewer are left than carry the load', ['system.too-few'], [capacity, world, bounds(3)]],
    ['not, when four carry a quarter each', [], [capacity, world, bounds(4)]],
    ['when an autoscaler counts them', ['system.autoscaled'], [place, { ...world, autoscalers: [hpa] }, bounds(5)]],
    ['when no autoscaler does', ['system.autoscaled'], [scaled, { ...world, git: bounds(2, 6) }, bounds(2, 5)]],
    [
      'when two do',
      ['system.autoscaled'],
      [scaled, { ...world, git: bounds(2, 6), autoscalers: [hpa, { ...hpa, name: 'other' }] }, bounds(2, 5)],
    ],
    ['not, when one does', [], [scaled, { ...world, git: bounds(2, 6), autoscalers: [hpa] }, bounds(2, 5)]],
    [
      'when its bounds are others in git',
      ['system.pods-differ'],
      [scaled, { ...world, git: bounds(2, 7), autoscalers: [hpa] }, bounds(2, 5)],
    ],
  ])('%s', (_name, codes, given) => expect(podsRefusals(...given).map(({ code }) => code)).toEqual(codes));
});

describe('it is over', () => {
  const wanted = bounds(3);
  const now: PodsLook = { ...look, wanted: 3, available: 3, there: 3 };
  test.each<[string, boolean, PodsLook]>([
    ['when as many are ready, and no others are there', true, now],
    ['not before Argo CD has brought it', false, look],
    ['not before its controller has seen it', false, { ...now, seen: false }],
    ['not while one is not ready', false, { ...now, available: 2 }],
    ['not while one has not ended', false, { ...now, there: 4 }],
  ])('%s', (_name, over, seen) => expect(isSettled(wanted, seen)).toBe(over));
  it('at any number within the bounds of an autoscaler', () => {
    expect([2, 3, 6, 7].map((n) => isSettled(bounds(3, 6), { ...now, wanted: n, available: n, there: n }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
  it('on the way back at whatever number git has', () => expect(isSettled(null, look)).toBe(true));
  it('and says how far it is', () => {
    expect(settlingText({ ...now, available: 1, there: 4, given: 'no room' })).toBe(
      '1 of 3 pods are ready, 1 more have not ended; no room',
    );
  });
});
