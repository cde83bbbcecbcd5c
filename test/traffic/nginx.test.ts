import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/model/ports.ts';
import type { Route } from '../../src/model/traffic.ts';
import { fingerprint, renderConfig } from '../../src/traffic/nginx/config-file.ts';
import { countsFrom } from '../../src/traffic/nginx/counters.ts';
import { routesFrom } from '../../src/traffic/nginx/facts.ts';
import type { NginxOptions } from '../../src/traffic/nginx/options.ts';
import { applyRoutes } from '../../src/traffic/nginx/router.ts';
import { splitOf, UNITS } from '../../src/traffic/nginx/split.ts';
import { parseState, stateLines } from '../../src/traffic/nginx/state.ts';
import { kernelAddress } from '../../src/traffic/nginx/workers.ts';
import { route, routes } from './plain-routes.ts';

const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: () => Promise.resolve() };
const options: NginxOptions = {
  service: 'shop',
  directory: '/srv/shop/nginx',
  bind: '127.0.0.1:8080',
  readyPath: '/readyz',
  deadManMs: 5000,
  longestTimeoutMs: 5000,
  heartbeatDir: '/srv/shop/run/heartbeats',
  maxInstancesPerVersion: 32,
  resource: 'local:/srv/shop',
  clock,
};

const observed = (generation: string, config: string, ...versions: readonly string[]) =>
  ({
    kind: 'observed',
    service: 'shop',
    routes: [],
    detail: JSON.stringify({ generation, config, versions, leaving: 0 }),
  }) as const;

describe('Nginx router, decisions', () => {
  it('writes beside, tests, puts in place, reloads, asks the process what it serves; and is content afterwards', () => {
    const desired = routes(route(1, 0.9), route(2, 0.1, 'leased', 2));
    const effects = applyRoutes(options, desired, observed('old', 'old', '1.0.0', '2.0.0'));
    expect(effects).toMatchObject([
      { kind: 'file', path: '/srv/shop/nginx/next.conf', resource: 'local:/srv/shop' },
      { kind: 'exec', argv: expect.arrayContaining(['nginx', '-t', '/srv/shop/nginx/next.conf']) },
      { kind: 'exec', why: '1.0.0 90 %, 2.0.0 10 %', resource: 'local:/srv/shop' },
      { kind: 'socket', path: '/srv/shop/nginx/nginx.sock', commands: ['GET /generation'] },
    ]);
    const { text, generation } = renderConfig(options, desired);
    expect(effects[3]).toMatchObject({ okAnswer: `^${generation}\\s*$` });
    expect(applyRoutes(options, desired, observed(generation, fingerprint(text), '1.0.0', '2.0.0'))).toEqual([]);
    // The file is ahead of the process, or the process ahead of the file: everything again.
    expect(applyRoutes(options, desired, observed('old', fingerprint(text), '1.0.0', '2.0.0'))).toHaveLength(4);
    expect(applyRoutes(options, desired, observed(generation, 'old', '1.0.0', '2.0.0'))).toHaveLength(4);
  });

  it('asks a guard that is elsewhere', () => {
    const endpoint = { instance: 'api-1@web1', host: '10.0.0.1', port: 2000, guardPort: 2500, guardHost: '127.0.0.1' };
    const away: Route = { version: '2.0.0', share: 0.1, hold: 'leased', endpoints: [endpoint] };
    const { text } = renderConfig(options, routes(route(1, 0.9), away));
    expect(text).toContain('server 10.0.0.1:2000');
    expect(text).toContain('-guard { server 127.0.0.1:2500 max_fails=0; }');
    expect(text).not.toContain('10.0.0.1:2500');
  });

  it('gives an Nginx that does not run its tested file', () => {
    const effects = applyRoutes(options, routes(route(1, 1)), { kind: 'unreachable', reason: 'gone' });
    expect(effects.map((effect) => (effect.kind === 'exec' ? effect.argv[0] : effect.kind))).toEqual([
      'file',
      'nginx',
      'mv',
    ]);
  });

  it('says in a plan what is known later, as a file that Nginx would refuse', () => {
    const none = { ...route(2, 0.1, 'leased'), endpoints: [] };
    const effects = applyRoutes(options, routes(route(1, 0.9), none), observed('old', 'old', '1.0.0'));
    expect(effects).toMatchObject([{ content: '10% <instances-of-2.0.0>\n' }, { kind: 'exec' }]);
    // A leased version that lost its instances gives its share to the others.
    const after = applyRoutes(options, routes(route(1, 0.9), none), observed('old', 'old', '1.0.0', '2.0.0'));
    expect(after).toHaveLength(4);
    expect(JSON.stringify(after[0])).toContain('* shop-0;');
  });

  it.each([
    ['wrong-service', { ...routes(route(1, 1)), service: 'other' }],
    ['shares', routes(route(1, 0.9))],
    ['version-twice', routes(route(1, 0.5), route(1, 0.5))],
    ['version-name', routes({ ...route(1, 1), version: "1';}" })],
    ['instance-name', routes({ ...route(1, 1), endpoints: [{ instance: "a' $x", host: '127.0.0.1', port: 1 }] })],
    ['not-an-address', routes({ ...route(1, 1), endpoints: [{ instance: 'a', host: 'localhost', port: 1 }] })],
    ['too-many-instances', routes(route(1, 1, 'stable', 33))],
    ['share-not-possible', routes(route(1, 0.99999), route(2, 0.00001))],
    [
      'no-guard',
      routes(route(1, 0.9), {
        ...route(2, 0.1, 'leased'),
        endpoints: [{ instance: 'a', host: '127.0.0.1', port: 1 }],
      }),
    ],
  ])('refuses %s', (code, desired) => {
    expect(() => applyRoutes(options, desired, observed('', ''))).toThrow(`traffic.${code}`);
  });

  it('gives every version its share to 0.01 points, every leased instance its part, and never more than all', () => {
    const wish = fc.record({ weight: fc.integer({ min: 0, max: 1000 }), instances: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 4 }), fc.boolean(), (wishes, leased) => {
        const sum = wishes.reduce((total, { weight }) => total + weight, 0);
        fc.pre(sum > 0 && wishes.every(({ weight }) => weight === 0 || weight / sum >= 1e-3));
        const list = wishes.map(({ weight, instances }, n) =>
          route(n + 1, weight / sum, leased && n > 0 ? 'leased' : 'stable', instances),
        );
        const { groups, fallback } = splitOf(routes(...list), { service: 'shop', maxInstancesPerVersion: 32 });
        expect(groups.reduce((total, { units }) => total + units, 0)).toBe(UNITS);
        for (const one of list) {
          const mine = groups.filter(({ version }) => version === one.version);
          const units = mine.reduce((total, group) => total + group.units, 0);
          expect(Math.abs(units / UNITS - one.share)).toBeLessThanOrEqual(1 / UNITS);
          expect(mine.every(({ guard }) => (guard !== null) === (one.hold === 'leased'))).toBe(true);
        }
        expect(fallback).not.toBeNull();
      }),
    );
  });

  it('has the stable version stand by for a lease that has everything', () => {
    const desired = routes(route(1, 0), route(2, 1, 'leased', 2));
    const { groups, fallback } = splitOf(desired, options);
    expect(groups.map(({ version, units }) => [version, units])).toEqual([
      ['1.0.0', 0],
      ['2.0.0', 5000],
      ['2.0.0', 5000],
    ]);
    expect(fallback).toBe('shop-0');
    const alone = splitOf(routes(route(2, 1, 'leased')), options);
    expect(alone.fallback).toBeNull();
    expect(renderConfig(options, routes(route(2, 1, 'leased'))).text).toContain('default shop-nobody;');
  });

  it('keeps every word below what Nginx reads, also with many instances', () => {
    const { text } = renderConfig(options, routes(route(1, 0.9, 'stable', 32), route(2, 0.1, 'leased', 32)));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(4000);
  });

  it('has a name for each configuration, and says itself what it serves', () => {
    const desired = routes(route(1, 0.9), route(2, 0.1, 'leased', 2));
    expect(parseState(stateLines(desired, 'g').join('\n'))).toEqual({ generation: 'g', routes: desired });
    expect(parseState('<html>')).toBeUndefined();
    expect(parseState(stateLines(desired, 'g').toReversed().join('\n'))).toBeUndefined();
    const names = [desired, routes(route(1, 0.8), route(2, 0.2, 'leased', 2)), routes(route(1, 1))].map(
      (one) => renderConfig(options, one).generation,
    );
    expect(new Set(names).size).toBe(3);
  });
});

describe('what Nginx shows', () => {
  it('is the share that guards let through; what they refuse is the stable version’s', () => {
    const list = [route(1, 0.8), route(2, 0.2, 'leased', 2)];
    const up = { up: true, openRequests: 1 };
    const down = { up: false, openRequests: 0 };
    expect(routesFrom(list, [[up], [up, down]])).toMatchObject([
      { version: '1.0.0', share: 0.9, configuredShare: 0.8 },
      { version: '2.0.0', share: 0.1, configuredShare: 0.2, endpoints: [{ health: 'up' }, { health: 'down' }] },
    ]);
    expect(routesFrom(list, [[down], [down, down]])).toMatchObject([{ share: 0 }, { share: 0 }]);
  });

  it('finds addresses as the kernel writes them', () => {
    expect(kernelAddress('127.0.0.1:3001')).toBe('0100007F:0BB9');
    expect(kernelAddress('10.1.2.3:80')).toBe('0302010A:0050');
    expect(kernelAddress('[::1]:3001')).toBe('00000000000000000000000001000000:0BB9');
    expect(kernelAddress('[2001:db8::ff]:443')).toBe('B80D01200000000000000000FF000000:01BB');
    expect(kernelAddress('[::ffff:127.0.0.1]:80')).toBe('0000000000000000FFFF00000100007F:0050');
  });

  it('counts by version and server, what was never answered not at all', () => {
    const desired = routes(route(1, 0.9), route(2, 0.1, 'leased'));
    const lines = new Map([
      ['1.0.0 127.0.0.1:1000 200', 90],
      ['1.0.0 127.0.0.1:1000 502', 3],
      ['1.0.0 127.0.0.1:1000 -', 7],
      ['1.0.0 127.0.0.1:1000 101', 2],
      ['1.0.0 shop-0 502', 1],
      ['0.9.0 127.0.0.1:900 200', 5],
      ['- shop-nobody 502', 4],
      ['nonsense', 1],
    ]);
    expect(countsFrom(desired, lines)).toEqual([
      { version: '1.0.0', server: 'shop/1.0.0/127.0.0.1:1000', requests: 93, bad: 3 },
      { version: '2.0.0', server: 'shop/2.0.0/127.0.0.1:2000', requests: 0, bad: 0 },
      { version: '1.0.0', server: 'shop/1.0.0/shop-0', requests: 1, bad: 1 },
    ]);
  });
});
