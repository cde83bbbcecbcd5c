import { expect, test } from 'vitest';
import { ProblemError } from '../../src/model/problem.ts';
import { makePolicy, policySettings, type RecordedLook, rejudge } from '../../src/rollout/index.ts';
import { counters, POLICY, platformState, rollout, routesState, world } from '../support/rollout.ts';

/** Recorded looks under other policies, and the settings as people write them. */

const release = rollout(world(platformState([]), routesState({ 1: 0.9, 2: 0.1 })));

/** A look per second: 9,000 requests/s on stable, 1,000 on the candidate from second 20 on, whose bad part changes at `turn`. */
function looks(from: number, to: number, turn: number): readonly RecordedLook[] {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const s = from + i;
    const canary = Math.max(0, s - 20);
    const bad = Math.round(5 * Math.min(canary, turn) + 100 * Math.max(0, canary - turn));
    const reading = counters(s * 1000, { 1: [9000 * s, 45 * s], 2: [1000 * canary, bad] });
    const instances = [{ instance: 'api-2-1', state: 'ready', restarts: 0, detail: '' }];
    const router = { kind: 'observed', configured: 0.1, actual: 0.1 };
    const sample = { time: s * 1000, counters: [reading], ...(from === 0 ? {} : { instances, router }) };
    return { kind: 'sample', sample, held: false };
  });
}

const PAST = looks(0, 20, 0);
const bake = (turn: number, to = 120) => [
  { id: 'judge-10-percent', step: { share: 0.1, bakeMs: 10_000 }, looks: looks(21, to, turn) },
];
const answers = (policy: object, turn: number) =>
  rejudge(release, makePolicy({ ...POLICY.analysis, ...policy }), PAST, bake(turn))[0]?.decisions.map(
    ({ answer, afterMs }) => [answer, afterMs / 1000],
  );

test('a failure behind a pass is told with the pass', () => {
  const [pass, fail] = answers({ margin: 100 }, 60) ?? [];
  expect(pass?.[0]).toBe('pass');
  expect(pass?.[1]).toBeLessThan(50);
  expect(fail?.[0]).toBe('fail');
  expect(fail?.[1]).toBeGreaterThanOrEqual(60);
  // Who waits until then sees only the failure.
  expect(answers({ beta: 1e-300 }, 60)?.map(([answer]) => answer)).toEqual(['fail']);
});

test('what comes after a failure is not judged, and a pass stays one', () => {
  const policy = makePolicy(POLICY.analysis);
  const second = {
    ...bake(0)[0],
    id: 'judge-50-percent',
    step: { share: 0.5, bakeMs: 1000 },
    looks: looks(121, 150, 0),
  };
  expect(rejudge(release, policy, PAST, [...bake(0), second]).map(({ id }) => id)).toEqual(['judge-10-percent']);
  expect(answers({}, 1000)?.map(([answer]) => answer)).toEqual(['pass']);
});

test('a look in another form is named', () => {
  const broken = [
    {
      ...bake(0)[0],
      id: 'judge-10-percent',
      step: { share: 0.1, bakeMs: 0 },
      looks: [{ kind: 'sample', sample: { time: 'noon' }, held: false }],
    },
  ] as const;
  expect(() => rejudge(release, makePolicy(), [], broken)).toThrow(ProblemError);
  expect(() => rejudge(release, makePolicy(), [], broken)).toThrow('judge-10-percent, look 1');
});

test('settings are taken as shiplock.yaml writes them and as a policy has them', () => {
  const yaml = { alpha: '0.1%', clump: 5, unit: '1m30s', warmUp: '500ms', past: '60s', mode: 'sharp', ceiling: 0.2 };
  expect(policySettings({ analysis: yaml })).toEqual({
    alpha: 0.001,
    clumpSize: 5,
    unitSeconds: 90,
    warmUpSeconds: 0.5,
    mode: 'sharp',
    ceiling: 0.2,
  });
  expect(makePolicy(policySettings(yaml))).toMatchObject({ alpha: 0.001, unitSeconds: 90 });
  expect(policySettings(['alpha'])).toEqual(['alpha']);
  expect(() => makePolicy(policySettings({ alhpa: '1%' }), 'stricter.yaml')).toThrow('did you mean alpha?');
});
