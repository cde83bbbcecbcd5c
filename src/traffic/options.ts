import type { Clock } from '../model/ports.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import type { Maintenance } from './maintenance/mark.ts';

/** What every proxy of ours is told, whichever program it is. */

/** One limit for all users together: requests whose path begins with `path`. The rest is answered 429. */
export interface RateLimit {
  readonly path: string;
  readonly requestsPerSecond: number;
}

/** Files that a static server beside the instances serves. */
export interface FilesRoute {
  /** `127.0.0.1:8081` */
  readonly server: string;
  /** Path prefixes that go to the service; everything else goes to the files. */
  readonly servicePaths: readonly string[];
}

export interface ProxyOptions {
  /** Name of the service; also of its backends in the proxy. */
  readonly service: string;
  /** Absolute. Configuration, sockets and pid lie here. */
  readonly directory: string;
  /** Where users arrive, `host:port`. */
  readonly bind: string;
  /** HTTP path that answers 200 when an instance (or its guard) may get traffic. */
  readonly readyPath: string;
  /** A leased share ends this long after the last heartbeat. */
  readonly deadManMs: number;
  /** Longest time from the start of a request to its answer; every time-out of the proxy stays below it. */
  readonly longestTimeoutMs: number;
  /** Where `heartbeat` leaves its files for the guards. */
  readonly heartbeatDir: string;
  /** Instances that one version may have behind this proxy. 1 to 32. */
  readonly maxInstancesPerVersion: number;
  readonly rateLimits?: readonly RateLimit[];
  /** Null or left out: every request goes to the service. */
  readonly files?: FilesRoute | null;
  /** Path prefixes that are answered 404: what is for this machine only. */
  readonly privatePaths?: readonly string[];
  /** Users are told to come back later. Null or left out: they are let in. */
  readonly maintenance?: Maintenance | null;
  /** Fenced resource that effects belong to, `local:/srv/app`. */
  readonly resource?: string;
  readonly clock: Clock;
}

/**
 * All that would make a configuration the proxy refuses, or reads differently than we mean it.
 * @param socket its socket, which must not be too long for a Unix address
 */
export function optionProblems(
  options: ProxyOptions,
  socket: { readonly path: string; readonly longest: number },
): readonly Problem[] {
  const problems: Problem[] = [];
  const check = (good: boolean, key: string, found: unknown, expected: string, remedy: string): void => {
    if (!good)
      problems.push({ code: 'traffic.bad-option', where: `traffic.${key}`, found: `${found}`, expected, remedy });
  };
  check(
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(options.service),
    'service',
    options.service,
    'letters, digits, dot, dash, underscore',
    'rename the service',
  );
  check(
    options.directory.startsWith('/') && !/["\\\s$#']/.test(options.directory),
    'directory',
    options.directory,
    'an absolute path without blanks, quotes, $ or #',
    'choose another directory',
  );
  check(
    Buffer.byteLength(socket.path) <= socket.longest,
    'directory',
    `${Buffer.byteLength(socket.path)} bytes in ${socket.path}`,
    `at most ${socket.longest} bytes, the limit of Unix sockets`,
    'choose a directory with a shorter path',
  );
  check(
    /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.*-]*):\d{1,5}$/.test(options.bind),
    'bind',
    options.bind,
    'host:port',
    'write an address such as 127.0.0.1:8080',
  );
  for (const [key, path] of [
    ['readyPath', options.readyPath],
    ...(options.rateLimits ?? []).map((limit) => ['rateLimits.path', limit.path]),
  ]) {
    check(
      /^\/[A-Za-z0-9/._~%?=&+-]*$/.test(path ?? ''),
      `${key}`,
      path,
      'an absolute HTTP path without blanks',
      'write a path such as /readyz',
    );
  }
  for (const [key, path] of [
    ...(options.files?.servicePaths ?? []).map((one) => ['files.service', one]),
    ...(options.privatePaths ?? []).map((one) => ['private', one]),
    ...(options.maintenance?.except ?? []).map((one) => ['maintenance.except', one]),
  ]) {
    check(
      /^\/[A-Za-z0-9/._~-]*$/.test(path ?? ''),
      `${key}`,
      path,
      'the beginning of a path, without query',
      'write a path such as /api',
    );
  }
  check(
    options.files === undefined || options.files === null || /^127\.0\.0\.1:\d{1,5}$/.test(options.files.server),
    'files.server',
    options.files?.server,
    'a port of this machine',
    'give a port from 1 to 65535',
  );
  check(
    Number.isInteger(options.maxInstancesPerVersion) &&
      options.maxInstancesPerVersion >= 1 &&
      options.maxInstancesPerVersion <= 32,
    'maxInstancesPerVersion',
    options.maxInstancesPerVersion,
    'a whole number from 1 to 32',
    'set it to the largest number of replicas',
  );
  check(options.deadManMs >= 1000, 'deadManMs', options.deadManMs, 'at least 1000 ms', 'raise deadMan to 1s or more');
  check(
    options.longestTimeoutMs >= 100,
    'longestTimeoutMs',
    options.longestTimeoutMs,
    'at least 100 ms',
    'raise longestTimeout',
  );
  return problems;
}

/** @throws ProblemError that lists every option that cannot stand in a configuration */
export function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemError(problems);
}

/** Time-outs of the proxy, all within the longest time a request may take: connect + server stay below it together. */
export function timeoutsFor(longestMs: number): { readonly connectMs: number; readonly serverMs: number } {
  const connectMs = Math.min(1000, Math.max(20, Math.floor(longestMs / 5)));
  return { connectMs, serverMs: longestMs - connectMs };
}
