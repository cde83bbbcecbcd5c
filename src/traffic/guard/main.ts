import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { parseArgs } from 'node:util';
import type { Clock, HttpClient } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { systemClock } from '../../procedure/machine/clock.ts';
import { httpClient } from '../../procedure/machine/http-client.ts';
import { type HaproxyReading, readHaproxy } from '../haproxy/counters.ts';
import { heartbeatFile, parseHeartbeat } from '../heartbeat.ts';
import { type NginxReading, nginxCounter } from '../nginx/counters.ts';
import { type GuardState, guardAnswer, nextGuardState, startOfGuard } from './guard.ts';

export interface GuardOptions {
  readonly service: string;
  readonly version: string;
  /** `host:port` the health check asks. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Readiness address of the instance, `http://127.0.0.1:3001/readyz`. */
  readonly instance: string;
  readonly heartbeatDir: string;
  /** The proxy whose counters a hold watches. */
  readonly proxy: GuardedProxy;
}

export interface GuardedProxy {
  readonly kind: 'haproxy' | 'nginx';
  readonly directory: string;
}

export interface Guard {
  readonly port: number;
  /** Closes the port and ends the watch. */
  stop(): Promise<void>;
}

const INSTANCE_EVERY_MS = 250;
const INSTANCE_TIMEOUT_MS = 1000;
const HEARTBEAT_EVERY_MS = 100;
const COUNTERS_EVERY_MS = 500;
const COUNTERS_TIMEOUT_MS = 1000;

export const guardUsage = `Usage: shiplock guard --service NAME --version VERSION --listen HOST:PORT --instance URL --heartbeats DIR (--haproxy DIR | --nginx DIR)

Answers the proxy for one instance of a version whose share is a lease: 200 while heartbeats arrive (or a hold runs within
its limits) and the instance is ready, else 503. HAProxy asks at each health check, Nginx before each request. Ends at SIGTERM.

Example:
  shiplock guard --service certkeeper --version 1.4.0 --listen 127.0.0.1:4001 --instance http://127.0.0.1:3001/readyz \\
    --heartbeats /srv/certkeeper/run/heartbeats --haproxy /srv/certkeeper/haproxy`;

/**
 * Starts the guard; resolves when it listens.
 * @throws ProblemError when the port is taken
 */
export async function startGuard(
  options: GuardOptions,
  ports: { readonly clock: Clock; readonly http: HttpClient },
): Promise<Guard> {
  const { clock, http } = ports;
  let state: GuardState = startOfGuard;
  const read = countsReader(options, clock);
  const server = createServer((_request, response) => {
    const { ok, why } = guardAnswer(state, clock.monotonic());
    // HAProxy looks at the status, Nginx at the header: it keeps no status with an answer that it keeps.
    const headers = { 'content-type': 'text/plain', connection: 'close', ...(ok ? { 'x-shiplock-lease': 'yes' } : {}) };
    response.writeHead(ok ? 200 : 503, headers).end(`${why}\n`);
  });
  const port = await listen(server, options.listen);
  const end = new AbortController();
  const every = (ms: number, look: () => Promise<void>): Promise<void> => repeat(clock, ms, end.signal, look);

  const loops = [
    every(INSTANCE_EVERY_MS, async () => {
      const answer = await http.get(options.instance, { timeoutMs: INSTANCE_TIMEOUT_MS, signal: end.signal });
      const healthy = answer.kind === 'answer' && answer.status === 200;
      const detail = answer.kind === 'answer' ? `HTTP ${answer.status}` : answer.reason;
      state = nextGuardState(state, { kind: 'instance', healthy, detail });
    }),
    every(HEARTBEAT_EVERY_MS, async () => {
      const text = await readFile(heartbeatFile(options.heartbeatDir, options.version), 'utf8').catch(() => '');
      const heartbeat = parseHeartbeat(text);
      if (heartbeat === undefined) return;
      const times = { at: clock.monotonic(), wallClock: clock.now() };
      state = nextGuardState(state, { kind: 'heartbeat', ...times, heartbeat });
    }),
    every(COUNTERS_EVERY_MS, async () => {
      if (state.lease.kind !== 'hold') return;
      const counts = await versionCounts(options, read, end.signal);
      if (counts === undefined) return;
      state = nextGuardState(state, { kind: 'counters', at: clock.monotonic(), ...counts });
    }),
  ];
  const stop = async (): Promise<void> => {
    end.abort();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await Promise.all(loops);
  };
  return { port, stop };
}

type Read = (signal: AbortSignal) => Promise<HaproxyReading | NginxReading>;

function countsReader({ service, proxy }: GuardOptions, clock: Clock): Read {
  const source = { service, directory: proxy.directory, clock, timeoutMs: COUNTERS_TIMEOUT_MS };
  if (proxy.kind === 'haproxy') return (signal) => readHaproxy(source, signal);
  const counter = nginxCounter(source);
  return (signal) => counter.read(signal);
}

/** Sum over the instances of the version; undefined when the proxy cannot be read. */
async function versionCounts(
  options: GuardOptions,
  read: Read,
  signal: AbortSignal,
): Promise<{ readonly requests: number; readonly bad: number } | undefined> {
  const reading = await read(signal).catch(() => undefined);
  return reading?.servers
    .filter((server) => server.version === options.version)
    .reduce((sum, { requests, bad }) => ({ requests: sum.requests + requests, bad: sum.bad + bad }), {
      requests: 0,
      bad: 0,
    });
}

/** Looks again and again, `ms` apart from end to start, until the signal. */
async function repeat(clock: Clock, ms: number, signal: AbortSignal, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await look();
    await clock.sleep(ms, signal).catch(() => undefined);
  }
}

function listen(server: Server, at: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new ProblemError({
          code: 'traffic.guard-port',
          where: `${at.host}:${at.port}`,
          found: error.message,
          expected: 'a free port for the guard',
          remedy: 'stop what listens there, or give the guard another port',
        }),
      ),
    );
    server.listen(at.port, at.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : at.port);
    });
  });
}

/**
 * `shiplock guard …`. Runs until SIGTERM or SIGINT, then ends with 0.
 * @throws ProblemError for wrong arguments or a taken port
 */
export async function guardMain(
  argv: readonly string[],
  ports: { readonly clock: Clock; readonly http: HttpClient } = { clock: systemClock, http: httpClient },
): Promise<number> {
  const options = parseGuardArguments(argv);
  const guard = await startGuard(options, ports);
  process.stdout.write(`guard of ${options.service} ${options.version} on ${options.listen.host}:${guard.port}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  await guard.stop();
  return 0;
}

/** @throws ProblemError that names the wrong or missing argument */
export function parseGuardArguments(argv: readonly string[]): GuardOptions {
  const values = parsed(argv);
  const need = (name: keyof typeof values): string => {
    const value = values[name];
    if (value === undefined || value === '') throw usage(`no --${name}`, `--${name} with a value`);
    return value;
  };
  const listenAt = /^(\[[0-9a-fA-F:.]+\]|[^:]+):(\d{1,5})$/.exec(need('listen'));
  const [, host = '', port = ''] = listenAt ?? [];
  if (listenAt === null || Number(port) > 65_535) throw usage(`--listen ${need('listen')}`, '--listen HOST:PORT');
  const instance = need('instance');
  if (!URL.canParse(instance)) throw usage(`--instance ${instance}`, '--instance with an http address');
  return {
    service: need('service'),
    version: need('version'),
    listen: { host: host.replace(/^\[|\]$/g, ''), port: Number(port) },
    instance,
    heartbeatDir: need('heartbeats'),
    proxy: proxyFrom(values),
  };
}

function parsed(argv: readonly string[]): Partial<Record<string, string>> {
  const names = ['service', 'version', 'listen', 'instance', 'heartbeats', 'haproxy', 'nginx'];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]));
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), names.map((name) => `--${name}`).join(', '));
  }
}

function proxyFrom(values: Partial<Record<string, string>>): GuardedProxy {
  const named = (['haproxy', 'nginx'] as const).flatMap((kind) => {
    const directory = values[kind] ?? '';
    return directory === '' ? [] : [{ kind, directory }];
  });
  const [proxy] = named;
  if (proxy === undefined || named.length > 1) {
    throw usage(`${named.length} proxies`, '--haproxy or --nginx, one of them, with its directory');
  }
  return proxy;
}

function usage(found: string, expected: string): ProblemError {
  const remedy = 'see `shiplock guard --help`';
  return new ProblemError({ code: 'traffic.guard-arguments', where: 'shiplock guard', found, expected, remedy });
}

if (import.meta.main) {
  guardMain(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${guardUsage}\n`);
      process.exit(2);
    },
  );
}
