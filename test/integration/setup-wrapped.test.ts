import { execFile } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHaproxy } from '../../scripts/components/haproxy.ts';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { startRedis } from '../../scripts/components/redis.ts';
import { needed } from '../../scripts/setup/components.ts';
import { onPath } from '../../scripts/setup/probe.ts';
import { startOfFile } from '../../scripts/setup/root.ts';
import { wrapPrograms } from '../../scripts/setup/wrap.ts';

/**
 * Programs with the libraries they need, laid into a directory as an unpacked image would have them, run from there. An engine is
 * not needed for this; `npm run soak docker` does the whole way with a real one.
 */

const run = promisify(execFile);
const before = { ...process.env };
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-wrapped-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
});
afterEach(() => {
  for (const name of ['PATH', 'XDG_CACHE_HOME']) {
    const value = before[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(dir, { recursive: true, force: true });
});

/** The root that these programs of this machine lie in: made here, or, where they come from an image, that of the image. */
async function rootWith(programs: readonly string[], data: readonly string[] = []): Promise<string> {
  const root = join(dir, 'root');
  for (const name of programs) {
    const found = await onPath(name);
    if (found === null) throw new Error(`${name} is not on PATH`);
    const file = realpathSync(found);
    const start = await startOfFile(file);
    const prefix = dirname(dirname(file));
    if (basename(prefix).startsWith('prefix-')) return join(dirname(prefix), 'root');
    lay(file, join(root, 'usr', 'bin', name));
    if (start.kind !== 'dynamic') continue;
    const { stdout } = await run('ldd', [file]);
    for (const [, library = ''] of stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)) lay(library, join(root, library));
  }
  for (const path of data) if (existsSync(path)) cpSync(path, join(root, path), { recursive: true });
  return root;
}

function lay(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

async function wrap(name: string, data: readonly string[] = []): Promise<{ root: string; prefix: string }> {
  const component = needed.find((one) => one.name === name);
  if (component === undefined) throw new Error(`there is no component ${name}`);
  const root = await rootWith(component.binaries, data);
  const settings = component.image?.settings;
  const prefix = await wrapPrograms({ root, programs: component.binaries, settings, into: join(dir, 'wrapped') });
  process.env['PATH'] = [join(prefix, 'bin'), process.env['PATH']].join(delimiter);
  return { root: realpathSync(root), prefix };
}

/** Files whose code a process runs; name services are the machine's own by design. */
function codeOf(pid: number): readonly string[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  const files = lines.filter((line) => /^\S+ r.xp .* \//.test(line)).map((line) => line.slice(line.indexOf('/')));
  return [...new Set(files)].filter((file) => !file.includes('libnss_'));
}

function expectOwnCode(pid: number, root: string): void {
  const files = codeOf(pid);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) expect(file.startsWith(`${root}/`), file).toBe(true);
}

describe('programs of an unpacked image', () => {
  it('Redis runs as the very process that was started, on the libraries of the image, and can be killed', async () => {
    const { root } = await wrap('Redis');
    const redis = await startRedis();
    const { stdout } = await run('redis-cli', ['-u', redis.url, 'info', 'server']);
    expect(stdout).toMatch(new RegExp(`process_id:${redis.pid}\\r?\\n`));
    expectOwnCode(redis.pid, root);
    process.kill(redis.pid, 'SIGKILL');
    expect(await redis.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await redis.stop();
  });

  it('HAProxy starts itself anew at each reload and keeps its process id', async () => {
    const { root } = await wrap('HAProxy');
    const port = await freePort();
    const config = (status: number): string =>
      `defaults\n  mode http\n  timeout client 5s\nfrontend in\n  bind 127.0.0.1:${port}\n  http-request return status ${status}\n`;
    const haproxy = await startHaproxy({ config: config(200) });
    const url = `http://127.0.0.1:${port}/`;
    for (const status of [404, 429]) {
      await haproxy.reload(config(status));
      await expect.poll(async () => (await fetch(url)).status).toBe(status);
    }
    const processes = await haproxy.master('show proc');
    expect(processes).toMatch(new RegExp(`^${haproxy.pid}\\s+master\\s+2\\s`, 'm'));
    const worker = Number(/^(\d+)\s+worker/m.exec(processes)?.[1]);
    for (const pid of [haproxy.pid, worker]) expectOwnCode(pid, root);
    await haproxy.stop();
  });

  it('MariaDB is initialised by its script and finds its files beside the wrappers', async () => {
    const { root, prefix } = await wrap('MariaDB', ['/usr/share/mysql', '/usr/share/mariadb', '/usr/lib/mysql/plugin']);
    await using mariadb = await startMariadb();
    expectOwnCode(mariadb.pid, root);
    const connection = await mysql.createConnection(mariadb.root());
    const [rows] = await connection.query(
      'SELECT @@basedir AS base, @@character_sets_dir AS charsets, @@plugin_dir AS plugins',
    );
    await connection.end();
    for (const place of ['base', 'charsets', 'plugins']) {
      expect(rows).toEqual([expect.objectContaining({ [place]: expect.stringContaining(prefix) })]);
    }
    const { stdout } = await run('mariadb', ['--no-defaults', `--socket=${mariadb.socketPath}`, '-Ne', 'SELECT 6 * 7']);
    expect(stdout).toBe('42\n');
  });

  it('is wrapped once, and says which program it lacks', async () => {
    const root = join(dir, 'image');
    const into = join(dir, 'wrapped');
    mkdirSync(join(root, 'bin'), { recursive: true });
    writeFileSync(join(root, 'bin', 'greet'), '#!/bin/sh\necho "hello $*"\n', { mode: 0o755 });
    const [first, second] = await Promise.all([
      wrapPrograms({ root, programs: ['greet'], into }),
      wrapPrograms({ root, programs: ['greet'], into }),
    ]);
    expect(second).toBe(first);
    expect((await run(join(first, 'sbin', 'greet'), ['a b', 'c'])).stdout).toBe('hello a b c\n');
    await expect(wrapPrograms({ root, programs: ['greet', 'leave'], into })).rejects.toThrow('no program leave');
    writeFileSync(join(root, 'bin', 'odd'), '#!/nowhere/odd\n', { mode: 0o755 });
    await expect(wrapPrograms({ root, programs: ['odd'], into })).rejects.toThrow('odd is a script for /nowhere/odd');
    writeFileSync(join(root, 'bin', 'other'), 'MZ', { mode: 0o755 });
    await expect(wrapPrograms({ root, programs: ['other'], into })).rejects.toThrow(
      'no program for this kind of machine',
    );
  });
});
