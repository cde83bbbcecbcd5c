import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProblemError } from '../../src/model/problem.ts';
import {
  fillGate,
  type Node,
  planProcedure,
  procedure,
  resumeProcedure,
  runProcedure,
  showGates,
} from '../../src/procedure/index.ts';
import {
  restartNode,
  type ServiceControl,
  type System,
  type SystemService,
  startNode,
  statusNode,
  statusText,
  stopNode,
} from '../../src/system/index.ts';
import { type Bench, bench } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

/** The trees over a system of files: what runs is a file, and its content tells one start from the next. */

let on: Bench;
let clock: VirtualClock;
let down: readonly string[];
let sick: readonly string[];
beforeEach(() => {
  on = bench();
  clock = virtualClock();
  down = [];
  sick = [];
});
afterEach(() => on[Symbol.dispose]());

function control(service: string, host: string): ServiceControl {
  const name = `${service}-${host}`;
  const write = (content: string | null) => [
    { kind: 'file', path: `${on.world}/${name}`, content, timeoutMs: 1_000 } as const,
  ];
  return {
    async observe() {
      if (down.includes(host)) {
        throw new ProblemError({ code: 'x.x', where: host, found: 'it says nothing', expected: '', remedy: '' });
      }
      const identity = on.file(name) ?? null;
      return [{ name, identity, state: identity === null ? 'stopped' : 'running', detail: '' }];
    },
    start: (members) => (members.length === 0 ? [] : write('first')),
    stop: (members) => (members.length === 0 ? [] : write(null)),
    restart: (members) => (members.length === 0 ? [] : write('second')),
  };
}

function service(name: string, hosts: readonly string[], after: readonly string[] = []): SystemService {
  return {
    ...{ name, after, what: `unit ${name}.service`, startMs: 4_000, stopMs: 4_000 },
    health: { kind: 'tcp', host: name, port: 1 },
    on: hosts.map((host) => ({ host, address: host, control: control(name, host) })),
  };
}

const hosts = ['web1', 'web2', 'web3'];
const system = (): System => ({
  services: [service('database', ['db1']), service('api', hosts, ['database'])],
  probe: async (health) => (health.kind === 'tcp' && sick.includes(health.host) ? 'connection refused' : null),
  role: 'operator',
});
const tree = (root: Node) =>
  procedure({ id: 'runbook:drill', title: 'Drill', description: '', environment: 'production', inputs: {}, root });
const run = (root: Node) => clock.runUntil(runProcedure(tree(root), { ...on.options(clock), run: 'r1' }));
const resume = (root: Node) => clock.runUntil(resumeProcedure(tree(root), 'r1', on.options(clock)));

test('a service that is never healthy fails when its time is over, and what needs it is not started', async () => {
  sick = ['database'];
  const { services, ...rest } = system();
  const begun = clock.now();
  const result = await run(startNode({ services, ...rest }, services));
  expect(result).toMatchObject({ outcome: 'failed', exit: 1 });
  expect(result.problems).toMatchObject([
    { code: 'system.not-healthy', where: 'database on db1', found: 'connection refused after 4 s' },
  ]);
  expect(clock.now() - begun).toBeGreaterThanOrEqual(4_000);
  expect(clock.now() - begun).toBeLessThan(8_000);
  expect(on.files()).toEqual(['database-db1']);
});

test('a host that falls silent is not waited for longer than one that speaks', async () => {
  const { services, ...rest } = system();
  const [database] = services;
  if (database === undefined) throw new Error('a database');
  const [place] = database.on;
  if (place === undefined) throw new Error('a place');
  const dies: SystemService = {
    ...database,
    on: [
      {
        ...place,
        control: {
          ...place.control,
          observe: async (signal) => {
            const seen = await place.control.observe(signal);
            if (seen.some(({ state }) => state === 'running')) down = ['db1'];
            return down.length === 0 ? seen : place.control.observe(signal);
          },
        },
      },
    ],
  };
  const result = await run(startNode({ services, ...rest }, [dies]));
  expect(result.problems).toMatchObject([{ code: 'system.not-healthy', found: 'it says nothing after 4 s' }]);
});

test('stops what runs, and knows when it does not end', async () => {
  const { services, ...rest } = system();
  expect((await run(startNode({ services, ...rest }, services))).outcome).toBe('done');
  expect(on.files()).toHaveLength(4);
  const plan = await planProcedure(tree(stopNode(services)), on.options(clock));
  expect(plan.effects.map(({ path }) => path)).toEqual([
    ...hosts.map((host) => `stop/api/${host}/stop`),
    'stop/database/db1/stop',
  ]);
  const stubborn = services.map((one) => ({
    ...one,
    on: one.on.map((place) => ({ ...place, control: { ...place.control, stop: place.control.start } })),
  }));
  const result = await clock.runUntil(runProcedure(tree(stopNode(stubborn)), { ...on.options(clock), run: 'r2' }));
  expect(result.outcome).toBe('failed');
  expect(new Set(result.problems.map(({ code }) => code))).toEqual(new Set(['system.not-stopped']));
  expect(on.files(), 'what it needs is left running').toContain('database-db1');
});

test('a restart touches one host, asks, and then the others; each once', async () => {
  const { services, ...rest } = system();
  const [, api] = services;
  if (api === undefined) throw new Error('an api');
  await clock.runUntil(runProcedure(tree(startNode({ services, ...rest }, services)), on.options(clock)));
  const starts = (): readonly (string | undefined)[] => hosts.map((host) => on.file(`api-${host}`));
  const root = () => restartNode(system(), [api]);
  expect(await run(root())).toMatchObject({ outcome: 'waiting', exit: 3 });
  expect(starts()).toEqual(['second', 'first', 'first']);
  const [gate] = await showGates(on.store);
  expect(gate).toMatchObject({ path: 'restart/api/checkpoint', role: 'operator' });
  expect((await resume(root())).outcome).toBe('waiting');
  expect(starts()).toEqual(['second', 'first', 'first']);
  await fillGate(on.store, 'r1', 'restart/api/checkpoint', { works: true, seen: 'answers within 5 ms' }, 'bob');
  expect((await resume(root())).outcome).toBe('done');
  expect(starts()).toEqual(['second', 'second', 'second']);
});

test('an inspection that finds the first host unwell leaves all others alone', async () => {
  const { services, ...rest } = system();
  const [, api] = services;
  if (api === undefined) throw new Error('an api');
  await clock.runUntil(runProcedure(tree(startNode({ services, ...rest }, services)), on.options(clock)));
  const root = () => restartNode(system(), [api]);
  await run(root());
  await fillGate(on.store, 'r1', 'restart/api/checkpoint', { works: false, seen: 'answers with 500' }, 'bob');
  expect(await resume(root())).toMatchObject({ outcome: 'failed' });
  expect(on.file('api-web2')).toBe('first');
});

test('a host that says nothing hides no other', async () => {
  const { services, ...rest } = system();
  await clock.runUntil(runProcedure(tree(startNode({ services, ...rest }, services)), on.options(clock)));
  [down, sick] = [['web2'], ['database']];
  const { root, steps } = statusNode({ services, ...rest }, services);
  const plan = await planProcedure(tree(root), on.options(clock));
  const rows = steps.flatMap((step) => plan.outputs(step)?.row ?? []);
  expect(statusText(rows).split('\n')).toEqual([
    'SERVICE   HOST  STATE',
    'database  db1   unhealthy  connection refused',
    'api       web1  running',
    'api       web2  unknown    it says nothing',
    'api       web3  running',
  ]);
});
