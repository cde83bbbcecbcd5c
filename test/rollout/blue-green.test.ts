import { describe, expect, test } from 'vitest';
import type { DecideContext, Gate, Node, Step } from '../../src/procedure/tree.ts';
import { blueGreenNode } from '../../src/rollout/blue-green.ts';
import { limitWatch } from '../../src/rollout/limits.ts';
import type { InstanceSample, World } from '../../src/rollout/world.ts';
import { counters, instance, platformState, rollout, routesState, world } from '../support/rollout.ts';

const ctx: DecideContext = {
  mode: 'run',
  fence: 1,
  run: 'r',
  outputOf: (node) => node.outputs.parse({ ready: 1 }),
  evidenceOf: () => ({}),
};
const state = platformState([instance('1', 1), instance('2', 2)]);
const parts = world(state, routesState({ 1: 1 }));

function ids(node: Node): readonly string[] {
  return node.kind === 'sequence' ? node.steps.flatMap((one) => [one.id, ...ids(one)]) : [];
}

function find<T extends Node>(node: Node, id: string, is: (one: Node) => one is T): T {
  const all = (one: Node): readonly Node[] => (one.kind === 'sequence' ? [one, ...one.steps.flatMap(all)] : [one]);
  const found = all(node)
    .filter(is)
    .find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}
const isStep = (one: Node): one is Step<World, object> => one.kind === 'step';
const isGate = (one: Node): one is Gate => one.kind === 'gate';

describe('a blue-green release', () => {
  test('brings the version up, switches, bakes, promotes, and only then ends the old one', () => {
    const node = blueGreenNode(rollout(parts, { policy: { strategy: 'blue-green', steps: [] } }));
    expect(ids(node)).toEqual([
      ...['judged', 'install', 'start', 'ready', 'smoke', 'switch', 'bake', 'promote', 'make-current'],
      ...['drain-old', 'stop-old'],
    ]);
  });

  test('shares before the switch are judged, and a preview stands before any of them', () => {
    const node = blueGreenNode(rollout(parts, { policy: { strategy: 'blue-green', preview: true } }));
    expect(ids(node)).toEqual([
      ...['judged', 'install', 'start', 'ready', 'smoke', 'preview', 'past', 'share-10-percent', 'judge-10-percent'],
      ...['switch', 'bake', 'promote', 'make-current', 'drain-old', 'stop-old'],
    ]);
  });

  test('the switch gives everything as a lease, and leaves the old version standing by', () => {
    const node = blueGreenNode(rollout(parts, { policy: { strategy: 'blue-green', steps: [] } }));
    const decision = find(node, 'switch', isStep).decide({ platform: state, routes: routesState({ 1: 1 }) }, ctx);
    expect(decision.kind).toBe('do');
    expect(parts.asked.at(-1)?.routes).toMatchObject([
      { version: '1', share: 0, hold: 'stable', endpoints: [{ instance: 'api-1-1' }] },
      { version: '2', share: 1, hold: 'leased' },
    ]);
  });

  test('the switch is refused while the new version cannot carry everything', () => {
    const few = platformState([instance('1', 1), instance('2', 2, 'not-ready')]);
    const node = blueGreenNode(rollout(parts, { policy: { strategy: 'blue-green', steps: [] } }));
    const decision = find(node, 'switch', isStep).decide({ platform: few, routes: routesState({ 1: 1 }) }, ctx);
    expect(decision).toMatchObject({ kind: 'refuse', problems: [{ code: 'rollout.no-capacity' }] });
  });

  test('a preview that says no takes the version away again', () => {
    const node = blueGreenNode(rollout(parts, { policy: { strategy: 'blue-green', preview: true } }));
    const gate = find(node, 'preview', isGate);
    expect(gate.judge?.({ decision: 'switch', seen: 'the list' })).toEqual({ kind: 'pass' });
    expect(gate.judge?.({ decision: 'roll-back', seen: 'the list is empty' })).toMatchObject({
      kind: 'reject',
      why: 'not switched to: the list is empty',
    });
  });
});

describe('the bake at all traffic', () => {
  const watched = limitWatch(rollout(parts, { policy: { finalBakeMs: 5_000, everyMs: 1_000 } }), 'bake', 'leased');
  type Looked = readonly InstanceSample[];
  const ready: Looked = [{ instance: 'api-2-1', state: 'ready', restarts: 0, detail: '' }];
  const look = (s: number, share: number, instances: Looked = ready) => ({
    time: s * 1_000,
    counters: counters(s * 1_000, { 2: [s * 100, 0] }),
    instances,
    share,
  });

  test('beats, so that the lease goes on', () => {
    expect(watched.heartbeat?.everyMs).toBeLessThan(1_000);
    expect(limitWatch(rollout(parts), 'observe').heartbeat).toBeUndefined();
  });

  test('time in which the lease had ended is not time observed', () => {
    let one = watched.start(ctx);
    for (let s = 0; s <= 30; s++) one = watched.fold(one, look(s, 0));
    expect(watched.decide(one)).toMatchObject({ kind: 'look-on', status: expect.stringContaining('2 does not have') });
    for (let s = 31; s <= 35; s++) one = watched.fold(one, look(s, 1));
    expect(watched.decide(one)).toMatchObject({ kind: 'pass' });
  });

  test('a version that is not ready is neither observed nor kept', () => {
    let one = watched.start(ctx);
    const down: Looked = [{ instance: 'api-2-1', state: 'not-ready', restarts: 0, detail: '503' }];
    for (let s = 0; s < 10; s++) one = watched.fold(one, look(s, 1, down));
    expect(watched.decide(one).kind).toBe('look-on');
    one = watched.fold(one, look(10, 1, down));
    expect(watched.decide(one)).toMatchObject({ kind: 'fail', problem: { code: 'rollout.not-ready' } });
  });
});
