import type { Effect } from '../model/effect.ts';
import {
  type HostLook,
  type HostState,
  type Installed,
  type Instance,
  isOnHost,
  nameOnHost,
  type PlatformState,
} from '../model/platform.ts';
import type { HostPlatform, Platform } from '../model/ports.ts';
import { problemsOf } from '../model/problem.ts';

/** A host with its name, the address that people and traffic use, and what acts on it. */
export interface FleetHost {
  readonly name: string;
  readonly address: string;
  readonly platform: HostPlatform;
}

export interface Fleet extends Platform {
  /** Ends the guards of a version whose share is no longer a lease. Repeatable, so it needs no observation. */
  stopGuards(version: string, on?: readonly string[]): readonly Effect[];
}

/**
 * One platform made of hosts, each with the same number of instances. A host that does not answer is a state of its own and never an
 * error: the others are still looked at and acted on. Names of instances get the host's name where there is more than one host.
 */
export function fleet(hosts: readonly FleetHost[]): Fleet {
  const several = hosts.length > 1;
  const chosen = (on: readonly string[] | undefined): readonly FleetHost[] =>
    on === undefined ? hosts : hosts.filter((host) => on.includes(host.name));
  /** Effects of each chosen host that was reached, from what it said of itself. */
  const each = (
    observed: PlatformState,
    on: readonly string[] | undefined,
    effects: (platform: HostPlatform, look: HostLook) => readonly Effect[],
  ): readonly Effect[] =>
    chosen(on).flatMap(({ name, platform }) => {
      const look = lookOf(observed, name);
      return look === null ? [] : effects(platform, look);
    });
  return {
    observe: async (signal) => {
      const looks = await Promise.all(hosts.map((host) => lookAt(host, signal)));
      return {
        instances: looks.flatMap(({ host, look }) =>
          look.instances.map((one) => ({
            ...one,
            instance: several ? nameOnHost(one.instance, host.name) : one.instance,
            on: host.name,
          })),
        ),
        installed: looks.flatMap(({ host, look }) => look.installed.map((one) => ({ ...one, on: host.name }))),
        current: mostCurrent(looks.map(({ look }) => look.current)),
        hosts: looks.map(({ host }) => host),
      };
    },
    install: (spec, observed, on) =>
      each(observed, on, (platform, look) => platform.install({ ...spec, replicas: perHost(spec.replicas) }, look)),
    start: (spec, observed, on) =>
      each(observed, on, (platform, look) => platform.start({ ...spec, replicas: perHost(spec.replicas) }, look)),
    stop: (version, observed, on) => each(observed, on, (platform, look) => platform.stop(version, look)),
    makeCurrent: (version, observed, on) => each(observed, on, (platform, look) => platform.makeCurrent(version, look)),
    remove: (version, observed, on) => each(observed, on, (platform, look) => platform.remove(version, look)),
    stopGuards: (version, on) => chosen(on).flatMap(({ platform }) => platform.stopGuards(version)),
  };

  /** A release that was recorded with other hosts is spread over those of today. */
  function perHost(replicas: number): number {
    return Math.max(1, Math.ceil(replicas / Math.max(1, hosts.length)));
  }
}

const NOTHING: HostLook = { instances: [], installed: [], current: {} };

async function lookAt(
  { name, address, platform }: FleetHost,
  signal: AbortSignal | undefined,
): Promise<{ readonly host: HostState; readonly look: HostLook }> {
  try {
    const look = await platform.observe(signal);
    return { look, host: { name, address, kind: 'reachable', current: look.current } };
  } catch (error) {
    signal?.throwIfAborted();
    const reason = problemsOf(error, name)
      .map((problem) => problem.found)
      .join('; ');
    return { look: NOTHING, host: { name, address, kind: 'unreachable', reason } };
  }
}

/** What a host said of itself, out of the state of all; null when it was not reached. */
function lookOf(state: PlatformState, name: string): HostLook | null {
  const host = state.hosts.find((one) => one.name === name);
  if (host === undefined || host.kind === 'unreachable') return null;
  const here = (row: Instance | Installed): boolean => row.on === name;
  return {
    instances: state.instances.filter(here).map((one) => ({ ...one, instance: withoutHost(one.instance, name) })),
    installed: state.installed.filter(here),
    current: host.current,
  };
}

function withoutHost(instance: string, host: string): string {
  return isOnHost(instance, host) ? instance.slice(0, -(host.length + 1)) : instance;
}

/** For each component the version that most hosts name; of equally many, the one named first. */
function mostCurrent(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const counts = new Map<string, Map<string, number>>();
  for (const [component, version] of all.flatMap((current) => Object.entries(current))) {
    const versions = counts.get(component) ?? new Map<string, number>();
    versions.set(version, (versions.get(version) ?? 0) + 1);
    counts.set(component, versions);
  }
  return Object.fromEntries(
    [...counts].map(([component, versions]) => [
      component,
      [...versions].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? '',
    ]),
  );
}
