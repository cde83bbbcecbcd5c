import { rename, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servingLab } from '../bench/traffic/index.ts';
import { expectExit, type TrafficLab } from '../bench/traffic/lab.ts';
import { haproxies } from '../bench/traffic/speeds.ts';
import { CANARY } from '../bench/traffic/strategies.ts';

/** How long each failure lasts: many looks, and longer than the bake. The half hour is in test/rollout/no-evidence.test.ts. */
const SILENCE_MS = 4_000;

type Say = (socket: Socket) => void;

describe('no evidence is not evidence', () => {
  let traffic: TrafficLab;
  beforeAll(async () => {
    traffic = await servingLab(CANARY.options);
  });
  afterAll(() => traffic[Symbol.asyncDispose]());

  /** What the bake says while the source is as `fail` makes it. The release must go on looking, with the share as it was. */
  async function during(fail: () => Promise<() => Promise<void>>, release: ReturnType<TrafficLab['release']>) {
    const before = release.progress().length;
    const mend = await fail();
    try {
      await sleep(SILENCE_MS);
    } finally {
      await mend();
    }
    const said = release.progress().slice(before);
    expect(said).not.toMatch(/^[=✓✗]/m);
    return said;
  }

  async function withSocket(say: Say): Promise<() => Promise<void>> {
    const { socket } = traffic.proxy;
    await rename(socket, `${socket}.real`);
    const open = new Set<Socket>();
    const server = createServer((client) => {
      open.add(client);
      client.on('error', () => undefined);
      say(client);
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    return async () => {
      for (const client of open) client.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(socket, { force: true });
      await rename(`${socket}.real`, socket);
    };
  }

  it('neither when nobody asks nor when the source is gone, hung or talks nonsense; then the verdict comes', async () => {
    await traffic.healthy('1.1.0');
    const release = traffic.release();
    await release.until(/✓ \S*share-10-percent/);
    await traffic.untilShare('1.1.0', 0.1);

    const quiet = await during(async () => async () => undefined, release);
    expect(quiet).toMatch(/undecided.*(no requests|more canary requests)/);

    const gone = await during(async () => {
      const { socket } = traffic.proxy;
      await rename(socket, `${socket}.real`);
      return () => rename(`${socket}.real`, socket);
    }, release);
    expect(gone).toMatch(/undecided, no evidence: haproxy: .*ENOENT/);

    const nonsense = await during(() => withSocket((client) => client.end('<html>not a proxy</html>\n')), release);
    expect(nonsense).toMatch(/undecided, no evidence: haproxy: /);

    const hung = await during(() => withSocket(() => undefined), release);
    expect(hung).toMatch(/undecided, no evidence: haproxy: .*did not answer within/);

    // The whole proxy stands still: the source and every request with it.
    const frozen = await during(async () => {
      const pids = await haproxies(traffic);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      return async () => {
        for (const pid of pids) process.kill(pid, 'SIGCONT');
      };
    }, release);
    expect(frozen).toMatch(/undecided, no evidence: haproxy: .*did not answer within/);

    const state = await traffic.lab.shiplock(['status', 'production', '--json']);
    expect(JSON.parse(state.stdout)).toMatchObject({ unfinished: [{ state: 'running' }] });

    const load = await traffic.load(500, 120);
    try {
      expectExit(await release.ended, 0);
    } finally {
      await load.stop();
    }
    expect((await traffic.route('1.1.0'))?.share).toBe(1);
  });
});
