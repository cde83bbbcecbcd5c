import type { Effect, Text } from '../../model/effect.ts';
import type { HostLook, UnitSpec } from '../../model/platform.ts';
import type { HostPlatform } from '../../model/ports.ts';
import { formatDuration } from '../../model/scalars.ts';
import { programBeside } from '../../procedure/machine/beside.ts';
import { settingsHash } from '../local/install.ts';
import { checkComponent } from '../local/layout.ts';
import type { Settings } from '../local/records.ts';
import { SECRET_PREFIX } from '../local/start.ts';
import { hostEffect } from './effect.ts';
import { endGuard, numberOf, startGuard, stopGuardsOf } from './guards.ts';
import { observeSshHost, type SshLook } from './observe.ts';
import type { SshPlatformOptions } from './options.ts';
import { choosePorts } from './ports.ts';
import { launchScript } from './quote.ts';

/** `host-main` beside this module, run by this Node: starts without the rest of the program. */
export function hostCommand(): readonly string[] {
  return programBeside(import.meta.url, 'host-main');
}

const QUICK_MS = 60_000;
const INSTALL_MS = 300_000;
const STOP_MARGIN_MS = 15_000;

/** Releases as systemd units on one host, over OpenSSH. Every effect is one verb of the host's program under the fence of the host. */
export function sshPlatform(options: SshPlatformOptions): HostPlatform {
  const { host, guards, replicas } = options;
  const component = checkComponent(options.component);
  /** `own` comes behind the host: words that other hosts do not share. */
  const effect = (
    why: string,
    timeoutMs: number,
    verb: string,
    words: readonly string[],
    more: { readonly own?: readonly string[]; readonly env?: Readonly<Record<string, Text>> } = {},
  ): Effect =>
    hostEffect({ host, reach: options }, verb, words, {
      ...(more.own === undefined ? {} : { own: more.own }),
      ...(more.env === undefined || Object.keys(more.env).length === 0 ? {} : { env: more.env }),
      why: `${why} on ${host.name}`,
      timeoutMs,
    });
  const of = (name: string, version: string): readonly string[] => ['--component', name, '--version', version];

  return {
    observe: (signal) => observeSshHost(options, signal),

    install: (spec, observed) => {
      const settings = settingsOf(spec);
      const row = rowOf(observed, spec.component, spec.version);
      if (row?.digest === spec.digest && row.settings === settingsHash(settings)) return [];
      const words = [
        ...of(spec.component, spec.version),
        ...['--digest', spec.digest, '--artefact', spec.artefact],
        ...['--unit', JSON.stringify({ v: 1, settings })],
        ...(spec.command.length === 0 ? [] : ['--launch', launchScript(spec.command, spec.env)]),
      ];
      return [effect(`lay ${spec.component} ${spec.version} down`, INSTALL_MS, 'install', words)];
    },

    start: (spec, observed) => {
      if (spec.command.length === 0) return [];
      const mine = observed.instances.filter((row) => row.component === spec.component && row.version === spec.version);
      const running = mine.filter((row) => row.state !== 'stopped' && row.state !== 'draining');
      const had = new Map(mine.map((row) => [numberOf(row.instance), row.port]));
      const busy = rowOf(observed, spec.component, spec.version)?.busy ?? [];
      const others = observed.instances.filter((row) => !row.component.startsWith('guard-')).map((row) => row.port);
      const ports = choosePorts(host.name, spec.replicas, options.ports, had, [...busy, ...others]);
      const words = [
        ...of(spec.component, spec.version),
        ...['--instances', String(spec.replicas), '--stop-timeout', formatDuration(spec.stopTimeoutMs)],
        ...['--crash-exits', String(options.crashLoop.restarts)],
        ...['--crash-window', formatDuration(options.crashLoop.withinMs)],
        ...['--command', spec.command[0] ?? ''],
      ];
      const units =
        running.length >= spec.replicas
          ? []
          : [
              effect(`start ${spec.replicas} × ${spec.component} ${spec.version}`, QUICK_MS, 'start', words, {
                own: ['--ports', `${host.name}=${ports.join(',')}`],
                env: secretsOf(spec),
              }),
            ];
      if (spec.component !== component) return units;
      const watched = ports.flatMap((port, index) => {
        const one = { host: host.name, address: host.address, n: index + 1, version: spec.version, port };
        return startGuard(guards, one, spec.readyPath, observed);
      });
      return [...units, ...watched];
    },

    stop: (version, observed) => {
      const mine = observed.instances.filter((row) => row.component === component && row.version === version);
      const ended = mine.flatMap((row) =>
        endGuard(guards, { host: host.name, n: numberOf(row.instance), version }, observed),
      );
      if (mine.length === 0) return [];
      const longest = Math.max(...mine.map((row) => ('stopTimeoutMs' in row ? Number(row.stopTimeoutMs) : QUICK_MS)));
      return [
        effect(`stop ${component} ${version}`, longest + STOP_MARGIN_MS, 'stop', of(component, version)),
        ...ended,
      ];
    },

    makeCurrent: (version, observed) =>
      observed.current[component] === version
        ? []
        : [effect(`make ${component} ${version} current`, QUICK_MS, 'current', of(component, version))],

    remove: (version, observed) => {
      if (rowOf(observed, component, version) === undefined) return [];
      // A first release that failed late is current already, and there is nothing else to be current.
      const also = observed.current[component] === version ? ['--also-current', 'yes'] : [];
      return [effect(`remove ${component} ${version}`, QUICK_MS, 'remove', [...of(component, version), ...also])];
    },

    stopGuards: (version) => stopGuardsOf(guards, host.name, replicas, version),
  };
}

function rowOf(observed: HostLook, component: string, version: string): SshLook['installed'][number] | undefined {
  const row = observed.installed.find((one) => one.component === component && one.version === version);
  return row !== undefined && 'busy' in row && 'settings' in row ? { ...row, ...ownPart(row) } : undefined;
}

/** A row that went through a fleet is of the same host, and has what this platform put into it. */
function ownPart(row: object): { readonly settings: string; readonly busy: readonly number[] } {
  const settings: unknown = Reflect.get(row, 'settings');
  const busy: unknown = Reflect.get(row, 'busy');
  return {
    settings: typeof settings === 'string' ? settings : '',
    busy: Array.isArray(busy) ? busy.filter((port) => typeof port === 'number') : [],
  };
}

function settingsOf(spec: UnitSpec): Settings {
  const { command, env, replicas, readyPath, livePath, startTimeoutMs, stopTimeoutMs } = spec;
  return { command, env, replicas, readyPath, livePath, startTimeoutMs, stopTimeoutMs };
}

/** As on this machine: argv shows references only, values go through the environment of the client and from there into its input. */
function secretsOf(spec: UnitSpec): Readonly<Record<string, Text>> {
  return Object.fromEntries(
    Object.entries(spec.env).flatMap(([name, value]): [string, Text][] =>
      typeof value === 'string' ? [] : [[`${SECRET_PREFIX}${name}`, value]],
    ),
  );
}
