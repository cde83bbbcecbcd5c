import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layout } from '../../src/platform/local/layout.ts';
import { unitCommand } from '../../src/platform/local/platform.ts';
import { identify } from '../../src/platform/local/processes.ts';
import { API, localHost, ready } from '../platform/local-host.ts';

const V1 = [...API, '--version', '1.0.0'];

describe('start and stop', () => {
  test('every command may be given twice, and a stopped version leaves no process', async () => {
    await using host = await localHost();
    expect(await host.install('1.0.0')).toMatchObject({ code: 0, out: 'api 1.0.0: installed\n' });
    expect(await host.install('1.0.0')).toMatchObject({ code: 0, out: 'api 1.0.0: already there\n' });
    expect((await host.unit('start', ...V1, '--instances', '2')).out).toContain('started 1.0.0-1, 1.0.0-2');
    await ready(host, '1.0.0', 2);
    const before = await Promise.all([host.get('1.0.0-1', '/pid'), host.get('1.0.0-2', '/pid')]);
    expect((await host.unit('start', ...V1, '--instances', '2')).out).toContain('started nothing');
    expect(await Promise.all([host.get('1.0.0-1', '/pid'), host.get('1.0.0-2', '/pid')])).toEqual(before);
    expect((await host.unit('current', ...V1)).out).toContain('is current now');
    expect((await host.unit('current', ...V1)).out).toContain('was current already');
    expect((await host.unit('stop', ...V1)).out).toContain('stopped 1.0.0-1, 1.0.0-2');
    expect((await host.unit('stop', ...V1)).out).toContain('stopped nothing');
    expect((await host.unit('reload', ...V1)).out).toContain('reloaded nothing');
    expect((await host.unit('restart', ...V1)).out).toContain('restarted nothing');
    expect((await host.unit('stop-guards', ...V1)).out).toContain('stopped nothing');
    expect(host.processes()).toEqual([]);
  });

  test('more instances are added to those that run, each with a port of its own', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1, '--instances', '1');
    const one = await host.run('1.0.0-1');
    await host.unit('start', ...V1, '--instances', '3');
    expect((await host.run('1.0.0-1')).supervisor).toEqual(one.supervisor);
    await ready(host, '1.0.0', 3);
  });

  test('starts at one moment share no port and start nothing twice', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.install('2.0.0');
    const starts = ['1.0.0', '2.0.0', '1.0.0', '2.0.0'].map((version) =>
      host.unit('start', ...API, '--version', version, '--instances', '2'),
    );
    const answers = await Promise.all(starts);
    expect(answers.map((answer) => answer.code)).toEqual([0, 0, 0, 0]);
    const { instances } = await host.observe();
    expect(instances.map((instance) => instance.instance)).toEqual(['1.0.0-1', '1.0.0-2', '2.0.0-1', '2.0.0-2']);
    expect(new Set(instances.map((instance) => instance.port)).size).toBe(4);
    // Two processes per instance: supervisor and service.
    expect(host.processes()).toHaveLength(8);
  });

  test('a port that somebody else listens on is not given out', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1);
    const { port } = await host.run('1.0.0-1');
    await host.install('2.0.0');
    const range = `${port}-${port + 1}`;
    await host.unit('start', ...API, '--version', '2.0.0', '--ports', range);
    expect((await host.run('2.0.0-1')).port).toBe(port + 1);
    await host.install('3.0.0');
    const none = await host.unit('start', ...API, '--version', '3.0.0', '--ports', range);
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('unit.no-port') });
    expect(none.err).toMatch(/on \d+ listens pid \d+ \(/);
  });

  test('a request in flight is finished before the process ends', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    const slow = host.get('1.0.0-1', '/slow?ms=1200');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const stopping = host.unit('stop', ...V1);
    await host.until('draining', async () => (await host.observe()).instances[0]?.state === 'draining');
    expect(await slow).toBe('slow but whole\n');
    expect((await stopping).code).toBe(0);
  });

  test('a process that ignores SIGTERM is killed after its time, with what it started', async () => {
    await using host = await localHost();
    await host.install('1.0.0', '--env', 'STUBBORN=1', '--stop-timeout', '300ms');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    const grandchild = Number(await host.get('1.0.0-1', '/child'));
    expect(identify(grandchild)).toBeDefined();
    const begun = performance.now();
    await host.unit('stop', ...V1);
    expect(performance.now() - begun).toBeGreaterThan(290);
    expect(identify(grandchild)).toBeUndefined();
    expect(host.processes()).toEqual([]);
  });

  test('a start right after a stop waits for the old process and brings a new one', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    const before = await host.get('1.0.0-1', '/pid');
    const slow = host.get('1.0.0-1', '/slow?ms=800');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopping = host.unit('stop', ...V1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await host.unit('start', ...V1)).out).toContain('started 1.0.0-1');
    expect(await slow).toBe('slow but whole\n');
    await stopping;
    await ready(host, '1.0.0', 1);
    expect(await host.get('1.0.0-1', '/pid')).not.toBe(before);
  });

  test('reload reaches the process; one that would die of it is spared', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    expect((await host.unit('reload', ...V1)).out).toContain('reloaded 1.0.0-1');
    await host.until('reload', async () => (await host.get('1.0.0-1', '/reloads')) === '1');
    await host.install('2.0.0', '--env', 'NO_RELOAD=1');
    await host.unit('start', ...API, '--version', '2.0.0');
    await ready(host, '2.0.0', 1);
    const refused = await host.unit('reload', ...API, '--version', '2.0.0');
    expect(refused).toMatchObject({ code: 5, err: expect.stringContaining('unit.no-reload') });
    await ready(host, '2.0.0', 1);
  });

  test('restart goes one at a time and keeps the ports, so one instance is always ready', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1, '--instances', '2');
    await ready(host, '1.0.0', 2);
    const ports = (await host.observe()).instances.map((instance) => instance.port);
    const pids = await Promise.all([host.get('1.0.0-1', '/pid'), host.get('1.0.0-2', '/pid')]);
    let least = 2;
    let done = false;
    const watching = (async () => {
      while (!done) {
        const { instances } = await host.observe();
        least = Math.min(least, instances.filter((instance) => instance.state === 'ready').length);
      }
    })();
    expect((await host.unit('restart', ...V1)).out).toContain('restarted 1.0.0-1, 1.0.0-2');
    done = true;
    await watching;
    expect(least).toBeGreaterThanOrEqual(1);
    expect((await host.observe()).instances.map((instance) => instance.port)).toEqual(ports);
    expect(await host.get('1.0.0-1', '/pid')).not.toBe(pids[0]);
    expect(await host.get('1.0.0-2', '/pid')).not.toBe(pids[1]);
  });

  test('a command that is not there is said at once', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    const unit = layout(host.root).component('api').unit('1.0.0');
    const text = await readFile(unit, 'utf8');
    await writeFile(unit, text.replace(JSON.stringify(process.execPath), '"./no-such-binary"'));
    const answer = await host.unit('start', ...V1);
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('unit.command-not-found') });
    expect(host.processes()).toEqual([]);
  });
});

describe('a process that dies', () => {
  test('comes back on its port, with a pause, and the restart is counted', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    const { port } = await host.run('1.0.0-1');
    await host.get('1.0.0-1', '/crash');
    await host.until('restart', async () => (await host.run('1.0.0-1')).restarts === 1);
    await ready(host, '1.0.0', 1);
    const run = await host.run('1.0.0-1');
    expect(run).toMatchObject({ port, phase: 'running', lastExit: { code: 7, signal: null } });
  });

  test('again and again is a crash loop with its last words, and a stop ends it at once', async () => {
    await using host = await localHost();
    await host.install('1.0.0', '--env', 'DIE_AT_START=1');
    await host.unit('start', ...V1, '--backoff', '20ms');
    const loop = async (): Promise<boolean> => (await host.observe()).instances[0]?.state === 'crash-loop';
    await host.until('crash loop', loop);
    const [instance] = (await host.observe()).instances;
    expect(instance).toMatchObject({ restarts: 4, detail: 'exit 3: cannot open the database' });
    const begun = performance.now();
    await host.unit('stop', ...V1);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  test('leaves a crash loop when it runs calmly again', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit(
      'start',
      ...V1,
      '--backoff',
      '10ms',
      '--max-backoff',
      '50ms',
      '--crash-exits',
      '2',
      '--crash-window',
      '2s',
    );
    await ready(host, '1.0.0', 1);
    for (const restarts of [1, 2]) {
      await host.get('1.0.0-1', '/crash');
      await host.until('restart', async () => (await host.run('1.0.0-1')).restarts === restarts);
      await host.until('listens', async () => (await host.get('1.0.0-1', '/pid')).match(/^\d+$/) !== null);
    }
    expect((await host.observe()).instances[0]?.state).toBe('crash-loop');
    await ready(host, '1.0.0', 1);
  });

  test('children that it leaves behind go with it', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    const grandchild = Number(await host.get('1.0.0-1', '/child'));
    await host.get('1.0.0-1', '/crash');
    await host.until('restart', async () => (await host.run('1.0.0-1')).restarts === 1);
    expect(identify(grandchild)).toBeUndefined();
  });
});

describe('kill -9', () => {
  test('of the supervisor takes its process along; the next start brings both back on the same port', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    const before = await host.run('1.0.0-1');
    process.kill(before.supervisor.pid, 'SIGKILL');
    await host.until('child gone', async () => identify(before.child?.pid ?? 0) === undefined);
    const [instance] = (await host.observe()).instances;
    expect(instance).toMatchObject({ state: 'stopped', detail: expect.stringContaining('supervisor is gone') });
    expect((await host.unit('start', ...V1)).out).toContain('started 1.0.0-1');
    await ready(host, '1.0.0', 1);
    expect((await host.run('1.0.0-1')).port).toBe(before.port);
  });

  test('of the command that starts them, at any moment: nothing runs twice, and the next start completes it', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    const [node = '', ...entry] = unitCommand();
    const words = [...entry, 'start', '--root', host.root, ...V1, '--instances', '2'];
    for (const afterMs of [60, 100, 140, 180, 220, 260, 320, 400]) {
      const controller = spawn(node, words, { stdio: 'ignore' });
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      controller.kill('SIGKILL');
      expect((await host.unit('start', ...V1, '--instances', '2')).code).toBe(0);
      await ready(host, '1.0.0', 2);
      // Two supervisors and two services: nobody of the killed command runs beside those in the run files.
      await host.until('four processes', async () => host.processes().length === 4);
      expect((await host.observe()).instances.map((instance) => instance.restarts)).toEqual([0, 0]);
      await host.unit('stop', ...V1);
      expect(host.processes()).toEqual([]);
    }
  });

  test('of the command that started them, afterwards: the services do not notice', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    const [node = '', ...entry] = unitCommand();
    // A controller that goes on living after its start, as a rollout does, in a group that is killed as a whole.
    const script = '"$@"; echo started; exec sleep 60';
    const words = ['-c', script, 'sh', node, ...entry, 'start', '--root', host.root, ...V1];
    const controller = spawn('sh', words, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    await new Promise((resolve) => controller.stdout.once('data', resolve));
    await ready(host, '1.0.0', 1);
    const pid = await host.get('1.0.0-1', '/pid');
    process.kill(-(controller.pid ?? 0), 'SIGKILL');
    await new Promise((resolve) => controller.once('exit', resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await host.get('1.0.0-1', '/pid')).toBe(pid);
  });

  test('of everything, and a pid that now belongs to somebody else: nobody else is signalled', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit('start', ...V1);
    await ready(host, '1.0.0', 1);
    const run = await host.run('1.0.0-1');
    process.kill(run.supervisor.pid, 'SIGKILL');
    await host.until('child gone', async () => identify(run.child?.pid ?? 0) === undefined);
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore', detached: true });
    try {
      const pid = bystander.pid ?? 0;
      // The run file as it would be had the kernel given both pids to the bystander: same pid, another start time.
      const at = layout(host.root).component('api');
      const forged = { ...run, supervisor: { pid, startTicks: 1 }, child: { pid, startTicks: 1 } };
      await writeFile(at.runFile('1.0.0-1'), JSON.stringify(forged));
      expect((await host.observe()).instances[0]?.state).toBe('stopped');
      await host.unit('stop', ...V1);
      expect(identify(pid)).toBeDefined();
    } finally {
      bystander.kill('SIGKILL');
    }
  });
});

describe('secrets', () => {
  const TOKEN = 'correct-horse-battery-staple';

  test('reach the process and nothing else: no file, no argument, no log', async () => {
    await using host = await localHost();
    await host.install('1.0.0', '--secret-env', 'API_TOKEN=env:THE_TOKEN', '--env', 'PLACE={release} {port}');
    const [node = '', ...entry] = unitCommand();
    const starter = spawn(node, [...entry, 'start', '--root', host.root, ...V1], {
      env: { ...process.env, SHIPLOCK_UNIT_SECRET_API_TOKEN: TOKEN, CI_PASSWORD: 'of the controller' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await new Promise((resolve) => starter.once('close', resolve));
    await ready(host, '1.0.0', 1);
    const env: unknown = JSON.parse(await host.get('1.0.0-1', '/env'));
    const { port } = await host.run('1.0.0-1');
    const release = layout(host.root).component('api').release('1.0.0');
    expect(env).toMatchObject({ API_TOKEN: TOKEN, PLACE: `${release} ${port}` });
    expect(env).not.toHaveProperty('CI_PASSWORD');
    expect(env).not.toHaveProperty('SHIPLOCK_UNIT_SECRET_API_TOKEN');
    const log = layout(host.root).component('api').log('1.0.0-1');
    await host.until('log', async () => (await readFile(log, 'utf8')).includes('listening on'));
    expect(await readFile(log, 'utf8')).toContain('with ***');
    for (const file of readdirSync(host.root, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      expect(readFileSync(join(file.parentPath, file.name), 'utf8'), file.name).not.toContain(TOKEN);
    }
    for (const pid of host.processes()) {
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(TOKEN);
    }
    const { supervisor } = await host.run('1.0.0-1');
    expect(readFileSync(`/proc/${supervisor.pid}/environ`, 'utf8')).not.toContain(TOKEN);
  });

  test('that lead nowhere stop the start before anything runs', async () => {
    await using host = await localHost();
    await host.install('1.0.0', '--secret-env', 'API_TOKEN=env:NOBODY_SET_THIS');
    const answer = await host.unit('start', ...V1);
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('set NOBODY_SET_THIS in the environment') });
    expect(host.processes()).toEqual([]);
  });
});

describe('guards', () => {
  const GUARD = JSON.stringify([
    process.execPath,
    '-e',
    `require('node:http').createServer((q, r) => r.end(JSON.stringify(process.argv.slice(1)))).listen({guardPort}, '127.0.0.1')`,
    '{instance}',
    '{port}',
    '{readyPath}',
    '{version}',
    '{heartbeatFile}',
  ]);

  test('run beside each instance on a port of their own, and end alone or with the version', async () => {
    await using host = await localHost();
    await host.install('1.0.0');
    await host.unit(
      'start',
      ...V1,
      '--instances',
      '2',
      '--guard',
      GUARD,
      '--heartbeat-file',
      `${host.root}/beats/{version}`,
    );
    await ready(host, '1.0.0', 2);
    const { instances } = await host.observe();
    const [first] = instances;
    expect(new Set(instances.flatMap(({ port, guardPort }) => [port, guardPort])).size).toBe(4);
    await host.until('guard', async () => (await fetch(`http://127.0.0.1:${first?.guardPort}/`)).ok);
    const told: unknown = await (await fetch(`http://127.0.0.1:${first?.guardPort}/`)).json();
    expect(told).toEqual(['1.0.0-1', String(first?.port), '/readyz', '1.0.0', `${host.root}/beats/1.0.0`]);
    expect((await host.unit('stop-guards', ...V1)).out).toContain('stopped 1.0.0-1.guard, 1.0.0-2.guard');
    const after = await host.observe();
    expect(after.instances.map(({ state, guardPort }) => ({ state, guardPort }))).toEqual([
      { state: 'ready', guardPort: undefined },
      { state: 'ready', guardPort: undefined },
    ]);
    expect((await host.unit('start', ...V1, '--instances', '2', '--guard', GUARD)).out).toContain(
      'started 1.0.0-1.guard, 1.0.0-2.guard',
    );
    expect(host.processes()).toHaveLength(8);
    await host.unit('stop', ...V1);
    expect(host.processes()).toEqual([]);
  });
});

describe('after a reboot', () => {
  test('resume starts what is current and what was wanted, and not what was stopped on purpose', async () => {
    await using host = await localHost();
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
      await host.install(version);
      await host.unit('start', ...API, '--version', version, '--instances', version === '1.0.0' ? '2' : '1');
    }
    await host.unit('current', ...V1);
    await host.unit('stop', ...API, '--version', '3.0.0');
    // The plug is pulled: every process is gone at once, and the boot is another one.
    const at = layout(host.root).component('api');
    for (const instance of ['1.0.0-1', '1.0.0-2', '2.0.0-1']) {
      const run = await host.run(instance);
      process.kill(run.supervisor.pid, 'SIGKILL');
      await writeFile(at.runFile(instance), JSON.stringify({ ...run, boot: 'another' }));
    }
    await host.until('all gone', async () => host.processes().length === 0);
    const resumed = await host.unit('resume');
    expect(resumed).toMatchObject({ code: 0, out: 'started api/1.0.0-1, api/1.0.0-2, api/2.0.0-1\n' });
    await ready(host, '1.0.0', 2);
    await ready(host, '2.0.0', 1);
    expect((await host.unit('resume')).out).toBe('started nothing\n');
  });

  test('a component that cannot start is told and does not keep the others down', async () => {
    await using host = await localHost();
    await host.install('1.0.0', '--secret-env', 'API_TOKEN=env:NOBODY_SET_THIS');
    await host.install('2.0.0');
    await host.unit('current', ...V1);
    await host.unit('start', ...API, '--version', '2.0.0');
    const run = await host.run('2.0.0-1');
    process.kill(run.supervisor.pid, 'SIGKILL');
    await host.until('gone', async () => host.processes().length === 0);
    const resumed = await host.unit('resume');
    expect(resumed.code).toBe(1);
    expect(resumed.out).toContain('started api/2.0.0-1');
    expect(resumed.out).toContain('NOBODY_SET_THIS');
  });
});
