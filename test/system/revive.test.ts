import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planProcedure, procedure, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import { reviveNode, type ServiceControl, type System, type SystemService } from '../../src/system/index.ts';
import { type Bench, bench } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

/** What has died is started, what hangs is ended first, and neither before it was looked at for a while. What runs is a file, with its start in it. */

let on: Bench;
let clock: VirtualClock;
/** Hosts whose service answers nobody, and until when, by the clock. */
let sick: Map<string, number>;
beforeEach(() => {
  on = bench();
  clock = virtualClock();
  sick = new Map();
});
afterEach(() => on[Symbol.dispose]());

/** @param cures whether a start makes it answer again */
function control(name: string, cures = true): ServiceControl {
  const write = (content: string | null) =>
    ({ kind: 'file', path: `${on.world}/${name}`, content, timeoutMs: 1_000 }) as const;
  return {
    async observe() {
      const identity = on.file(name) ?? null;
      if (identity === 'second' && cures) sick.delete(name);
      return [{ name, identity, state: identity === null ? 'stopped' : 'running', detail: '' }];
    },
    start: () => [write('second')],
    stop: () => [write(null)],
    restart: () => [],
  };
}

function service(name: string, hosts: readonly string[], after: readonly string[] = [], cures = true): SystemService {
  return {
    ...{ name, after, what: `unit ${name}.service`, startMs: 4_000, stopMs: 4_000 },
    health: { kind: 'tcp', host: '{host}', port: 1 },
    on: hosts.map((host) => ({ host, address: host, control: control(host, cures) })),
  };
}

const database = () => service('database', ['db1']);
const probe: System['probe'] = async (health) =>
  health.kind === 'tcp' && (sick.get(health.host) ?? 0) > clock.now() ? 'no answer' : null;

function runs(...names: readonly string[]): void {
  mkdirSync(on.world, { recursive: true });
  for (const name of names) writeFileSync(`${on.world}/${name}`, 'first');
}

const tree = (api: SystemService) =>
  procedure({
    ...{ id: 'runbook:drill', title: 'Drill', description: '', environment: 'production', inputs: {} },
    root: reviveNode({ services: [database(), api], probe, role: 'operator' }, api),
  });
const run = (api: SystemService) => clock.runUntil(runProcedure(tree(api), { ...on.options(clock), run: 'r1' }));
const FOREVER = Number.POSITIVE_INFINITY;

test('what has died is started at once, and what does its work is left alone', async () => {
  runs('db1', 'web2');
  const begun = clock.now();
  expect(await run(service('api', ['web1', 'web2'], ['database']))).toMatchObject({ outcome: 'done', exit: 0 });
  expect([on.file('web1'), on.file('web2')]).toEqual(['second', 'first']);
  expect(clock.now() - begun).toBeLessThan(10_000);
});

test('what runs and has not answered for 10 s is ended and started, one host after the other', async () => {
  runs('db1', 'web1', 'web2');
  for (const host of ['web1', 'web2']) sick.set(host, FOREVER);
  const api = service('api', ['web1', 'web2'], ['database']);
  const plan = await planProcedure(tree(api), on.options(clock));
  expect(plan.effects.map(({ effect }) => (effect.kind === 'file' ? effect.content : effect.kind))).toEqual([
    ...[null, 'second', null, 'second'],
  ]);
  const begun = clock.now();
  expect(await run(api)).toMatchObject({ outcome: 'done', exit: 0 });
  expect([on.file('web1'), on.file('web2')]).toEqual(['second', 'second']);
  expect(clock.now() - begun).toBeGreaterThanOrEqual(20_000);
});

test('a pause is not taken for the end', async () => {
  runs('db1', 'web1');
  sick.set('web1', clock.now() + 8_000);
  expect(await run(service('api', ['web1'], ['database']))).toMatchObject({ outcome: 'done' });
  expect(on.file('web1')).toBe('first');
});

test('when a restart mends nothing, the next host is not touched', async () => {
  runs('db1', 'web1', 'web2');
  for (const host of ['web1', 'web2']) sick.set(host, FOREVER);
  const result = await run(service('api', ['web1', 'web2'], ['database'], false));
  expect(result).toMatchObject({ outcome: 'failed', problems: [{ code: 'system.not-healthy', where: 'api on web1' }] });
  expect([on.file('web1'), on.file('web2')]).toEqual(['second', 'first']);
});

test('nothing is ended while what it needs does not do its work', async () => {
  runs('db1', 'web1');
  for (const host of ['db1', 'web1']) sick.set(host, FOREVER);
  const result = await run(service('api', ['web1'], ['database']));
  expect(result.problems).toMatchObject([{ code: 'system.needs-first', found: 'database on db1: no answer' }]);
  expect(on.file('web1')).toBe('first');
});

test('killed between the end and the start, it is started by whoever goes on', async () => {
  runs('db1', 'web1');
  sick.set('web1', FOREVER);
  const api = service('api', ['web1'], ['database']);
  const cut = runProcedure(tree(api), {
    ...on.options(clock),
    run: 'r1',
    killAt: (boundary) => {
      if (on.file('web1') === undefined) throw new Error(`killed at ${JSON.stringify(boundary)}`);
    },
  });
  expect((await clock.runUntil(cut)).problems[0]?.found).toContain('killed at');
  expect(on.file('web1')).toBeUndefined();
  expect(await clock.runUntil(resumeProcedure(tree(api), 'r1', on.options(clock)))).toMatchObject({ outcome: 'done' });
  expect(on.file('web1')).toBe('second');
});
