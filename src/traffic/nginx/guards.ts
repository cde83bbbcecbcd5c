import type { NginxOptions } from './options.ts';
import type { Split } from './split.ts';
import { indent } from './text.ts';

/**
 * A leased share: before a request goes to such an instance its guard must have said yes, in the running half of a second. Each
 * half is asked anew, and one answer serves all its requests, so neither users nor the guard feel it. Whatever is not a
 * yes (no, no answer, nobody there) sends the request to the stable version.
 */
export function asksGuards(split: Split): boolean {
  return split.groups.some((group) => group.guard !== null);
}

/** How long a guard may take to be connected, and again to answer. Measured: below 1 ms. */
const ASK_MS = 300;

/** Outside of the servers: where answers are kept, by guard, half of a second and configuration. */
export function answersKept({ directory }: NginxOptions, split: Split): readonly string[] {
  if (!asksGuards(split)) return [];
  return [
    `proxy_cache_path ${directory}/asked.tmp keys_zone=shiplock_asked:256k max_size=1m inactive=2s use_temp_path=off;`,
    'map $msec $shiplock_half { default $msec; "~^(?<shiplock_now>[0-9]+[.])[0-4]" ${shiplock_now}0; "~^(?<shiplock_now>[0-9]+[.])[5-9]" ${shiplock_now}5; }',
  ];
}

/** In the server: the question itself. Its answer goes into the choice of the group. */
export function askPlace(split: Split, generation: string): readonly string[] {
  if (!asksGuards(split)) return [];
  return [
    'location = /.shiplock/ask {',
    ...indent([
      'internal;',
      'if ($shiplock_guard = "") { return 204; }',
      'proxy_pass http://$shiplock_guard/;',
      'proxy_set_header Host guard;',
      'proxy_set_header Content-Length "";',
      'proxy_pass_request_headers off;',
      'proxy_pass_request_body off;',
      'proxy_next_upstream off;',
      `proxy_connect_timeout ${ASK_MS}ms;`,
      `proxy_send_timeout ${ASK_MS}ms;`,
      `proxy_read_timeout ${ASK_MS}ms;`,
      'proxy_cache shiplock_asked;',
      `proxy_cache_key "$shiplock_guard $shiplock_half ${generation}";`,
      'proxy_cache_valid 200 503 2s;',
      'proxy_ignore_headers Cache-Control Expires Set-Cookie Vary X-Accel-Expires X-Accel-Redirect;',
      'proxy_intercept_errors on;',
      'error_page 300 301 302 303 307 308 400 401 403 404 405 408 410 429 500 501 502 503 504 = @shiplock-no;',
    ]),
    '}',
    'location @shiplock-no { return 204; }',
  ];
}
