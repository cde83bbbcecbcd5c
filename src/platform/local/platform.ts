import { resolve } from 'node:path';
import type { Effect, Text } from '../../model/effect.ts';
import type { HostLook, UnitSpec } from '../../model/platform.ts';
import type { Clock, HostPlatform } from '../../model/ports.ts';
import { formatDuration } from '../../model/scalars.ts';
import { programBeside } from '../../procedure/machine/beside.ts';
import type { PortRange } from './host-ports.ts';
import { settingsHash } from './install.ts';
import { checkComponent, layout } from './layout.ts';
import { type LocalState, observeHost } from './observe.ts';
import type { GuardTemplate, Settings } from './records.ts';
import { SECRET_PREFIX } from './start.ts';

export interface LocalPlatformOptions {
  /** Directory of the host; see layout.ts. */
  readonly root: string;
  /** The component that `stop`, `makeCurrent`, `remove` and `stopGuards` act on: a version alone does not name one. */
  readonly component: string;
  /** Command line of `shiplock unit`; `unitCommand()` is the fastest. */
  readonly unitCommand: readonly string[];
  readonly clock: Clock;
  readonly ports?: PortRange;
  /** This many exits within this time are a crash loop. Default 5 in 30 s. */
  readonly crashLoop?: { readonly restarts: number; readonly withinMs: number };
  /** When given, `start` also starts a guard beside each instance. */
  readonly guard?: GuardTemplate;
  readonly probeTimeoutMs?: number;
}

export interface LocalPlatform extends HostPlatform {
  observe(signal?: AbortSignal): Promise<LocalState>;
}

/** `unit-main` beside this module, run by this Node: starts without the rest of the program. */
export function unitCommand(): readonly string[] {
  return programBeside(import.meta.url, 'unit-main');
}

const QUICK_MS = 60_000;
const INSTALL_MS = 300_000;
/** Beyond the stop time-out: the supervisor's own grace, the lock, two program starts. */
const STOP_MARGIN_MS = 15_000;
const UNKNOWN_STOP_MS = 120_000;

/** Releases as supervised processes on this machine. Every effect is one `unit` command under the fence of `local:<root>`. */
export function localPlatform(options: LocalPlatformOptions): LocalPlatform {
  const root = resolve(options.root);
  const host = layout(root);
  const component = checkComponent(options.component);
  const { clock, probeTimeoutMs } = options;

  const effect = (
    why: string,
    timeoutMs: number,
    words: readonly string[],
    env?: Readonly<Record<string, Text>>,
  ): Effect => {
    const [command = '', ...rest] = words;
    return {
      kind: 'exec',
      argv: [...options.unitCommand, command, '--root', root, ...rest],
      ...(env === undefined || Object.keys(env).length === 0 ? {} : { env }),
      resource: `local:${root}`,
      why,
      timeoutMs,
    };
  };
  const of = (name: string, version: string): readonly string[] => ['--component', name, '--version', version];

  return {
    observe: (signal) =>
      observeHost(host, clock, { signal, ...(probeTimeoutMs === undefined ? {} : { probeTimeoutMs }) }),

    install: (spec, observed) => {
      if (isInstalled(spec, observed)) return [];
      const words = ['install', ...of(spec.component, spec.version), ...settingWords(spec)];
      return [effect(`lay ${spec.component} ${spec.version} down`, INSTALL_MS, words)];
    },

    start: (spec, observed) => {
      if (spec.command.length === 0) return [];
      const guard = spec.component === component ? options.guard : undefined;
      const running = observed.instances.filter(
        (instance) =>
          instance.component === spec.component &&
          instance.version === spec.version &&
          instance.state !== 'stopped' &&
          instance.state !== 'draining' &&
          (guard === undefined || instance.guardPort !== undefined),
      );
      if (running.length >= spec.replicas) return [];
      const words = ['start', ...of(spec.component, spec.version), ...startWords(spec, options, guard)];
      return [effect(`start ${spec.replicas} × ${spec.component} ${spec.version}`, QUICK_MS, words, secretsOf(spec))];
    },

    stop: (version, observed) => {
      const mine = observed.instances.filter((row) => row.component === component && row.version === version);
      if (mine.length === 0) return [];
      const longest = Math.max(...mine.map(stopTimeoutOf));
      return [effect(`stop ${component} ${version}`, longest + STOP_MARGIN_MS, ['stop', ...of(component, version)])];
    },

    makeCurrent: (version, observed) =>
      observed.current[component] === version
        ? []
        : [effect(`make ${component} ${version} current`, QUICK_MS, ['current', ...of(component, version)])],

    remove: (version, observed) =>
      observed.installed.some((row) => row.component === component && row.version === version)
        ? [
            effect(`remove ${component} ${version}`, QUICK_MS, [
              'remove',
              ...of(component, version),
              // A first release that failed late is current already, and there is nothing else to be current.
              ...(observed.current[component] === version ? ['--current'] : []),
            ]),
          ]
        : [],

    stopGuards: (version) => [
      effect(`end the guards of ${component} ${version}`, QUICK_MS, ['stop-guards', ...of(component, version)]),
    ],
  };
}

/** The same as a function, for those who hold the platform as a value. */
export function stopGuards(platform: LocalPlatform, version: string): readonly Effect[] {
  return platform.stopGuards(version);
}

/** Same content and same settings: an installation would change nothing. */
function isInstalled(spec: UnitSpec, observed: HostLook): boolean {
  const row = observed.installed.find((one) => one.component === spec.component && one.version === spec.version);
  return (
    row !== undefined &&
    row.digest === spec.digest &&
    'settings' in row &&
    row.settings === settingsHash(settingsOf(spec))
  );
}

function settingsOf(spec: UnitSpec): Settings {
  const { command, env, replicas, readyPath, livePath, startTimeoutMs, stopTimeoutMs } = spec;
  return { command, env, replicas, readyPath, livePath, startTimeoutMs, stopTimeoutMs };
}

function settingWords(spec: UnitSpec): readonly string[] {
  const env = Object.entries(spec.env).flatMap(([name, value]) =>
    typeof value === 'string' ? ['--env', `${name}=${value}`] : ['--secret-env', `${name}=${value.secret}`],
  );
  return [
    ...['--digest', spec.digest, '--artefact', spec.artefact, '--replicas', String(spec.replicas)],
    ...(spec.readyPath === '' ? [] : ['--ready', spec.readyPath]),
    ...(spec.livePath === '' ? [] : ['--live', spec.livePath]),
    ...['--start-timeout', formatDuration(spec.startTimeoutMs), '--stop-timeout', formatDuration(spec.stopTimeoutMs)],
    ...env,
    ...(spec.command.length === 0 ? [] : ['--', ...spec.command]),
  ];
}

function startWords(
  spec: UnitSpec,
  { ports, crashLoop }: LocalPlatformOptions,
  guard: GuardTemplate | undefined,
): readonly string[] {
  return [
    ...['--instances', String(spec.replicas)],
    ...(ports === undefined ? [] : ['--ports', `${ports.first}-${ports.last}`]),
    ...(crashLoop === undefined
      ? []
      : ['--crash-exits', String(crashLoop.restarts), '--crash-window', formatDuration(crashLoop.withinMs)]),
    ...(guard === undefined ? [] : ['--guard', JSON.stringify(guard.argv), '--heartbeat-file', guard.heartbeatFile]),
  ];
}

/** Values go through the environment of the command, where the engine puts them in and masks them; argv shows references only. */
function secretsOf(spec: UnitSpec): Readonly<Record<string, Text>> {
  return Object.fromEntries(
    Object.entries(spec.env).flatMap(([name, value]): [string, Text][] =>
      typeof value === 'string' ? [] : [[`${SECRET_PREFIX}${name}`, value]],
    ),
  );
}

function stopTimeoutOf(row: HostLook['instances'][number]): number {
  return 'stopTimeoutMs' in row && typeof row.stopTimeoutMs === 'number' ? row.stopTimeoutMs : UNKNOWN_STOP_MS;
}
