import { describe, expect, test } from 'vitest';
import { sharesAddUp } from '../../src/model/traffic.ts';
import type { DecideContext } from '../../src/procedure/tree.ts';
import { complement, onlyRoutes, splitRoutes } from '../../src/rollout/capacity.ts';
import { readyWatch } from '../../src/rollout/health.ts';
import { rollbackNode, shareAtOnce } from '../../src/rollout/rollback.ts';
import { shareStep } from '../../src/rollout/steps.ts';
import { instance, platformState, rollout, routesState, unit, world } from '../support/rollout.ts';

const ctx: DecideContext = {
  mode: 'run',
  fence: 1,
  run: 'r',
  outputOf: (node) => node.outputs.parse({ ready: 2 }),
  evidenceOf: () => ({}),
};

describe('the receiving side has the capacity before it gets the share', () => {
  test('a share that the ready instances cannot carry is refused', () => {
    const state = platformState([instance('1', 1), instance('1', 2), instance('2', 3), instance('2', 4, 'not-ready')]);
    const parts = world(state, routesState({ 1: 1 }));
    const options = { stable: unit('1', 2), candidate: unit('2', 2) };
    const ready = readyWatch(rollout(parts, options), 'candidate', 'ready');
    const half = shareStep(rollout(parts, options), 0.5, ready, 'share').decide(
      { platform: state, routes: routesState({ 1: 1 }) },
      ctx,
    );
    expect(half.kind).toBe('do');
    const most = shareStep(rollout(parts, options), 0.6, ready, 'share').decide(
      { platform: state, routes: routesState({ 1: 1 }) },
      ctx,
    );
    expect(most).toMatchObject({ kind: 'refuse', problems: [{ code: 'rollout.no-capacity' }] });
  });

  test('a rollback sends at once what the stable version can carry, never less than it has', () => {
    const scaledDown = platformState([instance('1', 1), instance('2', 2), instance('2', 3)]);
    const one = rollout(world(scaledDown, routesState({ 1: 0.05, 2: 0.95 })), {
      stable: unit('1', 2),
      candidate: unit('2', 2),
    });
    expect(shareAtOnce(one, { platform: scaledDown, routes: routesState({ 1: 0.05, 2: 0.95 }) })).toBe(0.5);
    const whole = platformState([instance('1', 1), instance('1', 2), instance('2', 3)]);
    expect(shareAtOnce(one, { platform: whole, routes: routesState({ 1: 0.9, 2: 0.1 }) })).toBe(1);
  });

  test('the way back begins with the traffic and stops nothing before it is gone', () => {
    const state = platformState([instance('1', 1), instance('2', 2)]);
    const node = rollbackNode(rollout(world(state, routesState({ 1: 0.9, 2: 0.1 }))));
    expect(node.steps.map((one) => one.id)).toEqual([
      'traffic-back',
      'restore-stable',
      'stable-ready',
      'all-traffic-back',
      'drain',
      'stop-candidate',
      'stable-is-current',
    ]);
  });

  test('after a failed first release everything is removed', () => {
    const state = platformState([instance('2', 2)]);
    const node = rollbackNode(rollout(world(state, routesState({ 2: 1 })), { stable: null }));
    expect(node.steps.map((one) => one.id)).toEqual(['unroute', 'drain', 'stop-candidate', 'remove']);
  });
});

describe('routes', () => {
  test('shares add up, and a crash-looping instance gets no endpoint', () => {
    const state = platformState([instance('1', 1), instance('2', 2), instance('2', 3, 'crash-loop')]);
    const routes = splitRoutes(
      { service: 'svc', component: 'api', stable: '1', candidate: '2', share: 0.1, hold: 'leased' },
      state,
    );
    expect(sharesAddUp(routes.routes)).toBe(true);
    expect(routes.routes.map((route) => route.endpoints.length)).toEqual([1, 1]);
    expect(onlyRoutes('svc', 'api', '1', state).routes).toHaveLength(1);
  });

  test('no rounding noise', () => {
    expect(complement(0.1)).toBe(0.9);
    expect(complement(0.333333)).toBe(0.666667);
  });
});
