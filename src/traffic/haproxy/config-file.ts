import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Maintenance } from '../maintenance/mark.ts';
import { maintenancePage } from '../maintenance/page.ts';
import { type FilesRoute, timeoutsFor } from '../options.ts';
import { type HaproxyOptions, haproxyPaths } from './options.ts';
import { allSlots, isFallback, type Tenant, type Tenants, tenantLines } from './slots.ts';

/** A slot in use as the configuration file writes it. */
export interface Placement extends Tenant {
  readonly weight: number;
  /** The instance's own address, or its guard's while the share is a lease. */
  readonly checkHost: string;
  readonly checkPort: number;
}

/** Checks that serve both kinds of share; HAProxy cannot change them per server at run time. docs/traffic.md has the figures. */
export const CHECKS = { interMs: 300, fastMs: 100, fall: 3, rise: 2, timeoutMs: 1000 } as const;

/**
 * The whole configuration for a state of the slots. Complete on purpose: whoever reloads or restarts HAProxy, whenever, gets these
 * weights and not those of the last start.
 */
export function renderConfig(
  options: HaproxyOptions,
  placements: readonly Placement[],
  was: Tenants['was'] = [],
): string {
  const now = placements.map(({ weight: _weight, checkHost: _checkHost, checkPort: _checkPort, ...tenant }) => tenant);
  return `${[
    '# Written by shiplock, again at every change of a share; edits are lost. shiplock.yaml is the place for changes.',
    ...tenantLines({ now, was }),
    ...staticPart(options, staticHash(options)),
    ...serverLines(options, placements),
  ].join('\n')}\n`;
}

/** Names everything that only a reload can change. The running process shows it as its description. */
export function staticHash(options: HaproxyOptions): string {
  const text = [...staticPart(options, ''), `slots ${options.maxInstancesPerVersion} and fallback`].join('\n');
  return `shiplock-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

function staticPart(options: HaproxyOptions, description: string): readonly string[] {
  const { socket } = haproxyPaths(options);
  const { connectMs, serverMs } = timeoutsFor(options.longestTimeoutMs);
  const { service, longestTimeoutMs } = options;
  const limits = (options.rateLimits ?? []).toSorted((one, other) => other.path.length - one.path.length);
  return [
    '',
    'global',
    `  description ${description}`,
    '  log stdout format raw daemon notice',
    // The listeners are handed to the next process over this socket, so a reload refuses no connection.
    `  stats socket ${socket} mode 600 level admin expose-fd listeners`,
    '  stats timeout 10s',
    // A process that was reloaded away ends at last, even if a client never closes its connection.
    `  hard-stop-after ${longestTimeoutMs + 30_000}ms`,
    '',
    'defaults',
    '  mode http',
    '  log global',
    // A request is tried once, on one server: what it did is what is counted, and nothing hides it.
    '  retries 0',
    // A connection opened ahead of need and never used is closed without a word: a 408 would be taken for the answer of the next request.
    '  option http-ignore-probes',
    '  option forwardfor',
    `  timeout connect ${connectMs}ms`,
    `  timeout server ${serverMs}ms`,
    `  timeout client ${longestTimeoutMs}ms`,
    `  timeout http-request ${longestTimeoutMs}ms`,
    `  timeout queue ${connectMs}ms`,
    '  timeout http-keep-alive 15s',
    `  timeout check ${CHECKS.timeoutMs}ms`,
    '',
    ...limits.flatMap((limit, index) => limitTable(service, limit.requestsPerSecond, index)),
    `frontend ${service}-public`,
    `  bind ${options.bind}`,
    ...privateRules(options.privatePaths ?? []),
    ...maintenanceRules(service, options.maintenance ?? null),
    ...limits.flatMap((limit, index) => limitRules(service, limit, index)),
    ...filesRules(service, options.files ?? null),
    `  default_backend ${service}`,
    '',
    ...filesBackend(service, options.files ?? null),
    `backend ${service}`,
    '  balance roundrobin',
    // Our words for "no server" and "server refused". Not a rule on nbsrv(): that is 0 in a process that is being reloaded away.
    `  http-error status 503 content-type text/plain hdr retry-after 1 string "${service}: no instance can take this request now\\n"`,
    // Where nothing else takes requests, all fallback servers do, not only the first.
    '  option allbackups',
    '  option httpchk',
    `  http-check send meth GET uri ${options.readyPath} hdr host ${service}`,
    '  http-check expect status 200',
    `  default-server check inter ${CHECKS.interMs}ms fastinter ${CHECKS.fastMs}ms downinter ${CHECKS.interMs}ms fall ${CHECKS.fall} rise ${CHECKS.rise}`,
  ];
}

/** `/api` and what lies below it, but not `/apix`. The prefix `/` is everything. */
function below(path: string): readonly string[] {
  const bare = path.replace(/\/+$/, '');
  return bare === '' ? ['-m beg /'] : [`-m str ${bare}`, `-m beg ${bare}/`];
}

/**
 * Compared after decoding, since instances decode before they look: `/%6detrics` is `/metrics`. A path that climbs is nobody's
 * honest request, and instances differ in what they make of it.
 */
function privateRules(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const conditions = paths.flatMap(below).map((how) => `{ path,url_dec ${how} }`);
  return [
    '  http-request return status 400 content-type text/plain string "bad request\\n" if { path,url_dec -m reg (^|/)[.][.](/|$) }',
    `  http-request return status 404 content-type text/plain string "not found\\n" if ${conditions.join(' or ')}`,
  ];
}

/** Everybody is told to come back later, but for the paths that are excepted. Before the limits: what is turned away uses up none. */
function maintenanceRules(service: string, maintenance: Maintenance | null): readonly string[] {
  if (maintenance === null) return [];
  const { except, retryAfterS } = maintenance;
  const conditions = except.flatMap(below).map((how) => `{ path,url_dec ${how} }`);
  return [
    `  http-request return status 503 content-type "text/html; charset=utf-8" hdr retry-after ${retryAfterS} hdr cache-control no-store string "${maintenancePage(service, maintenance)}"${conditions.length === 0 ? '' : ` unless ${conditions.join(' or ')}`}`,
  ];
}

function filesRules(service: string, files: FilesRoute | null): readonly string[] {
  if (files === null) return [];
  return [
    ...files.servicePaths.flatMap(below).map((how) => `  acl is-service path ${how}`),
    // Without any path of its own the service gets nothing.
    ...(files.servicePaths.length === 0
      ? [`  use_backend ${service}-files`]
      : [`  use_backend ${service}-files if !is-service`]),
  ];
}

function filesBackend(service: string, files: FilesRoute | null): readonly string[] {
  if (files === null) return [];
  return [
    `backend ${service}-files`,
    // Unlike requests to the service these only read, and the static server is replaced in place: a refused connection is tried again.
    '  retries 5',
    `  http-error status 503 content-type text/plain hdr retry-after 1 string "${service}: the files cannot be served now\\n"`,
    `  server files ${files.server}`,
    '',
  ];
}

/** HAProxy counts events per period; slow limits need a long period to be above one. */
function limitPeriod(requestsPerSecond: number): { readonly seconds: number; readonly requests: number } {
  const seconds = requestsPerSecond >= 1 ? 1 : Math.ceil(1 / requestsPerSecond);
  return { seconds, requests: Math.max(1, Math.round(requestsPerSecond * seconds)) };
}

function limitTable(service: string, requestsPerSecond: number, index: number): readonly string[] {
  const { seconds } = limitPeriod(requestsPerSecond);
  return [
    `backend ${service}-limit-${index + 1}`,
    `  stick-table type integer size 1 expire ${seconds * 2}s store http_req_rate(${seconds}s)`,
    '',
  ];
}

function limitRules(
  service: string,
  limit: { readonly path: string; readonly requestsPerSecond: number },
  index: number,
): readonly string[] {
  const { seconds, requests } = limitPeriod(limit.requestsPerSecond);
  const table = `${service}-limit-${index + 1}`;
  // The key is the limit's own: looked up in the table of another limit it finds nothing, so the first (longest) match counts.
  return [
    `  http-request track-sc0 int(${index + 1}) table ${table} if { path_beg ${limit.path} }`,
    `  http-request return status 429 content-type text/plain hdr retry-after ${seconds} string "too many requests\\n" if { sc0_http_req_rate(${table}) gt ${requests} }`,
  ];
}

function serverLines(options: HaproxyOptions, placements: readonly Placement[]): readonly string[] {
  const bySlot = new Map(placements.map((placement) => [placement.slot, placement]));
  return allSlots(options.maxInstancesPerVersion).map((slot) => {
    const placement = bySlot.get(slot);
    const backup = isFallback(slot) ? ' backup' : '';
    // A free slot has an address that refuses; it is never tried.
    if (placement === undefined) return `  server ${slot} 127.0.0.1:1 port 1 weight 0 disabled${backup}`;
    const { host, port, checkHost, checkPort, weight } = placement;
    const check = checkHost === host ? `port ${checkPort}` : `addr ${checkHost} port ${checkPort}`;
    return `  server ${slot} ${isIPv6(host) ? `[${host}]` : host}:${port} ${check} weight ${weight}${backup}`;
  });
}

/** Tells two texts apart without carrying them around. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
