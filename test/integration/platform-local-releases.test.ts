import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, readFile, readlink, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Effect } from '../../src/model/effect.ts';
import type { UnitSpec } from '../../src/model/platform.ts';
import { layout } from '../../src/platform/local/layout.ts';
import { type LocalPlatform, localPlatform, unitCommand } from '../../src/platform/local/platform.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { artefactDigest } from '../../src/procedure/machine/digest.ts';
import { API, artefactWith, type LocalHost, localHost, ready } from '../platform/local-host.ts';

const run = promisify(execFile);
const V1 = [...API, '--version', '1.0.0'];
const WEB = ['--component', 'frontend'];

async function installFiles(host: LocalHost, version: string, files: Readonly<Record<string, string>>) {
  const artefact = await artefactWith(host, files);
  const digest = await artefactDigest(artefact);
  return host.unit('install', ...WEB, '--version', version, '--digest', digest, '--artefact', artefact);
}

describe('install', () => {
  test('other content under the same version is refused, and so is an artefact with another digest', async () => {
    await using host = await localHost();
    await installFiles(host, '1.0.0', { 'index.html': 'one' });
    const other = await installFiles(host, '1.0.0', { 'index.html': 'two' });
    expect(other).toMatchObject({ code: 5, err: expect.stringContaining('unit.other-content') });
    const artefact = await artefactWith(host, { 'index.html': 'three' });
    const wrong = `sha256:${'0'.repeat(64)}`;
    const answer = await host.unit('install', ...WEB, '--version', '3.0.0', '--digest', wrong, '--artefact', artefact);
    expect(answer).toMatchObject({ code: 5, err: expect.stringContaining('unit.wrong-digest') });
    const { installed } = await host.observe();
    expect(installed.map((row) => row.version)).toEqual(['1.0.0']);
  });

  test('one file is laid down under its own name and stays executable', async () => {
    await using host = await localHost();
    const directory = await artefactWith(host, { api: '#!/bin/sh\nexec sleep 60\n' });
    const artefact = join(directory, 'api');
    await chmod(artefact, 0o755);
    const digest = await artefactDigest(artefact);
    await host.unit('install', ...V1, '--digest', digest, '--artefact', artefact, '--', './api');
    expect((await host.unit('start', ...V1)).code).toBe(0);
    await ready(host, '1.0.0', 1);
  });

  test('links out of the artefact and names that climb are refused', async () => {
    await using host = await localHost();
    const artefact = await artefactWith(host, { 'index.html': 'one' });
    await symlink('../../etc/passwd', join(artefact, 'sly'));
    const digest = `sha256:${'0'.repeat(64)}`;
    const link = await host.unit('install', ...WEB, '--version', '1.0.0', '--digest', digest, '--artefact', artefact);
    expect(link).toMatchObject({ code: 1, err: expect.stringContaining('digest.link-leads-out') });
    for (const version of ['../../etc', '..', 'a/b', '.']) {
      const answer = await host.unit(
        'install',
        ...WEB,
        '--version',
        version,
        '--digest',
        digest,
        '--artefact',
        artefact,
      );
      expect(answer, version).toMatchObject({ code: 2, err: expect.stringContaining('unit.bad-version') });
    }
    const component = await host.unit('stop', '--component', '../api', '--version', '1.0.0');
    expect(component).toMatchObject({ code: 2, err: expect.stringContaining('unit.bad-name') });
  });

  test('settings stay with a running version and change while it does not run', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    expect((await host.install('1.0.0', '--env', 'MODE=other')).out).toContain('settings replaced');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    expect(JSON.parse(await host.get('1.0.0-1', '/env'))).toMatchObject({ MODE: 'other' });
    const running = await host.install('1.0.0');
    expect(running).toMatchObject({ code: 5, err: expect.stringContaining('unit.settings-in-use') });
    await host.unit('current', ...V1);
    await host.unit('stop', ...V1);
    const current = await host.install('1.0.0');
    expect(current).toMatchObject({ code: 5, err: expect.stringContaining('current') });
  });

  test('two installations at one moment end with one release and nothing beside it', async () => {
    await using host = await localHost();
    const answers = await Promise.all([host.install('1.0.0'), host.install('1.0.0'), host.install('1.0.0')]);
    expect(answers.map((answer) => answer.out).toSorted()).toEqual([
      'api 1.0.0: already there\n',
      'api 1.0.0: already there\n',
      'api 1.0.0: installed\n',
    ]);
  });

  test('what a killed installation left is cleared by the next', async () => {
    await using host = await localHost();
    const { releases } = layout(host.root).component('api');
    await mkdir(join(releases, '.new-1.0.0-dead'), { recursive: true });
    await host.install('1.0.0');
    expect(await stat(join(releases, '.new-1.0.0-dead')).catch(() => 'gone')).toBe('gone');
  });
});

describe('status', () => {
  test('finds content that changed after installation: by size or time, and with --verify by every byte', async () => {
    await using host = await localHost();
    await installFiles(host, '1.0.0', { 'index.html': 'one' });
    const file = join(layout(host.root).component('frontend').release('1.0.0'), 'index.html');
    const before = await stat(file);
    await writeFile(file, 'uno');
    expect((await host.observe()).broken).toEqual([expect.stringContaining('content changed')]);
    await utimes(file, before.atime, before.mtime);
    const verified = await host.unit('status', '--verify', '--json');
    expect(JSON.parse(verified.out)).toMatchObject({ broken: [expect.stringContaining('content changed')] });
  });

  test('one broken record does not hide the rest', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.install('2.0.0');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    const at = layout(host.root).component('api');
    await writeFile(at.runFile('9.0.0-1'), '{ torn');
    await appendFile(at.unit('2.0.0'), 'x');
    const state = await host.observe();
    expect(state.instances.map((instance) => instance.state)).toEqual(['ready']);
    expect(state.installed.map((row) => row.version)).toEqual(['1.0.0']);
    expect(state.broken).toHaveLength(2);
  });

  test('of a host that does not exist is empty, and creates nothing', async () => {
    await using host = await localHost();
    expect(await host.observe()).toEqual({ instances: [], installed: [], current: {}, broken: [] });
    expect(await stat(host.root).catch(() => 'gone')).toBe('gone');
  });

  test('of four instances takes at most 200 ms, beside the start of the program', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1, '--instances', '4');
    await ready(host, '1.0.0', 4);
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      const begun = performance.now();
      await host.observe();
      times.push(performance.now() - begun);
    }
    const median = times.toSorted((a, b) => a - b)[4] ?? Number.POSITIVE_INFINITY;
    console.log(`status of 4 instances: median ${median.toFixed(1)} ms`);
    expect(median).toBeLessThan(200);
  });

  test('an instance that hangs is not ready, in bounded time', async () => {
    await using host = await localHost();
    await host.install('1.0.0', '--env', 'SLOW_START=60000', '--start-timeout', '300ms');
    await host.unit('start', ...V1);
    await host.until('answers 503', async () => (await host.observe()).instances[0]?.state === 'not-ready');
    const { child } = await host.run('1.0.0-1');
    process.kill(child?.pid ?? 0, 'SIGSTOP');
    const begun = performance.now();
    const [instance] = (await host.observe()).instances;
    expect(instance).toMatchObject({ state: 'not-ready', detail: expect.stringContaining('no answer within 500 ms') });
    expect(performance.now() - begun).toBeLessThan(2_000);
    process.kill(child?.pid ?? 0, 'SIGCONT');
  });
});

describe('current, remove, prune', () => {
  test('the current version and one that runs cannot be removed; anything else goes once', async () => {
    await using host = await localHost();
    for (const version of ['1.0.0', '2.0.0']) await host.install(version);
    await host.unit('current', ...V1);
    await host.unit('start', ...API, '--version', '2.0.0');
    const current = await host.unit('remove', ...V1);
    expect(current).toMatchObject({ code: 5, err: expect.stringContaining('unit.version-current') });
    const running = await host.unit('remove', ...API, '--version', '2.0.0');
    expect(running).toMatchObject({ code: 5, err: expect.stringContaining('unit.version-running') });
    await host.unit('stop', ...API, '--version', '2.0.0');
    expect((await host.unit('remove', ...API, '--version', '2.0.0')).out).toContain('removed');
    expect((await host.unit('remove', ...API, '--version', '2.0.0')).out).toContain('was not installed');
  });

  test('the way back of a first release: told so, the current version goes too, and the link with it', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('current', ...V1);
    expect((await host.unit('remove', ...V1, '--current')).out).toContain('removed');
    expect(await host.observe()).toEqual({ instances: [], installed: [], current: {}, broken: [] });
    expect((await host.unit('remove', ...V1, '--current')).out).toContain('was not installed');
  });

  test('a version that is not installed cannot become current', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('current', ...V1);
    const answer = await host.unit('current', ...API, '--version', '2.0.0');
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('unit.not-installed') });
    expect(await readlink(layout(host.root).component('api').current)).toBe('releases/1.0.0');
  });

  test('prune keeps the newest, the current, the previous and what runs', async () => {
    await using host = await localHost();
    const versions = ['1.0.0', '2.0.0', '3.0.0', '4.0.0', '5.0.0', '6.0.0'];
    for (const version of versions) await host.install(version);
    await host.unit('current', ...API, '--version', '2.0.0');
    await host.unit('current', ...API, '--version', '3.0.0');
    await host.unit('start', ...V1);
    expect((await host.unit('prune', '--keep', '1')).out).toBe('api: removed 4.0.0, 5.0.0, 6.0.0\n');
    expect((await host.observe()).installed.map((row) => row.version)).toEqual(['1.0.0', '2.0.0', '3.0.0']);
    expect((await host.unit('prune', '--keep', '1')).out).toBe('api: removed nothing\n');
    await host.unit('stop', ...V1);
    expect((await host.unit('prune', '--keep', '3')).out).toBe('api: removed nothing\n');
    expect((await host.unit('prune', '--keep', '2')).out).toBe('api: removed 1.0.0\n');
    const log = layout(host.root).component('api').log('1.0.0-1');
    expect(await stat(log).catch(() => 'gone')).toBe('gone');
  });
});

describe('localPlatform', () => {
  const SECRET = 'correct-horse-battery-staple';

  function platformOf(host: LocalHost, component = 'api'): LocalPlatform {
    return localPlatform({ root: host.root, component, unitCommand: unitCommand(), clock: systemClock });
  }

  /** Executes exec effects as the engine does, one after the other. */
  async function perform(effects: readonly Effect[]): Promise<void> {
    for (const effect of effects) {
      if (effect.kind !== 'exec') throw new Error(`${effect.kind} is not expected`);
      const [command = '', ...args] = z.array(z.string()).parse(effect.argv);
      const env = Object.fromEntries(Object.keys(effect.env ?? {}).map((name) => [name, SECRET]));
      await run(command, args, { env: { ...process.env, ...env }, timeout: effect.timeoutMs });
    }
  }

  async function specOf(host: LocalHost): Promise<UnitSpec> {
    const artefact = join(host.root, '..', 'artefact');
    return {
      component: 'api',
      version: '1.0.0',
      digest: await artefactDigest(artefact),
      artefact,
      command: [process.execPath, 'service.cjs', '{port}'],
      env: { API_TOKEN: { secret: 'env:NOT_HERE' }, MODE: 'plain' },
      replicas: 2,
      readyPath: '/readyz',
      livePath: '/healthz',
      startTimeoutMs: 10_000,
      stopTimeoutMs: 5_000,
    };
  }

  test('its effects lead to the state, and none are left when it is reached', async () => {
    await using host = await localHost();
    const platform = platformOf(host);
    const spec = await specOf(host);
    const look = () => platform.observe();
    await perform(platform.install(spec, await look()));
    expect(platform.install(spec, await look())).toEqual([]);
    await perform(platform.start(spec, await look()));
    await ready(host, '1.0.0', 2);
    expect(platform.start(spec, await look())).toEqual([]);
    expect(JSON.parse(await host.get('1.0.0-1', '/env'))).toMatchObject({ API_TOKEN: SECRET, MODE: 'plain' });
    await perform(platform.makeCurrent('1.0.0', await look()));
    expect((await look()).current).toEqual({ api: '1.0.0' });
    expect(platform.makeCurrent('1.0.0', await look())).toEqual([]);
    await perform(platform.stopGuards('1.0.0'));
    const [killed] = (await look()).instances;
    process.kill((await host.run(killed?.instance ?? '')).supervisor.pid, 'SIGKILL');
    await host.until('gone', async () => (await look()).instances[0]?.state === 'stopped');
    await perform(platform.start(spec, await look()));
    await ready(host, '1.0.0', 2);
    await perform(platform.stop('1.0.0', await look()));
    expect(platform.stop('1.0.0', await look())).toEqual([]);
    const web = await artefactWith(host, { 'index.html': 'hello' });
    const files: UnitSpec = {
      ...spec,
      component: 'frontend',
      artefact: web,
      digest: await artefactDigest(web),
      command: [],
      env: {},
    };
    const frontend = platformOf(host, 'frontend');
    const state = await look();
    expect(frontend.start(files, state)).toEqual([]);
    // Decided from one observation, before the version is there, as a plan does.
    await perform([...frontend.install(files, state), ...frontend.makeCurrent('1.0.0', state)]);
    expect(await readFile(join(host.root, 'frontend/current/index.html'), 'utf8')).toBe('hello');
    expect((await look()).current).toEqual({ api: '1.0.0', frontend: '1.0.0' });
  });

  test('a start under the fence does not keep the fence locked', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    const { fence, hostRun } = layout(host.root);
    await mkdir(hostRun, { recursive: true });
    const words = [...unitCommand(), 'start', '--root', host.root, ...V1];
    await run('sh', ['-c', 'exec 9>"$0"; flock 9; "$@"', fence, ...words]);
    await run('flock', ['--nonblock', fence, 'true']);
    await ready(host, '1.0.0', 1);
  });

  test('a start does not hold the output of the command that ran it', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    const [node = '', ...entry] = unitCommand();
    const begun = performance.now();
    const child = spawn(node, [...entry, 'start', '--root', host.root, ...V1], { stdio: ['ignore', 'pipe', 'pipe'] });
    await once(child, 'close');
    console.log(`unit start, until the process runs: ${(performance.now() - begun).toFixed(0)} ms`);
    expect(performance.now() - begun).toBeLessThan(5_000);
    await ready(host, '1.0.0', 1);
  });
});
