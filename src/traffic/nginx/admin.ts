import type { Routes } from '../../model/traffic.ts';
import { type NginxOptions, nginxPaths } from './options.ts';
import { checkAddress } from './split.ts';
import { stateLines } from './state.ts';
import { indent } from './text.ts';

/** How long an instance or its guard may take to be connected, and again to answer a check. */
const CHECK_MS = 800;

/**
 * A server on a Unix socket, for this machine only: `/generation` and `/state` say what the running process serves, `/check/N` asks
 * the N-th endpoint (a leased one's guard) on the road that requests take.
 */
export function adminServer(options: NginxOptions, desired: Routes, generation: string): readonly string[] {
  const { socket } = nginxPaths(options);
  const lines = stateLines(desired, generation);
  const endpoints = desired.routes.flatMap((route) =>
    route.endpoints.map((endpoint) => checkAddress(endpoint, route.hold)),
  );
  return [
    'map $shiplock_n $shiplock_address {',
    ...indent(['default "";', ...endpoints.map((address, n) => `${n} ${address};`)]),
    '}',
    'server {',
    ...indent([
      `listen unix:${socket};`,
      `location = /generation { return 200 "${generation}\\n"; }`,
      'location = /state {',
      ...indent([
        ...lines.map((line, n) => `set $shiplock_state_${n} '${line}';`),
        `return 200 "${lines.map((_line, n) => `$shiplock_state_${n}\\n`).join('')}";`,
      ]),
      '}',
      'location ~ "^/check/(?<shiplock_n>[0-9]+)$" {',
      ...indent([
        'if ($shiplock_address = "") { return 404; }',
        `proxy_pass http://$shiplock_address${options.readyPath};`,
        `proxy_set_header Host ${options.service};`,
        'proxy_next_upstream off;',
        `proxy_connect_timeout ${CHECK_MS}ms;`,
        `proxy_send_timeout ${CHECK_MS}ms;`,
        `proxy_read_timeout ${CHECK_MS}ms;`,
      ]),
      '}',
    ]),
    '}',
  ];
}
