import { expect, test } from 'vitest';
import type { HostLook } from '../../src/model/platform.ts';
import type { HostPlatform } from '../../src/model/ports.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { fleet } from '../../src/platform/fleet.ts';
import { unit } from '../support/rollout.ts';

/** A host that says `look` of itself and writes down what it is asked for. */
function host(name: string, look: HostLook | 'unreachable') {
  const asked: { readonly what: string; readonly look: HostLook }[] = [];
  const say = (what: string, seen: HostLook) => {
    asked.push({ what, look: seen });
    return [{ kind: 'file' as const, path: `/${name}/${what}`, content: '', timeoutMs: 1 }];
  };
  const platform: HostPlatform = {
    observe: async () => {
      if (look !== 'unreachable') return look;
      throw new ProblemError({ code: 'x', where: name, found: 'no route', expected: 'an answer', remedy: 'none' });
    },
    install: (spec, seen) => say(`install ${spec.version}`, seen),
    start: (spec, seen) => say(`start ${spec.replicas} × ${spec.version}`, seen),
    stop: (version, seen) => say(`stop ${version}`, seen),
    makeCurrent: (version, seen) => say(`current ${version}`, seen),
    remove: (version, seen) => say(`remove ${version}`, seen),
    stopGuards: (version) => say(`stop-guards ${version}`, NOTHING),
  };
  return { name, address: `192.0.2.${name.charCodeAt(0)}`, platform, asked };
}

const NOTHING: HostLook = { instances: [], installed: [], current: {} };

function look(version: string): HostLook {
  return {
    instances: [
      {
        component: 'api',
        version,
        instance: `${version}-1`,
        host: '192.0.2.1',
        port: 1,
        state: 'ready',
        restarts: 0,
        detail: '',
      },
    ],
    installed: [{ component: 'api', version, digest: `sha256:${'a'.repeat(64)}` }],
    current: { api: version },
  };
}

test('says of every instance and installation on which host it is, under names that are unique among all', async () => {
  const hosts = [host('a', look('1')), host('b', look('1')), host('c', look('2'))];
  const state = await fleet(hosts).observe();
  expect(state.instances.map(({ instance, on }) => [instance, on])).toEqual([
    ['1-1@a', 'a'],
    ['1-1@b', 'b'],
    ['2-1@c', 'c'],
  ]);
  expect(state.installed.map(({ version, on }) => [version, on])).toEqual([
    ['1', 'a'],
    ['1', 'b'],
    ['2', 'c'],
  ]);
  expect(state.current).toEqual({ api: '1' });
  expect(state.hosts.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['a reachable', 'b reachable', 'c reachable']);
});

test('leaves the names of a single host as they are', async () => {
  const state = await fleet([host('local', look('1'))]).observe();
  expect(state.instances.map(({ instance, on }) => [instance, on])).toEqual([['1-1', 'local']]);
});

test('acts on the hosts that are named, each from what it said of itself, with its part of the instances', async () => {
  const hosts = [host('a', look('1')), host('b', look('1')), host('c', look('1'))];
  const all = fleet(hosts);
  const state = await all.observe();
  const effects = all.start(unit('2', 6), state, ['a', 'c']);
  expect(effects.map((effect) => (effect.kind === 'file' ? effect.path : ''))).toEqual([
    '/a/start 2 × 2',
    '/c/start 2 × 2',
  ]);
  expect(hosts[1]?.asked).toEqual([]);
  expect(hosts[2]?.asked[0]?.look.instances.map(({ instance }) => instance)).toEqual(['1-1']);
  expect(all.stop('1', state)).toHaveLength(3);
  expect(all.stopGuards('1', ['b'])).toHaveLength(1);
});

test('a host that cannot be reached is a state with its reason, and holds nobody up', async () => {
  const hosts = [host('a', look('1')), host('b', 'unreachable'), host('c', look('1'))];
  const all = fleet(hosts);
  const state = await all.observe();
  expect(state.hosts[1]).toEqual({ name: 'b', address: '192.0.2.98', kind: 'unreachable', reason: 'no route' });
  expect(state.instances.map(({ on }) => on)).toEqual(['a', 'c']);
  expect(all.makeCurrent('1', state)).toHaveLength(2);
  expect(all.install(unit('2', 3), state, ['b'])).toEqual([]);
});

test('spreads a release that was recorded with other hosts over those of today', async () => {
  const hosts = [host('a', NOTHING), host('b', NOTHING), host('c', NOTHING)];
  const all = fleet(hosts);
  all.start(unit('1', 4), await all.observe());
  expect(hosts.map(({ asked }) => asked[0]?.what)).toEqual(['start 2 × 1', 'start 2 × 1', 'start 2 × 1']);
});
