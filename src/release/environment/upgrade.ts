import { LOCAL_HOST } from '../../model/platform.ts';
import { ProblemError } from '../../model/problem.ts';
import {
  hostPackageEffect,
  hostUnitEffect,
  localPackageEffect,
  localUnitEffects,
  observeHostPackages,
  observeLocalPackages,
} from '../../platform/index.ts';
import {
  type HostTraffic,
  type PackageControl,
  type System,
  startOrder,
  type UpgradeHost,
} from '../../system/index.ts';
import { hostTraffic } from './host-traffic.ts';
import type { ServiceEnvironment } from './service.ts';
import { localResource, reachOf } from './system.ts';

/** The hosts whose packages can be upgraded: all of them over ssh, or this machine. Looks at nothing yet. */

export interface UpgradeAsked {
  readonly downgrade: boolean;
  /** Only this host; undefined: all. */
  readonly host: string | undefined;
  /** Only hosts on which this service runs; undefined: all. */
  readonly service: string | undefined;
}

/** @throws ProblemError when no host is left, or packages are none of this environment's */
export function upgradeHosts(service: ServiceEnvironment, system: System, asked: UpgradeAsked): readonly UpgradeHost[] {
  const services = startOrder(system.services);
  const found = packagesOf(service, asked.downgrade)
    .map(
      ({ host, packages, traffic }): UpgradeHost => ({
        ...{ host, packages, traffic },
        services: services.flatMap((one) =>
          one.on.filter((on) => on.host === host).map((on) => ({ service: one, on })),
        ),
      }),
    )
    .filter(({ host }) => asked.host === undefined || host === asked.host)
    .filter(
      ({ services: there }) => asked.service === undefined || there.some((one) => one.service.name === asked.service),
    );
  if (found.length > 0) return found;
  throw new ProblemError({
    code: 'cli.runbook-input',
    where: '--host',
    found: `${asked.host ?? 'no host'}, where ${asked.service ?? 'no service'} does not run`,
    expected: 'a host on which it runs',
    remedy: 'leave --host or --service out, or see `shiplock runbook run system-status ENVIRONMENT`',
  });
}

interface WithPackages {
  readonly host: string;
  readonly packages: PackageControl;
  readonly traffic: HostTraffic | null;
}

function packagesOf(service: ServiceEnvironment, downgrade: boolean): readonly WithPackages[] {
  const { environment, exec, target } = service;
  const { platform, system } = environment;
  if (platform.kind === 'local')
    return [{ host: LOCAL_HOST, packages: hereControl(service, platform.root, downgrade), traffic: null }];
  const reach = system === undefined ? null : reachOf(environment, system);
  if (reach === null) {
    throw new ProblemError({
      code: 'system.no-packages',
      where: `environments.${environment.environment}.platform`,
      found: `kind ${platform.kind}`,
      expected: 'hosts over ssh, or this machine',
      remedy: 'nodes of a cluster are upgraded by what has made the cluster',
    });
  }
  const traffic = hostTraffic(service);
  return reach.hosts.map((host) => {
    const options = { host, reach, exec };
    return {
      host: host.name,
      traffic: target.hosts.includes(host.name) ? traffic : null,
      packages: {
        look: (words, signal) => observeHostPackages(options, words, downgrade, signal),
        refresh: (timeoutMs) => [hostPackageEffect(options, 'refresh', [], downgrade, timeoutMs)],
        set: (words, timeoutMs) => [hostPackageEffect(options, 'set', words, downgrade, timeoutMs)],
        restart: (units, timeoutMs) =>
          units.length === 0 ? [] : [hostUnitEffect(options, 'restart', units, timeoutMs)],
      },
    };
  });
}

function hereControl({ environment, exec }: ServiceEnvironment, root: string, downgrade: boolean): PackageControl {
  const privileged = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const options = { root, resource: localResource(environment), exec, privileged };
  return {
    look: (words, signal) => observeLocalPackages(options, words, downgrade, signal),
    refresh: (timeoutMs) => [localPackageEffect(options, 'refresh', [], downgrade, timeoutMs)],
    set: (words, timeoutMs) => [localPackageEffect(options, 'set', words, downgrade, timeoutMs)],
    restart: (units, timeoutMs) =>
      units.length === 0 ? [] : localUnitEffects({ ...options, units }, 'restart', units, timeoutMs),
  };
}
