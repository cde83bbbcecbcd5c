import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/model/ports.ts';
import type { Route, Routes } from '../../src/model/traffic.ts';
import { fingerprint, renderConfig, staticHash } from '../../src/traffic/haproxy/config-file.ts';
import { type HaproxyOptions, haproxyRouter, haproxyUnit, optionProblems } from '../../src/traffic/haproxy/index.ts';
import { parseTenants } from '../../src/traffic/haproxy/slots.ts';
import { timeoutsFor } from '../../src/traffic/options.ts';
import { Model } from './model.ts';
import { route, routes } from './plain-routes.ts';

const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: () => Promise.resolve() };
const options: HaproxyOptions = {
  service: 'shop',
  directory: '/srv/shop/haproxy',
  bind: '127.0.0.1:8080',
  readyPath: '/readyz',
  deadManMs: 5000,
  longestTimeoutMs: 5000,
  heartbeatDir: '/srv/shop/run/heartbeats',
  maxInstancesPerVersion: 3,
  resource: 'local:/srv/shop',
  clock,
};
const router = haproxyRouter(options);

function started(look: (model: Model) => void = () => undefined): Model {
  const model = new Model(options, look);
  model.run(haproxyUnit(options).configure);
  model.start();
  return model;
}

function apply(model: Model, desired: Routes): ReturnType<typeof router.apply> {
  const effects = router.apply(desired, model.observe());
  model.run(effects);
  model.checksPass();
  return effects;
}

describe('HAProxy router, decisions', () => {
  it('prepares a slot without traffic first, then moves the weights, and is content afterwards', () => {
    const model = started();
    const effects = apply(model, routes(route(1, 1)));
    expect(effects).toMatchObject([
      { kind: 'file', path: '/srv/shop/haproxy/haproxy.cfg', resource: 'local:/srv/shop' },
      {
        kind: 'socket',
        path: '/srv/shop/haproxy/haproxy.sock',
        commands: [
          'set server shop/a1 weight 0; set server shop/a1 state maint; set server shop/a1 addr 127.0.0.1 port 1000; set server shop/a1 check-addr 127.0.0.1 port 1000; set server shop/a1 state ready; set server shop/a1 health down',
          'set server shop/a1 weight 256',
        ],
      },
    ]);
    expect(apply(model, routes(route(1, 1)))).toEqual([]);
    const canary = apply(model, routes(route(1, 0.9), route(2, 0.1, 'leased', 2)));
    expect(canary[1]).toMatchObject({ why: '1.0.0 90 %, 2.0.0 10 %' });
    expect(JSON.stringify(canary[1])).toContain('shop/b2 check-addr 127.0.0.1 port 2501');
    expect(model.observe()).toMatchObject({
      routes: [
        { version: '1.0.0', hold: 'stable', configuredShare: expect.closeTo(0.9, 3) },
        { version: '2.0.0', hold: 'leased', configuredShare: expect.closeTo(0.1, 3) },
      ],
    });
    const promotion = apply(model, routes(route(1, 0), route(2, 1, 'stable', 2)));
    const [first] = promotion[1]?.kind === 'socket' ? promotion[1].commands : [];
    expect(first).toBe(
      'set server shop/b1 check-addr 127.0.0.1 port 2000; set server shop/b2 check-addr 127.0.0.1 port 2001',
    );
  });

  it('asks a guard that is elsewhere, sees by it that a share is a lease, and goes back to the instance', () => {
    const model = started();
    // On a host of its own an instance may well have the port that the guard has here.
    const away = (hold: 'stable' | 'leased', share: number): Route => ({
      version: '2.0.0',
      share,
      hold,
      endpoints: [{ instance: 'api-1@web1', host: '10.0.0.1', port: 2000, guardPort: 2000, guardHost: '127.0.0.1' }],
    });
    apply(model, routes(route(1, 0.9), away('leased', 0.1)));
    expect(model.config).toContain('server b1 10.0.0.1:2000 addr 127.0.0.1 port 2000 weight');
    expect(model.observe()).toMatchObject({ routes: [{ hold: 'stable' }, { version: '2.0.0', hold: 'leased' }] });
    expect(apply(model, routes(route(1, 0.9), away('leased', 0.1)))).toEqual([]);
    const promotion = apply(model, routes(route(1, 0), away('stable', 1)));
    expect(JSON.stringify(promotion[1])).toContain('set server shop/b1 check-addr 10.0.0.1 port 2000');
    expect(model.observe()).toMatchObject({ routes: [{ hold: 'stable' }, { version: '2.0.0', hold: 'stable' }] });
  });

  it('keeps its lines below the buffer of HAProxy, with the weights in one line', () => {
    const many = { ...options, service: 'a-service-with-quite-a-long-name', maxInstancesPerVersion: 32 };
    const model = new Model(many);
    model.run(haproxyUnit(many).configure);
    model.start();
    const big = haproxyRouter(many);
    const desired = { service: many.service, routes: [route(1, 0.9, 'stable', 32), route(2, 0.1, 'leased', 32)] };
    const [, effect] = big.apply(desired, model.observe());
    const lines = effect?.kind === 'socket' ? effect.commands : [];
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line.length).toBeLessThan(16_000);
    expect(lines.at(-1)?.match(/ weight [1-9]/g)).toHaveLength(64);
    for (const line of lines.slice(0, -1)) expect(line).not.toMatch(/ weight [1-9]/);
  });

  it('accepts exactly the good answers of the runtime socket', () => {
    const [, effect] = router.apply(routes(route(1, 1)), started().observe());
    const ok = new RegExp(effect?.kind === 'socket' ? (effect.okAnswer ?? '') : '');
    expect("no need to change the addr, port changed from '1' to '1000' by 'stats socket command'\n\n\n\n").toMatch(ok);
    expect(
      "IP changed from '127.0.0.1' to '10.0.0.1', no need to change the port by 'stats socket command'\n\n",
    ).toMatch(ok);
    expect('\n\n\n').toMatch(ok);
    for (const wrong of [
      'No such server.\n\n',
      'Absolute weight can only be between 0 and 256 inclusive.\n',
      'Permission denied',
    ]) {
      expect(wrong).not.toMatch(ok);
      expect(`port changed from '1' to '2' by 'stats socket command'\n\n${wrong}`).not.toMatch(ok);
    }
  });

  it('leads from any state to any other; no moment in between has a leased version over its share, or nothing to serve', () => {
    const wish = fc.record({
      share: fc.constantFrom(0, 0.01, 0.1, 0.33, 0.5, 0.9, 1),
      instances: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(wish, { minLength: 2, maxLength: 8 }), (stables, wishes) => {
        let limit = 1;
        let serving = false;
        const canaryPorts = new Set([2000, 2001, 2002]);
        const model = started((now) => {
          const { share, total } = now.share(canaryPorts);
          expect(share).toBeLessThanOrEqual(limit + 1e-9);
          if (serving) expect(total).toBeGreaterThan(0);
        });
        apply(model, routes(route(1, 1, 'stable', stables)));
        serving = true;
        let before = 0;
        for (const { share, instances } of wishes) {
          // A share of 1 over rounding: the real old share counts.
          limit = Math.max(before, share) + 0.001;
          const desired = routes(route(1, 1 - share, 'stable', stables), route(2, share, 'leased', instances));
          apply(model, desired);
          before = model.share(canaryPorts).share;
          expect(Math.abs(before - share)).toBeLessThanOrEqual(0.001);
          apply(model, desired);
          expect(router.apply(desired, model.observe())).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('writes a file with which a new process gives the same shares', () => {
    const model = started();
    const desired = routes(route(1, 0.75, 'stable', 3), route(2, 0.25, 'leased', 2));
    apply(model, desired);
    const shares = model.observe();
    model.start();
    model.checksPass();
    expect(model.observe()).toEqual(shares);
    expect(router.apply(desired, model.observe())).toEqual([]);
  });

  it('a third version takes over a drained group, and its counters begin where the slot stands', () => {
    const model = started();
    apply(model, routes(route(1, 1)));
    model.traffic(40);
    apply(model, routes(route(1, 0), route(2, 1)));
    expect(apply(model, routes(route(2, 1)))).toMatchObject([
      { kind: 'file' },
      { kind: 'socket', commands: ['set server shop/a1 state maint'] },
    ]);
    expect(model.observe()).toMatchObject({ routes: [{ version: '2.0.0' }] });
    apply(model, routes(route(2, 0.5), route(3, 0.5)));
    const third = parseTenants(model.config).now.find((tenant) => tenant.version === '3.0.0');
    expect(third).toMatchObject({ slot: 'a1', base: { epoch: '1@1', requests: 40, bad: 0 } });
    expect(router.apply(routes(route(2, 0.5), route(3, 0.5)), model.observe())).toEqual([]);
  });

  it('drains before it lets go, and does not give a group away that still serves', () => {
    const model = started();
    apply(model, routes(route(1, 0.9), route(2, 0.1)));
    expect(() => router.apply(routes(route(2, 0.5), route(3, 0.5)), model.observe())).toThrow(
      '1.0.0 still served or not drained when 3.0.0 is to be added',
    );
    const effects = apply(model, routes(route(2, 1)));
    const commands = effects[1]?.kind === 'socket' ? effects[1].commands.join('; ') : '';
    expect(commands).toMatch(/shop\/b1 weight 256; .*shop\/a1 weight 0; set server shop\/a1 state drain$/);
    expect(model.observe()).toMatchObject({
      routes: [{ version: '1.0.0', configuredShare: 0, endpoints: [{ health: 'draining' }] }, {}],
    });
    expect(parseTenants(model.config)).toMatchObject({ now: [{ version: '2.0.0' }], was: [{ version: '1.0.0' }] });
  });

  it('a version whose instances come later is a placeholder in the plan, and would fail if it were executed', () => {
    const model = started();
    apply(model, routes(route(1, 1)));
    const planned = router.apply(routes(route(1, 0.9), { ...route(2, 0.1, 'leased'), endpoints: [] }), model.observe());
    expect(planned).toMatchObject([{ kind: 'socket', commands: [expect.stringContaining('<instances-of-2.0.0>')] }]);
    const before = model.observe();
    expect(() => model.run(planned)).toThrow('No such server');
    expect(model.observe()).toEqual(before);
    // A leased version that lost its instances is no reason to stop a rollback.
    apply(model, routes(route(1, 0.5), route(2, 0.5, 'leased')));
    apply(model, routes(route(1, 0.8), { ...route(2, 0.2, 'leased'), endpoints: [] }));
    expect(model.share(new Set([1000])).share).toBe(1);
  });

  it('a change of the static part is a checked reload, with weight 0 for whom nobody has checked', () => {
    const model = started();
    apply(model, routes(route(1, 1)));
    const other = haproxyRouter({ ...options, longestTimeoutMs: 9000 });
    const effects = other.apply(routes(route(1, 0.5), route(2, 0.5)), model.observe());
    expect(effects).toMatchObject([
      { kind: 'file' },
      { kind: 'exec', argv: ['haproxy', '-c', '-f', '/srv/shop/haproxy/haproxy.cfg'] },
      { kind: 'socket', path: '/srv/shop/haproxy/master.sock', commands: ['reload'] },
    ]);
    model.run(effects);
    expect(model.share(new Set([2000])).share).toBe(0);
    expect(model.share(new Set([1000])).share).toBe(1);
  });

  it('an unreachable HAProxy gets its file, an observation of somebody else is refused', () => {
    const gone = { kind: 'unreachable', reason: 'x' } as const;
    expect(router.apply(routes(route(1, 1)), gone)).toMatchObject([
      { kind: 'file', content: expect.stringContaining('server a1 127.0.0.1:1000 port 1000 weight 256') },
    ]);
    const foreign = { kind: 'observed', service: 'shop', routes: [], detail: '{}' } as const;
    expect(() => router.apply(routes(route(1, 1)), foreign)).toThrow('traffic.foreign-observation');
  });

  it.each([
    ['wrong-service', { service: 'other', routes: [route(1, 1)] }],
    ['shares', routes(route(1, 0.9))],
    ['version-twice', routes(route(1, 0.5), route(1, 0.5))],
    ['too-many-versions', routes(route(1, 0.5), route(2, 0.25), route(3, 0.25))],
    ['version-name', routes({ ...route(1, 1), version: '1.0 beta' })],
    ['too-many-instances', routes(route(1, 1, 'stable', 4))],
    ['not-an-address', routes({ ...route(1, 1), endpoints: [{ instance: 'a', host: 'localhost', port: 1 }] })],
    ['no-guard', routes({ ...route(1, 1, 'leased'), endpoints: [{ instance: 'a', host: '::1', port: 1 }] })],
    ['share-not-possible', routes(route(1, 0.9999), route(2, 0.0001, 'leased'))],
  ] as const)('refuses %s', (code, desired) => {
    expect(() => router.apply(desired, started().observe())).toThrow(`[traffic.${code}]`);
  });

  it('refuses options that HAProxy would refuse or misread', () => {
    const bad: Partial<HaproxyOptions>[] = [
      { service: 'a b' },
      { directory: 'relative' },
      { directory: `/${'x'.repeat(90)}` },
      { directory: '/srv/my shop' },
      { bind: 'here' },
      { readyPath: '/ready z\n  server evil' },
      { rateLimits: [{ path: 'x', requestsPerSecond: 1 }] },
      { maxInstancesPerVersion: 33 },
      { deadManMs: 10 },
      { longestTimeoutMs: 1 },
    ];
    for (const change of bad) expect(optionProblems({ ...options, ...change })).toHaveLength(1);
    expect(() => haproxyRouter({ ...options, service: 'a b' })).toThrow('traffic.bad-option');
    expect(optionProblems(options)).toEqual([]);
  });

  it('keeps every time-out below the longest time a request may take', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 3_600_000 }), (ms) => {
        const { connectMs, serverMs } = timeoutsFor(ms);
        expect(connectMs).toBeGreaterThan(0);
        expect(serverMs).toBeGreaterThan(0);
        expect(connectMs + serverMs).toBe(ms);
      }),
    );
  });

  it('renders the same text for the same state, and names the static part', () => {
    const text = renderConfig(options, []);
    expect(fingerprint(text)).toBe(fingerprint(renderConfig(options, [])));
    expect(text).toContain(`description ${staticHash(options)}`);
    expect(staticHash(options)).not.toBe(staticHash({ ...options, maxInstancesPerVersion: 4 }));
    expect(text.match(/^ {2}server /gm)).toHaveLength(9);
    expect(text.match(/^ {2}server f\d .* backup$/gm)).toHaveLength(3);
    const tenants = {
      slot: 'a1',
      version: '1',
      instance: 'i',
      host: '::1',
      port: 1,
      base: { epoch: 'x', requests: 1, bad: 0 },
    };
    const config = renderConfig(
      options,
      [{ ...tenants, weight: 3, checkHost: '::2', checkPort: 2 }],
      [{ ...tenants, slot: 'b1' }],
    );
    expect(parseTenants(config)).toEqual({ now: [tenants], was: [{ ...tenants, slot: 'b1' }] });
    expect(config).toContain('server a1 [::1]:1 addr ::2 port 2 weight 3');
    expect(parseTenants('# shiplock: slot {"broken"\n# shiplock: slot {"slot":1}\n')).toEqual({ now: [], was: [] });
  });
});
