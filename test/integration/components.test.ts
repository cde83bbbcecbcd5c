import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { startHaproxy } from '../../scripts/components/haproxy.ts';
import { startLoad } from '../../scripts/components/load.ts';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { startPrometheus } from '../../scripts/components/prometheus.ts';
import { startRedis } from '../../scripts/components/redis.ts';
import { type Component, homeFor, startComponent } from '../../scripts/components/supervise.ts';
import { startOrigin } from '../components/origin.ts';

/** Every process (as pid and state) whose group is the component's own: itself and its children. */
async function alive(pid: number): Promise<string[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(all.map((one) => readFile(`/proc/${one}/stat`, 'utf8').catch(() => '')));
  return stats.filter((stat) => {
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === pid && state !== 'Z';
  });
}

async function expectStops(component: Component): Promise<void> {
  expect(await alive(component.pid)).not.toEqual([]);
  await component.stop();
  expect(await alive(component.pid)).toEqual([]);
  expect(existsSync(component.dir)).toBe(false);
}

const proxyConfig =
  (port: number, origin: string) =>
  (dir: string): string =>
    `
global
  stats socket ${dir}/stats.sock mode 600 level admin expose-fd listeners
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
  server origin ${origin}
`;

describe('real components', () => {
  it('MariaDB starts, keeps users apart, logs statements, stops', async () => {
    const mariadb = await startMariadb({ generalLog: true });
    const shop = await mariadb.createDatabase('shop');
    await mariadb.createDatabase('other');
    const connection = await mysql.createConnection(shop);
    await connection.query('CREATE TABLE items (id INT PRIMARY KEY)');
    await connection.query('INSERT INTO items VALUES (41), (42)');
    const [rows] = await connection.query('SELECT COUNT(*) AS n FROM items');
    expect(rows).toEqual([{ n: 2 }]);
    await expect(connection.query('USE other')).rejects.toThrow(/denied/i);
    await connection.end();
    expect(readFileSync(mariadb.generalLogPath ?? '', 'utf8')).toContain('INSERT INTO items VALUES (41), (42)');
    await expect(mariadb.createDatabase('a`b')).rejects.toThrow('cannot be a database name');
    await expectStops(mariadb);
  });

  it('Redis starts and stops', async () => {
    const redis = await startRedis();
    const { stdout } = await promisify(execFile)('redis-cli', ['-u', redis.url, 'set', 'k', 'v']);
    expect(stdout.trim()).toBe('OK');
    await expectStops(redis);
  });

  it('Prometheus scrapes what it is told, and promtool refuses nonsense', async () => {
    const prometheus = await startPrometheus({
      scrapeConfigs: [{ job: 'gone', targets: ['127.0.0.1:1'], labels: { service: 'x' } }],
      scrapeInterval: '200ms',
    });
    const ask = async (): Promise<string> => (await fetch(`${prometheus.url}/api/v1/query?query=up`)).text();
    await expect.poll(ask, { timeout: 10_000 }).toMatch(/"job":"gone","service":"x".*"0"\]/);
    await expectStops(prometheus);
    await expect(
      startPrometheus({ scrapeConfigs: [{ job: 'a', targets: ['x/y'] }], scrapeInterval: '1 parsec' }),
    ).rejects.toThrow(/promtool refuses[\s\S]*duration/);
  });

  it('HAProxy answers, reloads under load without losing a request, and dies as a whole', async () => {
    await using one = await startOrigin({ version: 'one' });
    await using two = await startOrigin({ version: 'two' });
    const port = await freePort();
    const haproxy = await startHaproxy({ config: proxyConfig(port, one.address) });
    const url = `http://127.0.0.1:${port}/`;
    expect((await fetch(url)).headers.get('x-certkeeper-version')).toBe('one');

    const load = await startLoad({ url, rate: 200, seconds: 30, keepHeaders: ['X-Certkeeper-Version'] });
    await sleep(700);
    await haproxy.reload(proxyConfig(port, two.address)(haproxy.dir));
    const reloadedAt = performance.timeOrigin + performance.now();
    await sleep(700);
    const result = await load.stop();
    expect(result.statusCodes).toEqual({ 200: result.requests });
    expect(result.requests).toBeGreaterThan(200);
    const version = (hit: { headers: Readonly<Record<string, string>> }) => hit.headers['x-certkeeper-version'];
    expect(version(result.hits[0] ?? { headers: {} })).toBe('one');
    expect(version(result.hits.at(-1) ?? { headers: {} })).toBe('two');
    const late = result.hits.filter((hit) => hit.at > reloadedAt + 200);
    expect(late.length).toBeGreaterThan(50);

    await expect(haproxy.reload('frontend in\n  nonsense\n')).rejects.toThrow(/haproxy refuses[\s\S]*nonsense/);
    await expectStops(haproxy);
    await expect(startHaproxy({ config: 'global\n  nonsense\n' })).rejects.toThrow(/haproxy refuses/);
  });

  it('the load keeps its rate and counts faults, versions and unanswered requests', async () => {
    await using origin = await startOrigin({ version: '1.2.3' });
    origin.failEvery(10);
    const load = await startLoad({
      url: `http://${origin.address}/`,
      headers: { 'X-Who': 'test' },
      rate: 250,
      seconds: 2,
      keepHeaders: ['x-fault-injected', 'X-Certkeeper-Version'],
    });
    const result = await load.result();
    expect(result.requests).toBe(500);
    expect(origin.count()).toBe(500);
    expect(result.statusCodes).toEqual({ 200: 450, 500: 50 });
    expect(result.errors).toEqual({});
    expect(result.hits.filter((hit) => hit.headers['x-fault-injected'] === 'error')).toHaveLength(50);
    expect(result.hits.every((hit) => hit.headers['x-certkeeper-version'] === '1.2.3')).toBe(true);
    expect(result.rate).toBeGreaterThan(245);
    expect(result.rate).toBeLessThan(255);
    expect(result.latencyMs.p50).toBeGreaterThan(0);
    expect(result.latencyMs.max).toBeGreaterThanOrEqual(result.latencyMs.p99);

    const nobody = await freePort();
    const refused = await (await startLoad({ url: `http://127.0.0.1:${nobody}/`, rate: 50, seconds: 0.4 })).result();
    expect(refused.statusCodes).toEqual({ 0: 20 });
    const [[text, count] = ['', 0], ...rest] = Object.entries(refused.errors);
    expect(rest).toEqual([]);
    expect(text).toContain('connection refused');
    expect(count).toBe(20);
  });

  it('a component that ends early, or is late, shows the end of its log', async () => {
    const home = await homeFor('test', undefined);
    const argv = ['sh', '-c', 'echo the disk is upside down; exit 3'];
    await expect(startComponent({ name: 'broken', argv, home, ready: async () => false })).rejects.toThrow(
      /broken ended before it was ready \(exit 3\)[\s\S]*the disk is upside down/,
    );
    const lateHome = await homeFor('test', undefined);
    const late = { name: 'late', argv: ['sleep', '3600'], home: lateHome, ready: async () => false, deadlineMs: 200 };
    await expect(startComponent(late)).rejects.toThrow(/late was not ready within 200 ms/);
    expect(existsSync(lateHome.dir)).toBe(false);
  });

  it('nothing is left when the process that started a component is killed', async () => {
    const port = await freePort();
    const program = `
      import { startHaproxy } from '${import.meta.dirname}/../../scripts/components/haproxy.ts';
      import { startRedis } from '${import.meta.dirname}/../../scripts/components/redis.ts';
      import { startMariadb } from '${import.meta.dirname}/../../scripts/components/mariadb.ts';
      const config = 'defaults\\n  mode http\\n  timeout client 5s\\nfrontend in\\n  bind 127.0.0.1:${port}\\n  http-request return status 200\\n';
      const all = await Promise.all([startHaproxy({ config }), startRedis(), startMariadb()]);
      console.log(all.map((c) => c.pid).join(' '));
      setInterval(() => {}, 1000);`;
    const home = await mkdtemp(join(tmpdir(), 'shiplock-parent-'));
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: home },
    });
    const first = await parent.stdout[Symbol.asyncIterator]().next();
    const pids = String(first.value).trim().split(' ').map(Number);
    expect(pids).toHaveLength(3);
    for (const pid of pids) expect(await alive(pid)).not.toEqual([]);
    parent.kill('SIGKILL');
    for (const pid of pids) await expect.poll(() => alive(pid), { timeout: 5000 }).toEqual([]);
    await rm(home, { recursive: true, force: true });
  });
});
