import { parseAddress } from '../model/scalars.ts';
import { servingComponents } from './checks.ts';
import type { EnvironmentSettings } from './schema.ts';
import type { ResolvedTraffic } from './types.ts';

/** The traffic of an environment once it is ready to be used. */

/** What is done to texts and paths on the way. */
interface Fit {
  readonly text: (text: string) => string;
  readonly path: (path: string) => string;
}

export function resolveTraffic(settings: EnvironmentSettings, fit: Fit): ResolvedTraffic {
  const { traffic, platform } = settings;
  if (traffic.kind === 'argo-rollouts') {
    return {
      kind: traffic.kind,
      component: traffic.component ?? servingComponents(settings)[0] ?? '',
      entry: fit.text(traffic.entry).replace(/\/+$/, ''),
      longestTimeoutMs: traffic.longestTimeout,
      ...(traffic.manifests === undefined ? {} : { manifests: traffic.manifests }),
    };
  }
  const { files } = traffic;
  // Where the platform is kubernetes, another check refuses a proxy of ours.
  const lastPort = platform.kind === 'kubernetes' ? 0 : platform.ports.last;
  return {
    kind: traffic.kind,
    component: traffic.component ?? servingComponents(settings)[0] ?? files?.component ?? '',
    directory: fit.path(traffic.directory),
    bind: traffic.bind,
    entry: entryOf(traffic.bind),
    deadManMs: traffic.deadMan,
    longestTimeoutMs: traffic.longestTimeout,
    rateLimits: traffic.rateLimits.map(({ path, rate }) => ({ path, requestsPerSecond: rate })),
    files:
      files === undefined
        ? null
        : {
            component: files.component,
            servicePaths: files.service,
            // Instances are given the others (src/release/environment/platform.ts).
            port: files.port ?? lastPort,
            singlePage: files.singlePage,
            // What is not there is no part of the hash either: a service without it keeps its releases.
            ...(Object.keys(files.downloads).length === 0 ? {} : { downloads: files.downloads }),
          },
    privatePaths: traffic.private,
    ...(traffic.maintenance === undefined ? {} : { maintenanceExcept: traffic.maintenance.except }),
  };
}

/** How this machine reaches what listens on `bind`: `*:8080` → `http://127.0.0.1:8080`. */
export function entryOf(bind: string): string {
  const { host, port } = parseAddress(bind) ?? { host: '*', port: 80 };
  if (host === '::') return `http://[::1]:${port}`;
  const reached = host === '*' || host === '0.0.0.0' ? '127.0.0.1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
