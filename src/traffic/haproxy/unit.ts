import type { Effect } from '../../model/effect.ts';
import type { ProxyUnit } from '../unit.ts';
import { assertOptions, type HaproxyOptions, type HaproxyPaths, haproxyPaths } from './options.ts';
import { applyRoutes, reloadEffects } from './router.ts';

/** The same with HAProxy's own words. */
export interface HaproxyUnit extends ProxyUnit {
  /** To the master: new worker, same listeners; the old one finishes its requests. */
  readonly reloadSignal: 'SIGUSR2';
  readonly paths: HaproxyPaths;
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
    config: paths.config,
    paths,
    configure: applyRoutes(options, nothing, { kind: 'unreachable', reason: 'not started yet' }),
    reload: reloadEffects(options),
  };
}
