import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Binary,
  buildCertkeeper,
  type Certkeeper,
  serviceDir,
  startCertkeeper,
  temporaryDir,
} from '../components/certkeeper.ts';

let normal: Binary;
let faulty: Binary;

beforeAll(async () => {
  normal = await buildCertkeeper('1.2.3');
  faulty = await buildCertkeeper('6.6.6', true);
});
afterAll(async () => {
  await normal?.[Symbol.asyncDispose]();
  await faulty?.[Symbol.asyncDispose]();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs something that ends by itself. */
function ends(path: string, args: readonly string[], env: Record<string, string> = {}, cwd?: string): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 100_000, ...(cwd === undefined ? {} : { cwd }) };
    const child = execFile(path, [...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 5000; !(await holds()); await sleep(20)) {
    if (performance.now() > deadline) throw new Error(`waited 5 s in vain: ${what}`);
  }
}

const ping = (app: Certkeeper): ReturnType<Certkeeper['ask']> => app.ask('/api/v1/ping', { key: '' });

describe('its own tests', () => {
  it('pass, in both builds', async () => {
    const api = join(serviceDir, 'api');
    const plain = await ends('go', ['test', '-p=2', './...'], {}, api);
    expect(plain, plain.stdout + plain.stderr).toMatchObject({ code: 0 });
    const tagged = await ends('go', ['test', '-p=2', '-tags', 'faults', './internal/faults'], {}, api);
    expect(tagged, tagged.stdout + tagged.stderr).toMatchObject({ code: 0 });
  });
});

describe('configuration', () => {
  it('says what it is', async () => {
    expect(await ends(normal.path, ['--version'])).toMatchObject({ code: 0, stdout: 'certkeeper 1.2.3 0123abcd\n' });
    expect(await ends(faulty.path, ['--version'])).toMatchObject({
      code: 0,
      stdout: 'certkeeper 6.6.6 0123abcd faults\n',
    });
    expect((await ends(normal.path, ['--help'])).stdout).toContain('CERTKEEPER_DSN[_FILE]');
  });

  it.each([
    [{ CERTKEEPER_FAULT_ERROR_RATE: '0.1' }, 'faults exist only in a build with -tags faults'],
    [{ CERTKEEPER_LISTEN_ON: 'x' }, 'did you mean CERTKEEPER_LISTEN?'],
    [
      { CERTKEEPER_DSN: 'mysql://u:secret@h/d' },
      'CERTKEEPER_DSN is not of the form user:password@tcp(host:port)/database',
    ],
    [{ CERTKEEPER_DSN: 'u:secret@tcp(h:1)/' }, 'names no database'],
    [
      { CERTKEEPER_DRAIN_DELAY: 'long', CERTKEEPER_DB_MAX_OPEN: '0' },
      'CERTKEEPER_DRAIN_DELAY: "long" is not a duration',
    ],
  ])('refuses %j', async (env: Record<string, string>, message) => {
    for (const args of [['--check'], []]) {
      const ended = await ends(normal.path, args, env);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain(message);
      expect(ended.stderr).not.toContain('secret');
    }
  });

  it('checks without opening anything', async () => {
    const env = { CERTKEEPER_DSN: 'u:p@tcp(127.0.0.1:1)/d', CERTKEEPER_REDIS_ADDR: '127.0.0.1:1' };
    expect(await ends(normal.path, ['--check'], env)).toMatchObject({ code: 0, stdout: 'configuration is usable\n' });
  });

  it('changes the log level on SIGHUP', async () => {
    await using dir = await temporaryDir();
    const file = join(dir.path, 'level');
    await writeFile(file, 'info\n');
    await using app = await startCertkeeper(normal, { CERTKEEPER_LOG_LEVEL_FILE: file });
    await ping(app);
    expect(JSON.stringify(await app.log())).not.toContain('/api/v1/ping');
    await writeFile(file, 'debug\n');
    process.kill(app.pid, 'SIGHUP');
    await eventually('the level changes', async () => JSON.stringify(await app.log()).includes('log level changed'));
    await ping(app);
    expect(JSON.stringify(await app.log())).toContain('/api/v1/ping');
  });
});

describe('without a database', () => {
  it('is ready, serves what needs none, and says why it does not serve the rest', async () => {
    await using app = await startCertkeeper(normal);
    expect(await app.ask('/readyz')).toMatchObject({ status: 200, json: { status: 'ready', mode: 'api-only' } });
    const answer = await ping(app);
    expect(answer).toMatchObject({ status: 200, json: { pong: true } });
    expect(answer.headers.get('x-certkeeper-version')).toBe('1.2.3');
    expect(await app.ask('/api/v1/version')).toMatchObject({
      json: { version: '1.2.3', commit: '0123abcd', schema: 5 },
    });
    const refused = await app.ask('/api/v1/servers');
    expect(refused).toMatchObject({ status: 503, json: { error: { code: 'database_not_configured' } } });
    expect(refused.headers.get('x-certkeeper-version')).toBe('1.2.3');
  });
});

describe('draining', () => {
  it('fails readyz at once, serves on, finishes what is in flight, and exits 0', async () => {
    const env = { CERTKEEPER_DRAIN_DELAY: '700ms', CERTKEEPER_FAULT_LATENCY: '1500ms', CERTKEEPER_FAULT_AFTER: '0s' };
    await using app = await startCertkeeper(faulty, env);
    const slow = ping(app);
    await eventually(
      'the slow request is in flight',
      async () => (await app.metric('certkeeper_http_in_flight')) === 2,
    );
    process.kill(app.pid, 'SIGTERM');
    await eventually('draining', async () => (await app.ask('/readyz')).status === 503);
    expect((await app.ask('/readyz')).json).toMatchObject({ reason: 'draining' });
    const late = ping(app);
    expect((await app.ask('/healthz')).headers.get('connection')).toBe('close');
    expect((await slow).status).toBe(200);
    expect((await late).status).toBe(200);
    expect(await app.exited).toEqual({ code: 0, signal: null });
  });

  it('loses nothing while requests keep coming until the delay is over', async () => {
    await using app = await startCertkeeper(normal, { CERTKEEPER_DRAIN_DELAY: '600ms' });
    const until = performance.now() + 500;
    process.kill(app.pid, 'SIGTERM');
    let served = 0;
    const clients = Array.from({ length: 8 }, async () => {
      while (performance.now() < until) {
        expect((await ping(app)).status).toBe(200);
        served += 1;
      }
    });
    await Promise.all(clients);
    expect(served).toBeGreaterThan(50);
    expect(await app.exited).toEqual({ code: 0, signal: null });
    await expect(ping(app)).rejects.toThrow();
  });

  it('stops at once at the second signal', async () => {
    await using app = await startCertkeeper(normal, { CERTKEEPER_DRAIN_DELAY: '1m' });
    process.kill(app.pid, 'SIGTERM');
    await eventually('draining', async () => (await app.ask('/readyz')).status === 503);
    process.kill(app.pid, 'SIGTERM');
    expect(await app.exited).toEqual({ code: 1, signal: null });
  });
});

describe('misbehaviour', () => {
  it('is switched by a file in a running process, and every injected failure says so', async () => {
    await using dir = await temporaryDir();
    const file = join(dir.path, 'faults.json');
    await using app = await startCertkeeper(faulty, { CERTKEEPER_FAULT_FILE: file });
    for (let i = 0; i < 20; i++) expect((await ping(app)).status).toBe(200);
    await writeFile(file, '{"error_rate":1}');
    await eventually('errors', async () => (await ping(app)).status === 500);
    const failed = await ping(app);
    expect(failed).toMatchObject({ status: 500, json: { error: { code: 'injected_fault' } } });
    expect(failed.headers.get('x-fault-injected')).toBe('error');
    expect(failed.headers.get('x-certkeeper-version')).toBe('6.6.6');
    expect(await app.metric('certkeeper_http_requests_total', 'route="/api/v1/ping"', 'code="500"')).toBeGreaterThan(1);
    expect((await app.ask('/readyz')).status).toBe(200);
    await writeFile(file, '{"latency":"120ms","not_ready":true}');
    await eventually('not ready', async () => (await app.ask('/readyz')).status === 503);
    expect((await app.ask('/readyz')).headers.get('x-fault-injected')).toBe('not-ready');
    const began = performance.now();
    const slow = await ping(app);
    expect(performance.now() - began).toBeGreaterThan(118);
    expect([slow.status, slow.headers.get('x-fault-injected')]).toEqual([200, 'latency']);
    await writeFile(file, '{"error_rate":0}');
    await eventually('good again', async () => (await app.ask('/readyz')).status === 200);
    expect((await ping(app)).headers.get('x-fault-injected')).toBeNull();
  });

  it('crashes when told, at the start or later', async () => {
    const started = await ends(faulty.path, [], {
      CERTKEEPER_LISTEN: '127.0.0.1:0',
      CERTKEEPER_FAULT_CRASH_AT_START: 'true',
    });
    expect(started).toMatchObject({ code: 2, stderr: expect.stringContaining('crash at start') });
    expect(started.stdout).not.toContain('listening');
    await using app = await startCertkeeper(faulty, { CERTKEEPER_FAULT_CRASH_AFTER: '1' });
    expect((await ping(app)).status).toBe(200);
    expect(await app.exited).toEqual({ code: 2, signal: null });
    expect(await app.logTail()).toContain('crash after 1s');
    const bad = await ends(faulty.path, ['--check'], { CERTKEEPER_FAULT_LATENCY: '5' });
    expect(bad).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('CERTKEEPER_FAULT_LATENCY: "5" is not a duration'),
    });
  });
});
