import { expect, test } from 'vitest';
import type { RoutesState } from '../../src/model/traffic.ts';
import type { DecideContext, Step } from '../../src/procedure/tree.ts';
import { rollbackNode } from '../../src/rollout/rollback.ts';
import type { World } from '../../src/rollout/world.ts';
import { instance, platformState, rollout, routesState, world } from '../support/rollout.ts';

const ctx: DecideContext = {
  mode: 'run',
  fence: 1,
  run: 'r',
  outputOf: (node) => node.outputs.parse({}),
  evidenceOf: () => ({}),
};

/** The decision of one step of the way back, and the routes it asked for. */
function decide(id: string, state: ReturnType<typeof platformState>, routes: RoutesState) {
  const parts = world(state, routes);
  const step = rollbackNode(rollout(parts)).steps.find((one): one is Step<World, object> => one.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return { decision: step.decide({ platform: state, routes }, ctx), asked: parts.asked };
}

function held(routes: RoutesState, hold: 'leased' | 'stable'): RoutesState {
  if (routes.kind !== 'observed') return routes;
  return { ...routes, routes: routes.routes.map((one) => (one.version === '2' ? { ...one, hold } : one)) };
}

test('after a promotion nothing moves before an instance of the earlier version is ready', () => {
  const state = platformState([instance('2', 2)]);
  const { decision, asked } = decide('traffic-back', state, held(routesState({ 2: 1 }), 'stable'));
  expect(decision).toMatchObject({ kind: 'nothing', why: 'no instance of 1 is ready yet' });
  expect(asked).toEqual([]);
});

test('a promoted version has no guards, so its share on the way back is not leased', () => {
  const state = platformState([instance('1', 1), instance('2', 2)]);
  const { decision, asked } = decide('all-traffic-back', state, held(routesState({ 2: 1 }), 'stable'));
  expect(decision.kind).toBe('do');
  expect(asked[0]?.routes.map(({ version, share, hold }) => ({ version, share, hold }))).toEqual([
    { version: '1', share: 1, hold: 'stable' },
    { version: '2', share: 0, hold: 'stable' },
  ]);
});

test('a version on trial stays on trial until it has no share', () => {
  const state = platformState([instance('1', 1), instance('2', 2)]);
  const { asked } = decide('traffic-back', state, held(routesState({ 1: 0.9, 2: 0.1 }), 'leased'));
  expect(asked[0]?.routes.map(({ version, share, hold }) => ({ version, share, hold }))).toEqual([
    { version: '1', share: 1, hold: 'stable' },
    { version: '2', share: 0, hold: 'leased' },
  ]);
});
