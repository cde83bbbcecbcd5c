import type { Maintenance } from '../maintenance/mark.ts';
import { maintenancePage } from '../maintenance/page.ts';
import type { FilesRoute, RateLimit } from '../options.ts';
import { below, indent, literal } from './text.ts';

/** Which path goes where: private ones, limited ones, the service's, the files'. */

/**
 * Compared after decoding, as instances do: `/%6detrics` is `/metrics`. A path that climbs is nobody's honest request, and instances
 * differ in what they make of it.
 */
export function privateRules(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  return [
    'if ($request_uri ~* "^[^?]*(?:/|%2f)(?:[.]|%2e)(?:[.]|%2e)(?:/|%2f|[?]|$)") { return 400 "bad request\\n"; }',
    `if ($uri ~ "^(?:${paths.map(below).join('|')})") { return 404 "not found\\n"; }`,
  ];
}

/**
 * Everybody is told to come back later, but for the paths that are excepted; the question to guards, which is a request of Nginx's own, is always
 * let through. The answer comes from a place of its own, since only there a header can be added.
 */
export function maintenanceRules(service: string, maintenance: Maintenance | null): readonly string[] {
  if (maintenance === null) return [];
  const open = ['/[.]shiplock/', ...maintenance.except.map(below)];
  return [
    'set $shiplock_closed 1;',
    `if ($uri ~ "^(?:${open.join('|')})") { set $shiplock_closed 0; }`,
    'if ($shiplock_closed) { return 503; }',
    'error_page 503 @shiplock-maintenance;',
    'location @shiplock-maintenance {',
    ...indent([
      'default_type "text/html; charset=utf-8";',
      `add_header Retry-After ${maintenance.retryAfterS} always;`,
      'add_header Cache-Control no-store always;',
      `return 503 "${maintenancePage(service, maintenance)}";`,
    ]),
    '}',
  ];
}

/** The longest prefix first: it counts. */
function inOrder(limits: readonly RateLimit[]): readonly RateLimit[] {
  return limits.toSorted((one, other) => other.path.length - one.path.length);
}

/** What a rate amounts to in Nginx, which knows whole numbers per second or per minute. */
function rateOf(requestsPerSecond: number): { readonly word: string; readonly burst: number; readonly retryS: number } {
  const whole = Number.isInteger(requestsPerSecond);
  const word = whole ? `${requestsPerSecond}r/s` : `${Math.max(1, Math.round(requestsPerSecond * 60))}r/m`;
  // As many at once as the rate allows in a second.
  const burst = Math.max(0, Math.floor(requestsPerSecond) - 1);
  return { word, burst, retryS: Math.max(1, Math.ceil(1 / requestsPerSecond)) };
}

/** One counter per limit, for all users together. A request has a key in the first limit that it meets, and in no other. */
export function limitZones(limits: readonly RateLimit[]): readonly string[] {
  if (limits.length === 0) return [];
  const ordered = inOrder(limits);
  return [
    'map $uri $shiplock_limit {',
    ...indent(['default "";', ...ordered.map(({ path }, n) => `"~^${literal(path)}" ${n + 1};`)]),
    '}',
    'map $shiplock_limit $shiplock_retry {',
    ...indent(ordered.map((limit, n) => `${n + 1} ${rateOf(limit.requestsPerSecond).retryS};`)),
    '}',
    ...ordered.flatMap((limit, n) => [
      `map $shiplock_limit $shiplock_limit_${n + 1} { default ""; ${n + 1} all; }`,
      `limit_req_zone $shiplock_limit_${n + 1} zone=shiplock_limit_${n + 1}:32k rate=${rateOf(limit.requestsPerSecond).word};`,
    ]),
  ];
}

/** In the server: what is over a limit is answered 429. */
export function limitKeys(limits: readonly RateLimit[]): readonly string[] {
  if (limits.length === 0) return [];
  return [
    'limit_req_status 429;',
    'limit_req_log_level info;',
    ...inOrder(limits).map((limit, n) => {
      const { burst } = rateOf(limit.requestsPerSecond);
      return `limit_req zone=shiplock_limit_${n + 1}${burst === 0 ? '' : ` burst=${burst} nodelay`};`;
    }),
    'error_page 429 @shiplock-429;',
    'location @shiplock-429 { add_header Retry-After $shiplock_retry always; return 429 "too many requests\\n"; }',
  ];
}

/** Opens the location of the service. */
export function servicePlace(files: FilesRoute | null): readonly string[] {
  if (files === null) return ['location / {'];
  // Without any path of its own the service gets nothing.
  const paths = files.servicePaths.length === 0 ? ['(?!)'] : files.servicePaths.map(below);
  return [`location ~ "^(?:${paths.join('|')})" {`];
}

/** Everything that is not the service's. Not counted. */
export function filesServer(service: string, files: FilesRoute | null, proxied: readonly string[]): readonly string[] {
  if (files === null) return [];
  return ['location / {', ...indent(['access_log off;', `proxy_pass http://${service}-files;`, ...proxied]), '}'];
}
