import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import { type ProxyOptions, optionProblems as problemsOf, refuseProblems } from '../options.ts';

export type HaproxyOptions = ProxyOptions;

export interface HaproxyPaths {
  readonly config: string;
  /** Runtime socket. */
  readonly socket: string;
  /** Socket of the master process; takes `reload`. */
  readonly master: string;
  readonly pid: string;
}

/** Files of one HAProxy inside its directory. */
export function haproxyPaths(options: Pick<HaproxyOptions, 'directory'>): HaproxyPaths {
  return {
    config: join(options.directory, 'haproxy.cfg'),
    socket: join(options.directory, 'haproxy.sock'),
    master: join(options.directory, 'master.sock'),
    pid: join(options.directory, 'haproxy.pid'),
  };
}

/** Unix addresses hold 107 bytes, and HAProxy appends a suffix of its own while it binds. */
const LONGEST_SOCKET_PATH = 90;

/** All that would make a configuration HAProxy refuses, or reads differently than we mean it. */
export function optionProblems(options: HaproxyOptions): readonly Problem[] {
  return problemsOf(options, { path: haproxyPaths(options).socket, longest: LONGEST_SOCKET_PATH });
}

/** @throws ProblemError that lists every option that cannot stand in a configuration */
export function assertOptions(options: HaproxyOptions): void {
  refuseProblems(optionProblems(options));
}
