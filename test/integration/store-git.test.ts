import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitServer, startGitServer } from '../../scripts/components/git-server.ts';
import { unwrap } from '../../src/model/problem.ts';
import { type Taken, takeLease } from '../../src/procedure/lease/lease.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { gitStore } from '../../src/procedure/shared/open.ts';
import type { SharedStore } from '../../src/procedure/shared/store.ts';
import { StoreUnreachableError } from '../../src/procedure/shared/unreachable.ts';

/** Leases and copies of journals in a real git repository, on the disk and behind a real git server that stops and hangs. */

let dir: string;
let server: GitServer | undefined;
const taken: Taken[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shiplock-store-'));
});
afterEach(async () => {
  for (const one of taken.splice(0)) if (one.kind === 'taken') one.handle.abandon();
  await server?.stop();
  server = undefined;
  rmSync(dir, { recursive: true, force: true });
});

function bare(): string {
  const path = join(dir, 'operations.git');
  execFileSync('git', ['init', '-q', '--bare', path]);
  return path;
}

let machines = 0;
function machine(url: string, timeoutMs = 5_000, leaseMs = 2_000): SharedStore {
  return unwrap(
    gitStore({
      url,
      prefix: 'shiplock',
      timeoutMs,
      leaseMs,
      patienceMs: 3_000,
      everyMs: 1_000,
      baseDir: dir,
      store: join(dir, `machine-${machines++}`),
      clock: systemClock,
    }),
  );
}

async function take(shared: SharedStore, run: string, unfinished = false): Promise<Taken> {
  const result = await takeLease({
    store: dir,
    leases: shared.leases,
    environment: 'production',
    run,
    who: run,
    clock: systemClock,
    durationMs: shared.settings.leaseMs,
    unfinished: async () => unfinished,
  });
  taken.push(result);
  return result;
}

const git = (url: string, ...args: string[]): string =>
  execFileSync('git', ['--git-dir', url, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe.each(['on the disk', 'behind a server'] as const)('a lease %s', (where) => {
  const place = async (): Promise<{ readonly url: string; readonly directory: string }> => {
    if (where === 'on the disk') {
      const path = bare();
      return { url: path, directory: path };
    }
    server = await startGitServer(dir);
    return server;
  };

  it('is taken, renewed, refused to others and given back; every change is a fast-forward', async () => {
    const { url, directory } = await place();
    const [a, b] = [machine(url), machine(url)];
    const first = await take(a, 'r1');
    expect(first).toMatchObject({ kind: 'taken', handle: { fence: 1 } });
    expect(await take(b, 'r2')).toMatchObject({ kind: 'busy', why: 'alive', lease: { holder: { run: 'r1' } } });
    if (first.kind === 'taken') await first.handle.release('free');
    expect(await take(b, 'r2')).toMatchObject({ kind: 'taken', handle: { fence: 2 } });
    const history = git(directory, 'log', '--format=%H %P', 'shiplock/lease/production').trim().split('\n');
    expect(history.filter((line) => line.split(' ').length === 1)).toHaveLength(1);
    expect(history.every((line) => line.split(' ').length <= 2)).toBe(true);
    git(directory, 'fsck', '--strict', '--no-progress');
  });

  it('goes to the next one after its time when the holder is silent, and the late holder learns it', async () => {
    const { url } = await place();
    const [a, b] = [machine(url), machine(url)];
    const first = await take(a, 'r1');
    if (first.kind !== 'taken') throw new Error('not taken');
    // As a stopped process: it renews no more. Its process lives, so nobody may know it to be gone.
    first.handle.abandon();
    const begun = performance.now();
    const second = await take(b, 'r2');
    const tookMs = performance.now() - begun;
    expect(second).toMatchObject({ kind: 'taken', handle: { fence: 2 } });
    expect(tookMs).toBeGreaterThanOrEqual(2_000);
    expect(tookMs).toBeLessThan(2 * 2_000 + 1_500);
    await expect(first.handle.ensure()).rejects.toThrow('run r2');
  });

  it('of many who take at once exactly one has it', async () => {
    const { url } = await place();
    const results = await Promise.all(Array.from({ length: 8 }, (_, n) => take(machine(url, 20_000, 20_000), `c${n}`)));
    expect(results.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
  }, 60_000);
});

describe('a git server that does not answer', () => {
  it('is told from one that refuses, within the time-out', async () => {
    server = await startGitServer(dir);
    const shared = machine(server.url, 1_000);
    expect(await shared.leases.read('production')).toBeUndefined();
    server.hang();
    const begun = performance.now();
    await expect(shared.leases.read('production')).rejects.toBeInstanceOf(StoreUnreachableError);
    expect(performance.now() - begun).toBeLessThan(4_500);
    server.goOn();
    expect(await take(shared, 'r1')).toMatchObject({ kind: 'taken' });
    await server.stop();
    await expect(shared.leases.read('production')).rejects.toBeInstanceOf(StoreUnreachableError);
    await server.start();
    expect(await shared.leases.read('production')).toMatchObject({ lease: { holder: { run: 'r1' } } });
  });

  it('leaves no lock behind that would keep the same process from asking again', async () => {
    const url = bare();
    const shared = machine(url);
    expect(await take(shared, 'r1')).toMatchObject({ kind: 'taken' });
    const caches = join(dir, `machine-${machines - 1}`, 'git');
    const [cache = ''] = readdirSync(caches);
    // As a git that was killed with -9 leaves it; the next one fails, and what comes after it does not.
    writeFileSync(join(caches, cache, 'shallow.lock'), '');
    await expect(shared.leases.read('production')).rejects.toBeInstanceOf(StoreUnreachableError);
    expect(await shared.leases.read('production')).toMatchObject({ lease: { holder: { run: 'r1' } } });
  });

  it('asks nobody for a password, and says what it was told', async () => {
    server = await startGitServer(dir);
    const shared = machine(server.url.replace('operations.git', 'missing.git'));
    await expect(shared.leases.read('production')).rejects.toThrow(/not found/);
  });

  it('a hook that refuses a push is a refusal with what it said', async () => {
    const url = bare();
    execFileSync('sh', [
      '-c',
      `printf '#!/bin/sh\necho "only on weekdays, or when it already exists" >&2\nexit 1\n' > ${url}/hooks/pre-receive; chmod +x ${url}/hooks/pre-receive`,
    ]);
    await expect(take(machine(url), 'r1')).rejects.toThrow(/store\.refused/);
  });
});

describe('copies of journals', () => {
  it('grow by batches, read as one file, and only one of two who add wins', async () => {
    const url = bare();
    const [a, b] = [machine(url).replica, machine(url).replica];
    expect(await a.read('r1')).toBeUndefined();
    const one = await a.append('r1', undefined, {
      seq: 0,
      journal: '{"a":1}\n{"b":2}\n',
      payloads: '{"p":"ö"}\n',
      payloadsAnew: false,
    });
    expect(
      await b.append('r1', undefined, { seq: 0, journal: '{"x":1}\n', payloads: '', payloadsAnew: false }),
    ).toBeUndefined();
    const seen = await b.read('r1');
    expect(seen).toEqual({ version: one, journal: '{"a":1}\n{"b":2}\n', payloads: '{"p":"ö"}\n' });
    let version = one;
    for (let seq = 2; seq < 8; seq++) {
      version = await a.append('r1', version, {
        seq,
        journal: `{"s":${seq}}\n`,
        payloads: `{"p":${seq}}\n`,
        payloadsAnew: false,
      });
    }
    expect(
      await b.append('r1', seen?.version, { seq: 2, journal: '{"y":1}\n', payloads: '', payloadsAnew: false }),
    ).toBeUndefined();
    const whole = await b.read('r1');
    expect(whole?.journal.split('\n')).toHaveLength(9);
    expect(whole?.payloads.split('\n').at(-2)).toBe('{"p":7}');
    await b.append('r1', whole?.version, { seq: 8, journal: '', payloads: '{"all":1}\n', payloadsAnew: true });
    await b.append('r1', (await b.read('r1'))?.version, {
      seq: 8,
      journal: '{"s":8}\n',
      payloads: '{"p":8}\n',
      payloadsAnew: false,
    });
    expect((await a.read('r1'))?.payloads).toBe('{"all":1}\n{"p":8}\n');
    git(url, 'fsck', '--strict', '--no-progress');
  });
});
