import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { freePort } from '../../scripts/components/ports.ts';
import { type Component, homeFor, startComponent } from '../../scripts/components/supervise.ts';
import { type Effect, effectSchema } from '../../src/model/effect.ts';
import type { TrafficRouter } from '../../src/model/ports.ts';
import type { Endpoint, ObservedRoute, Route, Routes } from '../../src/model/traffic.ts';
import { systemClock } from '../../src/procedure/clock.ts';
import { executeEffect } from '../../src/procedure/effects/execute.ts';
import { createSecrets } from '../../src/procedure/secrets.ts';
import { type HaproxyOptions, haproxyPaths, haproxyRouter, haproxyUnit } from '../../src/traffic/haproxy/index.ts';

/** A real HAProxy steered by the real router, its effects executed by the engine's own executor. */
export interface Bench extends AsyncDisposable {
  readonly options: HaproxyOptions;
  readonly router: TrafficRouter;
  readonly url: string;
  readonly haproxy: () => Component;
  /** Observe, apply, execute; gives back the effects that were executed. */
  apply(routes: readonly Route[]): Promise<readonly Effect[]>;
  routes(): Promise<readonly ObservedRoute[]>;
  route(version: string): Promise<ObservedRoute | undefined>;
  ask(command: string): Promise<string>;
  restart(signal: NodeJS.Signals): Promise<void>;
}

export async function startBench(change: Partial<HaproxyOptions> = {}): Promise<Bench> {
  const home = await homeFor('traffic', undefined);
  const options: HaproxyOptions = {
    service: 'shop',
    directory: home.dir,
    bind: `127.0.0.1:${await freePort()}`,
    readyPath: '/readyz',
    deadManMs: 1500,
    longestTimeoutMs: 2000,
    heartbeatDir: `${home.dir}/heartbeats`,
    maxInstancesPerVersion: 4,
    clock: systemClock,
    ...change,
  };
  const unit = haproxyUnit(options);
  const router = haproxyRouter(options);
  for (const effect of unit.configure) await execute(effect);
  const start = (): Promise<Component> =>
    startComponent({
      name: 'haproxy',
      argv: unit.argv,
      home: { ...home, ours: false },
      ready: async () => (await router.observe()).kind === 'observed',
    });
  let haproxy = await start();
  const routes = async (): Promise<readonly ObservedRoute[]> => {
    const state = await router.observe();
    if (state.kind === 'unreachable') throw new Error(state.reason);
    return state.routes;
  };
  return {
    options,
    router,
    url: `http://${options.bind}`,
    haproxy: () => haproxy,
    apply: async (list) => {
      const desired: Routes = { service: options.service, routes: list };
      const effects = router.apply(desired, await router.observe());
      for (const effect of effects) await execute(effect);
      return effects;
    },
    routes,
    route: async (version) => (await routes()).find((route) => route.version === version),
    ask: (command) => ask(haproxyPaths(options).socket, command),
    restart: async (signal) => {
      process.kill(haproxy.pid, signal);
      await haproxy.exited;
      await haproxy.stop();
      haproxy = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await haproxy.stop();
      await rm(home.dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function execute(effect: Effect): Promise<void> {
  await executeEffect(effectSchema.parse(effect), {
    clock: systemClock,
    secrets: createSecrets({ env: {} }),
    fence: 0,
    fenceFile: undefined,
    signal: new AbortController().signal,
  });
}

export function ask(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true }, () => socket.end(`${command}\n`));
    let text = '';
    socket.on('data', (data) => {
      text += data.toString();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
  });
}

/** A tiny instance of the service that can be told how to misbehave by the path of a request. */
export interface Instance extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly port: number;
  /** Requests that were not health checks. */
  count(): number;
  setReady(ready: boolean): void;
  /** Every n-th request is answered 500; 0 = none. */
  failEvery(n: number): void;
  /** Closes the port and every connection. */
  stop(): Promise<void>;
}

export async function startInstance(name: string, guardPort?: number): Promise<Instance> {
  const port = await freePort();
  let count = 0;
  let every = 0;
  let ready = true;
  const server = createServer((request, response) => {
    if (request.url === '/readyz') return response.writeHead(ready ? 200 : 503).end();
    count++;
    if (every > 0 && count % every === 0) return response.writeHead(500, { 'x-version': name }).end();
    return answer(name, request, response);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const endpoint = { instance: name, host: '127.0.0.1', port, ...(guardPort === undefined ? {} : { guardPort }) };
  return {
    endpoint,
    port,
    count: () => count,
    setReady: (value) => {
      ready = value;
    },
    failEvery: (n) => {
      every = n;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function answer(name: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
  const ms = Number(searchParams.get('ms') ?? '0');
  response.setHeader('x-version', name);
  switch (pathname) {
    case '/500':
      response.writeHead(500).end();
      return;
    case '/404':
      response.writeHead(404).end();
      return;
    case '/hang':
      return;
    case '/reset':
      request.socket.destroy();
      return;
    case '/garbage':
      request.socket.end('nonsense\r\n\r\n');
      return;
    case '/slow':
      setTimeout(() => response.end(name), ms);
      return;
    default:
      response.end(name);
  }
}
