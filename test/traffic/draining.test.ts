import { describe, expect, test } from 'vitest';
import type { Routes } from '../../src/model/traffic.ts';
import { assign } from '../../src/traffic/haproxy/assign.ts';
import { routesFrom } from '../../src/traffic/nginx/facts.ts';
import { splitOf } from '../../src/traffic/nginx/split.ts';
import { parseState, stateLines } from '../../src/traffic/nginx/state.ts';

/** An instance that drains keeps its place and gets no new request; the others of its version share what it had. */

const LIMITS = { service: 'svc', maxInstancesPerVersion: 4 };
const at = (instance: string, port: number, draining = false) => ({
  ...{ instance, host: '127.0.0.1', port, guardPort: port + 100 },
  ...(draining ? { draining } : {}),
});
const ROUTES: Routes = {
  service: 'svc',
  routes: [
    { version: '1', share: 0.6, hold: 'stable', endpoints: [at('1-1@a', 1), at('1-1@b', 2, true), at('1-1@c', 3)] },
    { version: '2', share: 0.4, hold: 'leased', endpoints: [at('2-1@d', 4), at('2-1@e', 5, true)] },
  ],
};

describe('behind HAProxy', () => {
  const facts = { epoch: '', staticHash: '', config: '', slots: [] };
  const weights = Object.fromEntries(assign(ROUTES, facts, LIMITS).map(({ instance, weight }) => [instance, weight]));

  test('it has a slot without weight', () => {
    expect(weights['1-1@b']).toBe(0);
    expect(weights['2-1@e']).toBe(0);
    const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
    expect((weights['2-1@d'] ?? 0) / sum).toBeCloseTo(0.4, 3);
    expect(weights['1-1@a']).toBe(weights['1-1@c']);
  });

  test('a version all of whose instances drain leaves its share to the others', () => {
    const [one, two] = ROUTES.routes;
    if (one === undefined || two === undefined) throw new Error('two routes');
    const all = { ...two, endpoints: two.endpoints.map((endpoint) => ({ ...endpoint, draining: true })) };
    const placed = assign({ service: 'svc', routes: [one, all] }, facts, LIMITS);
    expect(placed.filter(({ version }) => version === '2').map(({ weight }) => weight)).toEqual([0, 0]);
    expect(placed.find(({ instance }) => instance === '1-1@a')?.weight).toBeGreaterThan(0);
  });
});

describe('behind Nginx', () => {
  test('it is in no group, and the configuration still names it', () => {
    const { groups, fallback } = splitOf(ROUTES, LIMITS);
    expect(groups.map(({ version, servers, units }) => [version, servers, units])).toEqual([
      ['1', ['127.0.0.1:1', '127.0.0.1:3'], 6_000],
      ['2', ['127.0.0.1:4'], 4_000],
    ]);
    expect(fallback).toBe('svc-0');
    expect(parseState(stateLines(ROUTES, 'g').join('\n'))?.routes).toEqual(ROUTES);
  });

  test('its health says nothing about the share', () => {
    const up = { up: true, openRequests: 0 };
    const down = { up: false, openRequests: 3 };
    const seen = routesFrom(ROUTES.routes, [
      [up, down, up],
      [up, down],
    ]);
    expect(seen.map(({ share }) => share)).toEqual([0.6, 0.4]);
    expect(seen[0]?.endpoints[1]).toMatchObject({ draining: true, openRequests: 3 });
  });
});
