import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../model/problem.ts';
import { type ProxyOptions, optionProblems as problemsOf, refuseProblems } from '../options.ts';

export interface NginxOptions extends ProxyOptions {
  /** User that the workers run as. Only for a master that is started as root; left out, they run as whoever starts it. */
  readonly user?: string;
}

export interface NginxPaths {
  /** What the running process was told last, and what a restart finds. */
  readonly config: string;
  /** Written and tested beside it; becomes the configuration by a rename. */
  readonly next: string;
  /** Answers what the running process serves. */
  readonly socket: string;
  readonly pid: string;
  /** A line per request that reached an instance. */
  readonly counts: string;
  /** The counts before the last rotation. */
  readonly oldCounts: string;
}

/** Files of one Nginx inside its directory. The two scripts know these names too. */
export function nginxPaths(options: Pick<NginxOptions, 'directory'>): NginxPaths {
  const { directory } = options;
  return {
    config: join(directory, 'nginx.conf'),
    next: join(directory, 'next.conf'),
    socket: join(directory, 'nginx.sock'),
    pid: join(directory, 'nginx.pid'),
    counts: join(directory, 'counts.log'),
    oldCounts: join(directory, 'counts.log.1'),
  };
}

export const RUN_SCRIPT = fileURLToPath(new URL('./nginx-run.sh', import.meta.url));
export const RELOAD_SCRIPT = fileURLToPath(new URL('./nginx-reload.sh', import.meta.url));

/** Unix addresses hold 107 bytes; Nginx counts `unix:` in none of them. */
const LONGEST_SOCKET_PATH = 107;

/** All that would make a configuration Nginx refuses, or reads differently than we mean it. */
export function optionProblems(options: NginxOptions): readonly Problem[] {
  return problemsOf(options, { path: nginxPaths(options).socket, longest: LONGEST_SOCKET_PATH });
}

/** @throws ProblemError that lists every option that cannot stand in a configuration */
export function assertOptions(options: NginxOptions): void {
  refuseProblems(optionProblems(options));
}
