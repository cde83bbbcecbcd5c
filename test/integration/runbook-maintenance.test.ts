import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import { planProcedure, procedure, sequence } from '../../src/procedure/index.ts';
import { engineOptions } from '../../src/release/environment/service.ts';
import type { ReleaseRecord } from '../../src/release/record.ts';
import { checkStep } from '../../src/release/run/steps.ts';
import { proxySetup } from '../support/runbooks/upkeep.ts';
import { type CommandWorld, commandWorld } from '../support/runbooks/world.ts';
import { terminal } from '../support/terminal.ts';

/** Maintenance on real proxies: what users see, what a release is told, and that nothing of it is left. */

const worlds: CommandWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world[Symbol.asyncDispose]();
});

async function cli(world: CommandWorld, ...argv: readonly string[]) {
  const io = terminal({ cwd: world.dir, env: { SHIPLOCK_WHO: 'anna' } });
  const code = await runCli([...argv, '--state', world.store], io);
  return { code, out: io.written.out, err: io.written.err };
}

const candidate: ReleaseRecord = {
  formatVersion: 1,
  environment: 'production',
  release: {
    formatVersion: 1,
    service: 'shop',
    version: '2.0.0',
    commit: '0'.repeat(40),
    artefacts: [],
    configHash: `sha256:${'0'.repeat(64)}`,
    migrations: [],
  },
  unit: null,
  files: [],
  schema: 'empty',
};

/** What the first look of a release says now. */
async function releaseSays(world: CommandWorld): Promise<readonly string[]> {
  const service = await world.open();
  const tree = procedure({
    ...{ id: 'look', title: 'Look', description: '', environment: 'production', inputs: {} },
    root: sequence({ id: 'look', title: 'Look', steps: [checkStep(service.target, candidate, null)] }),
  });
  const plan = await planProcedure(tree, engineOptions(service));
  return plan.problems.map(({ code, found }) => `${code}: ${found}`);
}

describe.each(['haproxy', 'nginx'] as const)('%s', (kind) => {
  test('F1: users see a page with Retry-After, health answers, no release begins, and all of it is undone exactly', async () => {
    const world = await commandWorld([], proxySetup(kind));
    worlds.push(world);
    const file = join(world.dir, 'here', 'proxy', kind === 'haproxy' ? 'haproxy.cfg' : 'nginx.conf');
    const before = readFileSync(file, 'utf8');
    const look = (path = '/') => fetch(`${world.entry}${path}`, { headers: { connection: 'close' } });
    expect((await look()).headers.get('x-version')).toBe('1.0.0');
    expect(await releaseSays(world)).toEqual([]);

    const seen = new Set<string>();
    let users = true;
    const asking = (async () => {
      while (users) seen.add(await look().then(({ status }) => String(status), String));
    })();
    const words = ['--reason', 'new disks', '--until', '2199-01-01T03:00:00Z', '--message', 'Costs "$5" & \\n {x}; #1'];
    const on = await cli(world, 'runbook', 'run', 'maintenance-on', 'production', ...words, '--quiet');
    expect(on.code, on.out + on.err).toBe(0);
    const page = await look('/anything?x=1');
    expect(page.status).toBe(503);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'retry-after': '300',
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
    });
    const text = await page.text();
    expect(text).toContain('<h1>shop is being maintained</h1>');
    expect(text).toContain('back by 2199-01-01 03:00 UTC');
    expect(text).toContain('Costs &#34;&#36;5&#34; &#38; &#92;n &#123;x&#125;&#59; &#35;1');
    const post = await fetch(`${world.entry}/orders`, { method: 'POST', body: 'x', headers: { connection: 'close' } });
    expect(post.status).toBe(503);
    expect((await look('/healthz')).status, 'a path that is excepted').toBe(200);
    expect((await look('/healthzz')).status).toBe(503);
    expect(await releaseSays(world)).toEqual([
      'traffic.maintenance: maintenance, begun by anna: new disks; it should be over at 2199-01-01T03:00:00Z',
    ]);
    const seenStatus = await cli(world, 'status', 'production');
    expect(seenStatus.out).toContain('maintenance, begun by anna, until 2199-01-01T03:00:00Z: new disks');
    expect(seenStatus.out).toContain('shiplock runbook run maintenance-off production');
    expect(seenStatus.out).not.toContain('shiplock release production');
    // The proxy is reloaded by somebody, or a rollback applies the shares: the page stays.
    const service = await world.open();
    const again = await service.target.ports.router.observe();
    if (again.kind !== 'observed') throw new Error(again.reason);
    const desired = again.routes.map(({ version, endpoints }) => ({
      version,
      share: 1,
      hold: 'stable' as const,
      endpoints,
    }));
    expect(service.target.ports.router.apply({ service: 'shop', routes: desired }, again)).toEqual([]);

    const same = await cli(world, 'runbook', 'plan', 'maintenance-on', 'production', ...words);
    expect(same.out).toContain('nothing to do (it lies there)');
    const off = await cli(world, 'runbook', 'run', 'maintenance-off', 'production', '--reason', 'done', '--quiet');
    users = false;
    await asking;
    expect(off.code, off.out + off.err).toBe(0);
    expect((await look()).headers.get('x-version')).toBe('1.0.0');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(existsSync(join(world.dir, 'here', 'proxy', 'maintenance.json'))).toBe(false);
    expect(await releaseSays(world)).toEqual([]);
    expect([...seen].toSorted(), 'nobody was left without an answer').toEqual(['200', '503']);
  });
});

test('F1: an end that is past, a proxy that is silent and a mark that nobody understands are told, and nothing is changed', async () => {
  const world = await commandWorld([], proxySetup('haproxy'));
  worlds.push(world);
  const mark = join(world.dir, 'here', 'proxy', 'maintenance.json');
  const on = (...words: readonly string[]) =>
    cli(world, 'runbook', 'run', 'maintenance-on', 'production', '--reason', 'new disks', '--quiet', ...words);
  const past = await on('--until', '2001-01-01T03:00:00Z');
  expect(past.code).toBe(5);
  expect(past.out).toContain('an end at 2001-01-01T03:00:00Z');
  expect((await on('--until', 'tomorrow')).err).toContain('a time with its zone');
  expect(existsSync(mark)).toBe(false);
  writeFileSync(mark, '{}');
  const strange = await on();
  expect(strange.code).not.toBe(0);
  expect(strange.err).toContain('traffic.maintenance-unreadable');
});

test('F1: a proxy that does not run is told before anything is changed', async () => {
  const world = await commandWorld();
  worlds.push(world);
  const on = await cli(world, 'runbook', 'run', 'maintenance-on', 'production', '--reason', 'new disks', '--json');
  expect(on.code).toBe(5);
  expect(on.out).toContain('traffic.proxy-silent');
  expect(existsSync(join(world.dir, 'here', 'proxy', 'maintenance.json'))).toBe(false);
});
