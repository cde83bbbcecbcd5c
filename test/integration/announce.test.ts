import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Alertmanager, startAlertmanager } from '../../scripts/components/alertmanager.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { helper } from '../../scripts/components/supervise.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { readReceipts } from '../../src/announce/index.ts';
import { runCli } from '../../src/cli/main.ts';
import {
  action,
  gate,
  type RunResult,
  readRun,
  resumeProcedure,
  runProcedure,
  systemClock,
} from '../../src/procedure/index.ts';
import { takeLease } from '../../src/procedure/lease/lease.ts';
import type { Gate, Node, Procedure } from '../../src/procedure/tree.ts';
import { announced } from '../../src/release/announce.ts';
import { engineOptions, openEnvironment, type ServiceEnvironment } from '../../src/release/environment/service.ts';
import { announceAll, announceRun } from '../../src/release/index.ts';
import { MINIMAL } from '../config/sample.ts';
import { type Bench, bench, fails, inOrder, tree, writes } from '../support/engine.ts';
import { type Hook, startHook } from '../support/hook.ts';
import { terminal } from '../support/terminal.ts';

const THIEF = {
  environment: 'production',
  who: 'thief',
  clock: systemClock,
  durationMs: 15_000,
  unfinished: async () => true,
};
const KILL = childProgram('announce');

/** Real runs of the engine, a real Alertmanager, and a real receiver behind it. */

let on: Bench;
let hook: Hook;
let manager: Alertmanager | undefined;
beforeEach(async () => {
  on = bench();
  hook = await startHook();
});
afterEach(async () => {
  await manager?.stop();
  manager = undefined;
  await hook[Symbol.asyncDispose]();
  on[Symbol.dispose]();
});

const start = async (port?: number): Promise<Alertmanager> => {
  manager = await startAlertmanager({ webhook: hook.url, ...(port === undefined ? {} : { port }) });
  return manager;
};

/** The environment `production` with these announcements; `env` holds secrets. */
async function service(announce: string, env: Readonly<Record<string, string>> = {}): Promise<ServiceEnvironment> {
  const configFile = join(on.dir, 'shiplock.yaml');
  writeFileSync(configFile, `${MINIMAL}    announce:\n${announce.replaceAll(/^/gm, '      ')}\n`);
  const notes = (event: { readonly kind: string }): void => void notesSeen.push(JSON.stringify(event));
  return openEnvironment(
    { configFile, store: on.store, env, who: 'tester', self: ['shiplock'], clock: systemClock, onEvent: notes },
    'production',
  );
}
const notesSeen: string[] = [];
const to = (url: string): string =>
  `alertmanager: { urls: ["${url}"] }\nlinks: { run: "https://ci.example.org/{run}" }`;

const inspect = (): Gate =>
  gate({
    id: 'inspect',
    title: 'Inspect the first host',
    role: 'releaser',
    evidence: [{ kind: 'check', name: 'looked', question: 'Does it look right?' }],
    guard: { kind: 'nothing-shifted' },
  });
const withGate = (): Procedure =>
  tree(inOrder('root', [writes(on, 'first'), inspect(), writes(on, 'second')]), { environment: 'production' });
const begin = (on1: ServiceEnvironment, procedure: Procedure, run = 'r1'): Promise<RunResult> =>
  announced(on1, undefined, (observing) => runProcedure(procedure, { ...engineOptions(on1, observing), run }));
const goOn = (on1: ServiceEnvironment, procedure: Procedure, run = 'r1'): Promise<RunResult> =>
  announced(on1, run, (observing) => resumeProcedure(procedure, run, engineOptions(on1, observing)));
// Sorted: Alertmanager sends each alert by itself and promises no order among them.
const heard = () => expect.poll(() => hook.heard().toSorted(), { timeout: 10_000, interval: 50 });

async function fillIn(): Promise<void> {
  const io = terminal({ cwd: on.dir });
  const code = await runCli(
    ['gate', 'fill', 'r1', 'root/inspect', '--evidence', 'looked=yes', '--state', on.store],
    io,
  );
  expect(code, io.written.err).toBe(0);
  expect(io.written.err).toBe('');
}

const alertsSchema = z.array(
  z.looseObject({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startsAt: z.iso.datetime({ offset: true }),
    endsAt: z.iso.datetime({ offset: true }),
    generatorURL: z.string().optional(),
  }),
);
const openAlerts = async (url: string) => alertsSchema.parse(await (await fetch(`${url}/api/v2/alerts`)).json());

describe('an open gate', () => {
  it('fires until it is filled in, told once however often it is said', async () => {
    const { url } = await start();
    const production = await service(to(url));
    expect(await begin(production, withGate())).toMatchObject({ outcome: 'waiting' });
    await heard().toEqual(['firing ShiplockGateOpen']);
    const [alert] = await openAlerts(url);
    const opened = (await readRun(on.store, 'r1')).entries.find(({ record }) => record.type === 'gate.opened');
    expect(alert).toMatchObject({
      labels: {
        alertname: 'ShiplockGateOpen',
        service: 'shop',
        environment: 'production',
        run: 'r1',
        gate: 'root/inspect',
      },
      annotations: { summary: 'A test: Inspect the first host' },
      generatorURL: 'https://ci.example.org/r1',
    });
    expect(Date.parse(alert?.startsAt ?? '')).toBe(Date.parse(opened?.record.time ?? ''));
    expect(Date.parse(alert?.endsAt ?? '') - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    // amtool is what people have at hand.
    expect(await helper(['amtool', `--alertmanager.url=${url}`, 'alert', 'query', 'run=r1'], 'amtool')).toContain(
      'ShiplockGateOpen',
    );
    for (let time = 0; time < 3; time++) {
      const [run] = await announceAll(production);
      expect(run).toMatchObject({ run: 'r1', told: [{ state: 'firing', via: 'alertmanager' }], problems: [] });
    }
    expect(await openAlerts(url)).toHaveLength(1);
    await fillIn();
    await heard().toEqual(['firing ShiplockGateOpen', 'resolved ShiplockGateOpen']);
    expect(await openAlerts(url)).toEqual([]);
    expect(await goOn(production, withGate())).toMatchObject({ outcome: 'done' });
    expect(await announceAll(production)).toEqual([]);
    expect(hook.heard()).toHaveLength(2);
  });

  it('is told by the resume when the process died between gate and announcement', async () => {
    const { url } = await start();
    const production = await service(to(url));
    // As after a kill between the record and the request: the journal has the gate, nobody was told.
    await runProcedure(withGate(), { ...engineOptions(production), run: 'r1' });
    expect(await readReceipts(on.store, 'r1')).toEqual([]);
    expect(await goOn(production, withGate())).toMatchObject({ outcome: 'waiting' });
    await heard().toEqual(['firing ShiplockGateOpen']);
  });

  it('is told again by the timer to an Alertmanager that has lost its memory', async () => {
    const { url, port, stop } = await start();
    const production = await service(to(url));
    await begin(production, withGate());
    await heard().toHaveLength(1);
    await stop();
    await start(port);
    expect(await openAlerts(url)).toEqual([]);
    const io = terminal({ cwd: on.dir });
    expect(await runCli(['announce', 'production', '--state', on.store], io)).toBe(0);
    expect(io.written.out).toContain('r1: firing at alertmanager: A test: Inspect the first host');
    expect(await openAlerts(url)).toHaveLength(1);
  });

  it('does not tell what was filled in, nor a secret that somebody wrote into a title', async () => {
    const { url } = await start();
    const production = await service(to(url), { SECRET: 'hunter22-hunter22' });
    production.secrets.get('env:SECRET');
    const named = { ...inspect(), title: 'Is hunter22-hunter22 right?' };
    await begin(production, tree(inOrder('root', [named]), { environment: 'production' }));
    await heard().toEqual(['firing ShiplockGateOpen']);
    expect(JSON.stringify(hook.messages)).not.toContain('hunter22');
    expect(hook.messages[0]?.alerts[0]?.annotations['summary']).toBe('A test: Is *** right?');
  });
});

describe('what happens in a run', () => {
  it('a way back is one alert that stays a while; a run that is taken over has its gates closed', async () => {
    const { url } = await start();
    const production = await service(to(url));
    await begin(production, withGate(), 'r1');
    await heard().toEqual(['firing ShiplockGateOpen']);
    const failing = inOrder('root', [writes(on, 'a'), fails('b')], inOrder('back', [writes(on, 'c')]));
    const undo = tree(failing, { environment: 'production' });
    const result = await announced(production, undefined, (observing) =>
      runProcedure(undo, { ...engineOptions(production, { ...observing, preempt: 'r1' }), run: 'r2' }),
    );
    expect(result.outcome).toBe('rolled-back');
    await heard().toEqual(['firing ShiplockGateOpen', 'firing ShiplockRollback', 'resolved ShiplockGateOpen']);
    const [rollback, ...others] = await openAlerts(url);
    expect(others).toEqual([]);
    expect(rollback?.annotations['summary']).toContain('b does not work');
    expect(Math.round((Date.parse(rollback?.endsAt ?? '') - Date.now()) / 60_000)).toBe(60);
  });

  it('a lease that somebody else took is told; one that a rollback took is not', async () => {
    const { url } = await start();
    const production = await service(to(url));
    const losing = (how: () => Promise<unknown>): Procedure =>
      tree(
        inOrder('root', [
          action({
            id: 'slow',
            title: 'Lose the lease',
            read: how,
            decide: () => ({ kind: 'nothing', why: 'it is over' }),
            probe: 'repeatable',
          }),
          writes(on, 'after'),
        ]),
        { environment: 'production' },
      );
    const back = tree(inOrder('root', [writes(on, 'back')]), { environment: 'production' });
    const rollback = () => runProcedure(back, { ...engineOptions(production, { preempt: 'r1' }), run: 'r2' });
    expect(await begin(production, losing(rollback))).toMatchObject({ outcome: 'lease-held' });
    expect(hook.heard()).toEqual([]);
    const thief = () => takeLease({ ...THIEF, store: on.store, run: 'thief', preempt: 'r3' });
    expect(await begin(production, losing(thief), 'r3')).toMatchObject({ outcome: 'lease-held' });
    await heard().toEqual(['firing ShiplockLeaseLost']);
    expect(hook.messages[0]?.alerts[0]?.annotations['description']).toContain('thief');
    expect(on.files()).toEqual(['back']);
  });

  it('a process that is killed at the gate before it could say so: the timer finds both, the resume takes back what is over', async () => {
    const { url } = await start();
    const production = await service(to(url));
    const argv = [KILL, production.configFile, on.store, 'gate.opened'];
    const killed = await new Promise((resolve) => {
      execFile(process.execPath, argv, (error) => resolve(error?.signal));
    });
    expect(killed).toBe('SIGKILL');
    expect(hook.heard()).toEqual([]);
    await announceAll(production);
    await heard().toEqual(['firing ShiplockGateOpen', 'firing ShiplockRunHeld']);
    const only = tree(inOrder('root', [inspect()]), { environment: 'production', description: 'Comes to a gate.' });
    expect(await goOn(production, only)).toMatchObject({ outcome: 'waiting' });
    await expect
      .poll(async () => (await openAlerts(url)).map(({ labels }) => labels['alertname']), { timeout: 10_000 })
      .toEqual(['ShiplockGateOpen']);
    await heard().toContain('resolved ShiplockRunHeld');
  });
});

describe('an Alertmanager that is not there', () => {
  it('down: the run goes on, says so, and the next who looks tells it', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const production = await service(to(url));
    notesSeen.length = 0;
    expect(await begin(production, withGate())).toMatchObject({ outcome: 'waiting' });
    expect(notesSeen.join('\n')).toMatch(/not announced: Alertmanager at http:.+ECONNREFUSED/);
    expect(await readReceipts(on.store, 'r1')).toMatchObject([{ alertmanager: { sure: false } }]);
    await start(port);
    expect(await announceRun(production, 'r1')).toMatchObject({ told: [{ via: 'alertmanager' }], problems: [] });
    await heard().toEqual(['firing ShiplockGateOpen']);
  });

  it('hung: no step waits, and the run ends within twice the time limit', async () => {
    const hung = await startHung();
    try {
      const production = await service(`timeout: 1s\n${to(hung.url)}`);
      const steps: Node[] = Array.from({ length: 20 }, (_, index) => writes(on, `s${index}`));
      // The way back is announced while its twenty steps still run.
      const procedure = tree(inOrder('root', [fails('b')], inOrder('back', steps)), { environment: 'production' });
      const begun = performance.now();
      expect(await begin(production, procedure)).toMatchObject({ outcome: 'rolled-back' });
      const took = performance.now() - begun;
      const { entries } = await readRun(on.store, 'r1');
      const first = entries.find(({ record }) => record.node.includes('/rollback/'))?.record.time ?? '';
      const last = entries.at(-1)?.record.time ?? '';
      console.log(
        `hung Alertmanager: ${Date.parse(last) - Date.parse(first)} ms for 20 steps, ${took.toFixed(0)} ms in all`,
      );
      expect(hung.connections()).toBeGreaterThan(0);
      expect(Date.parse(last) - Date.parse(first)).toBeLessThan(1_000);
      expect(took).toBeLessThan(2_000 + 1_500);
      expect((await readReceipts(on.store, 'r1'))[0]?.problem).toMatch(/no answer within 1000 ms|aborted/);
    } finally {
      hung.close();
    }
  });

  it('the webhook hears it instead, with its secret address and header; a wrong configuration of ours does no harm', async () => {
    const production = await service(
      `alertmanager: { urls: ["http://127.0.0.1:1"] }\nwebhook: { url: { secret: env:HOOK }, authorization: { secret: env:TOKEN } }`,
      { HOOK: `${hook.url}?key=long-secret-key`, TOKEN: 'Bearer secret-token' },
    );
    notesSeen.length = 0;
    await begin(production, withGate());
    expect(hook.heard()).toEqual(['firing ShiplockGateOpen']);
    expect(hook.authorizations).toEqual(['Bearer secret-token']);
    await hook[Symbol.asyncDispose]();
    await announceAll(production);
    const all = JSON.stringify([notesSeen, await readReceipts(on.store, 'r1')]);
    expect(all).not.toContain('long-secret-key');
    expect(all).not.toContain('secret-token');
    const missing = await service(`webhook: { url: { secret: env:NOWHERE } }`);
    expect(await begin(missing, withGate(), 'r2')).toMatchObject({ outcome: 'lease-held' });
    expect(await goOn(missing, withGate())).toMatchObject({ outcome: 'waiting' });
  });
});

/** Takes connections and never answers. */
async function startHung() {
  const port = await freePort();
  let connections = 0;
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
