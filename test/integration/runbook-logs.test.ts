import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { runCli } from '../../src/cli/main.ts';
import { ROOT, skipWords, whySkipHosts } from '../support/hosts.ts';
import { halfDone, rotate } from '../support/runbooks/log-kills.ts';
import { logrotateFiles } from '../support/runbooks/logrotate.ts';
import { ask, logNames, logsSetup, writtenNumbers } from '../support/runbooks/logs.ts';
import { type CommandWorld, commandWorld } from '../support/runbooks/world.ts';
import { terminal } from '../support/terminal.ts';

/** Logs of a real Nginx put aside while it serves: every request is one line, and all lines are counted at the end. */

const worlds: CommandWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world[Symbol.asyncDispose]();
});

async function cliIn(dir: string, store: string, argv: readonly string[]) {
  const io = terminal({ cwd: dir, env: { SHIPLOCK_WHO: 'anna' } });
  const code = await runCli([...argv, '--state', store], io);
  return { code, out: io.written.out, err: io.written.err };
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

describe('on this machine', () => {
  async function open() {
    const world = await commandWorld([], logsSetup(0));
    worlds.push(world);
    return {
      world,
      run: (verb: string, ...more: readonly string[]) =>
        cliIn(world.dir, world.store, ['runbook', verb, 'log-rotate', 'production', ...more]),
      edit: (change: (text: string) => string) =>
        writeFileSync(world.configFile, change(readFileSync(world.configFile, 'utf8'))),
    };
  }

  test('F1: no line is lost while requests come in, what is too much goes, and what is not due is left alone', async () => {
    const { world, run, edit } = await open();
    let last = 0;
    let going = true;
    const load = (async () => {
      while (going) await ask(world.dir, [++last]);
    })();
    const plan = await run('plan', '--now');
    expect(plan.code, plan.err).toBe(0);
    expect(plan.out).toMatch(/access\.log \([\d.]+ (?:B|KiB)\) is put aside/);
    for (let turn = 0; turn < 2; turn++) {
      const ran = await run('run', '--now', '--quiet');
      expect(ran.code, ran.out + ran.err).toBe(0);
    }
    going = false;
    await load;
    expect(last).toBeGreaterThan(100);
    expect(await writtenNumbers(world.dir, last)).toEqual(upTo(last));
    expect(logNames(world.dir)).toEqual([
      'access.log',
      ...Array.from({ length: 2 }, () => expect.stringMatching(/^access\.log-\d{8}-\d+\.gz$/)),
    ]);
    const nothing = await run('run', '--quiet');
    expect(nothing.code, nothing.out + nothing.err).toBe(0);
    expect(logNames(world.dir)).toHaveLength(3);
    const newest = logNames(world.dir).at(-1);
    edit((text) => text.replace('logrotate: false', 'logrotate: false\n        keep: 1'));
    expect((await run('plan')).out).toContain('1 of 2 from before are removed');
    expect((await run('run', '--quiet')).code).toBe(0);
    expect(logNames(world.dir)).toEqual(['access.log', newest]);
  });

  test('F1: a writer that does not let go fails the run, and nothing of its log is compressed', async () => {
    const { world, run, edit } = await open();
    await ask(world.dir, upTo(5));
    await writtenNumbers(world.dir, 5);
    edit((text) => text.replace(/ +reopen:.*\n/, ''));
    const ran = await run('run', '--now', '--quiet');
    expect(ran.code).not.toBe(0);
    expect(ran.out + ran.err).toContain('logs-held');
    await ask(world.dir, [6]);
    expect(await writtenNumbers(world.dir, 6)).toEqual(upTo(6));
    expect(logNames(world.dir).filter((name) => name.endsWith('.gz'))).toEqual([]);
  });

  test('F1: killed with all it has started, it goes on as if nothing had happened', async () => {
    const { world } = await open();
    let last = 0;
    // Before the new log has its place, the signal, and parts of the compression: `npm run soak logs` kills before every command.
    for (const killAt of [4, 6, 9, 13]) {
      await ask(world.dir, [++last, ++last]);
      await writtenNumbers(world.dir, last);
      await rotate(world.dir, { killAt, due: true });
      await ask(world.dir, [++last]);
      const again = await rotate(world.dir, { due: false });
      expect(again, `killed at ${killAt}`).toMatchObject({ code: 0 });
      await ask(world.dir, [++last]);
      expect(await writtenNumbers(world.dir, last), `killed at ${killAt}`).toEqual(upTo(last));
      expect(halfDone(world.dir), `killed at ${killAt}`).toEqual([]);
    }
  });
});

const NGINX_CONF = `user root;
error_log stderr;
events {}
http { access_log /var/log/nginx/access.log; server { listen 80; return 200 ok; } }
`;
const NGINX_UNIT = `[Service]
Type=exec
ExecStart=/usr/sbin/nginx -g 'daemon off;'
`;

const why = await whySkipHosts();

describe.skipIf(why !== null)(`on hosts over ssh${skipWords(why)}`, () => {
  let lab: HostLab;
  let hosts: readonly LabHost[];
  let dir: string;
  const cli = (...argv: readonly string[]) => cliIn(dir, join(dir, 'state'), argv);
  const on = async (at: number, script: string): Promise<string> => (await hosts[at]?.run(script))?.output.trim() ?? '';

  beforeAll(async () => {
    const logrotate = await logrotateFiles();
    lab = await startHosts(2);
    hosts = lab.hosts;
    dir = await mkdtemp(join(tmpdir(), 'sl-logs-'));
    const nginx = readFileSync('/usr/sbin/nginx');
    for (const [at, { address }] of hosts.entries()) {
      const ssh = [
        '-F',
        'none',
        '-o',
        'BatchMode=yes',
        '-o',
        `UserKnownHostsFile=${lab.knownHosts}`,
        '-i',
        lab.identity,
      ];
      const lay = (script: string, input: Buffer | string): unknown =>
        execFileSync('ssh', [...ssh, `root@${address}`, script], { input, stdio: ['pipe', 'pipe', 'pipe'] });
      lay('cat >/usr/sbin/nginx && chmod 755 /usr/sbin/nginx', nginx);
      lay('mkdir -p /etc/nginx /var/lib/nginx /var/log/nginx && cat >/etc/nginx/nginx.conf', NGINX_CONF);
      // The second one has logrotate, the first one has not.
      if (at === 1) {
        for (const { path, content } of logrotate) lay(`cat >${path} && chmod 755 ${path}`, content);
        lay('mkdir -p /etc/logrotate.d /var/lib/logrotate && cat >/etc/logrotate.conf', 'include /etc/logrotate.d\n');
      }
      lay('cat >/etc/systemd/system/nginx.service && systemctl daemon-reload && systemctl start nginx', NGINX_UNIT);
    }
    const names = hosts.map(({ name }) => name).join(', ');
    mkdirSync(join(dir, 'state'));
    writeFileSync(
      join(dir, 'shiplock.yaml'),
      `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: go, source: api, binary: service, command: [./service], ready: /readyz }
environments:
  production:
    platform:
      kind: ssh
      root: ${ROOT}
      localRoot: here
      knownHosts: ${lab.knownHosts}
      identityFile: ${lab.identity}
      hosts:
${hosts.map(({ name, address }) => `        - { name: ${name}, address: ${address} }`).join('\n')}
    traffic: { kind: haproxy, directory: here/haproxy, bind: '127.0.0.1:8080' }
    rollout: { steps: [{ share: 10%, bake: 5m }] }
    system: { services: { web: { unit: nginx.service, hosts: [${names}] } } }
    logs:
      access:
        files: ['/var/log/nginx/*.log']
        hosts: [${names}]
        reopen: { unit: nginx.service, signal: USR1 }
`,
    );
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  const request = async (from: number, to: number): Promise<void> => {
    for (const { address } of hosts)
      for (let number = from; number <= to; number++) await (await fetch(`http://${address}/${number}`)).text();
  };
  const lines = (at: number) =>
    on(at, `cd /var/log/nginx; (zcat -f -- *) | sed -n 's,.*GET /\\([0-9]*\\) .*,\\1,p' | sort -n | tr '\\n' ' '`);

  it('F1: with logrotate where it is, without it elsewhere, on both by one command; Nginx runs on', async () => {
    await expect
      .poll(
        () =>
          request(1, 1).then(
            () => true,
            () => false,
          ),
        { timeout: 10_000, interval: 100 },
      )
      .toBe(true);
    const started = await Promise.all([0, 1].map((at) => on(at, 'systemctl show -P InvocationID nginx')));
    await request(2, 20);
    const first = await cli('runbook', 'run', 'log-rotate', 'production', '--now', '--quiet');
    expect(first.code, first.out + first.err).toBe(0);
    await request(21, 40);
    const second = await cli('runbook', 'run', 'log-rotate', 'production', '--now', '--quiet');
    expect(second.code, second.out + second.err).toBe(0);
    await request(41, 42);
    const wanted = upTo(42).join(' ');
    for (const at of [0, 1]) {
      // Nginx answers before it writes the line; the first request was asked until it was answered.
      await expect
        .poll(() => lines(at).then((text) => [...new Set(text.trim().split(' '))].join(' ')), {
          timeout: 10_000,
          interval: 100,
        })
        .toBe(wanted);
    }
    const names = 'ls /var/log/nginx | sed "s/[0-9]\\{8\\}-[0-9]*/T/" | sort; ls /etc/logrotate.d | grep shiplock';
    expect(await on(0, names)).toBe('access.log\naccess.log-T.gz\naccess.log-T.gz');
    // Logrotate compresses one turn later.
    expect(await on(1, names)).toBe('access.log\naccess.log-T\naccess.log-T.gz\nshiplock-shop-access');
    expect(await on(1, 'logrotate -d /etc/logrotate.conf 2>&1 | grep -c ^error')).toBe('0');
    expect(await Promise.all([0, 1].map((at) => on(at, 'systemctl show -P InvocationID nginx')))).toEqual(started);
  });

  it('F1: a log that another configuration means is refused before anything is touched', async () => {
    await on(1, `printf '/var/log/nginx/access.log {\\n daily\\n}\\n' >/etc/logrotate.d/nginx`);
    const before = await on(1, 'ls /var/log/nginx');
    const ran = await cli('runbook', 'run', 'log-rotate', 'production', '--now', '--host', 'web2', '--quiet');
    expect(ran.code, ran.out + ran.err).toBe(5);
    expect(ran.out).toContain('logs.other-configuration');
    expect(await on(1, 'rm /etc/logrotate.d/nginx; ls /var/log/nginx')).toBe(before);
  });

  it('F1: who is not root on a host puts aside only what root of that host has listed', async () => {
    const words = `--name shiplock-shop-access --of '/var/log/nginx/*.log' --rotator no --reopen none --every daily --mib 1 --keep 1 --days 1 --fence 999999`;
    const asked = `SUDO_USER=deploy $(ls /usr/local/lib/shiplock/host-* | tail -1) ${ROOT} log ${words} 2>&1`;
    expect(await on(0, asked)).toContain('logs-not-allowed: /var/log/nginx');
    expect(await on(0, `mkdir -p /etc/shiplock; echo /var/log/nginx >/etc/shiplock/logs; ${asked}`)).toContain(
      'put aside: nothing',
    );
    const evil = asked
      .replace('/var/log/nginx/*.log', '/etc/../etc/*')
      .replace('--reopen none', `--reopen 'USR1:x;id'`);
    expect(await on(0, evil)).toContain('usage');
  });
});
