import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import type { Complaint } from '../model/scalars.ts';
import type { SystemServiceConfig } from '../system/config.ts';
import type { EnvironmentSettings } from './schema.ts';

/** The system of an environment: what is checked across fragments, and what it is once it is ready to be used. */

export interface ResolvedSystemHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

export interface ResolvedWorkload {
  readonly kind: NonNullable<SystemServiceConfig['workload']>['kind'];
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly kubeconfig: string | null;
  readonly context: string | null;
  /** Namespace of Argo CD. */
  readonly argocdNamespace: string;
}

export interface ResolvedSystemService {
  readonly name: string;
  readonly after: readonly string[];
  readonly run: /** Hosts null: this machine. */
    | { readonly kind: 'unit'; readonly unit: string; readonly hosts: readonly string[] | null }
    | { readonly kind: 'component'; readonly component: string }
    | {
        readonly kind: 'compose';
        readonly files: readonly string[];
        readonly project: string;
        /** Empty: all of them. */
        readonly services: readonly string[];
        readonly context: string | null;
      }
    | { readonly kind: 'workload'; readonly workload: ResolvedWorkload }
    | {
        readonly kind: 'command';
        readonly start: readonly string[];
        readonly stop: readonly string[];
        readonly status: readonly string[];
        readonly reload?: readonly string[];
      };
  /** Null: that it runs is enough. `{host}` is put in where it is asked. */
  readonly health:
    | null
    | { readonly kind: 'http'; readonly url: string; readonly status: number }
    | { readonly kind: 'tcp'; readonly at: string };
  readonly startMs: number;
  readonly stopMs: number;
}

export interface ResolvedSystem {
  /** Beside those of the platform. */
  readonly hosts: readonly ResolvedSystemHost[];
  /** As configured. */
  readonly services: readonly ResolvedSystemService[];
}

type Settings = NonNullable<EnvironmentSettings['system']>;

/** Texts and paths of the configuration, fitted to the environment. */
interface Fit {
  readonly text: (text: string) => string;
  readonly path: (path: string) => string;
}

export function resolveSystem(
  { hosts = [], services }: Settings,
  platform: EnvironmentSettings['platform'],
  fit: Fit,
): ResolvedSystem {
  const user = platform.kind === 'ssh' ? platform.user : 'root';
  return {
    hosts: hosts.map((host) => ({ ...host, user: host.user ?? user })),
    services: Object.entries(services).map(([name, one]) => ({
      name,
      after: one.after,
      run: runOf(one, platform, fit),
      health: healthOf(one),
      startMs: one.startTimeout,
      stopMs: one.stopTimeout,
    })),
  };
}

function runOf(
  one: SystemServiceConfig,
  platform: EnvironmentSettings['platform'],
  fit: Fit,
): ResolvedSystemService['run'] {
  const { unit, component, compose, workload, command, hosts } = one;
  if (component !== undefined && platform.kind === 'kubernetes')
    return {
      kind: 'workload',
      workload: workloadOf({ kind: 'Rollout', name: platform.rollout, replicas: 1 }, platform, fit),
    };
  if (component !== undefined) return { kind: 'component', component };
  if (unit !== undefined) return { kind: 'unit', unit, hosts: hosts ?? null };
  if (workload !== undefined) return { kind: 'workload', workload: workloadOf(workload, platform, fit) };
  if (compose !== undefined) {
    const { files, project, services = [], context = null } = compose;
    return { kind: 'compose', files: files.map(fit.path), project: fit.text(project), services, context };
  }
  if (command === undefined) throw new TypeError('a checked service is of one of the kinds');
  return {
    kind: 'command',
    start: command.start.map(fit.text),
    stop: command.stop.map(fit.text),
    status: command.status.map(fit.text),
    ...(command.reload === undefined ? {} : { reload: command.reload.map(fit.text) }),
  };
}

/** What is left out is that of the platform, where this is a cluster: but of a kubeconfig that is named, its own current context. */
function workloadOf(
  workload: NonNullable<SystemServiceConfig['workload']>,
  platform: EnvironmentSettings['platform'],
  fit: Fit,
): ResolvedWorkload {
  const { kind, name, replicas } = workload;
  const cluster = platform.kind === 'kubernetes' ? platform : undefined;
  const context = workload.kubeconfig === undefined ? (workload.context ?? cluster?.context) : workload.context;
  const kubeconfig = workload.kubeconfig ?? cluster?.kubeconfig;
  return {
    ...{ kind, name, replicas },
    namespace: workload.namespace ?? cluster?.namespace ?? 'default',
    kubeconfig: kubeconfig === undefined ? null : fit.path(kubeconfig),
    context: context === undefined ? null : fit.text(context),
    argocdNamespace: cluster?.argocdNamespace ?? 'argocd',
  };
}

function healthOf({ health }: SystemServiceConfig): ResolvedSystemService['health'] {
  if (health?.http !== undefined) return { kind: 'http', url: health.http, status: health.status };
  return health?.tcp === undefined ? null : { kind: 'tcp', at: health.tcp };
}

/** Hosts and components that are named must be there. Paths are relative to the environment. */
export function systemChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const { system, platform } = settings;
  if (system === undefined) return [];
  const ssh = platform.kind === 'ssh';
  const hosts = ssh ? [...platform.hosts, ...(system.hosts ?? [])] : [];
  const names = hosts.map(({ name }) => name);
  return [
    ...hostListChecks(system, platform),
    ...Object.entries(system.services).flatMap(([name, one]) => [
      ...(one.hosts ?? []).flatMap((host, index) => unknownHost(name, host, index, names, one.hosts ?? [])),
      ...componentChecks(name, one, settings),
      ...workloadChecks(name, one, platform),
    ]),
  ];
}

function hostListChecks({ hosts = [] }: Settings, platform: EnvironmentSettings['platform']): readonly Complaint[] {
  if (hosts.length === 0) return [];
  if (platform.kind !== 'ssh') {
    return [
      {
        path: ['system', 'hosts'],
        code: 'config.system-hosts',
        found: `hosts beside \`platform.kind: ${platform.kind}\``,
        expected: '`platform.kind: ssh`, which says how hosts are reached',
        remedy: 'delete `system.hosts`, or use `command:` for what runs elsewhere',
      },
    ];
  }
  return hosts.flatMap(({ name, address }, index) => {
    const same = platform.hosts.find((one) => one.name === name || one.address === address);
    if (same === undefined) return [];
    return [
      {
        path: ['system', 'hosts', index],
        code: 'config.host-twice',
        found: `\`${name}\` at ${address} beside \`${same.name}\` at ${same.address} of the platform`,
        expected: 'each host once, with a name and an address of its own',
        remedy: 'delete it here: hosts of the platform can be named as well',
      },
    ];
  });
}

function unknownHost(
  service: string,
  host: string,
  index: number,
  names: readonly string[],
  all: readonly string[],
): readonly Complaint[] {
  const path = ['system', 'services', service, 'hosts', index];
  if (all.indexOf(host) !== index) {
    return [
      {
        path,
        code: 'config.host-twice',
        found: `\`${host}\` a second time`,
        expected: 'each host once',
        remedy: 'delete the repeated host',
      },
    ];
  }
  if (names.includes(host)) return [];
  const close = nearest(host, names, distance);
  return [
    {
      path,
      code: 'config.system-hosts',
      found: `\`${host}\`, which is no host of the environment`,
      expected: names.length === 0 ? 'no `hosts:` where `platform.kind` is not ssh' : `one of ${names.join(', ')}`,
      remedy:
        close !== undefined
          ? `write \`${close}\``
          : names.length === 0
            ? 'delete `hosts:`: the unit runs on this machine'
            : 'add it to `system.hosts` with its address',
    },
  ];
}

function componentChecks(
  service: string,
  { component }: SystemServiceConfig,
  { components, platform }: EnvironmentSettings,
): readonly Complaint[] {
  if (component === undefined) return [];
  const path = ['system', 'services', service, 'component'];
  if (platform.kind === 'local') {
    return [
      {
        path,
        code: 'config.system-component',
        found: `a component beside \`platform.kind: ${platform.kind}\``,
        expected:
          '`platform.kind: ssh`, where instances are units of systemd, or `kubernetes`, where they are pods of a Rollout',
        remedy: 'use `command:` with the command lines that start and stop it',
      },
    ];
  }
  if (Object.hasOwn(components, component)) return [];
  const names = Object.keys(components);
  return [
    {
      path,
      code: 'config.unknown-component',
      found: `\`${component}\`, which is no component`,
      expected: `one of ${names.join(', ')}`,
      remedy: `write \`component: ${nearest(component, names, distance) ?? names[0] ?? ''}\``,
    },
  ];
}

function workloadChecks(
  service: string,
  { workload }: SystemServiceConfig,
  platform: EnvironmentSettings['platform'],
): readonly Complaint[] {
  if (workload === undefined || workload.namespace !== undefined || platform.kind === 'kubernetes') return [];
  return [
    {
      path: ['system', 'services', service, 'workload'],
      code: 'config.system-namespace',
      found: `no \`namespace:\` beside \`platform.kind: ${platform.kind}\``,
      expected: 'the namespace of the workload',
      remedy: 'write `namespace:` beside its name',
    },
  ];
}
