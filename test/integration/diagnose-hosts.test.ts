import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { runCli } from '../../src/cli/main.ts';
import { collect } from '../../src/diagnose/index.ts';
import { manifestSchema } from '../../src/diagnose/manifest.ts';
import { runProcedure } from '../../src/procedure/index.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { sshPlace } from '../../src/release/diagnose/places.ts';
import { readReport } from '../../src/release/report/report.ts';
import { bench, inOrder, tree, writes } from '../support/engine.ts';
import { skipWords, whySkipHosts } from '../support/hosts.ts';
import { terminal } from '../support/terminal.ts';

/** The bundle of a service on real hosts with systemd, one of which is gone. */

const why = await whySkipHosts();
const KNOWN = 'dsn-Pa55word&more';
const UNKNOWN = 'zebra-Unknown-99';

describe.skipIf(why !== null)(`diagnose over ssh${skipWords(why)}`, () => {
  let lab: HostLab;
  let one: LabHost;
  let dir: string;
  const env = {
    DSN: `mysql://shop:${encodeURIComponent(KNOWN)}@127.0.0.1:1/shop`,
    PATH: process.env['PATH'],
    USER: 'ops',
  };

  beforeAll(async () => {
    lab = await startHosts(1);
    const [first] = lab.hosts;
    if (first === undefined) throw new Error('a host');
    one = first;
    dir = await mkdtemp(join(tmpdir(), 'sl-diag-'));
    await writeFile(
      join(dir, 'shiplock.yaml'),
      `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: static, source: ., serve: { command: [./serve] } }
database: { engine: mariadb, migrations: ., dsn: { secret: env:DSN } }
diagnose: { logs: [/var/log/shop.log, /var/log/none.log] }
environments:
  live:
    platform:
      kind: ssh
      hosts: [{ name: web1, address: ${one.address} }, { name: web2, address: 127.0.0.1, port: ${await freePort()} }]
      root: /srv/shop
      localRoot: here
      knownHosts: ${lab.knownHosts}
      identityFile: ${lab.identity}
      connectTimeout: 3s
    traffic: { kind: haproxy, directory: here/haproxy, bind: 127.0.0.1:${await freePort()} }
    rollout: { strategy: canary, steps: [{ share: 10%, bake: 30s }] }
`,
    );
    await one.run(`logger -p daemon.err 'cannot log in with password=${UNKNOWN}'
systemd-run --quiet --unit='shop-api@1.0.0:1' sh -c 'echo serving; echo "DB_TOKEN=${UNKNOWN}"; echo "dsn is ${KNOWN}"; sleep 300'
echo 'Authorization: Bearer ${UNKNOWN}' >/var/log/shop.log; truncate -s 1G /var/log/shop.log; printf '\\n%s\\nlast line\\n' "token=${UNKNOWN}" >>/var/log/shop.log
systemd-run --quiet --unit=careless sh -c 'sleep 300; :' x --password=${UNKNOWN}; systemctl start no-such.service; sleep 0.3`);
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  it('holds what the hosts say, masked; a host, a database and a log that are gone stop nothing', async () => {
    const out = join(dir, 'facts');
    const io = terminal({ cwd: dir, env });
    const begin = performance.now();
    expect([await runCli(['diagnose', '--minutes', '10', '--out', out], io), io.written.err]).toEqual([
      0,
      expect.any(String),
    ]);
    expect(performance.now() - begin).toBeLessThan(30_000);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')));
    const said = (file: string): Promise<string> => readFile(join(out, file), 'utf8');
    expect(await said('hosts/web1/unit-log.txt')).toContain('serving');
    expect(await said('hosts/web1/unit-log.txt')).toContain('DB_TOKEN=***');
    expect(await said('hosts/web1/units.txt')).toMatch(/Id=shop-api@1\.0\.0:1\.service[\s\S]*ActiveState=active/);
    expect(await said('hosts/web1/journal-errors.txt')).toContain('cannot log in with password=***');
    expect(await said('hosts/web1/log-1.txt')).toMatch(/^\\x00 \(\d+ times\)\ntoken=\*\*\*\nlast line\n$/);
    expect(await said('hosts/web1/sockets.txt')).toMatch(/LISTEN.*:22 /);
    expect(await said('hosts/web1/clock.txt')).toMatch(/^20\d\d-\d\d-\d\dT/);
    const of = (file: string) => manifest.collected.find((row) => row.file === file);
    expect(of('hosts/web1/log-2.txt')).toMatchObject({ exit: 1, problem: expect.stringContaining('none.log') });
    const web2 = manifest.collected.filter(({ place }) => place === 'hosts/web2');
    expect(web2.length).toBeGreaterThan(15);
    expect(web2.every(({ bytes, problem }) => bytes === 0 && problem !== null)).toBe(true);
    expect(web2.filter(({ ended }) => ended === 'not-asked').length).toBeGreaterThan(10);
    expect(of('database/processlist.txt')?.problem).toMatch(/ECONNREFUSED/);
    expect(of('delivery/runs.txt')).toMatchObject({ problem: null });
    expect(await said('README.txt')).toContain('hosts/web2');
    for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(join(entry.parentPath, entry.name), 'utf8');
      expect([entry.name, content.includes(UNKNOWN), content.includes(KNOWN)]).toEqual([entry.name, false, false]);
    }
  });

  it('asks one host only when told so, refuses one that nobody knows, and plans what it asks', async () => {
    const io = terminal({ cwd: dir, env });
    expect(await runCli(['diagnose', 'live', '--host', 'web2', '--plan', '--json'], io)).toBe(0);
    expect(io.written.out).toContain('hosts/web2/memory.txt');
    expect(io.written.out).not.toContain('hosts/web1');
    expect(io.written.out).toMatch(/ssh -F none .*nice -n 5/);
    const other = terminal({ cwd: dir, env });
    expect(await runCli(['diagnose', 'live', '--host', 'web3'], other)).toBe(2);
    expect(other.written.err).toContain('cli.unknown-host');
  });

  it('belongs to a run when that is wanted: its report names it', async () => {
    using on = bench();
    await runProcedure(tree(inOrder('all', [writes(on, 'a')])), { ...on.options(systemClock), run: 'night-1' });
    const io = terminal({ cwd: dir, env });
    const argv = ['diagnose', 'live', '--host', 'web2', '--state', on.store, '--run', 'night-1', '--json'];
    expect([await runCli(argv, io), io.written.err]).toEqual([0, expect.any(String)]);
    const report = await readReport(on.store, 'night-1');
    const attached = report.journal.filter(({ name }) => name === 'attached');
    expect(attached).toHaveLength(1);
    expect(attached[0]?.value).toMatch(
      /^attachments\/diagnose-shop-live-\d{8}T\d{6}Z\.tar\.gz, [\d.]+ kB, by ops at .*, sha256 [0-9a-f]{64}$/,
    );
  });

  it('ends on the host what nobody waits for any more', async () => {
    const access = { knownHosts: lab.knownHosts, identityFile: lab.identity, connectTimeoutMs: 3_000 };
    const place = sshPlace({ name: 'web1', address: one.address, port: 22, user: 'root' }, access);
    const work = { kind: 'command', argv: ['sleep', '4242'], keep: 'end' } as const;
    const collector = { file: 'x', answers: '', place, work, timeoutMs: 700, maxBytes: 1000 };
    const collecting = {
      clock: systemClock,
      signal: new AbortController().signal,
      maxBytes: 1000,
      mask: (text: string) => text,
      holdsSecret: () => false,
    };
    const sleeping = async (): Promise<number> =>
      (await one.run('cat /proc/[0-9]*/comm 2>/dev/null | grep -c "^sleep$"')).output
        .trim()
        .split('\n')
        .map(Number)
        .at(-1) ?? -1;
    const before = await sleeping();
    const [hung] = await collect([collector], collecting);
    expect(hung).toMatchObject({ ended: 'time', problem: 'no end within 0.7 s' });
    await expect.poll(sleeping, { timeout: 8_000, interval: 300 }).toBe(before);
  });
});
