import type { Effect } from '../../model/effect.ts';
import { assertOptions, type HaproxyOptions, type HaproxyPaths, haproxyPaths } from './options.ts';
import { applyRoutes, reloadEffects } from './router.ts';

/** How to run HAProxy as a supervised process. Plain data for whoever supervises. */
export interface HaproxyUnit {
  readonly name: string;
  /** In the foreground, master and worker: the master stays over reloads. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Exit 0: HAProxy accepts the configuration. */
  readonly check: readonly string[];
  /** To the master: new worker, same listeners; the old one finishes its requests. */
  readonly reloadSignal: 'SIGUSR2';
  /** To the master: accepts nothing more, finishes its requests, ends. */
  readonly stopSignal: 'SIGUSR1';
  readonly paths: HaproxyPaths;
  /** Writes the configuration without routes. For the very first start only: later the file holds the shares. */
  readonly configure: readonly Effect[];
  readonly reload: readonly Effect[];
}

/**
 * HAProxy for these options. Start: `configure` when there is no configuration yet, `check`, `argv`; it is ready when the
 * router's `observe` answers. Without routes it answers 503 in plain words.
 * @throws ProblemError when an option cannot stand in a configuration
 */
export function haproxyUnit(options: HaproxyOptions): HaproxyUnit {
  assertOptions(options);
  const paths = haproxyPaths(options);
  const nothing = { service: options.service, routes: [] };
  return {
    name: 'haproxy',
    argv: ['haproxy', '-W', '-db', '-S', `${paths.master},mode,600,level,admin`, '-p', paths.pid, '-f', paths.config],
    cwd: options.directory,
    check: ['haproxy', '-c', '-f', paths.config],
    reloadSignal: 'SIGUSR2',
    stopSignal: 'SIGUSR1',
    paths,
    configure: applyRoutes(options, nothing, { kind: 'unreachable', reason: 'not started yet' }),
    reload: reloadEffects(options),
  };
}
