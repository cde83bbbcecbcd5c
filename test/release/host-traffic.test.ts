import { expect, test } from 'vitest';
import type { ObservedRoute } from '../../src/model/traffic.ts';
import { routeProblems, routesWith } from '../../src/release/environment/host-traffic.ts';
import { routesFrom } from '../../src/traffic/haproxy/facts.ts';

const place = (
  instance: string,
  more: Partial<ObservedRoute['endpoints'][number]> = {},
): ObservedRoute['endpoints'][number] => ({
  ...{ instance, host: '192.0.2.1', port: 1, health: 'up', openRequests: 0 },
  ...more,
});
const route = (endpoints: ObservedRoute['endpoints'], more: Partial<ObservedRoute> = {}): ObservedRoute => ({
  ...{ version: '1.0.0', share: 1, configuredShare: 1, hold: 'stable', endpoints },
  ...more,
});
const both = [place('1.0.0-1@web1'), place('1.0.0-1@web2')];

test('a host goes and comes back, and who was out before stays out', () => {
  const routes = [route([...both, place('1.0.0-1@web3', { draining: true })])];
  const observed = { kind: 'observed' as const, service: 'shop', routes, detail: '' };
  const drained = (host: string, draining: boolean): readonly string[] =>
    routesWith(observed, host, draining).routes.flatMap(({ endpoints }) =>
      endpoints.filter((one) => one.draining === true).map(({ instance }) => instance),
    );
  expect(drained('web1', true)).toEqual(['1.0.0-1@web1', '1.0.0-1@web3']);
  expect(drained('web3', false)).toEqual([]);
  expect(drained('web1', false)).toEqual(['1.0.0-1@web3']);
});

test.each([
  ['another host takes it', route(both), []],
  ['it has no instance here', route([place('1.0.0-1@web2')]), []],
  ['a version without traffic', route([place('1.0.0-1@web1')], { configuredShare: 0 }), []],
  ['the only one', route([place('1.0.0-1@web1')]), ['system.last-in-traffic']],
  [
    'the other one is down',
    route([both[0] ?? place(''), place('1.0.0-1@web2', { health: 'down' })]),
    ['system.last-in-traffic'],
  ],
  [
    'the other one is out',
    route([both[0] ?? place(''), place('1.0.0-1@web2', { draining: true })]),
    ['system.last-in-traffic'],
  ],
  ['a release is under way', route(both, { hold: 'leased', configuredShare: 0.1 }), ['system.release-under-way']],
])('web1 out of the traffic: %s', (_what, observed, codes) => {
  expect(routeProblems('web1', observed).map(({ code }) => code)).toEqual(codes);
});

test('HAProxy says of a server without weight, beside others of its version, that it was taken out', () => {
  const slot = (name: string, instance: string, version: string, weight: number) => ({
    ...{
      slot: name,
      host: '192.0.2.1',
      port: 1,
      checkHost: '192.0.2.1',
      checkPort: 1,
      weight,
      admin: 'ready' as const,
    },
    ...{ running: true, check: 'passed' as const, rising: false, openRequests: 0, requests: 0, bad: 0 },
    tenant: { slot: name, version, instance, host: '192.0.2.1', port: 1 },
  });
  const slots = [slot('a1', '1-1@web1', '1', 100), slot('a2', '1-1@web2', '1', 0), slot('b1', '2-1@web1', '2', 0)];
  const seen = routesFrom({ epoch: '', staticHash: '', config: '', slots });
  const out = seen.flatMap(({ endpoints }) => endpoints.filter((one) => one.draining === true));
  expect(
    out.map(({ instance }) => instance),
    'a version without a share is none that was taken out',
  ).toEqual(['1-1@web2']);
});
