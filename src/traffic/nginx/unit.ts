import type { ProxyUnit } from '../unit.ts';
import { assertOptions, type NginxOptions, nginxPaths, RUN_SCRIPT } from './options.ts';
import { applyRoutes, testCommand } from './router.ts';

/** Least size at which the log of counts is rotated: a million requests, read in a fraction of a second. */
const COUNTS_BYTES = 32 * 1024 * 1024;

/**
 * Nginx for these options. Start: `configure` when there is no configuration yet, `argv`; it is ready when the router's `observe`
 * answers. Without routes it answers 503 in plain words.
 * @throws ProblemError when an option cannot stand in a configuration
 */
export function nginxUnit(options: NginxOptions, countsBytes = COUNTS_BYTES): ProxyUnit {
  assertOptions(options);
  const { config } = nginxPaths(options);
  return {
    name: 'nginx',
    argv: ['sh', RUN_SCRIPT, options.directory, String(countsBytes)],
    cwd: options.directory,
    check: testCommand(options, config),
    stopSignal: 'SIGQUIT',
    config,
    configure: applyRoutes(
      options,
      { service: options.service, routes: [] },
      { kind: 'unreachable', reason: 'not started yet' },
    ),
  };
}
