import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/components/ports.ts';
import type { Effect } from '../../src/model/effect.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { httpClient } from '../../src/procedure/machine/http-client.ts';
import { type Guard, guardMain, startGuard } from '../../src/traffic/guard/main.ts';
import { holdEffect } from '../../src/traffic/heartbeat.ts';
import type { ProxyOptions } from '../../src/traffic/index.ts';
import { execute, type Instance, type ProxyBench, startInstance } from './bench.ts';

/** A share that is a lease ends by itself: the same promises, whichever proxy it is. */

export const VERSION = '2.0.0';
export const DEAD_MAN_MS = 1500;

export interface DeadManProxy<B extends ProxyBench> {
  readonly title: string;
  readonly kind: 'haproxy' | 'nginx';
  readonly start: (change: Pick<ProxyOptions, 'deadManMs'>) => Promise<B>;
}

/** An old version that is stable beside a fresh one whose share is a lease, and somebody who beats for it. */
export class DeadManScene<B extends ProxyBench> {
  readonly bench: B;
  readonly old: Instance;
  readonly fresh: Instance;
  readonly guardPort: number;
  readonly #kind: 'haproxy' | 'nginx';
  readonly #ends: (() => Promise<void> | void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor(kind: 'haproxy' | 'nginx', bench: B, old: Instance, fresh: Instance, guardPort: number) {
    this.#kind = kind;
    this.bench = bench;
    this.old = old;
    this.fresh = fresh;
    this.guardPort = guardPort;
    this.beat();
  }

  static async open<B extends ProxyBench>({ kind, start }: DeadManProxy<B>): Promise<DeadManScene<B>> {
    const bench = await start({ deadManMs: DEAD_MAN_MS });
    const guardPort = await freePort();
    return new DeadManScene(
      kind,
      bench,
      await startInstance('old'),
      await startInstance('fresh', guardPort),
      guardPort,
    );
  }

  async close(): Promise<void> {
    this.stopBeating();
    for (const end of this.#ends.splice(0)) await end();
    await Promise.all([this.old.stop(), this.fresh.stop()]);
    await this.bench[Symbol.asyncDispose]();
  }

  /** Beats until stopped, as a watch does. */
  beat(): void {
    this.#timer = setInterval(() => void this.bench.router.heartbeat(VERSION), 200);
  }

  stopBeating(): void {
    clearInterval(this.#timer);
  }

  /** A guard in this process; it ends with the scene. */
  async guardHere(): Promise<Guard> {
    const { heartbeatDir, directory } = this.bench.options;
    const guard = await startGuard(
      {
        service: 'shop',
        version: VERSION,
        listen: { host: '127.0.0.1', port: this.guardPort },
        instance: `http://127.0.0.1:${this.fresh.port}/readyz`,
        heartbeatDir,
        proxy: { kind: this.#kind, directory },
      },
      { clock: systemClock, http: httpClient },
    );
    this.#ends.push(() => guard.stop());
    return guard;
  }

  /** A guard as a process of its own, as it is in earnest. */
  guardProcess(): ChildProcess {
    const { heartbeatDir, directory } = this.bench.options;
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, '../../src/traffic/guard/main.ts'),
        ...['--service', 'shop', '--version', VERSION, '--listen', `127.0.0.1:${this.guardPort}`],
        ...['--instance', `http://127.0.0.1:${this.fresh.port}/readyz`],
        ...['--heartbeats', heartbeatDir, `--${this.#kind}`, directory],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#ends.push(() => void child.kill('SIGKILL'));
    return child;
  }

  shares(share: number, hold: 'leased' | 'stable' = 'leased'): Promise<readonly Effect[]> {
    return this.bench.apply([
      { version: '1.0.0', share: 1 - share, hold: 'stable', endpoints: [this.old.endpoint] },
      { version: VERSION, share, hold, endpoints: [this.fresh.endpoint] },
    ]);
  }

  async up(): Promise<void> {
    await expect.poll(async () => (await this.bench.route(VERSION))?.share, { timeout: 5000 }).toBeCloseTo(0.5, 2);
  }

  /** Sends requests one after the other for so long; when the last one reached the fresh version, from the beginning, and how many did not. */
  async lastSeen(forMs: number): Promise<{ readonly last: number; readonly other: number }> {
    const begin = performance.now();
    let last = -1;
    let other = 0;
    while (performance.now() - begin < forMs) {
      if ((await this.body()) === 'fresh') last = performance.now() - begin;
      else other++;
      await sleep(4);
    }
    return { last, other };
  }

  /** Body of one answer through the proxy; the status of one that is no 200. */
  body(): Promise<string> {
    return new Promise((resolve, reject) => {
      get(this.bench.url, { agent: false }, (response) => {
        let text = '';
        response.on('data', (data) => {
          text += String(data);
        });
        response.on('end', () => resolve(response.statusCode === 200 ? text : String(response.statusCode)));
      }).on('error', reject);
    });
  }
}

/** @param more what only this proxy promises */
export function describeDeadMan<B extends ProxyBench>(
  proxy: DeadManProxy<B>,
  more: (scene: () => DeadManScene<B>) => void,
): void {
  describe(`dead-man guard with real ${proxy.title}`, () => {
    let scene: DeadManScene<B>;
    beforeEach(async () => {
      scene = await DeadManScene.open(proxy);
    });
    afterEach(() => scene.close());

    it('takes the version out when the heartbeats stop, and says why', async () => {
      await scene.guardHere();
      await scene.shares(0.5);
      await scene.up();
      expect((await scene.bench.route(VERSION))?.hold).toBe('leased');
      expect((await scene.lastSeen(1000)).last).toBeGreaterThan(900);
      scene.stopBeating();
      const { last, other } = await scene.lastSeen(DEAD_MAN_MS + 2500);
      console.log(
        `heartbeats stopped: last request on the version after ${last.toFixed(0)} ms (N = ${DEAD_MAN_MS} ms)`,
      );
      expect(last).toBeGreaterThan(DEAD_MAN_MS - 500);
      expect(last).toBeLessThan(DEAD_MAN_MS + 2000);
      expect(other).toBeGreaterThan(100);
      expect(await (await fetch(`http://127.0.0.1:${scene.guardPort}/readyz`)).text()).toMatch(
        /last heartbeat is .* too old/,
      );
      expect(await scene.bench.route(VERSION)).toMatchObject({ share: 0, endpoints: [{ health: 'down' }] });
      const before = performance.now();
      for (let i = 0; i < 100; i++) await scene.bench.router.heartbeat(VERSION);
      console.log(`a heartbeat costs ${((performance.now() - before) / 100).toFixed(2)} ms`);
      scene.beat();
      await scene.up();
    });

    it('guard killed: out within half a second; a guard started anew waits for a fresh heartbeat', async () => {
      const child = scene.guardProcess();
      await scene.shares(0.5);
      await scene.up();
      child.kill('SIGKILL');
      const { last, other } = await scene.lastSeen(1500);
      console.log(`guard killed: last request on the version after ${last.toFixed(0)} ms; ${other} others answered`);
      expect(last).toBeLessThan(700);
      expect(other).toBeGreaterThan(100);
      scene.stopBeating();
      await scene.guardHere();
      await sleep(1200);
      expect((await scene.bench.route(VERSION))?.share).toBe(0);
      scene.beat();
      await scene.up();
    });

    it('instance dead or not ready: out; the stable version carries on', async () => {
      await scene.guardHere();
      await scene.shares(0.5);
      await scene.up();
      scene.fresh.setReady(false);
      const { last } = await scene.lastSeen(1800);
      console.log(`not ready: last request on the version after ${last.toFixed(0)} ms`);
      expect(last).toBeLessThan(1000);
      scene.fresh.setReady(true);
      await scene.up();
      await scene.fresh.stop();
      await expect.poll(async () => (await scene.bench.route(VERSION))?.share, { timeout: 2000 }).toBe(0);
      expect((await scene.lastSeen(300)).last).toBe(-1);
      expect(await scene.body()).toBe('old');
    });

    it('promotion asks the instance itself, so the guard may stop', async () => {
      const guard = await scene.guardHere();
      await scene.shares(0.5);
      await scene.up();
      await scene.shares(1, 'stable');
      expect(await scene.bench.route(VERSION)).toMatchObject({ hold: 'stable', configuredShare: 1 });
      await guard.stop();
      scene.stopBeating();
      const { other, last } = await scene.lastSeen(2500);
      expect(other).toBe(0);
      expect(last).toBeGreaterThan(2400);
      await scene.shares(1, 'stable');
      expect((await scene.bench.route(VERSION))?.endpoints[0]?.health).toBe('up');
    });

    it('hold: no heartbeats needed until the deadline, then out', async () => {
      await scene.guardHere();
      await scene.shares(0.5);
      await scene.up();
      scene.stopBeating();
      await sleep(250);
      const { heartbeatDir } = scene.bench.options;
      await execute(holdEffect(heartbeatDir, VERSION, Date.now() + 4000, { errorRate: 0.05 }));
      const { last } = await scene.lastSeen(6000);
      console.log(`hold of 4000 ms: last request on the version after ${last.toFixed(0)} ms`);
      expect(last).toBeGreaterThan(3500);
      expect(last).toBeLessThan(4900);
    });

    it('hold: out as soon as too many answers are bad, and stays out until somebody beats', async () => {
      await scene.guardHere();
      await scene.shares(0.5);
      await scene.up();
      scene.stopBeating();
      await sleep(250);
      await execute(holdEffect(scene.bench.options.heartbeatDir, VERSION, Date.now() + 60_000, { errorRate: 0.05 }));
      expect((await scene.lastSeen(2500)).last).toBeGreaterThan(2400);
      scene.fresh.failEvery(5);
      const { last } = await scene.lastSeen(6000);
      console.log(`hold with 20 % bad answers: last request on the version after ${last.toFixed(0)} ms`);
      expect(last).toBeLessThan(5000);
      const why = await (await fetch(`http://127.0.0.1:${scene.guardPort}/`)).text();
      expect(why).toMatch(/^\d+ of \d+ answers were bad, above 5 %/);
      scene.fresh.failEvery(0);
      await sleep(1500);
      expect((await scene.bench.route(VERSION))?.share).toBe(0);
      scene.beat();
      await scene.up();
    });

    it('refuses wrong arguments and a taken port in words', async () => {
      await expect(guardMain(['--service', 'shop'])).rejects.toThrow('no --listen');
      await expect(guardMain(['--servce', 'shop'])).rejects.toThrow('--servce');
      await scene.guardHere();
      await expect(scene.guardHere()).rejects.toThrow('EADDRINUSE');
    });

    more(() => scene);
  });
}
