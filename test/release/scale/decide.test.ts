import { describe, expect, it, test } from 'vitest';
import type { Instance, PlatformState, UnitSpec } from '../../../src/model/platform.ts';
import type { ObservedRoute, RoutesState } from '../../../src/model/traffic.ts';
import { foundIn, hostsMeant, joined, left, refusals, returned } from '../../../src/release/scale/decide.ts';

/** Which hosts are meant, what is to be done there, and why not. */

const HOSTS = ['a', 'b', 'c'];
const spec: UnitSpec = {
  ...{ component: 'api', version: '1.0.0', digest: `sha256:${'0'.repeat(64)}`, artefact: '/x', command: [], env: {} },
  ...{ replicas: 6, readyPath: '/r', livePath: '/l', startTimeoutMs: 1, stopTimeoutMs: 1 },
};
const instance = (on: string, n: number, state: Instance['state'] = 'ready'): Instance => ({
  ...{ component: 'api', version: '1.0.0', instance: `1.0.0-${n}@${on}`, on, host: '10.0.0.1', port: 80 + n, state },
  ...{ restarts: 0, detail: '' },
});
const platform = (on: readonly string[], silent: readonly string[] = []): PlatformState => ({
  instances: on.flatMap((host) => [instance(host, 1), instance(host, 2)]),
  ...{ installed: [], current: {} },
  hosts: HOSTS.map((name) =>
    silent.includes(name)
      ? { name, address: name, kind: 'unreachable', reason: 'no answer' }
      : { name, address: name, kind: 'reachable', current: {} },
  ),
});
const route = (on: readonly string[], more: Partial<ObservedRoute> = {}): ObservedRoute => ({
  ...{ version: '1.0.0', share: 1, configuredShare: 1, hold: 'stable' as const },
  endpoints: on.flatMap((host) =>
    [1, 2].map((n) => ({
      ...{ instance: `1.0.0-${n}@${host}`, host: '10.0.0.1', port: 80 + n, health: 'up' as const, openRequests: 0 },
    })),
  ),
  ...more,
});
const observed = (...routes: readonly ObservedRoute[]): Extract<RoutesState, { kind: 'observed' }> => ({
  ...{ kind: 'observed', service: 'shop', routes, detail: '' },
});
const names = ({ routes }: ReturnType<typeof left>) => routes[0]?.endpoints.map((one) => one.instance);

describe('hosts are meant', () => {
  test.each([
    ['1', ['a']],
    ['3', HOSTS],
    ['c,a', ['a', 'c']],
  ])('by %s', (text, expected) => expect(hostsMeant(text, HOSTS)).toEqual(expected));
  test.each(['0', '4', 'd', 'a,d', 'a,,b', ''])('not by %j', (text) =>
    expect(() => hostsMeant(text, HOSTS)).toThrow(/a number from 1 to 3/),
  );
});

it('finds who is to join and who is to leave, and leaves alone who is as wanted', () => {
  const look = (on: readonly string[], routed: readonly string[], wanted: readonly string[]) => {
    const world = { platform: platform(on), routes: observed(route(routed)) };
    const unwanted = HOSTS.filter((host) => !wanted.includes(host));
    const { joining, leaving } = foundIn(spec, world, wanted, unwanted);
    return [joining.join(), leaving.join()];
  };
  expect(look(HOSTS, HOSTS, ['a', 'b'])).toEqual(['', 'c']);
  expect(look(['a'], ['a'], HOSTS)).toEqual(['b,c', '']);
  expect(look(HOSTS, HOSTS, HOSTS)).toEqual(['', '']);
  // It runs and gets no requests, as a run that was killed leaves it.
  expect(look(HOSTS, ['a', 'b'], HOSTS)).toEqual(['c', '']);
  // It is dead, and the proxy has its places still.
  expect(look(['a', 'b'], HOSTS, ['a', 'b'])).toEqual(['', 'c']);
});

describe('it is refused', () => {
  const world = { platform: platform(HOSTS), routes: observed(route(HOSTS)) };
  const asked = { environment: 'production', wanted: ['a', 'b'], capacityPerInstance: 0.25 };
  const codes = (...given: Parameters<typeof refusals>) => refusals(...given).map(({ code }) => code);
  const trial = route(['a'], { version: '2.0.0', configuredShare: 0.1, hold: 'leased' });
  test.each<[string, readonly string[], Parameters<typeof refusals>]>([
    ['not, when four instances carry a quarter each', [], [spec, world, asked]],
    ['when fewer are left than carry the load', ['system.too-few'], [spec, world, { ...asked, wanted: ['a'] }]],
    [
      'not for a capacity that nobody has named',
      [],
      [spec, world, { ...asked, wanted: ['a'], capacityPerInstance: undefined }],
    ],
    ['when nothing serves', ['system.nothing-to-scale'], [null, world, asked]],
    ['for files alone', ['system.nothing-to-scale'], ['files', world, asked]],
    [
      'when the proxy says nothing',
      ['system.proxy-unreachable'],
      [spec, { ...world, routes: { kind: 'unreachable', reason: 'gone' } }, asked],
    ],
    [
      'under a release',
      ['system.release-under-way'],
      [spec, { ...world, routes: observed(route(HOSTS, { configuredShare: 0.9 }), trial) }, asked],
    ],
    [
      'when one that is to serve is silent',
      ['system.host-silent'],
      [spec, { ...world, platform: platform(HOSTS, ['b']) }, asked],
    ],
    ['not, when one that is to leave is', [], [spec, { ...world, platform: platform(HOSTS, ['c']) }, asked]],
  ])('%s', (_what, expected, given) => expect(codes(...given)).toEqual(expected));
});

it('changes the places of one host and no others', () => {
  const drained = route(HOSTS);
  const routes = observed({
    ...drained,
    endpoints: drained.endpoints.map((one) => (one.instance.endsWith('@a') ? one : { ...one, draining: true })),
  });
  expect(names(left(routes, 'c'))).toEqual(['1.0.0-1@a', '1.0.0-2@a', '1.0.0-1@b', '1.0.0-2@b']);
  expect(names(joined(observed(route(['a'])), spec, 'b', [instance('b', 1)]))).toEqual([
    ...['1.0.0-1@a', '1.0.0-2@a', '1.0.0-1@b'],
  ]);
  const back = returned(routes, ['b']).routes[0]?.endpoints ?? [];
  expect(back.filter((one) => one.draining === true).map((one) => one.instance)).toEqual(['1.0.0-1@c', '1.0.0-2@c']);
  // A host that comes back takes the place that drains: it is there once.
  const again = joined(routes, spec, 'b', [instance('b', 1), instance('b', 2)]).routes[0]?.endpoints ?? [];
  expect(again.filter((one) => one.instance.endsWith('@b')).map((one) => one.draining)).toEqual([undefined, undefined]);
  // A host that was emptied starts the same instances at other ports: the places of before are not taken for theirs.
  const moved = [instance('b', 1), instance('b', 2)].map((one) => ({ ...one, port: one.port + 10 }));
  const stale = drained.endpoints.filter(({ instance: name }) => name.endsWith('@b'));
  const both = [
    ...stale.map((one) => ({ ...one, draining: true })),
    ...stale.map((one) => ({ ...one, port: one.port + 10 })),
  ];
  for (const endpoints of [stale, both]) {
    const [one] = joined(observed({ ...drained, endpoints }), spec, 'b', moved).routes;
    expect(one?.endpoints.map(({ port, draining }) => [port, draining])).toEqual([
      [91, undefined],
      [92, undefined],
    ]);
  }
});
