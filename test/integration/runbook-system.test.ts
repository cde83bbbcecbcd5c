import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { runCli } from '../../src/cli/main.ts';
import { sshFleet } from '../../src/platform/index.ts';
import { execute, fleetOptions, prepare, ROOT, skipWords, unitSpec, whySkipHosts } from '../support/hosts.ts';
import { terminal } from '../support/terminal.ts';

/** The runbooks of the system on real hosts: units of systemd and the instances of a release, over a real ssh. */

const why = await whySkipHosts();
const outcomeSchema = z.looseObject({ run: z.string().nullable(), outcome: z.string(), gate: z.string().nullable() });

describe.skipIf(why !== null)(`the system on hosts${skipWords(why)}`, () => {
  let lab: HostLab;
  let web1: LabHost;
  let web2: LabHost;
  let db1: LabHost;
  let dir: string;
  let fleet: ReturnType<typeof fleetOptions>;

  beforeAll(async () => {
    lab = await startHosts(3);
    const [one, two, three] = lab.hosts;
    if (one === undefined || two === undefined || three === undefined) throw new Error('three hosts');
    [web1, web2, db1] = [one, two, three];
    dir = await mkdtemp(join(tmpdir(), 'sl-system-'));
    await db1.run(unit('database', '/bin/sleep infinity'));
    for (const host of [web1, web2]) await host.run(unit('cache', '/bin/sleep infinity'));
    await writeFile(join(dir, 'shiplock.yaml'), configText());
    fleet = fleetOptions(lab, [web1, web2]);
    const platform = sshFleet(fleet);
    await prepare(fleet);
    const spec = await unitSpec('1.0.0', { replicas: 2 });
    await execute(fleet, platform.install(spec, await platform.observe()));
    await execute(fleet, platform.start(spec, await platform.observe()));
  });
  afterAll(async () => {
    const platform = sshFleet(fleet);
    await execute(fleet, platform.stopGuards('1.0.0')).catch(() => undefined);
    await lab?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  const unit = (name: string, command: string): string =>
    `printf '[Service]\\nType=exec\\nExecStart=${command}\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/${name}.service && systemctl daemon-reload && systemctl enable -q ${name}`;

  function configText(): string {
    const host = ({ name, address }: LabHost, as = name): string => `        - { name: ${as}, address: ${address} }`;
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
${host(web1)}
${host(web2)}
    traffic:
      kind: haproxy
      directory: here/haproxy
      bind: 127.0.0.1:8080
    rollout:
      steps:
        - share: 10%
          bake: 5m
    system:
      hosts:
${host(db1, 'db1')}
      services:
        database:
          unit: database.service
          hosts: [db1]
          startTimeout: 10s
          stopTimeout: 10s
        cache:
          unit: cache.service
          hosts: [web1, web2]
          after: [database]
          health: { tcp: 22 }
          startTimeout: 10s
          stopTimeout: 10s
        api:
          component: api
          after: [database, cache]
          startTimeout: 10s
          stopTimeout: 10s
`;
  }

  async function cli(...argv: readonly string[]) {
    const io = terminal({ cwd: dir, env: { SHIPLOCK_WHO: 'tester' } });
    const code = await runCli([...argv, '--state', join(dir, 'state')], io);
    return { code, out: io.written.out, err: io.written.err };
  }
  const show = async (host: LabHost, name: string, property: string): Promise<string> =>
    (await host.run(`systemctl show -P ${property} -- '${name}'`)).output.trim();
  const api = 'shop-api@1.0.0-1.service';
  const after = async (host: LabHost, name: string): Promise<number> =>
    Number(await show(host, name, 'ActiveEnterTimestampMonotonic'));

  it('plans a start with the units of each host, and changes nothing', async () => {
    const plan = await cli('runbook', 'plan', 'system-start', 'production', '--reason', 'drill');
    expect(plan.code, plan.err).toBe(0);
    expect(plan.out).toContain('--do start --of database.service --on db1=root@');
    expect(plan.out).toContain('nothing to do (api runs on web1)');
    expect(await show(db1, 'database', 'ActiveState')).toBe('inactive');
  });

  it('F1: starts what does not run, in the order of its needs, on hosts that had no program of ours too', async () => {
    const ran = await cli('runbook', 'run', 'system-start', 'production', '--reason', 'drill', '--quiet');
    expect(ran.code, ran.out + ran.err).toBe(0);
    expect(await show(db1, 'database', 'ActiveState')).toBe('active');
    for (const host of [web1, web2]) {
      expect(await show(host, 'cache', 'ActiveState')).toBe('active');
      // All hosts have the clock of one kernel.
      expect(await after(host, 'cache')).toBeGreaterThan(await after(db1, 'database'));
    }
  });

  it('F1: stops everything in reverse order and starts it again: the instances of the release too, as they were', async () => {
    const before = await show(web1, api, 'ExecMainStartTimestampMonotonic');
    expect(Number(before)).toBeGreaterThan(0);
    const stop = await cli('runbook', 'run', 'system-stop', 'production', '--reason', 'power works', '--quiet');
    expect(stop.code, stop.out + stop.err).toBe(0);
    expect(await show(web1, api, 'ActiveState')).toMatch(/inactive|failed/);
    const gone = async (host: LabHost, name: string): Promise<number> =>
      Number(await show(host, name, 'InactiveEnterTimestampMonotonic'));
    expect(await gone(db1, 'database')).toBeGreaterThan(await gone(web2, 'cache'));
    const start = await cli('runbook', 'run', 'system-start', 'production', '--reason', 'power is back', '--quiet');
    expect(start.code, start.out + start.err).toBe(0);
    for (const host of [web1, web2]) {
      expect(await show(host, api, 'ActiveState')).toBe('active');
      expect(await after(host, api)).toBeGreaterThan(await after(host, 'cache'));
    }
    // The way that it was stopped is no crash of it.
    expect((await web1.run('cat /run/shiplock/*-1.service 2>/dev/null | grep -c ^e')).output.trim()).toBe('0');
  });

  it('F1: restarts the first host alone, waits for the inspection, and restarts each unit once', async () => {
    const identities = async (): Promise<readonly string[]> =>
      Promise.all([web1, web2].map((host) => show(host, 'cache', 'InvocationID')));
    const before = await identities();
    const ran = await cli(
      'runbook',
      'run',
      'system-restart',
      'production',
      '--service',
      'cache',
      '--reason',
      'drill',
      '--json',
    );
    expect(ran.code, ran.out + ran.err).toBe(3);
    const { run, gate } = outcomeSchema.parse(JSON.parse(ran.out));
    const inspected = await identities();
    expect(inspected[0]).not.toBe(before[0]);
    expect(inspected[1], 'nothing else is touched').toBe(before[1]);
    const early = await cli('runbook', 'resume', run ?? '', '--quiet');
    expect(early.code).toBe(3);
    expect(early.out).toContain('shiplock gate fill');
    const fill = ['gate', 'fill', run ?? '', gate ?? '', '--item', 'works=yes', '--item', 'seen=answers on its port'];
    expect((await cli(...fill)).code).toBe(0);
    const resumed = await cli('resume', run ?? '', '--quiet');
    expect(resumed.code, resumed.out + resumed.err).toBe(0);
    const end = await identities();
    expect(end[0], 'once only').toBe(inspected[0]);
    expect(end[1]).not.toBe(before[1]);
  });

  it('F1: shows how everything is, also when a host cannot be asked', async () => {
    await web2.run('systemctl stop cache');
    // Its key is not known any more: the connection is refused before a word is said.
    const file = join(dir, 'shiplock.yaml');
    const text = await readFile(file, 'utf8');
    const keys = (await readFile(lab.knownHosts, 'utf8')).split('\n').filter((line) => !line.startsWith(db1.address));
    await writeFile(join(dir, 'known_hosts'), keys.join('\n'));
    await writeFile(file, text.replace(lab.knownHosts, join(dir, 'known_hosts')));
    const status = await cli('runbook', 'run', 'system-status', 'production', '--json');
    await writeFile(file, text);
    expect(status.code, status.out + status.err).toBe(0);
    expect(JSON.parse(status.out)).toMatchObject({
      report: {
        services: [
          { service: 'database', host: 'db1', state: 'unknown' },
          { service: 'cache', host: 'web1', state: 'running' },
          { service: 'cache', host: 'web2', state: 'stopped' },
          { service: 'api', host: 'web1', state: 'running' },
          { service: 'api', host: 'web2', state: 'running' },
        ],
      },
    });
  });

  it('refuses a unit that a host does not know, and a holder that lost its lease', async () => {
    const file = join(dir, 'shiplock.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('cache.service', 'cahe.service'));
    const ran = await cli('runbook', 'run', 'system-start', 'production', '--reason', 'drill', '--quiet');
    await writeFile(file, text);
    expect(ran.out).toContain('no unit cahe.service');
    await web1.run(`mkdir -p ${ROOT}/run && printf '%020d\\n' 999999 >${ROOT}/run/fence && systemctl stop cache`);
    const late = await cli('runbook', 'run', 'system-start', 'production', '--reason', 'drill', '--quiet');
    expect(late.code).toBe(7);
    expect(await show(web1, 'cache', 'ActiveState')).toBe('inactive');
  });
});
