import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { freePort } from '../../scripts/components/ports.ts';
import { type Component, homeFor, startComponent } from '../../scripts/components/supervise.ts';
import { type Effect, effectSchema } from '../../src/model/effect.ts';
import type { TrafficRouter } from '../../src/model/ports.ts';
import type { Endpoint, ObservedRoute, Route } from '../../src/model/traffic.ts';
import { executeEffect } from '../../src/procedure/effects/execute.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { type HaproxyOptions, haproxyPaths, haproxyRouter, haproxyUnit } from '../../src/traffic/haproxy/index.ts';
import type { ProxyOptions, ProxyUnit } from '../../src/traffic/index.ts';

/** A real proxy steered by its real router, its effects executed by the engine's own executor. */
export interface ProxyBench<O extends ProxyOptions = ProxyOptions> extends AsyncDisposable {
  readonly options: O;
  readonly router: TrafficRouter;
  readonly url: string;
  readonly proxy: () => Component;
  /** Observe, apply, execute; gives back the effects that were executed. */
  apply(routes: readonly Route[]): Promise<readonly Effect[]>;
  routes(): Promise<readonly ObservedRoute[]>;
  route(version: string): Promise<ObservedRoute | undefined>;
  restart(signal: NodeJS.Signals): Promise<void>;
}

export interface ProxyKind<O extends ProxyOptions> {
  readonly name: 'haproxy' | 'nginx';
  readonly router: (options: O) => TrafficRouter;
  readonly unit: (options: O) => Pick<ProxyUnit, 'argv' | 'configure'>;
}

/** Settings for a test: short times, a directory and a port of its own. */
export async function benchOptions(): Promise<ProxyOptions> {
  const { dir } = await homeFor('traffic', undefined);
  return {
    service: 'shop',
    directory: dir,
    bind: `127.0.0.1:${await freePort()}`,
    readyPath: '/readyz',
    deadManMs: 1500,
    longestTimeoutMs: 2000,
    heartbeatDir: `${dir}/heartbeats`,
    maxInstancesPerVersion: 4,
    clock: systemClock,
  };
}

export async function startProxy<O extends ProxyOptions>(kind: ProxyKind<O>, options: O): Promise<ProxyBench<O>> {
  const { service, directory, bind } = options;
  const router = kind.router(options);
  const unit = kind.unit(options);
  for (const effect of unit.configure) await execute(effect);
  const start = (): Promise<Component> =>
    startComponent({
      name: kind.name,
      argv: unit.argv,
      home: { dir: directory, ours: false },
      ready: async () => (await router.observe()).kind === 'observed',
    });
  let proxy = await start();
  const routes = async (): Promise<readonly ObservedRoute[]> => {
    const state = await router.observe();
    if (state.kind === 'unreachable') throw new Error(state.reason);
    return state.routes;
  };
  return {
    options,
    router,
    url: `http://${bind}`,
    proxy: () => proxy,
    apply: async (list) => {
      const effects = router.apply({ service, routes: list }, await router.observe());
      for (const effect of effects) await execute(effect);
      return effects;
    },
    routes,
    route: async (version) => (await routes()).find((route) => route.version === version),
    restart: async (signal) => {
      process.kill(proxy.pid, signal);
      await proxy.exited;
      await proxy.stop();
      proxy = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await proxy.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface Bench extends ProxyBench<HaproxyOptions> {
  ask(command: string): Promise<string>;
}

export async function startBench(change: Partial<HaproxyOptions> = {}): Promise<Bench> {
  const options = { ...(await benchOptions()), ...change };
  const bench = await startProxy({ name: 'haproxy', router: haproxyRouter, unit: haproxyUnit }, options);
  return { ...bench, ask: (command) => ask(haproxyPaths(options).socket, command) };
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
