import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import type { PlatformState } from '../../src/model/platform.ts';
import { type Fleet, type SshFleetOptions, sshChecks, sshFleet } from '../../src/platform/index.ts';
import { hostProgram } from '../../src/platform/ssh/program.ts';
import { runChecks } from '../../src/procedure/check/index.ts';
import { LeaseLostError } from '../../src/procedure/lease/fence.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { treeDigest } from '../../src/procedure/machine/digest.ts';
import { execute, fleetOptions, prepare, ROOT, skipWords, unitSpec, whySkipHosts } from '../support/hosts.ts';

/** Releases as units of systemd on two real hosts, over a real ssh. */

const why = await whySkipHosts();
const PASSWORD = 'pa$$"word\\with `all`';

describe.skipIf(why !== null)(`hosts over ssh${skipWords(why)}`, () => {
  let lab: HostLab;
  let one: LabHost;
  let two: LabHost;
  let options: SshFleetOptions;
  let platform: Fleet;
  let scratch: string;

  beforeAll(async () => {
    // The second has little room in /srv.
    lab = await startHosts(2, { smallDisks: [2] });
    const [first, second] = lab.hosts;
    if (first === undefined || second === undefined) throw new Error('two hosts');
    one = first;
    two = second;
    options = fleetOptions(lab, lab.hosts);
    platform = sshFleet(options);
    scratch = await mkdtemp(join(tmpdir(), 'sl-ssh-'));
  });
  afterAll(async () => {
    const state = await platform.observe();
    for (const version of new Set(state.instances.map((row) => row.version))) {
      await execute(options, platform.stopGuards(version)).catch(() => undefined);
    }
    await lab[Symbol.asyncDispose]();
    await rm(scratch, { recursive: true, force: true });
  });

  const states = (state: PlatformState, version: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      state.instances
        .filter((row) => row.component === 'api' && row.version === version)
        .map((row) => [row.instance, row.state]),
    );
  async function until(
    what: string,
    check: (state: PlatformState) => boolean,
    withinMs = 20_000,
  ): Promise<PlatformState> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const state = await platform.observe();
      if (check(state)) return state;
      if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}; ${JSON.stringify(state)}`);
      await sleep(100);
    }
  }
  const get = async (state: PlatformState, instance: string, path: string): Promise<string> => {
    const row = state.instances.find((candidate) => candidate.instance === instance);
    return (await fetch(`http://${row?.host}:${row?.port}${path}`)).text();
  };

  it('looks at hosts that have nothing, and changes nothing', async () => {
    const state = await platform.observe();
    expect(state).toMatchObject({ instances: [], installed: [], current: {} });
    expect(state.hosts.map((host) => host.kind)).toEqual(['reachable', 'reachable']);
    expect((await one.run('ls /usr/local/lib/shiplock /srv/shop')).code).not.toBe(0);
  });

  it('lays its program down once', async () => {
    await prepare(options);
    await prepare(options);
    const listed = await two.run(`ls -l ${hostProgram().path}; ls -A /usr/local/lib/shiplock | wc -l`);
    expect(listed.output).toMatch(/^-rwxr-xr-x 1 root root /);
    expect(listed.output.trim().endsWith('\n1')).toBe(true);
  });

  it('is looked over by `doctor`: a host that answers, and one that lets nobody of that name in', async () => {
    const hosts = [...fleetOptions(lab, [one]).hosts, ...fleetOptions(lab, [two], { user: 'stranger' }).hosts];
    const results = await runChecks(sshChecks({ ...options, hosts }, options.exec), systemClock, 8_000);
    expect(results).toMatchObject([
      { id: 'program.ssh', state: 'ok' },
      { id: 'platform.host.web1', state: 'ok', found: 'answers, and has the program of this version' },
      { id: 'platform.host.web2', state: 'failed' },
    ]);
  });

  it('installs on both at once, and again changes nothing', async () => {
    const spec = await unitSpec('1.0.0', {
      replicas: 2,
      env: { PLAIN: "it's {version}", PASSWORD: { secret: 'env:PASSWORD' } },
    });
    const effects = platform.install(spec, await platform.observe());
    expect(effects).toHaveLength(1);
    const [installed] = await execute(options, effects);
    expect(installed).toMatchObject({ stdout: 'web1: installed\nweb2: installed\n' });
    expect(platform.install(spec, await platform.observe())).toEqual([]);
    expect((await execute(options, effects))[0]).toMatchObject({
      stdout: 'web1: already there\nweb2: already there\n',
    });
  });

  it('starts units that are ready, run as nobody else, and see their environment', async () => {
    const spec = await unitSpec('1.0.0', {
      replicas: 2,
      env: { PLAIN: "it's {version}", PASSWORD: { secret: 'env:PASSWORD' } },
    });
    const effects = platform.start(spec, await platform.observe());
    expect(JSON.stringify(effects)).not.toContain('word');
    await execute(options, effects, { env: { PASSWORD } });
    const state = await until('both ready', (now) =>
      Object.values(states(now, '1.0.0')).every((condition) => condition === 'ready'),
    );
    expect(Object.keys(states(state, '1.0.0'))).toEqual(['1.0.0-1@web1', '1.0.0-1@web2']);
    expect(await get(state, '1.0.0-1@web1', '/env/PLAIN')).toBe("it's 1.0.0");
    expect(await get(state, '1.0.0-1@web1', '/env/PASSWORD')).toBe(PASSWORD);
    expect(await get(state, '1.0.0-1@web2', '/who')).toMatch(/^uid=[1-9]\d{4} args=\["10\.77\.\d+\.12:20000"\]$/);
    expect(await get(state, '1.0.0-1@web1', `/write?to=${ROOT}/api/releases/1.0.0/x`)).toMatch(/read-only/);
    expect(await get(state, '1.0.0-1@web1', '/write?to=/var/lib/shiplock/shop-api/kept')).toBe('written');
    // Guards run here, one for each instance, and know where it is.
    const guarded = state.instances.filter((row) => row.component === 'api');
    expect(guarded.map((row) => row.guardHost)).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(new Set(guarded.map((row) => row.guardPort)).size).toBe(2);
    expect(platform.start(spec, state)).toEqual([]);
  });

  it('keeps secrets out of everything that others can read', async () => {
    const seen = await one.run(
      `ls -l ${ROOT}/api/run/1.0.0.env; ps axww; journalctl --no-pager; systemctl cat 'shop-api@*'; cat ${ROOT}/api/run/*.launch ${ROOT}/api/releases/*/unit.json; systemctl show 'shop-api@*'`,
    );
    expect(seen.output).toMatch(/^-rw------- 1 root root /);
    expect(seen.output).not.toContain('word\\with');
    expect(seen.output).toContain('DynamicUser=yes');
  });

  it('comes back by itself: after a crash, a reboot and a pulled plug', async () => {
    const before = await platform.observe();
    await get(before, '1.0.0-1@web1', '/die').catch(() => undefined);
    const crashed = await until('a restart', (now) =>
      now.instances.some((row) => row.on === 'web1' && row.restarts === 1),
    );
    expect(crashed.instances.find((row) => row.component === 'api')?.state).toMatch(/ready|starting/);
    await one.run('systemctl reboot');
    await until('the reboot', (now) => now.hosts.some((host) => host.kind === 'unreachable'));
    await until('web1 to be back', (now) => states(now, '1.0.0')['1.0.0-1@web1'] === 'ready');
    await two.pullPlug();
    const down = await platform.observe();
    expect(down.hosts.find((host) => host.name === 'web2')).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringMatching(/route|timed out|no answer|refused|closed/i),
    });
    // The others are looked at all the same.
    expect(states(down, '1.0.0')).toEqual({ '1.0.0-1@web1': 'ready' });
    await two.powerOn();
    const back = await until('web2 to be back', (now) => states(now, '1.0.0')['1.0.0-1@web2'] === 'ready');
    const ports = (state: PlatformState): readonly number[] =>
      state.instances.filter((row) => row.component === 'api').map((row) => row.port);
    expect(ports(back)).toEqual(ports(before));
  });

  it('sees a crash loop soon, with its last words and without its secrets', async () => {
    const spec = await unitSpec('1.1.0', {
      replicas: 2,
      command: ['./service', '{host}:{port}', 'die'],
      env: { PASSWORD: { secret: 'env:PASSWORD' } },
    });
    await execute(options, platform.install(spec, await platform.observe()));
    const begin = performance.now();
    await execute(options, platform.start(spec, await platform.observe()), { env: { PASSWORD } });
    const state = await until('the crash loop', (now) =>
      Object.values(states(now, '1.1.0')).every((condition) => condition === 'crash-loop'),
    );
    console.log(`crash loop seen after ${Math.round(performance.now() - begin)} ms`);
    const row = state.instances.find((instance) => instance.instance === '1.1.0-1@web1');
    expect(row?.detail).toMatch(/^exit 7: .*cannot reach the database with \*\*\*/);
    expect(row?.restarts).toBeGreaterThanOrEqual(2);
    expect(states(state, '1.0.0')).toEqual({ '1.0.0-1@web1': 'ready', '1.0.0-1@web2': 'ready' });
  });

  it('stops: requests finish, and nothing of it is left', async () => {
    await execute(options, platform.stop('1.1.0', await platform.observe()));
    const state = await platform.observe();
    expect(states(state, '1.1.0')).toEqual({});
    const slow = get(state, '1.0.0-1@web1', '/slow');
    await sleep(200);
    await execute(options, platform.stop('1.0.0', state, ['web1']));
    expect(await slow).toBe('done');
    const left = await one.run(
      `ls /etc/systemd/system/*.service /etc/systemd/system/multi-user.target.wants ${ROOT}/api/run /run/shiplock; systemctl list-units --all 'shop-*'`,
    );
    expect(left.output).not.toMatch(/shop-api@|\.run\b|\.env\b/);
    expect(states(await platform.observe(), '1.0.0')).toEqual({ '1.0.0-1@web2': 'ready' });
    // What was stopped on purpose does not come back.
    expect(platform.stop('1.0.0', await platform.observe(), ['web1'])).toEqual([]);
  });

  it('switches `current`, and removes only what neither runs nor is current', async () => {
    const effects = platform.makeCurrent('1.0.0', await platform.observe());
    await execute(options, effects);
    await execute(options, effects);
    const state = await platform.observe();
    expect(state.current).toEqual({ api: '1.0.0' });
    expect(platform.makeCurrent('1.0.0', state)).toEqual([]);
    const running = { ...state, hosts: state.hosts.map((host) => ({ ...host, current: {} })) };
    await expect(execute(options, platform.remove('1.0.0', running))).rejects.toThrow('ssh.version-running');
    await execute(options, platform.stop('1.0.0', state));
    await expect(execute(options, platform.remove('1.0.0', running))).rejects.toThrow('ssh.version-current');
    await execute(options, platform.remove('1.1.0', state));
    expect((await platform.observe()).installed.map((row) => row.version)).toEqual(['1.0.0', '1.0.0']);
    await execute(options, platform.remove('1.0.0', await platform.observe()));
    expect((await platform.observe()).installed).toEqual([]);
  });

  it('takes a directory with links and programs in it as it is, and sees when it was changed', async () => {
    const artefact = join(scratch, 'tree');
    await mkdir(join(artefact, 'bin'), { recursive: true });
    await writeFile(join(artefact, 'bin', 'run me'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(artefact, 'ünï.txt'), 'text');
    await symlink('bin/run me', join(artefact, 'link'));
    const spec = await unitSpec('2.0.0', { artefact, digest: await treeDigest(artefact), command: ['./bin/run me'] });
    await execute(options, platform.install(spec, await platform.observe(), ['web1']));
    expect((await platform.observe()).installed).toMatchObject([{ version: '2.0.0', digest: spec.digest, on: 'web1' }]);
    await one.run(`echo more >>'${ROOT}/api/releases/2.0.0/ünï.txt'`);
    const [changed] = (await platform.observe()).installed;
    expect(changed?.digest).not.toBe(spec.digest);
    await expect(execute(options, platform.install(spec, await platform.observe(), ['web1']))).rejects.toThrow(
      'ssh.other-content',
    );
    await execute(options, platform.remove('2.0.0', await platform.observe()));
  });

  it('refuses another content than was released, and what does not fit', async () => {
    const state = await platform.observe();
    const wrong = await unitSpec('2.1.0', { digest: `sha256:${'0'.repeat(64)}` });
    await expect(execute(options, platform.install(wrong, state))).rejects.toThrow('ssh.wrong-digest');
    const artefact = join(scratch, 'large');
    await writeFile(artefact, Buffer.alloc(256 * 1024 * 1024, 7));
    const large = await unitSpec('2.2.0', { artefact });
    const failed = execute(options, platform.install(large, state));
    await expect(failed).rejects.toThrow(/web2: found .*\[ssh\.disk-full\]/s);
    const after = await platform.observe();
    // The host with room has it, the other has nothing, not even a part of it.
    expect(after.installed.map((row) => row.on)).toEqual(['web1']);
    expect((await two.run(`ls -A ${ROOT}/api/releases`)).output).toBe('');
    await execute(options, platform.remove('2.2.0', after));
  });

  it('survives a kill -9 in the middle of an installation', async () => {
    const artefact = join(scratch, 'large');
    const spec = await unitSpec('2.3.0', { artefact });
    const state = await platform.observe();
    const [effect] = platform.install(spec, state, ['web1']);
    if (effect?.kind !== 'exec') throw new Error('an installation');
    const [command = '', ...args] = effect.argv.map(String);
    const partly = one.run(
      `for n in $(seq 600); do case $(ls -A ${ROOT}/api/releases) in *.new-*) echo partly; exit;; esac; sleep 0.01; done`,
    );
    const child = spawn(command, args, {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, SHIPLOCK_FENCE: '1' },
    });
    expect((await partly).output).toBe('partly\n');
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await new Promise((done) => child.once('close', done));
    expect((await platform.observe()).installed).toEqual([]);
    await execute(options, platform.install(spec, await platform.observe(), ['web1']));
    expect((await platform.observe()).installed).toMatchObject([{ version: '2.3.0', digest: spec.digest }]);
    expect((await one.run(`ls -A ${ROOT}/api/releases`)).output).toBe('2.3.0\n');
    await execute(options, platform.remove('2.3.0', await platform.observe()));
  });

  it('refuses whoever held the environment before', async () => {
    const spec = await unitSpec('3.0.0', { replicas: 2 });
    const effects = platform.install(spec, await platform.observe());
    await execute(options, effects, { fence: 7 });
    const late = platform.start(spec, await platform.observe());
    await expect(execute(options, late.slice(0, 1), { fence: 6 })).rejects.toThrow(LeaseLostError);
    expect(states(await platform.observe(), '3.0.0')).toEqual({});
    await execute(options, platform.remove('3.0.0', await platform.observe()), { fence: 7 });
  });

  it('says which key is wrong, and never goes on', async () => {
    const known = async (name: string, text: string): Promise<string> => {
      const path = join(scratch, name);
      await writeFile(path, text);
      return path;
    };
    const text = await readFile(lab.knownHosts, 'utf8');
    const reason = async (access: Partial<SshFleetOptions['access']>): Promise<string> => {
      const changed = sshFleet({ ...options, access: { ...options.access, ...access } });
      const [host] = (await changed.observe()).hosts;
      return host?.kind === 'unreachable' ? host.reason : 'reachable';
    };
    const [, foreign = ''] = text.trim().split('\n');
    expect(await reason({ knownHosts: await known('none', '') })).toBe('a host key that is not known');
    expect(await reason({ knownHosts: await known('other', foreign.replace(two.address, one.address)) })).toBe(
      'another host key than the one that is known',
    );
    const stranger = join(scratch, 'stranger');
    await new Promise((done) => spawn('ssh-keygen', ['-qt', 'ed25519', '-N', '', '-f', stranger]).once('close', done));
    expect(await reason({ identityFile: stranger })).toMatch(/Permission denied/);
    expect(await reason({})).toBe('reachable');
  });

  it('works through sudo for a user who may do nothing else', async () => {
    await one.run(
      `useradd -m deploy && mkdir -p /home/deploy/.ssh && cp /root/.ssh/authorized_keys /home/deploy/.ssh/ && chown -R deploy /home/deploy/.ssh`,
    );
    const deploy = fleetOptions(lab, [one], { user: 'deploy' });
    const fleet = sshFleet(deploy);
    const reason = async (): Promise<string> => {
      const [host] = (await fleet.observe()).hosts;
      return host?.kind === 'unreachable' ? host.reason : 'reachable';
    };
    expect(await reason()).toMatch(/sudo: a password is required/);
    await one.run(
      `echo 'deploy ALL=(root) NOPASSWD: /usr/local/lib/shiplock/host-* ${ROOT} *' >/etc/sudoers.d/shiplock && chmod 440 /etc/sudoers.d/shiplock`,
    );
    expect(await reason()).toBe('reachable');
    const spec = await unitSpec('4.0.0', { env: { PASSWORD: { secret: 'env:PASSWORD' } } });
    const how = { fence: 8, env: { PASSWORD } };
    await execute(deploy, fleet.install(spec, await fleet.observe()), how);
    await execute(deploy, fleet.start(spec, await fleet.observe()), how);
    await until('ready', (now) => states(now, '4.0.0')['4.0.0-1@web1'] === 'ready');
    await execute(deploy, fleet.stop('4.0.0', await fleet.observe()), how);
    await execute(deploy, fleet.remove('4.0.0', await fleet.observe()), how);
    // Only below the directory that the line names, and nothing else.
    const other = sshFleet({ ...deploy, root: '/srv/other' });
    expect((await other.observe()).hosts[0]).toMatchObject({ reason: expect.stringMatching(/password/) });
  });
});
