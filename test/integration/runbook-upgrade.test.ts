import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { runCli } from '../../src/cli/main.ts';
import { sshFleet, unitMain } from '../../src/platform/index.ts';
import { action, type Node, procedure, runProcedure, sequence, systemClock } from '../../src/procedure/index.ts';
import { engineOptions, openEnvironment } from '../../src/release/environment/service.ts';
import { endpointsOf } from '../../src/rollout/capacity.ts';
import { execute, fleetOptions, prepare, ROOT, skipWords, unitSpec, whySkipHosts } from '../support/hosts.ts';
import { breakOn, debScript } from '../support/runbooks/host-packages.ts';
import { terminal } from '../support/terminal.ts';

/** Packages upgraded by real apt and dpkg on real hosts, behind a real HAProxy. */

const why = await whySkipHosts();
const ranSchema = z.looseObject({ run: z.string().nullable(), outcome: z.string(), gate: z.string().nullable() });

describe.skipIf(why !== null)(`packages of hosts${skipWords(why)}`, () => {
  let lab: HostLab;
  let dir: string;
  let port: number;
  let fleet: ReturnType<typeof fleetOptions>;

  beforeAll(async () => {
    lab = await startHosts(3);
    dir = await mkdtemp(join(tmpdir(), 'sl-upgrade-'));
    port = await freePort();
    await writeFile(join(dir, 'shiplock.yaml'), configText());
    fleet = fleetOptions(lab, lab.hosts);
    const platform = sshFleet(fleet);
    await prepare(fleet);
    const spec = await unitSpec('1.0.0', { replicas: 3 });
    await Promise.all(lab.hosts.map((host) => host.run(debScript(['1.1', '1.2'], '1.1'))));
    await execute(fleet, platform.install(spec, await platform.observe()));
    await execute(fleet, platform.start(spec, await platform.observe()));
    await serve();
  });
  afterAll(async () => {
    await stopLocal(join(dir, 'here'));
    await execute(fleet, sshFleet(fleet).stopGuards('1.0.0')).catch(() => undefined);
    await lab?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  function configText(): string {
    const hosts = lab.hosts.map(({ name, address }) => `        - { name: ${name}, address: ${address} }`).join('\n');
    return `apiVersion: shiplock/v1
service: shop
components:
  api:
    kind: go
    source: api
    binary: service
    command: [./service, '{host}:{port}']
    ready: /readyz
environments:
  production:
    platform:
      kind: ssh
      root: ${ROOT}
      localRoot: here
      knownHosts: ${lab.knownHosts}
      identityFile: ${lab.identity}
      hosts:
${hosts}
    traffic:
      kind: haproxy
      directory: here/haproxy
      bind: 127.0.0.1:${port}
    rollout:
      drainTimeout: 5s
      steps:
        - share: 10%
          bake: 5m
    system:
      services:
        agent:
          unit: shop-agent.service
          hosts: [web1, web2, web3]
          startTimeout: 20s
        api:
          component: api
          startTimeout: 20s
`;
  }

  /** The proxy, with the instances of all hosts behind it. */
  async function serve(): Promise<void> {
    const door = {
      configFile: join(dir, 'shiplock.yaml'),
      store: join(dir, 'state'),
      env: {},
      who: 'tester',
      self: [],
    };
    const service = await openEnvironment(door, 'production');
    const { router, platform } = service.target.ports;
    const routed = action({
      id: 'route',
      title: 'Route',
      read: async (ctx) => ({ routes: await router.observe(ctx.signal), hosts: await platform.observe(ctx.signal) }),
      decide: ({ routes, hosts }) => {
        const endpoints = endpointsOf(hosts, 'api', '1.0.0');
        const desired = {
          service: 'shop',
          routes: [{ version: '1.0.0', share: 1, hold: 'stable' as const, endpoints }],
        };
        return { kind: 'do', effects: router.apply(desired, routes) };
      },
      probe: 'repeatable',
    });
    const steps: readonly Node[] = [...(service.target.proxy === null ? [] : [service.target.proxy]), routed];
    const root = sequence({ id: 'serve', title: 'Serve', steps });
    const tree = procedure({
      id: 'runbook-serve',
      title: 'Serve',
      description: '',
      environment: 'production',
      inputs: {},
      root,
    });
    const result = await runProcedure(tree, engineOptions(service));
    expect(result.problems).toEqual([]);
    await until(async () => (await answer()) === 200);
  }

  async function cli(...argv: readonly string[]) {
    const io = terminal({ cwd: dir, env: { SHIPLOCK_WHO: 'tester' } });
    const code = await runCli([...argv, '--state', join(dir, 'state')], io);
    return { code, out: io.written.out, err: io.written.err };
  }
  const runbook = (verb: 'run' | 'plan', ...words: readonly string[]) =>
    cli(
      'runbook',
      verb,
      'upgrade-packages',
      'production',
      '--reason',
      'drill',
      '--packages',
      'shop-agent',
      ...words,
      '--json',
    );
  const fill = (run: string | null, gate: string | null) =>
    cli('gate', 'fill', run ?? '', gate ?? '', '--item', 'works=yes', '--item', 'seen=its log and its answers');
  const answer = (): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ status }) => status,
      () => 0,
    );
  const said = async (host: LabHost, command: string): Promise<string> => (await host.run(command)).output.trim();
  const versions = (): Promise<readonly string[]> =>
    Promise.all(lab.hosts.map((host) => said(host, "dpkg-query -W -f '${Version}' shop-agent")));
  const starts = (): Promise<readonly string[]> =>
    Promise.all(lab.hosts.map((host) => said(host, 'systemctl show -P InvocationID shop-agent')));
  /** Which hosts take requests, as the proxy would also find it after a restart. */
  async function taking(): Promise<readonly string[]> {
    const config = await readFile(join(dir, 'here/haproxy/haproxy.cfg'), 'utf8');
    const lines = config.split('\n').filter((line) => /^\s*server .* weight [1-9]/.test(line));
    return lab.hosts
      .filter(({ address }) => lines.some((line) => line.includes(`${address}:`)))
      .map(({ name }) => name);
  }

  it('F3: the first host alone, then an inspection; a host that fails stays out of the traffic and the next is not touched; the way back works', async () => {
    const [, web2] = lab.hosts;
    await web2?.run(breakOn('1.2'));
    const plan = await runbook('plan');
    expect(plan.code, plan.out + plan.err).toBe(0);
    const digest = /--planned ([0-9a-f]{12})/.exec(plan.out)?.[1] ?? '';
    expect(plan.out).toContain('shop-agent 1.1 → 1.2');
    expect(await versions()).toEqual(['1.1', '1.1', '1.1']);
    const before = await starts();
    const statuses: number[] = [];
    let over = false;
    const users = (async () => {
      while (!over) {
        statuses.push(await answer());
        await sleep(5);
      }
    })();
    const first = await runbook('run', '--planned', digest);
    expect(first.code, first.out + first.err).toBe(3);
    expect(await versions()).toEqual(['1.2', '1.1', '1.1']);
    expect(await taking()).toEqual(['web1', 'web2', 'web3']);
    const { run, gate } = ranSchema.parse(JSON.parse(first.out));
    await fill(run, gate);

    const failed = await cli('runbook', 'resume', run ?? '', '--json');
    expect(failed.code, failed.out).toBe(1);
    expect(await versions(), 'half done on web2').toEqual(['1.2', '1.2', '1.1']);
    expect(await taking()).toEqual(['web1', 'web3']);
    expect(failed.out).toContain('shop-agent 1.2, half done');
    expect(failed.out).toContain('--host web2 --packages shop-agent=1.1 --downgrade');

    const back = await cli(
      ...['runbook', 'run', 'upgrade-packages', 'production', '--reason', 'drill', '--host', 'web2'],
      ...['--packages', 'shop-agent=1.1', '--downgrade', '--json'],
    );
    expect(back.code, back.out + back.err).toBe(0);
    expect(await versions()).toEqual(['1.2', '1.1', '1.1']);
    expect(await taking()).toEqual(['web1', 'web2', 'web3']);

    over = true;
    await users;
    // The old program was still running: nothing but our restart ends it.
    expect((await starts())[0]).not.toBe(before[0]);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(statuses.length).toBeGreaterThan(50);
  });

  it('F3: the fault mended, another list than the planned one changes nothing, and a new run brings the rest', async () => {
    await lab.hosts[1]?.run('rm /etc/break');
    const late = await runbook('run', '--planned', '000000000000');
    expect(late.code, late.out).toBe(5);
    expect(late.out).toContain('system.candidate-changed');
    const again = ranSchema.parse(JSON.parse((await runbook('run', '--refresh')).out));
    await fill(again.run, again.gate);
    const rest = await cli('runbook', 'resume', again.run ?? '', '--json');
    expect(rest.code, rest.out + rest.err).toBe(0);
    expect(await versions()).toEqual(['1.2', '1.2', '1.2']);
    expect(JSON.parse(rest.out)).toMatchObject({
      report: { hosts: [{}, { host: 'web2', packages: [{ name: 'shop-agent', before: '1.1', after: '1.2' }] }, {}] },
    });
  });

  it('refuses who is let in by sudo, unless root of the host has said otherwise', async () => {
    const host = lab.hosts[0];
    const as = `SUDO_USER=deploy /usr/local/lib/shiplock/host-* ${ROOT} package --fence 99999 --do set --of shop-agent=1.2 --downgrade no`;
    const refused = await host?.run(as);
    expect(refused?.code).toBe(70);
    expect(refused?.output).toContain('packages-not-allowed');
    expect((await host?.run(`mkdir -p /etc/shiplock && : >/etc/shiplock/packages && ${as}`))?.code).toBe(0);
  });
});

async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error('not within 20 s');
    await sleep(50);
  }
}

/** Stops what runs on this machine: the proxy. */
async function stopLocal(root: string): Promise<void> {
  const ask = async (...words: readonly string[]): Promise<string> => {
    let said = '';
    const out = (text: string): void => {
      said += text;
    };
    await unitMain([...words, '--root', root, '--json'], { cwd: root, env: {}, clock: systemClock, out, err: out });
    return said;
  };
  const known = z.looseObject({ instances: z.array(z.looseObject({ component: z.string(), version: z.string() })) });
  for (const { component, version } of known.parse(JSON.parse(await ask('status'))).instances) {
    await ask('stop', '--component', component, '--version', version);
  }
}
