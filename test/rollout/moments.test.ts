import { expect, test } from 'vitest';
import { procedure } from '../../src/procedure/build.ts';
import { placeNodes } from '../../src/procedure/paths.ts';
import type { Node } from '../../src/procedure/tree.ts';
import { blueGreenNode } from '../../src/rollout/blue-green.ts';
import { canaryNode } from '../../src/rollout/canary.ts';
import { initialNode } from '../../src/rollout/initial.ts';
import { trafficMoment } from '../../src/rollout/moments.ts';
import { rollbackNode } from '../../src/rollout/rollback.ts';
import { platformState, rollout, routesState, world } from '../support/rollout.ts';

/** Every node of a strategy at which traffic moves. */
function moments(root: Node): Readonly<Record<string, string>> {
  const tree = procedure({ id: 't', title: 't', description: '', environment: 'e', inputs: {}, root });
  return Object.fromEntries(
    placeNodes(tree).flatMap(({ path }) => {
      const moment = trafficMoment(path);
      return moment === null ? [] : [[path, moment]];
    }),
  );
}

const parts = world(platformState([]), routesState({}));
const steps = [
  { share: 0.1, bakeMs: 1 },
  { share: 0.125, bakeMs: 1 },
];

test('a canary gives some traffic, then all, and its way back returns it', () => {
  expect(moments(canaryNode(rollout(parts, { policy: { steps } })))).toEqual({
    'canary/judged/share-10-percent': 'some',
    'canary/judged/share-12-5-percent': 'some',
    'canary/judged/promote': 'all',
    'canary/judged/rollback/traffic-back': 'back',
    'canary/judged/rollback/all-traffic-back': 'all-back',
  });
});

test('blue-green gives all at the switch, and keeps it with the promotion', () => {
  expect(moments(blueGreenNode(rollout(parts, { policy: { steps: [] } })))).toEqual({
    'blue-green/judged/switch': 'all',
    'blue-green/judged/promote': 'all',
    'blue-green/judged/rollback/traffic-back': 'back',
    'blue-green/judged/rollback/all-traffic-back': 'all-back',
  });
});

test('a first release gives all at once, and has nothing to give it back to', () => {
  expect(moments(initialNode(rollout(parts, { stable: null })))).toEqual({ 'initial/open': 'all' });
});

test('a rollback by a person', () => {
  const root: Node = { kind: 'sequence', id: 'go-back', title: 'g', steps: [rollbackNode(rollout(parts))] };
  expect(moments(root)).toEqual({
    'go-back/rollback/traffic-back': 'back',
    'go-back/rollback/all-traffic-back': 'all-back',
  });
});
