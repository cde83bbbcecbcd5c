import { describe, expect, test } from 'vitest';
import type { HostState, Instance, InstanceState } from '../../../src/model/platform.ts';
import type { RoutesState } from '../../../src/model/traffic.ts';
import { rollingRoutes } from '../../../src/rollout/rolling/routes.ts';
import { backRoutes, leftBehind, nextWave, toRestore } from '../../../src/rollout/rolling/way-back-decisions.ts';
import type { World } from '../../../src/rollout/world.ts';
import { platformState, rollout, routesState, unit, world } from '../../support/rollout.ts';

const HOSTS = ['a', 'b', 'c', 'd', 'e', 'f'];
const parts = world(platformState([]), routesState({ 1: 1 }));
/** Four of six carry everything: two may be out. */
const ROLLOUT = {
  ...rollout(parts, {
    candidate: unit('2', 6),
    stable: unit('1', 6),
    policy: {
      strategy: 'rolling',
      capacityPerInstance: 0.25,
      rolling: {
        ...{ firstBakeMs: 1, bakeMs: 1, wholeBakeMs: 1, inspection: [] },
        batches: [{ kind: 'hosts', hosts: 2 }],
      },
    },
  }),
  hosts: HOSTS,
};

function on(host: string, version: string, state: InstanceState = 'ready'): Instance {
  return {
    component: 'api',
    version,
    instance: `${version}-1@${host}`,
    on: host,
    host: '192.0.2.1',
    port: HOSTS.indexOf(host) + 1,
    guardPort: 9,
    state,
    restarts: 0,
    detail: '',
  };
}

/** New on the first `changed` hosts, old on the others. */
function hosts(changed: number, away: readonly string[] = []): World['platform'] {
  const states = HOSTS.map(
    (name): HostState =>
      away.includes(name)
        ? { name, address: '192.0.2.1', kind: 'unreachable', reason: 'no route' }
        : { name, address: '192.0.2.1', kind: 'reachable', current: {} },
  );
  const instances = HOSTS.map((name, index) => on(name, index < changed ? '2' : '1'));
  return { instances: instances.filter((one) => !away.includes(one.on)), installed: [], current: {}, hosts: states };
}

/** What the proxy has when so many hosts are new. */
function routes(changed: number): RoutesState {
  const route = (version: string, share: number, names: readonly string[]) => ({
    version,
    share,
    configuredShare: share,
    hold: version === '2' ? ('leased' as const) : ('stable' as const),
    endpoints: names.map((name) => ({
      ...{ instance: `${version}-1@${name}`, host: '192.0.2.1', port: HOSTS.indexOf(name) + 1, guardPort: 9 },
      ...{ health: 'up' as const, openRequests: 0 },
    })),
  });
  return {
    kind: 'observed',
    service: 'svc',
    detail: '',
    routes: [
      route('1', 1 - changed / HOSTS.length, HOSTS.slice(changed)),
      route('2', changed / HOSTS.length, HOSTS.slice(0, changed)),
    ],
  };
}

const at = (changed: number, away: readonly string[] = []): World => ({
  platform: hosts(changed, away),
  routes: routes(changed),
});
const taking = (world: World, out: readonly string[] = []) =>
  (backRoutes(ROLLOUT, world, out) ?? []).map(({ version, share, endpoints }) => [
    version,
    share,
    endpoints
      .filter((one) => one.draining !== true)
      .map((one) => one.instance.slice(-1))
      .join(''),
  ]);

describe('the traffic on the way forward', () => {
  const forward = (world: World, admitted: readonly string[], out: readonly string[]) =>
    rollingRoutes(ROLLOUT, { admitted, out }, world).routes.map(({ version, share, hold, endpoints }) => [
      version,
      share,
      hold,
      endpoints.map((one) => `${one.draining === true ? '-' : ''}${one.instance.slice(-1)}`).join(' '),
    ]);

  test('the new version has its part of the hosts that take requests; what is out finishes its requests', () => {
    expect(forward(at(1), ['a'], [])).toEqual([
      ['1', 0.833333, 'stable', 'b c d e f'],
      ['2', 0.166667, 'leased', 'a'],
    ]);
    expect(forward(at(1), ['a'], ['b', 'c'])).toEqual([
      ['1', 0.75, 'stable', '-b -c d e f'],
      ['2', 0.25, 'stable', 'a'],
    ]);
  });

  test('its share is a lease as long as the old hosts that are left can carry everything', () => {
    expect(forward(at(2), ['a', 'b'], [])[1]?.[2]).toBe('leased');
    expect(forward(at(3), ['a', 'b', 'c'], [])[1]?.[2]).toBe('stable');
  });

  test('at the checkpoint the first host keeps its place without requests', () => {
    expect(forward(at(1), [], ['a'])).toEqual([
      ['1', 1, 'stable', 'b c d e f'],
      ['2', 0, 'leased', '-a'],
    ]);
  });

  test('old instances of a host that does not answer stay in the traffic: the proxy judges them', () => {
    expect(forward(at(1, ['f']), ['a'], [])[0]?.[3]).toBe('b c d e f');
  });
});

describe('the traffic on the way back', () => {
  test('goes to the old hosts as far as they can carry it, the rest stays until they can carry more', () => {
    expect(taking(at(1))).toEqual([
      ['1', 1, 'bcdef'],
      ['2', 0, 'a'],
    ]);
    expect(taking(at(3))).toEqual([
      ['1', 0.75, 'def'],
      ['2', 0.25, 'abc'],
    ]);
    expect(backRoutes(ROLLOUT, at(3), [])?.[1]?.hold).toBe('stable');
  });

  test('never takes back what the old version has already', () => {
    const many = { ...at(5), routes: routes(3) };
    expect(taking(many)[0]).toEqual(['1', 0.5, 'f']);
  });

  test('stays with the new version as long as no old instance is ready, without the hosts that are to be replaced', () => {
    const all = { platform: hosts(6), routes: routes(6) };
    expect(taking(all, ['a', 'b'])).toEqual([
      ['1', 0, ''],
      ['2', 1, 'cdef'],
    ]);
    expect(backRoutes(ROLLOUT, all, HOSTS)).toBeNull();
  });

  test('never lets an instance in that had no traffic yet', () => {
    const started = { platform: hosts(5), routes: routes(4) };
    expect(taking(started)).toEqual([
      ['1', 0.333333, 'f'],
      ['2', 0.666667, 'abcd'],
    ]);
  });

  test('a new version on a host that does not answer gets no more requests', () => {
    expect(taking(at(3, ['b']))).toEqual([
      ['1', 0.75, 'def'],
      ['2', 0.25, 'ac'],
    ]);
  });
});

describe('the waves of the way back', () => {
  test('hosts without traffic come first, never more than in the way forward', () => {
    const broken = {
      ...at(3),
      platform: { ...hosts(3), instances: [on('a', '2', 'crash-loop'), ...hosts(3).instances.slice(1)] },
    };
    expect(nextWave(ROLLOUT, broken)).toEqual(['a', 'b']);
    expect(nextWave(ROLLOUT, at(5))).toEqual(['a', 'b']);
    const none = { ...at(3), routes: routes(0) };
    expect(nextWave(ROLLOUT, none)).toEqual(['a', 'b']);
  });

  test('where capacity is short already, one host at a time', () => {
    const short = { ...at(5), platform: hosts(5, ['e', 'f']) };
    expect(toRestore(ROLLOUT, short)).toEqual(['a', 'b', 'c', 'd']);
    expect(nextWave(ROLLOUT, short)).toEqual(['a']);
  });

  test('a host without either version is to be restored, one that is being stopped too', () => {
    const gone = { ...at(0), platform: { ...hosts(0), instances: hosts(0).instances.slice(1) } };
    expect(toRestore(ROLLOUT, gone)).toEqual(['a']);
    const leaving = {
      ...at(0),
      platform: { ...hosts(0), instances: [on('a', '1', 'draining'), ...hosts(0).instances.slice(1)] },
    };
    expect(toRestore(ROLLOUT, leaving)).toEqual(['a']);
  });

  test('a host that was restored and does not get ready is not tried for ever: it is named at the end', () => {
    const late = {
      ...at(0),
      platform: { ...hosts(0), instances: [on('a', '1', 'crash-loop'), ...hosts(0).instances.slice(1)] },
    };
    expect(nextWave(ROLLOUT, late)).toEqual([]);
    expect(leftBehind(ROLLOUT, late)).toBe('a has 0 of 1 instances of 1 ready');
    expect(leftBehind(ROLLOUT, at(0, ['c']))).toBe('c does not answer: no route');
    expect(leftBehind(ROLLOUT, at(0))).toBe('none: every host is back');
  });
});
