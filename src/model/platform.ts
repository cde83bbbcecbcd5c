import type { Text } from './effect.ts';

/** What runs: one version of one component with its instances. */
export interface UnitSpec {
  /** Component name, for instance `api`. */
  readonly component: string;
  readonly version: string;
  /** Digest of the artefact, `sha256:…`. What is installed is checked against it. */
  readonly digest: string;
  /** File or directory the build made. */
  readonly artefact: string;
  /** Command line inside the release directory; `{port}` and `{release}` are put in. Empty for a component that is only files. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, Text>>;
  /** Instances of the version in all, spread evenly over the hosts. */
  readonly replicas: number;
  /** HTTP path that answers 200 when the instance may get traffic. */
  readonly readyPath: string;
  readonly livePath: string;
  /** How long an instance may take to become ready. */
  readonly startTimeoutMs: number;
  /** How long it may take to finish its requests after SIGTERM. */
  readonly stopTimeoutMs: number;
}

export type InstanceState = 'starting' | 'ready' | 'not-ready' | 'draining' | 'stopped' | 'crash-loop';

export interface Instance {
  readonly component: string;
  readonly version: string;
  /** Unique among all hosts of the environment. */
  readonly instance: string;
  /** Name of the host it runs on. */
  readonly on: string;
  /** Address that traffic uses. */
  readonly host: string;
  readonly port: number;
  readonly guardPort?: number;
  /** Where its guard is; left out: beside it. */
  readonly guardHost?: string;
  readonly state: InstanceState;
  /** Restarts since it was asked to run. */
  readonly restarts: number;
  /** Last words, when it is not well. */
  readonly detail: string;
}

export interface Installed {
  readonly component: string;
  readonly version: string;
  /** As found on disk. */
  readonly digest: string;
  /** Name of the host it lies on. */
  readonly on: string;
}

/** One host of the environment, and whether it could be asked. */
export type HostState =
  | {
      readonly name: string;
      readonly address: string;
      readonly kind: 'reachable';
      /** Component → version that `current` names there. */
      readonly current: Readonly<Record<string, string>>;
    }
  | { readonly name: string; readonly address: string; readonly kind: 'unreachable'; readonly reason: string };

export interface PlatformState {
  readonly instances: readonly Instance[];
  readonly installed: readonly Installed[];
  /** Component → version that `current` names on most hosts. */
  readonly current: Readonly<Record<string, string>>;
  /** Every host of the environment, in the order in which they are configured. */
  readonly hosts: readonly HostState[];
}

/** What one host says of itself; where it is, the fleet adds. Instance names are unique on the host only. */
export interface HostLook {
  readonly instances: readonly Omit<Instance, 'on'>[];
  readonly installed: readonly Omit<Installed, 'on'>[];
  readonly current: Readonly<Record<string, string>>;
}

/** Name of the only host where none is named. */
export const LOCAL_HOST = 'local';

/** Name of an instance among those of several hosts: `1.4.0-1` on the host `a` → `1.4.0-1@a`. */
export function nameOnHost(instance: string, host: string): string {
  return `${instance}@${host}`;
}

/** Does an instance with this name run on that host? For names that `nameOnHost` made. */
export function isOnHost(instance: string, host: string): boolean {
  return instance.endsWith(`@${host}`);
}
