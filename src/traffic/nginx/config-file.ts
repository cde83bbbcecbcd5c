import { createHash } from 'node:crypto';
import type { Routes } from '../../model/traffic.ts';
import { timeoutsFor } from '../options.ts';
import { adminServer } from './admin.ts';
import { answersKept, askPlace, asksGuards } from './guards.ts';
import { type NginxOptions, nginxPaths } from './options.ts';
import { filesServer, limitKeys, limitZones, maintenanceRules, privateRules, servicePlace } from './places.ts';
import { type Split, splitOf } from './split.ts';
import { indent } from './text.ts';
import { splitPart, upstreams } from './upstreams.ts';

/** A whole configuration and its name, by which the running process says that it serves it. */
export interface Rendered {
  readonly generation: string;
  readonly text: string;
}

/**
 * The whole configuration for the wanted routes. Complete on purpose: whoever reloads or restarts Nginx, whenever, gets these shares.
 * Pure.
 * @throws ProblemError when Nginx cannot do what is asked
 */
export function renderConfig(options: NginxOptions, desired: Routes): Rendered {
  const split = splitOf(desired, options);
  const nameless = whole(options, desired, split, '');
  const generation = createHash('sha256').update(nameless).digest('hex').slice(0, 16);
  return { generation, text: whole(options, desired, split, generation) };
}

/** Tells two texts apart without carrying them around. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function whole(options: NginxOptions, desired: Routes, split: Split, generation: string): string {
  const { pid } = nginxPaths(options);
  return `${[
    '# Written by shiplock, again at every change of a share; edits are lost. shiplock.yaml is the place for changes.',
    ...(options.user === undefined ? [] : [`user ${options.user};`]),
    `pid ${pid};`,
    'error_log stderr warn;',
    'worker_processes auto;',
    // An old worker ends at last, even if a client never lets go of its connection.
    `worker_shutdown_timeout ${options.longestTimeoutMs + 30_000}ms;`,
    'events {',
    '  worker_connections 8192;',
    '}',
    'http {',
    ...indent([
      ...general(options),
      ...limitZones(options.rateLimits ?? []),
      ...upstreams(options, split),
      ...splitPart(split),
      ...answersKept(options, split),
      ...publicServer(options, split, generation),
      ...adminServer(options, desired, generation),
    ]),
    '}',
  ].join('\n')}\n`;
}

function general(options: NginxOptions): readonly string[] {
  const { directory, longestTimeoutMs } = options;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    'default_type text/plain;',
    'server_tokens off;',
    'access_log off;',
    // A line per request that reached an instance; what became of it is the instance's answer, or what Nginx answered for it.
    "log_format shiplock '$shiplock_version $upstream_addr $upstream_status';",
    ...temporary.map((name) => `${name}_temp_path ${directory}/${name}.tmp;`),
    'map_hash_max_size 4096;',
    'map_hash_bucket_size 256;',
    'variables_hash_max_size 4096;',
    'variables_hash_bucket_size 128;',
    'underscores_in_headers on;',
    'client_max_body_size 0;',
    `client_header_timeout ${longestTimeoutMs}ms;`,
    `client_body_timeout ${longestTimeoutMs}ms;`,
    `send_timeout ${longestTimeoutMs}ms;`,
    'keepalive_timeout 15s;',
    'map $http_host $shiplock_host { default $http_host; "" $host; }',
    'map $http_upgrade $shiplock_connection { default upgrade; "" ""; }',
  ];
}

function publicServer(options: NginxOptions, split: Split, generation: string): readonly string[] {
  const { service, bind } = options;
  const { counts } = nginxPaths(options);
  return [
    'server {',
    ...indent([
      // A connection is taken when its first request is there: otherwise a reload might close it between the two.
      `listen ${bind.startsWith(':') ? '*' : ''}${bind} deferred;`,
      'server_name _;',
      // Without a buffer: a request is counted when it is over. Nothing was sent to an instance, nothing is counted.
      `access_log ${counts} shiplock if=$upstream_addr;`,
      'error_page 502 @shiplock-502;',
      'error_page 504 @shiplock-504;',
      ...privateRules(options.privatePaths ?? []),
      ...maintenanceRules(service, options.maintenance ?? null),
      ...limitKeys(options.rateLimits ?? []),
      ...servicePlace(options.files ?? null),
      ...indentBraces(servicePart(options, split)),
      ...filesServer(service, options.files ?? null, proxied(options)),
      ...askPlace(split, generation),
      ...[502, 504].map(
        (status) =>
          `location @shiplock-${status} { add_header Retry-After 1 always; return ${status} "${service}: no instance could answer this request\\n"; }`,
      ),
    ]),
    '}',
  ];
}

function indentBraces(lines: readonly string[]): readonly string[] {
  return [...indent(lines), '}'];
}

/** Inside the location of the service. */
function servicePart(options: NginxOptions, split: Split): readonly string[] {
  if (split.groups.length === 0) {
    return [
      'add_header Retry-After 1 always;',
      `return 503 "${options.service}: no instance can take this request now\\n";`,
    ];
  }
  return [
    ...(asksGuards(split)
      ? ['auth_request /.shiplock/ask;', 'auth_request_set $shiplock_yes $upstream_http_x_shiplock_lease;']
      : []),
    'proxy_pass http://$shiplock_group;',
    ...proxied(options),
  ];
}

/** How a request is handed on: once, to one server, unchanged but for X-Forwarded-For. */
function proxied(options: NginxOptions): readonly string[] {
  const { connectMs, serverMs } = timeoutsFor(options.longestTimeoutMs);
  return [
    'proxy_http_version 1.1;',
    'proxy_set_header Host $shiplock_host;',
    'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    'proxy_set_header Upgrade $http_upgrade;',
    'proxy_set_header Connection $shiplock_connection;',
    'proxy_pass_header Server;',
    'proxy_pass_header Date;',
    'proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset;',
    'proxy_redirect off;',
    // A request is tried once, on one server: what it did is what is counted, and nothing hides it.
    'proxy_next_upstream off;',
    // What the instance would have answered counts, even if the client has left.
    'proxy_ignore_client_abort on;',
    'proxy_request_buffering off;',
    'proxy_max_temp_file_size 0;',
    'proxy_buffer_size 16k;',
    'proxy_buffers 8 16k;',
    'proxy_busy_buffers_size 32k;',
    `proxy_connect_timeout ${connectMs}ms;`,
    `proxy_send_timeout ${serverMs}ms;`,
    `proxy_read_timeout ${serverMs}ms;`,
  ];
}
